"""One address for kiosks and people: what belongs to machines goes to the kiosk API, all else to the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from central.kiosk_api import KioskApi

MACHINES = ("/openapi.json", "/healthz", "/readyz", "/metrics")
"""Addresses for programs, besides all below ``/v1``."""


def for_machines(path: str) -> bool:
    """Whether an address is none of the pages."""
    return path in MACHINES or path == "/v1" or path.startswith("/v1/")


def joined(api: KioskApi, pages: Starlette) -> ASGIApp:
    """Both as one application, which lives as long as the two."""
    machines = api.app()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with api.lifespan(), pages.router.lifespan_context(pages):
            yield

    alive = Starlette(lifespan=lifespan)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await alive(scope, receive, send)
        else:
            await (machines if for_machines(scope["path"]) else pages)(scope, receive, send)

    return serve
