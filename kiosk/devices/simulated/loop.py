"""A thread that waits on file descriptors and does what others ask of it, so that a twin's state has one owner."""

import contextlib
import heapq
import itertools
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


class Loop:
    """Runs from ``start`` to ``stop``. Whatever is watched must be ignored again before it is closed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._asked: deque[Callable[[], None]] = deque()
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to wait."""
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._stopping = False
        self.watch(self._ear, self._hear)
        self._thread = threading.Thread(target=self._turn, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, after everything asked so far."""
        if self._thread is None:
            return
        self.call(self._end)
        self._thread.join()
        self._thread = None
        self._selector.close()
        self._bell.close()
        self._ear.close()

    def watch(self, source: socket.socket | int, readable: Callable[[], None]) -> None:
        """Call ``readable`` in the loop's thread whenever there is something to read."""
        self._selector.register(source, selectors.EVENT_READ, readable)

    def ignore(self, source: socket.socket | int) -> None:
        """Watch it no longer."""
        self._selector.unregister(source)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call ``act`` in the loop's thread after that long. Only to be called in that thread."""
        heapq.heappush(self._later, (monotonic() + seconds, next(self._order), act))

    def call(self, act: Callable[[], T]) -> T:
        """Do something in the loop's thread and wait for its result; at once where this is that thread."""
        if self._thread is None or threading.current_thread() is self._thread:
            return act()
        answer: Future[T] = Future()

        def run() -> None:
            try:
                answer.set_result(act())
            except Exception as error:  # noqa: BLE001 - it is raised again where it was asked for
                answer.set_exception(error)

        self._asked.append(run)
        with contextlib.suppress(BlockingIOError):
            self._bell.send(b"!")
        return answer.result()

    def _turn(self) -> None:
        while not self._stopping:
            for key, _ in self._selector.select(self._until_next()):
                # An earlier one of this round may have closed it.
                if key.fd in self._selector.get_map():
                    key.data()

            while self._later and self._later[0][0] <= monotonic():
                heapq.heappop(self._later)[2]()

    def _until_next(self) -> float | None:
        return max(0.0, self._later[0][0] - monotonic()) if self._later else None

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(64):
                pass
        while self._asked:
            self._asked.popleft()()

    def _end(self) -> None:
        self._stopping = True
