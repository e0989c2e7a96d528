"""The thread that tells systemd: ready, alive, stopping. It asks, and it feeds only while every part has answered.

Without anybody who listens (``NOTIFY_SOCKET``) there is no such thread, and nobody is asked anything.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import structlog

from kiosk import notify
from kiosk.pulses import Pulses, asked_within, rounds

log = structlog.get_logger()

Beat = Callable[[str], None]
Ask = Callable[[Beat], None]
"""Has a part of the process call the beat with its name, in its own thread, once it gets to it. Returns at once."""

STARTING = 0.2
"""Seconds between two looks at a process that is not ready yet."""
ASKED = 2
"""Looks between two questions while starting, so that a slow start is not swamped with them."""
USUAL = 30.0
"""Seconds after which the watchdog bites, where no unit says so."""
UNWATCHED = 3600.0
"""Seconds between two looks where somebody listens and no watchdog bites: there is nothing to feed."""


class Watchdog:
    """Feeds systemd's watchdog while no part is silent for longer than its ``patience``, in seconds by its name.

    ``asks`` are called before each look. A part that nobody asks beats by itself. To be used with ``with``.
    The real clock counts, not one that a scenario sets: it is the real one that systemd bites by.
    """

    def __init__(self, patience: Mapping[str, float], asks: Sequence[Ask] = (), *, status: str = "") -> None:
        self._pulses = Pulses(dict(patience))
        self._asks = asks
        self._status = status
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._hung: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    @classmethod
    def of_asked(cls, parts: Sequence[str], asks: Sequence[Ask], *, status: str = "") -> "Watchdog":
        """One whose parts answer when they are asked: how patient it is follows from when the watchdog bites."""
        within = asked_within(notify.watchdog_seconds() or USUAL)
        return cls(dict.fromkeys(parts, within), asks, status=status)

    def beat(self, part: str) -> None:
        """A sign of life. From any thread."""
        with self._lock:
            self._pulses.beat(part, time.monotonic())

    def following(self, stop: threading.Event, part: str) -> threading.Event:
        """``stop`` for a loop that looks at it each round: each look is a sign of life of that part."""
        return _Followed(stop, partial(self.beat, part))

    def __enter__(self) -> "Watchdog":
        """Begin."""
        if notify.wanted():
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End: from here on the process may take as long as its unit lets it."""
        self._ended.set()
        if self._thread.is_alive():
            notify.stopping()
            self._thread.join()

    def _watch(self) -> None:
        limit = notify.watchdog_seconds()
        looks = 0
        while True:
            if looks % ASKED == 0:
                self._ask()
            looks += 1
            with self._lock:
                missing = self._pulses.missing()
            if not missing:
                break
            if self._ended.wait(STARTING):
                return
        # A queue that is full, as while much starts at once, takes it a moment later; lost, the start would time out.
        while not notify.ready(self._status):
            if self._ended.wait(STARTING):
                return
        log.info("ready", watchdog=limit)
        while not self._ended.wait(UNWATCHED if limit is None else rounds(limit)):
            if limit is not None:
                self._look()
                self._ask()

    def _ask(self) -> None:
        for ask in self._asks:
            ask(self.beat)

    def _look(self) -> None:
        with self._lock:
            hung = self._pulses.silent(time.monotonic())
        if not hung:
            notify.alive()
        if hung != self._hung:
            self._hung = hung
            if hung:
                log.error("not_fed", hung=hung)
                notify.status(f"hung: {', '.join(hung)}")
            else:
                log.info("fed_again")
                notify.status(self._status)


class _Followed(threading.Event):
    """Another event, and a sign of life for each look at it."""

    def __init__(self, stop: threading.Event, alive: Callable[[], None]) -> None:
        super().__init__()
        self._stop = stop
        self._alive = alive

    def is_set(self) -> bool:
        """As that of the other."""
        self._alive()
        return self._stop.is_set()

    def set(self) -> None:
        """As that of the other."""
        self._stop.set()

    def wait(self, timeout: float | None = None) -> bool:
        """As that of the other."""
        self._alive()
        return self._stop.wait(timeout)
