"""A line with faults: an HTTP proxy on the loopback interface that spoils what goes over it, one request at a time.

It stands between a real ``kiosk sync`` and a real ``central serve``. What it does to a request is a ``Trouble``; which
requests meet one is switched while it runs, for the next few, for all, or by a seeded chance for each.
"""

import asyncio
import random
import re
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.line.wire import LOOPBACK, Link, Tally

T = TypeVar("T")

DRIP = 0.2
"""Seconds between two bytes of a slow answer."""
LATE_BY = 1.5
"""Seconds after which a request arrives that its sender has long given up."""
_LARGEST_HEAD = 64 * 1024
_PATIENCE = 5.0
_PORTAL = b"<!doctype html><title>Guest network</title><form>Please accept our terms.</form>"
_DOWN_PAGE = b"<html><body><h1>503 Service Unavailable</h1></body></html>"


class Trouble(StrEnum):
    """What may befall a request. Those marked *has it* let the centre have the request, and spoil its answer."""

    NONE = "none"
    RESET = "reset"
    """The connection is reset as soon as the request has been read."""
    CUT_REQUEST = "cut-request"
    """The centre gets half of it, and then both connections end."""
    LATE = "late"
    """Reset; and the centre gets all of it ``LATE_BY`` seconds later. *Has it*, perhaps after it was sent again."""
    DUPLICATE = "duplicate"
    """The centre gets it twice at once, on two connections; the kiosk hears one of the two answers. *Has it*."""
    SWALLOW = "swallow"
    """The connection ends in the place of the answer. *Has it*."""
    CUT_ANSWER = "cut-answer"
    """The connection ends in the middle of the answer's body. *Has it*."""
    TRUNCATED = "truncated"
    """Half of the answer's body comes as a whole one, with a length that fits. *Has it*."""
    EMPTY = "empty"
    """200, and an object with nothing in it. *Has it*."""
    LOST_IN_500 = "lost-in-500"
    """500 in the place of an answer that was fine. *Has it*."""
    BUSY = "busy"
    """429, and when to come again."""
    UNAVAILABLE = "unavailable"
    """503 with a page for people, as from a proxy whose server is away."""
    TOO_LARGE = "too-large"
    """413."""
    CONFLICT = "conflict"
    """409 for the whole request, which the protocol does not know."""
    UNAUTHORISED = "unauthorised"
    """401."""
    FORBIDDEN = "forbidden"
    """403."""
    REDIRECT = "redirect"
    """302, to where nothing is."""
    PORTAL = "portal"
    """200, and the log-in page of a guest network."""
    GARBAGE = "garbage"
    """Bytes that are no HTTP."""
    SLOW = "slow"
    """The answer comes, a byte each ``DRIP`` seconds. *Has it*."""
    BLACKHOLE = "blackhole"
    """Taken, and never a word again; the centre hears nothing."""
    HALF_OPEN = "half-open"
    """The centre has answered and gone; on the kiosk's side the connection stays open, and silent. *Has it*."""


HAVE_IT = frozenset(
    {
        *(Trouble.LATE, Trouble.DUPLICATE, Trouble.SWALLOW, Trouble.CUT_ANSWER, Trouble.TRUNCATED, Trouble.EMPTY),
        *(Trouble.LOST_IN_500, Trouble.SLOW, Trouble.HALF_OPEN),
    }
)
"""After these the centre has the request."""
HOLD = frozenset({Trouble.SLOW, Trouble.BLACKHOLE, Trouble.HALF_OPEN})
"""These keep whoever asked waiting for as long as it will wait."""
QUICK = tuple(trouble for trouble in Trouble if trouble not in HOLD | {Trouble.NONE})
"""These are over at once."""

_STATUS = {
    Trouble.LOST_IN_500: (500, "text/plain", b"Internal Server Error"),
    Trouble.BUSY: (429, "text/plain", b""),
    Trouble.UNAVAILABLE: (503, "text/html", _DOWN_PAGE),
    Trouble.TOO_LARGE: (413, "text/html", b"<h1>413 Request Entity Too Large</h1>"),
    Trouble.CONFLICT: (409, "text/plain", b"conflict"),
    Trouble.UNAUTHORISED: (401, "application/json", b"{}"),
    Trouble.FORBIDDEN: (403, "text/html", b"<h1>403 Forbidden</h1>"),
    Trouble.REDIRECT: (302, "text/plain", b""),
    Trouble.PORTAL: (200, "text/html", _PORTAL),
    Trouble.EMPTY: (200, "application/json", b"{}"),
}
_MORE_HEADERS = {Trouble.BUSY: b"Retry-After: 1\r\n", Trouble.REDIRECT: b"Location: /elsewhere\r\n"}


@dataclass(frozen=True)
class Asked:
    """One request as it came in: ``at`` is the monotonic clock in seconds."""

    at: float
    path: str
    trouble: Trouble


@dataclass
class _Message:
    head: bytes
    body: bytes

    @property
    def bytes(self) -> bytes:
        return self.head + self.body


class FaultProxy:
    """The proxy. Entering it opens the port; leaving ends every connection. Use it from any thread: ::

        with FaultProxy(centre_port, seed=7) as proxy:
            proxy.next(Trouble.SWALLOW, path="/v1/facts")        # one request
            proxy.all(Trouble.UNAVAILABLE)                       # every one, until
            proxy.well()                                         # the line is well again
            proxy.storm({Trouble.RESET: 0.1, Trouble.LATE: 0.1}) # a chance for each request

    ``round_trip`` (seconds) and ``bandwidth`` (bytes a second) are what a message costs on the way, as with ``Wire``.
    """

    def __init__(
        self,
        target_port: int,
        *,
        port: int = 0,
        seed: int = 0,
        round_trip: float = 0.0,
        bandwidth: float | None = None,
    ) -> None:
        self._target_port = target_port
        self.port = port
        """The port on 127.0.0.1 at which the target is found through the proxy."""
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        self._up = Link(self._loop.time, round_trip / 2, bandwidth)
        self._down = Link(self._loop.time, round_trip / 2, bandwidth)
        self._tally = Tally()
        self._asked: list[Asked] = []
        self._lock = threading.Lock()
        self._next: list[tuple[Trouble, str]] = []
        self._standing: tuple[Trouble, str] = (Trouble.NONE, "")
        self._chances: Mapping[Trouble, float] = {}
        self.rewrite: Callable[[str, bytes], bytes] = lambda _path, body: body
        """What somebody on the line makes of the body of an answer that meets no trouble, by the path asked for."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    # --- what stands before the line ---

    @property
    def url(self) -> str:
        """The target as HTTP finds it through the proxy."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def tally(self) -> Tally:
        """Bytes between the kiosk and the proxy, connections, requests."""
        return self._tally

    def asked(self, path: str = "") -> list[Asked]:
        """The requests so far whose path begins with ``path``."""
        with self._lock:
            return [one for one in self._asked if one.path.startswith(path)]

    def met(self) -> Counter[Trouble]:
        """How many requests met each trouble."""
        return Counter(one.trouble for one in self.asked())

    def next(self, trouble: Trouble, *, path: str = "", times: int = 1) -> None:
        """The next ``times`` requests whose path begins with ``path`` meet it."""
        with self._lock:
            self._next += [(trouble, path)] * times

    def all(self, trouble: Trouble, *, path: str = "") -> None:
        """From now on every request to ``path`` meets it."""
        with self._lock:
            self._standing = (trouble, path)

    def storm(self, chances: Mapping[Trouble, float]) -> None:
        """From now on each request meets one of these with its probability (together at most 1)."""
        with self._lock:
            self._chances = dict(chances)

    def well(self) -> None:
        """From now on nothing befalls a request."""
        with self._lock:
            self._next, self._standing, self._chances = [], (Trouble.NONE, ""), {}

    def set(self, *, round_trip: float, bandwidth: float | None = None) -> None:
        """What a message costs from now on."""
        for link in (self._up, self._down):
            link.delay = round_trip / 2
            link.bandwidth = bandwidth

    def cut(self) -> None:
        """End every connection that is open now, also those on which an answer is awaited."""
        self._run(self._drop())

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, LOOPBACK, self.port, limit=_LARGEST_HEAD))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # --- the line itself, in its own thread ---

    def _run(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(2 * _PATIENCE)

    async def _drop(self) -> None:
        for writer in list(self._writers):
            _reset(writer)

    async def _close(self) -> None:
        self._server.close()
        await self._drop()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._tally = replace(self._tally, connections=self._tally.connections + 1)
        try:
            with self._held(writer):
                await asyncio.sleep(2 * self._up.delay)
                while await self._one(reader, writer):
                    pass
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)

    async def _one(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> bool:
        """One request and what becomes of it; whether the connection goes on."""
        request = await _message(near)
        if request is None:
            return False
        path = request.head.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
        trouble = self._met(path)
        tally = self._tally
        self._tally = replace(tally, up=tally.up + len(request.bytes), requests=tally.requests + 1)
        await self._travel(self._up, len(request.bytes))
        if trouble in _STATUS and trouble not in HAVE_IT:
            return await self._say(back, _made_up(trouble))
        match trouble:
            case Trouble.NONE:
                return await self._say(back, self._rewritten(path, await self._ask(request.bytes)))
            case Trouble.GARBAGE:
                await self._say(back, self._chance.randbytes(300))
            case Trouble.BLACKHOLE:
                await near.read()
            case Trouble.CUT_REQUEST:
                await self._begin(request)
            case Trouble.LATE:
                self._later(request.bytes)
            case Trouble.RESET:
                pass
            case _:
                return await self._spoil(trouble, request, near, back)
        _reset(back)
        return False

    async def _spoil(
        self, trouble: Trouble, request: _Message, near: asyncio.StreamReader, back: asyncio.StreamWriter
    ) -> bool:
        """The centre has it; what comes back is not what it said."""
        if trouble is Trouble.DUPLICATE:
            answers = await asyncio.gather(self._ask(request.bytes), self._ask(request.bytes))
            return await self._say(back, answers[self._chance.randrange(2)])
        answer = await self._ask(request.bytes)
        head, _, body = answer.partition(b"\r\n\r\n")
        half = body[: len(body) // 2]
        match trouble:
            case Trouble.EMPTY | Trouble.LOST_IN_500:
                return await self._say(back, _made_up(trouble))
            case Trouble.TRUNCATED:
                return await self._say(back, _answer(200, "application/json", half))
            case Trouble.CUT_ANSWER:
                await self._say(back, head + b"\r\n\r\n" + half)
                # By chance in good order, or with a bang.
                if self._chance.random() < 0.5:
                    return False
            case Trouble.SLOW:
                for byte in answer:
                    await self._say(back, bytes([byte]))
                    await asyncio.sleep(DRIP)
            case Trouble.HALF_OPEN:
                await near.read()
        _reset(back)
        return False

    def _rewritten(self, path: str, answer: bytes) -> bytes:
        head, _, body = answer.partition(b"\r\n\r\n")
        other = self.rewrite(path, body)
        if other == body:
            return answer
        length = f"Content-Length: {len(other)}".encode()
        return re.sub(rb"(?im)^content-length: *[0-9]+", length, head) + b"\r\n\r\n" + other

    def _met(self, path: str) -> Trouble:
        with self._lock:
            trouble = self._chosen(path)
            self._asked.append(Asked(monotonic(), path, trouble))
            return trouble

    def _chosen(self, path: str) -> Trouble:
        for place, (trouble, where) in enumerate(self._next):
            if path.startswith(where):
                del self._next[place]
                return trouble
        trouble, where = self._standing
        if trouble is not Trouble.NONE and path.startswith(where):
            return trouble
        drawn = self._chance.random()
        for trouble, chance in self._chances.items():
            drawn -= chance
            if drawn < 0:
                return trouble
        return Trouble.NONE

    async def _say(self, back: asyncio.StreamWriter, said: bytes) -> bool:
        await self._travel(self._down, len(said))
        self._tally = replace(self._tally, down=self._tally.down + len(said))
        back.write(said)
        await back.drain()
        return True

    async def _travel(self, link: Link, size: int) -> None:
        left = link.due(size) - self._loop.time()
        if left > 0:
            await asyncio.sleep(left)

    async def _ask(self, request: bytes) -> bytes:
        """What the centre says to it, on a connection of its own. Raises ``OSError`` or ``EOFError``."""
        far, out = await asyncio.open_connection(LOOPBACK, self._target_port, limit=_LARGEST_HEAD)
        with self._held(out):
            out.write(request)
            await out.drain()
            answer = await _message(far)
            if answer is None:
                raise EOFError
            return answer.bytes

    async def _begin(self, request: _Message) -> None:
        """The centre gets the first half of it; of one without a body, half of the head."""
        _, out = await asyncio.open_connection(LOOPBACK, self._target_port)
        with self._held(out):
            cut = len(request.head) + len(request.body) // 2 if request.body else len(request.head) // 2
            out.write(request.bytes[:cut])
            await out.drain()

    def _later(self, request: bytes) -> None:
        async def ask() -> None:
            await asyncio.sleep(LATE_BY)
            with suppress(OSError, EOFError):
                await self._ask(request)

        task = self._loop.create_task(ask())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _held(self, writer: asyncio.StreamWriter) -> "_Held":
        return _Held(self._writers, writer)


class _Held:
    """A connection that is open for as long as this is entered."""

    def __init__(self, all_of_them: set[asyncio.StreamWriter], writer: asyncio.StreamWriter) -> None:
        self._all = all_of_them
        self._writer = writer

    def __enter__(self) -> None:
        self._all.add(self._writer)

    def __exit__(self, *_: object) -> None:
        self._all.discard(self._writer)
        self._writer.close()


async def _message(reader: asyncio.StreamReader) -> _Message | None:
    """A whole request or answer (RFC 9112); ``None`` at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    if re.search(rb"(?im)^transfer-encoding:.*chunked", head):
        body = b""
        while True:
            size = await reader.readuntil(b"\r\n")
            chunk = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
            body += size + chunk
            if len(chunk) == 2:
                return _Message(head, body)
    length = re.search(rb"(?im)^content-length: *([0-9]+)", head)
    return _Message(head, await reader.readexactly(int(length[1])) if length else b"")


def _made_up(trouble: Trouble) -> bytes:
    return _answer(*_STATUS[trouble], _MORE_HEADERS.get(trouble, b""))


def _answer(status: int, kind: str, body: bytes, more: bytes = b"") -> bytes:
    head = f"HTTP/1.1 {status} Made up\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + more + b"\r\n" + body


def _reset(writer: asyncio.StreamWriter) -> None:
    """End it with RST: what was under way is lost."""
    with suppress(OSError):
        held: socket.socket | None = writer.get_extra_info("socket")
        if held is not None:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
