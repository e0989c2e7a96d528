"""The door at which a record's server rings (a rest-hook). What it brings is not looked at: we look ourselves."""

from collections.abc import Sequence
from hmac import compare_digest
from pathlib import Path

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from central.ehr.config import Ehr, EhrConfigError, Fhir
from central.store import Store, StoreUnavailableError, ehr_turns

log = structlog.get_logger()

BEFORE, AFTER = "/v1/ehr/", "/hook"
"""``POST /v1/ehr/{name}/hook``; also with more behind it, for servers that put a resource there."""
SHORTEST_SECRET = 16


def around(app: ASGIApp, store: Store, sections: Sequence[Ehr]) -> ASGIApp:
    """The application with a door for each record that has a subscription. Raises ``EhrConfigError``."""
    secrets = {
        one.name: _secret(one.subscription.secret_file)
        for one in sections
        if isinstance(one, Fhir) and one.subscription is not None
    }
    if not secrets:
        return app

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(BEFORE):
            response = await _rung(store, secrets, Request(scope))
            await response(scope, receive, send)
        else:
            await app(scope, receive, send)

    return served


async def _rung(store: Store, secrets: dict[str, bytes], request: Request) -> Response:
    name, slash, rest = request.url.path.removeprefix(BEFORE).partition("/")
    secret = secrets.get(name)
    if secret is None or not f"{slash}{rest}/".startswith(f"{AFTER}/"):
        return Response(status_code=404)
    if request.method not in ("POST", "PUT"):
        return Response(status_code=405, headers={"Allow": "POST, PUT"})
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not compare_digest(given.encode(), secret):
        return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
    try:
        await run_in_threadpool(_poke, store, name)
    except StoreUnavailableError:
        return Response(status_code=503, headers={"Retry-After": "5"})
    return Response(status_code=200)


def _poke(store: Store, name: str) -> None:
    with store.writing() as connection:
        ehr_turns.poke(connection, name)


def _secret(file: Path) -> bytes:
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise EhrConfigError(f"{file}: {error.strerror}") from None
    if len(secret) < SHORTEST_SECRET:
        raise EhrConfigError(f"{file}: a secret has at least {SHORTEST_SECRET} characters")
    return secret
