"""From an address to what serves it: one look into a table.

The router of a framework tries one pattern after the other behind three layers that catch errors. Here no address has
a parameter, and no handler raises; and kiosks ask some thousand times a second.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Awaitable[Response]]
"""Answers a request, whatever happens."""


@dataclass(frozen=True)
class Served:
    """One method at one address."""

    method: str
    path: str
    handler: Handler


class Dispatch:
    """An ASGI application of ``served``. ``stray`` answers all else, told the methods that the address does have."""

    def __init__(
        self, served: Sequence[Served], stray: Callable[[Request, Sequence[str]], Awaitable[Response]]
    ) -> None:
        self._by_path: dict[str, dict[str, Handler]] = {}
        for one in served:
            methods = self._by_path.setdefault(one.path, {})
            methods[one.method] = one.handler
            if one.method == "GET":
                # RFC 9110, 9.3.2: the server leaves the body out.
                methods["HEAD"] = one.handler
        self._stray = stray

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Nothing but HTTP comes here."""
        request = Request(scope, receive)
        methods: Mapping[str, Handler] = self._by_path.get(scope["path"], {})
        handler = methods.get(scope["method"])
        response = await (self._stray(request, sorted(methods)) if handler is None else handler(request))
        await response(scope, receive, send)
