"""How the lab changes a method of moto: by what was there before."""

from collections.abc import Callable


def wrap(owner: type, name: str, around: Callable[[Callable], Callable]):
    setattr(owner, name, around(getattr(owner, name)))


class Copied(dict):
    """Whoever goes through it goes through a copy: other threads add and remove in the meantime."""

    def __iter__(self):
        return iter(list(super().keys()))

    def keys(self):
        return list(super().keys())

    def values(self):
        return list(super().values())

    def items(self):
        return list(super().items())


def with_copied(attribute: str) -> Callable[[Callable], Callable]:
    """A constructor that makes a dictionary of a backend one that can be gone through while it changes."""

    def around(construct: Callable) -> Callable:
        def constructed(self, *arguments, **named):
            construct(self, *arguments, **named)
            setattr(self, attribute, Copied(getattr(self, attribute)))

        return constructed

    return around
