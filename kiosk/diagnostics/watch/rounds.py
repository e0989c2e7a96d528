"""One thread that goes from look to look, every few seconds, for as long as the process lives."""

import threading
from collections.abc import Collection, Sequence
from types import TracebackType
from typing import Protocol, Self

import structlog

from kiosk.checkin.faults import Fault
from kiosk.ports import Clock, FaultBoard

log = structlog.get_logger()

EVERY = 3.0
"""Seconds between two rounds."""


class Look(Protocol):
    """Something that can be looked at. ``source`` is its name on the board."""

    @property
    def source(self) -> str:
        """The name of the source."""

    def look(self) -> Collection[Fault]:
        """Exactly the faults that stand now; none of those that can't be known on this machine."""


class Rounds:
    """Used in a ``with``, in which it looks at everything, first at once."""

    def __init__(self, board: FaultBoard, looks: Sequence[Look], clock: Clock, every: float = EVERY) -> None:
        self._board = board
        self._looks = looks
        self._clock = clock
        self._every = every
        self._failed: set[str] = set()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ending.set()
        self._thread.join()

    def go(self) -> None:
        """One round."""
        for look in self._looks:
            try:
                found = look.look()
            except Exception as error:  # noqa: BLE001 - one look that fails must not end the others
                # Once: it will most likely fail at each round, and says nothing of the thing looked at.
                if look.source not in self._failed:
                    self._failed.add(look.source)
                    log.error("look_failed", source=look.source, error=type(error).__name__)
            else:
                self._board.tell(look.source, [fault.code for fault in found])

    def _run(self) -> None:
        while not self._ending.is_set():
            self.go()
            until = self._clock.monotonic() + self._every
            while not self._ending.is_set() and (left := until - self._clock.monotonic()) > 0:
                self._ending.wait(self._clock.nap(left))
