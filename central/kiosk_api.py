"""The HTTP service for kiosks. Every request ends in a documented answer, and none of them leaves a traceback."""

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence, Set
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from central import (
    arrivals,
    auth,
    bodies,
    day_closes,
    feed,
    identities,
    misdirected,
    openapi,
    problems,
    rekeying,
    silence,
)
from central.configurations import Signing
from central.dispatch import Dispatch, Handler, Served
from central.http_date import HttpDate
from central.metrics import MEDIA_TYPE as METRICS
from central.metrics import NO_OPERATION, Metrics
from central.operations import JSON, OPERATIONS, Health, Operation
from central.problems import Key, ProblemError
from central.revocations import Revocations
from central.serving import LimitsConfig, ServeConfig
from central.store import Store, StoreUnavailableError, changes, facts, heartbeats, kiosks, leases, notices, readiness
from central.store import day_closes as closed_days
from central.store.figures import Figures, figures
from central.throttle import Throttle, whole_seconds
from central.watch import ChangeWatch
from central.writer import Writer
from kiosk.checkin.facts import FactKind, Verdict
from kiosk.sync import messages

log = structlog.stdlib.get_logger("central")

READY_FOR = 2.0
"""Seconds for which the service that was found ready is told to be so, however often it is asked."""
SHORTEST_WAIT = 0.001
"""Seconds. Less than that is less than clocks can tell apart, and would be waited for again and again."""
PATIENCE = 5.0
"""Seconds that the database has for the proof."""

LONGEST_REQUEST_ID = 64
_REQUEST_ID = messages.REQUEST_ID.lower().encode()
_NO_STORE = (b"cache-control", b"no-store")


class KioskApi:
    """The handlers, one for each operation of the table.

    ``addresses`` are those by which kiosks know this centre, without a path; where there is none, the address of the
    request itself counts. ``readers`` are the addresses or networks that may read the metrics.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        addresses: Sequence[str] = (),
        limits: LimitsConfig | None = None,
        readers: Sequence[str] = ServeConfig().metrics,
        signing: Signing | None = None,
    ) -> None:
        limits = limits or LimitsConfig()
        self._store = store
        self._now = now
        self._addresses = tuple(address.rstrip("/") for address in addresses)
        self._readers = tuple(ipaddress.ip_network(one) for one in readers)
        self.metrics = Metrics(self._figures)
        self._signing = signing or Signing()
        self._writer = Writer(store, self.metrics.committed)
        self._tokens = auth.Tokens(store.token_key, store.identity)
        self._document = openapi.document()
        self._kiosks = Throttle(limits.kiosk_rate, limits.kiosk_burst, _seconds)
        self._enrolling = Throttle(limits.enrolment_rate, limits.enrolment_burst, _seconds)
        self._date = HttpDate()
        self._ready_until = 0.0
        self._revoked = Revocations(self._look_for_revoked)
        self.watch = ChangeWatch(self._places)

    def app(self) -> Dispatch:
        """The application, which answers within ``lifespan``."""
        handlers: Mapping[str, Handler] = {
            "enrol": self._enrol,
            "token": self._token,
            "facts": self._facts,
            "changes": self._changes,
            "lend": self._lend,
            "heartbeat": self._heartbeat,
            "close": self._close,
            "rekey": self._rekey,
            "document": self._openapi,
            "health": self._health,
            "ready": self._ready,
            "metrics": self._metrics,
        }
        served = [
            Served(operation.method, operation.path, self._served(operation, handlers[operation.id]))
            for operation in OPERATIONS
        ]
        return Dispatch(served, self._stray)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """What must run meanwhile: the writer thread, the watch, and whoever listens for silence."""
        watching = asyncio.create_task(self.watch.run())
        listening = asyncio.create_task(silence.watch(self._last_signs, self._now))
        revoking = asyncio.create_task(self._revoked.run())
        with self._writer:
            yield
        for task in (watching, listening, revoking):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    # --- the handlers -----------------------------------------------------------------------------------------------

    async def _enrol(self, request: Request) -> Response:
        _hold_back(self._enrolling, "" if request.client is None else request.client.host)
        asked = bodies.read(await bodies.whole(request), messages.EnrolmentRequest)
        try:
            key = auth.public_key(asked.public_key)
        except ValueError as error:
            raise ProblemError(Key.MALFORMED, str(error)) from error
        hashed = auth.code_hash(self._store.pepper, asked.code)
        identity_key = identities.public_half(self._store.identity_key)
        enrolling = kiosks.Enrolling(hashed, key, identity_key, self._now())
        answer = await self._writer.ask(kiosks.enrol, enrolling)
        if isinstance(answer, Key):
            raise ProblemError(answer)
        request.state.kiosk = answer.kiosk
        return _json(answer)

    async def _token(self, request: Request) -> Response:
        form = bodies.form(await bodies.whole(request))
        addresses = self._addresses or (f"{request.url.scheme}://{request.url.netloc}",)
        audiences = [f"{address}{request.url.path}" for address in addresses]
        now = self._now()
        checked = await run_in_threadpool(self._check_assertion, form.client_assertion, audiences, now)
        assertion, caller, changed = checked
        request.state.kiosk = caller.kiosk
        spending = kiosks.Spending(assertion.kiosk, assertion.jti, assertion.expires_at, now)
        if not await self._writer.ask(kiosks.spend, spending):
            raise auth.replayed()
        if assertion.key == changed:
            going_over = kiosks.Rekeying(assertion.kiosk, assertion.key, now)
            await self._writer.ask(kiosks.go_over, going_over)
            log.info("key_changed", kiosk=assertion.kiosk)
        token = auth.issue_token(self._store.token_key, self._store.identity, caller, now)
        seconds = int(auth.TOKEN_LIFE.total_seconds())
        return _json(messages.TokenAnswer(access_token=token, expires_in=seconds))

    async def _facts(self, request: Request) -> Response:
        caller = self._caller(request)
        batch = bodies.read(await bodies.whole(request), messages.FactBatch)
        raw = [bytes(one) for one in batch.facts]
        read = [(one, arrivals.read(one)) for one in raw]
        received = facts.Batch(caller.kiosk, caller.site, read, self._now())
        results = await self._writer.ask(facts.ingest, received, len(read))
        self.metrics.facts(one.verdict for one in results)
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
        if not (wait.isascii() and wait.isdigit()):
            raise ProblemError(Key.MALFORMED, "wait is a whole number of seconds")
        loop = asyncio.get_running_loop()
        # A number with more digits than Python reads is still only longer than the longest.
        ends = loop.time() + min(int(wait.lstrip("0")[:4] or "0"), messages.LONGEST_WAIT)
        cursor = feed.Cursor.read(text) if text else None
        signing = self._signing if request.query_params.get("configuration") == messages.SIGNED else None
        while True:
            try:
                page = await run_in_threadpool(feed.page, self._store, caller.site, cursor, self._now(), signing)
            except LookupError as error:
                raise ProblemError(Key.FORBIDDEN, "the site of this kiosk is not known here") from error
            left = ends - loop.time()
            if page.says_something or left < SHORTEST_WAIT or self.watch.closed:
                return _json(page.message(text or ""))
            cursor = page.cursor
            await self.watch.wait(caller.site, cursor.place, left)

    async def _lend(self, request: Request) -> Response:
        caller = self._caller(request)
        asked = bodies.read(await bodies.whole(request), messages.LeaseRequest)
        lending = leases.Lending(caller.kiosk, caller.site, asked)
        answer = await self._writer.ask(leases.lend, lending)
        if isinstance(answer, Key):
            raise ProblemError(answer, "neither the site nor a service there has this series")
        return _json(answer)

    async def _heartbeat(self, request: Request) -> Response:
        caller = self._caller(request)
        said = bodies.read(await bodies.whole(request), messages.Heartbeat)
        beat = heartbeats.Beat(caller.kiosk, said, self._now())
        return _json(await self._writer.ask(heartbeats.keep, beat))

    async def _close(self, request: Request) -> Response:
        caller = self._caller(request)
        signed = bodies.read(await bodies.whole(request), messages.DayCloseMessage).signed
        closing = await run_in_threadpool(self._check_close, signed, caller)
        answer = await self._writer.ask(closed_days.take, closing)
        if answer.verdict is messages.Agreement.DIFFERS:
            log.warning("day_close_differs", kiosk=caller.kiosk, day=answer.day.isoformat(), reason=answer.reason)
        return _json(answer)

    async def _rekey(self, request: Request) -> Response:
        caller = self._caller(request)
        signed = bodies.read(await bodies.whole(request), messages.RekeyMessage).signed
        offered = await run_in_threadpool(self._check_rekeying, signed, caller)
        await self._writer.ask(kiosks.offer, offered)
        return _json(messages.RekeyAnswer())

    async def _openapi(self, _request: Request) -> Response:
        return Response(self._document, media_type=JSON)

    async def look(self) -> None:
        """Return once the store has answered; raises whatever it says."""
        await self._places()

    async def _health(self, _request: Request) -> Response:
        await self.look()
        return _json(Health())

    async def _ready(self, _request: Request) -> Response:
        if time.monotonic() > self._ready_until:
            try:
                async with asyncio.timeout(PATIENCE):
                    settled = await self._writer.ask(readiness.prove, self._now())
            except Exception as error:
                # Full, read-only, gone: whatever it is, no request should be sent here now.
                log.error("not_ready", error=type(error).__name__)
                raise ProblemError(Key.UNAVAILABLE, "the database does not take what is written") from error
            if not settled:
                raise ProblemError(Key.UNAVAILABLE, "the database is of another schema than this program")
            self._ready_until = time.monotonic() + READY_FOR
        return _json(Health())

    async def _metrics(self, request: Request) -> Response:
        asking = ipaddress.ip_address(request.client.host) if request.client is not None else None
        if asking is None or not any(asking in network for network in self._readers):
            raise ProblemError(Key.FORBIDDEN, "the metrics are not for this address")
        return Response(await run_in_threadpool(self.metrics.exposition), media_type=METRICS)

    # --- around them ------------------------------------------------------------------------------------------------

    def _served(self, operation: Operation, handler: Handler) -> Handler:
        async def serve(request: Request) -> Response:
            began = time.monotonic()
            request.state.kiosk = None
            request.state.largest = operation.largest
            response = await self._answered(handler, request)
            response.raw_headers += ((b"date", self._date.now(self._now())), _NO_STORE)
            asked = request.headers.get(messages.REQUEST_ID, "")
            if len(asked) <= LONGEST_REQUEST_ID and asked.isascii() and asked.isalnum():
                response.raw_headers.append((_REQUEST_ID, asked.encode()))
            took = time.monotonic() - began
            self.metrics.answered(operation.id, response.status_code, took)
            log.info(
                "request",
                method=request.method,
                route=operation.path,
                status=response.status_code,
                ms=round(took * 1000, 1),
                kiosk=request.state.kiosk,
            )
            return response

        return serve

    async def _answered(self, handler: Handler, request: Request) -> Response:
        try:
            return await handler(request)
        except ProblemError as problem:
            return problems.response(problem.key, problem.detail, after=problem.after)
        except auth.OAuthRefusal as refusal:
            status = 401 if refusal.answer.error == "invalid_client" else 400
            return Response(messages.encode(refusal.answer), status, media_type=JSON)
        except StoreUnavailableError as error:
            log.error("store unavailable", cause=str(error))
            self.metrics.database_failed()
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

    async def _stray(self, request: Request, methods: Sequence[str]) -> Response:
        if methods:
            response = problems.response(Key.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(methods)})
        else:
            response = problems.response(Key.NOT_FOUND)
        # The path is not logged: whoever asks for a wrong one may have put anything into it.
        log.info("request", method=request.method, route=None, status=response.status_code)
        self.metrics.answered(NO_OPERATION, response.status_code, 0.0)
        return response

    def _caller(self, request: Request) -> auth.Caller:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        known = self._tokens.caller(token.strip(), self._now())
        if scheme.lower() != "bearer" or known is None:
            raise ProblemError(Key.UNAUTHORISED)
        request.state.kiosk = known.kiosk
        if known.kiosk in self._revoked:
            raise ProblemError(Key.REVOKED)
        _hold_back(self._kiosks, known.kiosk)
        return known

    def _check_assertion(
        self, text: str, audiences: Sequence[str], now: datetime
    ) -> tuple[auth.Assertion, auth.Caller, Mapping[str, str] | None]:
        """Who asks for a token; and the new key of the kiosk, where it has told of one."""
        found: dict[str, kiosks.Known] = {}

        def keys_of(kiosk: str) -> Sequence[Mapping[str, str]]:
            with self._store.reading() as connection:
                known = kiosks.find(connection, kiosk)
            if known is None:
                return ()
            found[kiosk] = known
            return (known.public_key,) if known.next_key is None else (known.public_key, known.next_key)

        assertion = auth.read_assertion(text, keys_of, audiences, now)
        known = found[assertion.kiosk]
        if known.revoked:
            # Only who has its key learns so.
            raise ProblemError(Key.REVOKED)
        return assertion, auth.Caller(known.id, known.site), known.next_key

    def _check_close(self, signed: str, caller: auth.Caller) -> closed_days.Closing:
        with self._store.reading() as connection:
            known = kiosks.find(connection, caller.kiosk)
        if known is None:
            raise ProblemError(Key.FORBIDDEN, "the kiosk is not enrolled")
        try:
            said = _day_close(signed, known)
        except day_closes.SignatureError as error:
            raise ProblemError(Key.BAD_SIGNATURE, str(error)) from error
        if said.version != messages.VERSION:
            raise ProblemError(Key.UNKNOWN_VERSION, f"this centre speaks version {messages.VERSION}")
        if (said.kiosk, said.site) != (known.id, known.site):
            raise ProblemError(Key.BAD_SIGNATURE, "it is the close of another kiosk")
        return closed_days.Closing(known.id, known.site, known.enrolled_at, signed, said, self._now())

    def _check_rekeying(self, signed: str, caller: auth.Caller) -> kiosks.Rekeying:
        with self._store.reading() as connection:
            known = kiosks.find(connection, caller.kiosk)
        if known is None:
            raise ProblemError(Key.FORBIDDEN, "the kiosk is not enrolled")
        try:
            said, key = rekeying.read(signed, known.public_key)
        except day_closes.SignatureError as error:
            raise ProblemError(Key.BAD_SIGNATURE, str(error)) from error
        except ValueError as error:
            raise ProblemError(Key.MALFORMED, str(error)) from error
        if said.version != messages.VERSION:
            raise ProblemError(Key.UNKNOWN_VERSION, f"this centre speaks version {messages.VERSION}")
        if (said.kiosk, said.site) != (known.id, known.site):
            raise ProblemError(Key.BAD_SIGNATURE, "it is the key of another kiosk")
        return kiosks.Rekeying(known.id, key, self._now())

    async def _look_for_revoked(self) -> Set[str]:
        return await run_in_threadpool(self._read_revoked)

    def _read_revoked(self) -> Set[str]:
        with self._store.reading() as connection:
            return kiosks.revoked(connection)

    def _figures(self) -> Figures:
        with self._store.reading() as connection:
            return figures(connection, self._now())

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


def _day_close(signed: str, known: kiosks.Known) -> messages.DayCloseBody:
    """What it says. It may have been signed before the kiosk went over to another key."""
    if known.last_key is not None:
        with suppress(day_closes.SignatureError):
            return day_closes.read(signed, known.last_key)
    return day_closes.read(signed, known.public_key)


def _seconds() -> float:
    return asyncio.get_running_loop().time()


def _hold_back(throttle: Throttle, who: str) -> None:
    wait = throttle.take(who)
    if wait > 0:
        raise ProblemError(Key.TOO_MANY_REQUESTS, after=whole_seconds(wait))


def _misdirects(reading: arrivals.Reading, result: messages.FactResult) -> bool:
    return reading.message.kind == FactKind.WRONG_PLACE and result.verdict is Verdict.RECORDED


def _json(message: msgspec.Struct) -> Response:
    return Response(messages.encode(message), media_type=JSON)
