"""What the modules of the lab add to its server: services that moto lacks, and state that a reset forgets."""

from collections.abc import Callable

# A handler answers (HTTP status, JSON body) for (method, path, JSON body of the request, Region).
Handler = Callable[[str, str, dict, str], tuple[int, dict]]

SERVICES: dict[str, Handler] = {}
RESETS: list[Callable[[], object]] = []


def service(signing_name: str):
    """Registers the handler of a service with a REST-JSON API, by the name that its requests are signed for."""

    def register(handler: Handler) -> Handler:
        SERVICES[signing_name] = handler
        return handler

    return register


def on_reset(forget: Callable[[], object]):
    """Registers what `POST /_lab/reset` does for a module."""
    RESETS.append(forget)
    return forget
