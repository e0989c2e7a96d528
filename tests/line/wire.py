"""A length of wire: a TCP proxy on the loopback interface that costs time, and counts what goes through it.

It knows nothing of what it carries, so that it may stand before any server. ``tests.line.proxy`` spoils what goes over
it; this one only delays, and is what ``benchmarks`` measure through.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, TypeVar

LOOPBACK = "127.0.0.1"
_MOST_UNDER_WAY = 4 * 1024 * 1024
"""Bytes of one direction of one connection between the two ends; who sends more has to wait, as with a TCP window."""
_PATIENCE = 5.0

T = TypeVar("T")


@dataclass(frozen=True)
class Tally:
    """What went through: bytes of the TCP streams (without the headers of TCP and IP), connections and requests.

    A request is counted at each turn from listening to speaking; with HTTP/1.1 and no pipelining that is what it says.
    """

    up: int = 0
    down: int = 0
    connections: int = 0
    requests: int = 0

    def since(self, before: "Tally") -> "Tally":
        """What came after ``before``."""
        return Tally(
            self.up - before.up,
            self.down - before.down,
            self.connections - before.connections,
            self.requests - before.requests,
        )


class Link:
    """One direction: when a piece that enters now comes out. ``clock`` gives seconds.

    All connections share its ``bandwidth`` (bytes a second; ``None`` is as fast as the machine); each piece is under
    way for ``delay`` seconds once it is in.
    """

    def __init__(self, clock: Callable[[], float], delay: float, bandwidth: float | None) -> None:
        self._clock = clock
        self.delay = delay
        self.bandwidth = bandwidth
        self._free = 0.0

    def due(self, size: int, not_before: float = 0.0) -> float:
        """When ``size`` bytes that enter now, or at ``not_before``, are out at the other end."""
        enters = max(self._clock(), self._free, not_before)
        self._free = enters + (size / self.bandwidth if self.bandwidth else 0.0)
        return self._free + self.delay


class Wire:
    """Carries connections from ``port`` to a target. Entering it opens the port; leaving ends every connection.

    ``round_trip`` is in seconds, half of it each way. Opening a connection costs one more, as the handshake of TCP
    does; a slow start of TCP is not played. ``bandwidth`` is in bytes a second each way. Both may be changed while
    it carries (``set``). Use it from any thread: ::

        with Wire(centre_port, round_trip=0.050) as wire:
            before = wire.tally
            ...                       # talk to http://127.0.0.1:{wire.port}
            wire.tally.since(before).up
    """

    def __init__(
        self,
        target_port: int,
        *,
        target_host: str = LOOPBACK,
        port: int = 0,
        round_trip: float = 0.0,
        bandwidth: float | None = None,
    ) -> None:
        self._target = (target_host, target_port)
        self.port = port
        """The port on 127.0.0.1 at which the target is found through the wire."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._up = Link(self._loop.time, round_trip / 2, bandwidth)
        self._down = Link(self._loop.time, round_trip / 2, bandwidth)
        self._tally = Tally()
        self._ends: set[_End] = set()
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def url(self) -> str:
        """The target as HTTP finds it through the wire."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def tally(self) -> Tally:
        """What went through so far; a piece counts when it enters."""
        return self._tally

    def set(self, *, round_trip: float, bandwidth: float | None = None) -> None:
        """From now on."""
        for link in (self._up, self._down):
            link.delay = round_trip / 2
            link.bandwidth = bandwidth

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(self._loop.create_server(self._opened, LOOPBACK, self.port))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()

    async def _close(self) -> None:
        self._server.close()
        for end in list(self._ends):
            end.abort()
        # The transports tell of their end in the next rounds of the loop.
        await asyncio.wait_for(self._quiet.wait(), _PATIENCE)

    def _opened(self) -> "_End":
        """Somebody is about to connect at our port."""
        handshake = self._loop.time() + 2 * self._up.delay
        near, far = _End(self._loop, self._up, self._sent_up, handshake), _End(self._loop, self._down, self._sent_down)
        near.other, far.other = far, near
        self._tally = replace(self._tally, connections=self._tally.connections + 1)
        for end in (near, far):
            self._ends.add(end)
            end.gone = self._gone
        self._quiet.clear()
        near.dial = lambda: self._loop.create_task(self._dial(far))
        return near

    def _gone(self, end: "_End") -> None:
        self._ends.discard(end)
        if not self._ends:
            self._quiet.set()

    async def _dial(self, far: "_End") -> None:
        try:
            await self._loop.create_connection(lambda: far, *self._target)
        except OSError:
            far.abort()
            far.other.abort()

    def _sent_up(self, size: int, turned: bool) -> None:
        tally = self._tally
        self._tally = replace(tally, up=tally.up + size, requests=tally.requests + turned)

    def _sent_down(self, size: int, turned: bool) -> None:
        self._tally = replace(self._tally, down=self._tally.down + size)


class _End(asyncio.Protocol):
    """One end of one connection: what comes in here goes out at the other after its time."""

    other: "_End"

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        link: Link,
        count: Callable[[int, bool], None],
        not_before: float = 0.0,
    ) -> None:
        self._loop = loop
        self._link = link
        self._count = count
        self._not_before = not_before
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self._speaking = False
        self._lost = False
        self._ended = False
        self.dial: Callable[[], object] = lambda: None
        self.gone: Callable[[_End], None] = lambda _: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._lost:
            transport.abort()
            return
        self.dial()
        # What the other end sent while this one was not there yet.
        self.other._deliver()

    def data_received(self, data: bytes) -> None:
        self._count(len(data), not self._speaking)
        self._speaking, self.other._speaking = True, False
        self._enter(data)

    def eof_received(self) -> bool:
        self._enter(b"")
        # Half closed: the answer may still be on its way.
        return True

    def connection_lost(self, error: Exception | None) -> None:
        self._lost = True
        self.gone(self)
        if error is not None:
            self.other.abort()
        elif not self._under_way:
            self.other.close()

    def abort(self) -> None:
        """End it without a word (RST)."""
        self._lost = True
        self._under_way.clear()
        if self._transport is None:
            self.gone(self)
        else:
            self._transport.abort()

    def close(self) -> None:
        """End it in good order, once what was given to it has left."""
        if self._transport is None:
            self.abort()
        else:
            self._transport.close()

    def _enter(self, data: bytes) -> None:
        self._under_way.append((self._link.due(len(data), self._not_before), data))
        self._size += len(data)
        if self._size > _MOST_UNDER_WAY and self._transport is not None:
            self._transport.pause_reading()
        if self._timer is None:
            self._deliver()

    def _deliver(self) -> None:
        """Give the other end what is due, and come again for the rest."""
        self._timer = None
        out = self.other._transport
        if out is None:
            return
        while self._under_way:
            due, data = self._under_way[0]
            if due > self._loop.time():
                self._timer = self._loop.call_at(due, self._deliver)
                break
            self._under_way.popleft()
            self._size -= len(data)
            if data:
                out.write(data)
            else:
                self._ended = True
                self._end(out)
        if self._size <= _MOST_UNDER_WAY and self._transport is not None and not self._lost:
            self._transport.resume_reading()
        if self._lost and not self._under_way:
            out.close()

    def _end(self, out: asyncio.Transport) -> None:
        if self.other._ended:
            # Neither has more to say.
            self.close()
            self.other.close()
        elif not out.is_closing():
            out.write_eof()
