"""How the lab changes a method of moto: by what was there before."""

from collections.abc import Callable


def wrap(owner: type, name: str, around: Callable[[Callable], Callable]):
    setattr(owner, name, around(getattr(owner, name)))
