"""The HTTP service for kiosks. Every request ends in a documented answer, and none of them leaves a traceback."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence, Set
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TypeVar
from urllib.parse import parse_qs

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from central import arrivals, auth, day_closes, feed, identities, misdirected, openapi, problems, silence
from central.operations import JSON, OPERATIONS, Health, Operation
from central.problems import Key, ProblemError
from central.store import Store, StoreUnavailableError, changes, facts, heartbeats, kiosks, leases, notices
from central.store import day_closes as closed_days
from central.watch import ChangeWatch
from central.writer import Writer
from kiosk.checkin.facts import FactKind, Verdict
from kiosk.sync import messages

Message = TypeVar("Message", bound=msgspec.Struct)
Handler = Callable[[Request], Awaitable[Response]]

log = structlog.stdlib.get_logger("central")


class _Versioned(msgspec.Struct, frozen=True):
    version: int = messages.VERSION


class KioskApi:
    """The handlers, one for each operation of the table.

    ``addresses`` are those by which kiosks know this centre, without a path; where there is none, the address of the
    request itself counts.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], addresses: Sequence[str] = ()) -> None:
        self._store = store
        self._now = now
        self._addresses = tuple(address.rstrip("/") for address in addresses)
        self._writer = Writer(store)
        self._document = openapi.document()
        self.watch = ChangeWatch(self._places)

    def app(self) -> Starlette:
        """The application, which owns the writer thread and the watch while it runs."""
        handlers: Mapping[str, Handler] = {
            "enrol": self._enrol,
            "token": self._token,
            "facts": self._facts,
            "changes": self._changes,
            "lend": self._lend,
            "heartbeat": self._heartbeat,
            "close": self._close,
            "document": self._openapi,
            "health": self._health,
        }
        routes = [
            Route(operation.path, self._served(operation, handlers[operation.id]), methods=[operation.method])
            for operation in OPERATIONS
        ]
        app = Starlette(routes=routes, lifespan=self._lifespan, exception_handlers={HTTPException: self._unrouted})
        app.router.redirect_slashes = False
        return app

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(self.watch.run())
        listening = asyncio.create_task(silence.watch(self._last_signs, self._now))
        with self._writer:
            yield
        for task in (watching, listening):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    # --- the handlers -----------------------------------------------------------------------------------------------

    async def _enrol(self, request: Request) -> Response:
        asked = _decode(await _body(request), messages.EnrolmentRequest)
        try:
            key = auth.public_key(asked.public_key)
        except ValueError as error:
            raise ProblemError(Key.MALFORMED, str(error)) from error
        hashed = auth.code_hash(self._store.pepper, asked.code)
        identity_key = identities.public_half(self._store.identity_key)
        enrolling = kiosks.Enrolling(hashed, key, identity_key, self._now())
        answer = await asyncio.wrap_future(self._writer.submit(kiosks.enrol, enrolling))
        if isinstance(answer, Key):
            raise ProblemError(answer)
        request.state.kiosk = answer.kiosk
        return _json(answer)

    async def _token(self, request: Request) -> Response:
        form = _form(await _body(request))
        addresses = self._addresses or (f"{request.url.scheme}://{request.url.netloc}",)
        audiences = [f"{address}{request.url.path}" for address in addresses]
        now = self._now()
        assertion, caller = await run_in_threadpool(self._check_assertion, form.client_assertion, audiences, now)
        request.state.kiosk = caller.kiosk
        spending = kiosks.Spending(assertion.kiosk, assertion.jti, assertion.expires_at, now)
        if not await asyncio.wrap_future(self._writer.submit(kiosks.spend, spending)):
            raise auth.replayed()
        token = auth.issue_token(self._store.token_key, self._store.identity, caller, now)
        seconds = int(auth.TOKEN_LIFE.total_seconds())
        return _json(messages.TokenAnswer(access_token=token, expires_in=seconds))

    async def _facts(self, request: Request) -> Response:
        caller = self._caller(request)
        batch = _decode(await _body(request), messages.FactBatch)
        raw = [bytes(one) for one in batch.facts]
        read = [(one, arrivals.read(one)) for one in raw]
        received = facts.Batch(caller.kiosk, caller.site, read, self._now())
        results = await asyncio.wrap_future(self._writer.submit(facts.ingest, received))
        self.watch.ring()
        taken = zip(read, results, strict=True)
        fresh = {one.message.id for (_, one), result in taken if one is not None and _misdirects(one, result)}
        if fresh:
            # The facts are on the disk and keep their receipts, whatever becomes of this.
            with suppress(StoreUnavailableError):
                await run_in_threadpool(self._warn_of_patterns, fresh)
        if left := sum(one.reason == facts.NO_ROOM for one in results):
            log.warning("too_many_refused", kiosk=caller.kiosk, facts=left)
            raise ProblemError(Key.TOO_MANY_REFUSED, "what is left of it can be sent again, and gets its answers then")
        return _json(messages.FactResults(results=results))

    async def _changes(self, request: Request) -> Response:
        caller = self._caller(request)
        wait, text = request.query_params.get("wait", "0"), request.query_params.get("cursor")
        if not (wait.isascii() and wait.isdigit() and len(wait) < 10):
            raise ProblemError(Key.MALFORMED, "wait is a whole number of seconds")
        loop = asyncio.get_running_loop()
        ends = loop.time() + min(int(wait), messages.LONGEST_WAIT)
        cursor = feed.Cursor.read(text) if text else None
        while True:
            try:
                page = await run_in_threadpool(feed.page, self._store, caller.site, cursor, self._now())
            except LookupError as error:
                raise ProblemError(Key.FORBIDDEN, "the site of this kiosk is not known here") from error
            left = ends - loop.time()
            if page.says_something or left <= 0 or self.watch.closed:
                return _json(page.message(text or ""))
            cursor = page.cursor
            await self.watch.wait(caller.site, cursor.place, left)

    async def _lend(self, request: Request) -> Response:
        caller = self._caller(request)
        asked = _decode(await _body(request), messages.LeaseRequest)
        lending = leases.Lending(caller.kiosk, caller.site, asked)
        answer = await asyncio.wrap_future(self._writer.submit(leases.lend, lending))
        if isinstance(answer, Key):
            raise ProblemError(answer, "neither the site nor a service there has this series")
        return _json(answer)

    async def _heartbeat(self, request: Request) -> Response:
        caller = self._caller(request)
        said = _decode(await _body(request), messages.Heartbeat)
        beat = heartbeats.Beat(caller.kiosk, said, self._now())
        return _json(await asyncio.wrap_future(self._writer.submit(heartbeats.keep, beat)))

    async def _close(self, request: Request) -> Response:
        caller = self._caller(request)
        signed = _decode(await _body(request), messages.DayCloseMessage).signed
        closing = await run_in_threadpool(self._check_close, signed, caller)
        answer = await asyncio.wrap_future(self._writer.submit(closed_days.take, closing))
        if answer.verdict is messages.Agreement.DIFFERS:
            log.warning("day_close_differs", kiosk=caller.kiosk, day=answer.day.isoformat(), reason=answer.reason)
        return _json(answer)

    async def _openapi(self, _request: Request) -> Response:
        return Response(self._document, media_type=JSON)

    async def _health(self, _request: Request) -> Response:
        await self._places()
        return _json(Health())

    # --- around them ------------------------------------------------------------------------------------------------

    def _served(self, operation: Operation, handler: Handler) -> Handler:
        async def serve(request: Request) -> Response:
            began = time.monotonic()
            request.state.kiosk = None
            request.state.largest = operation.largest
            response = await _answered(handler, request)
            response.headers["Date"] = format_datetime(self._now(), usegmt=True)
            response.headers["Cache-Control"] = "no-store"
            log.info(
                "request",
                method=request.method,
                route=operation.path,
                status=response.status_code,
                ms=round((time.monotonic() - began) * 1000, 1),
                kiosk=request.state.kiosk,
            )
            return response

        return serve

    async def _unrouted(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        key = Key.METHOD_NOT_ALLOWED if error.status_code == 405 else Key.NOT_FOUND
        response = problems.response(key, headers=error.headers)
        # The path is not logged: whoever asks for a wrong one may have put anything into it.
        log.info("request", method=request.method, route=None, status=response.status_code)
        return response

    def _caller(self, request: Request) -> auth.Caller:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        known = auth.read_token(self._store.token_key, self._store.identity, token.strip(), self._now())
        if scheme.lower() != "bearer" or known is None:
            raise ProblemError(Key.UNAUTHORISED)
        request.state.kiosk = known.kiosk
        return known

    def _check_assertion(
        self, text: str, audiences: Sequence[str], now: datetime
    ) -> tuple[auth.Assertion, auth.Caller]:
        found: dict[str, kiosks.Known] = {}

        def key_of(kiosk: str) -> Mapping[str, str] | None:
            with self._store.reading() as connection:
                known = kiosks.find(connection, kiosk)
            if known is None:
                return None
            found[kiosk] = known
            return known.public_key

        assertion = auth.read_assertion(text, key_of, audiences, now)
        return assertion, auth.Caller(assertion.kiosk, found[assertion.kiosk].site)

    def _check_close(self, signed: str, caller: auth.Caller) -> closed_days.Closing:
        with self._store.reading() as connection:
            known = kiosks.find(connection, caller.kiosk)
        if known is None:
            raise ProblemError(Key.FORBIDDEN, "the kiosk is not enrolled")
        try:
            said = day_closes.read(signed, known.public_key)
        except day_closes.SignatureError as error:
            raise ProblemError(Key.BAD_SIGNATURE, str(error)) from error
        if said.version != messages.VERSION:
            raise ProblemError(Key.UNKNOWN_VERSION, f"this centre speaks version {messages.VERSION}")
        if (said.kiosk, said.site) != (known.id, known.site):
            raise ProblemError(Key.BAD_SIGNATURE, "it is the close of another kiosk")
        return closed_days.Closing(known.id, known.site, known.enrolled_at, signed, said, self._now())

    async def _last_signs(self) -> Mapping[str, datetime]:
        return await run_in_threadpool(self._read_last_signs)

    def _read_last_signs(self) -> Mapping[str, datetime]:
        with self._store.reading() as connection:
            return heartbeats.last_signs(connection)

    def _warn_of_patterns(self, fresh: Set[str]) -> None:
        with self._store.reading() as connection:
            clients = notices.wrong_places(connection, self._now() - timedelta(days=1))
        for pattern in misdirected.begun(misdirected.patterns(clients), fresh):
            log.warning(notices.PATTERN, scope=pattern.scope, about=pattern.about, clients=len(pattern.facts))

    async def _places(self) -> Mapping[str, int]:
        return await run_in_threadpool(self._read_places)

    def _read_places(self) -> Mapping[str, int]:
        with self._store.reading() as connection:
            return changes.places(connection)


async def _answered(handler: Handler, request: Request) -> Response:
    try:
        return await handler(request)
    except ProblemError as problem:
        return problems.response(problem.key, problem.detail)
    except auth.OAuthRefusal as refusal:
        status = 401 if refusal.answer.error == "invalid_client" else 400
        return Response(messages.encode(refusal.answer), status, media_type=JSON)
    except StoreUnavailableError as error:
        log.error("store unavailable", cause=str(error))
        return problems.response(Key.UNAVAILABLE)
    except ClientDisconnect:
        return problems.response(Key.MALFORMED)
    except Exception as error:  # noqa: BLE001 - the last line before the kiosk
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        where = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else ""
        log.error("failed", error=type(error).__name__, where=where)
        # Neither the message of an error nor its traceback: both may quote what was sent.
        return problems.response(Key.INTERNAL)


async def _body(request: Request) -> bytes:
    """The body, unpacked. What is too large is still read for a while, so that the refusal reaches the sender."""
    largest: int = request.state.largest
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("gzip", "identity"):
        raise ProblemError(Key.UNKNOWN_ENCODING)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= largest:
            parts.append(part)
        elif size > 4 * largest:
            break
    if size > largest:
        raise ProblemError(Key.TOO_LARGE, f"at most {largest} bytes")
    body = b"".join(parts)
    return _unpacked(body, largest) if encoding == "gzip" else body


def _unpacked(body: bytes, largest: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)  # 16 for the gzip header, 15 for the largest window
    try:
        plain = unpacking.decompress(body, largest + 1)
    except zlib.error as error:
        raise ProblemError(Key.MALFORMED, "the body is not gzip") from error
    if len(plain) > largest:
        raise ProblemError(Key.TOO_LARGE, f"at most {largest} bytes, once unpacked")
    if not unpacking.eof:
        raise ProblemError(Key.MALFORMED, "the body is cut short")
    return plain


def _decode(body: bytes, kind: type[Message]) -> Message:
    try:
        version = msgspec.json.decode(body, type=_Versioned).version
        if version != messages.VERSION:
            raise ProblemError(Key.UNKNOWN_VERSION, f"this centre speaks version {messages.VERSION}")
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        detail = str(error) if isinstance(error, msgspec.MsgspecError) else ""
        raise ProblemError(Key.MALFORMED, detail) from error


def _form(body: bytes) -> auth.TokenForm:
    try:
        fields = {name: values[0] for name, values in parse_qs(body.decode("ascii"), max_num_fields=20).items()}
        if fields.get("grant_type", "client_credentials") != "client_credentials":
            raise auth.OAuthRefusal(auth.OAuthError(error="unsupported_grant_type"))
        return msgspec.convert(fields, auth.TokenForm)
    except (msgspec.ValidationError, ValueError) as error:
        wanted = "grant_type, client_assertion_type and client_assertion are needed, as RFC 7523 section 2.2 has them"
        raise auth.OAuthRefusal(auth.OAuthError(error="invalid_request", error_description=wanted)) from error


def _misdirects(reading: arrivals.Reading, result: messages.FactResult) -> bool:
    return reading.message.kind == FactKind.WRONG_PLACE and result.verdict is Verdict.RECORDED


def _json(message: msgspec.Struct) -> Response:
    return Response(messages.encode(message), media_type=JSON)
