"""The third loop of the agent: heartbeats, day closes and new keys.

It has a connection of its own, and no fact waits for it.
"""

from collections.abc import Callable
from threading import Event

import structlog

from kiosk.ports import Clock
from kiosk.sync.client import CentreError
from kiosk.sync.day_close import DayClosing
from kiosk.sync.heartbeat import Heartbeat
from kiosk.sync.rotation import Rotation

log = structlog.get_logger()

LONGEST_SLEEP = 5.0
"""Seconds after which the loop looks by itself, should nobody have stirred it."""


class Sidelink:
    """What is broken of line or memory it logs and does not tell the board: the loops that carry facts see the same.

    ``storage_error`` is what the memory raises where it can't be used.
    """

    def __init__(
        self,
        heartbeat: Heartbeat,
        closing: DayClosing,
        rotation: Rotation | None = None,
        *,
        clock: Clock,
        storage_error: type[Exception],
    ) -> None:
        self._heartbeat = heartbeat
        self._closing = closing
        self._rotation = rotation
        self._clock = clock
        self._storage_error = storage_error
        self._said: dict[str, str] = {}

    def run(self, stirred: Event, back: Event, stop: Event) -> None:
        """Work until told to stop.

        ``stirred`` is set when the faults have changed, and with both others: ``back`` when the line is back.
        """
        while not stop.is_set():
            stirred.clear()
            if back.is_set():
                back.clear()
                self.line_is_back()
            left = self.step()
            if not stop.is_set():
                stirred.wait(self._clock.nap(left))

    def step(self) -> float:
        """Do what is due; the seconds until something is again."""
        for name, part, act in (
            ("heartbeat", self._heartbeat, self._heartbeat.beat),
            ("day-close", self._closing, self._closing.work),
        ):
            if part.seconds_left() <= 0:
                self._try(name, act)
        if self._rotation is not None and self._rotation.seconds_left() <= 0:
            self._try("rekey", self._rotation.work)
        left = min(self._heartbeat.seconds_left(), self._closing.seconds_left())
        return min(LONGEST_SLEEP, max(0.05, left))

    def line_is_back(self) -> None:
        """Whatever failed may work now."""
        self._heartbeat.line_is_back()
        self._closing.line_is_back()
        if self._rotation is not None:
            self._rotation.line_is_back()

    def _try(self, what: str, act: Callable[[], None]) -> None:
        try:
            act()
        except CentreError as error:
            self._complain(what, error.key, error.detail)
        except self._storage_error as error:
            self._complain(what, type(error).__name__, str(error))
        else:
            self._said.pop(what, None)

    def _complain(self, what: str, reason: str, detail: str) -> None:
        # As often as it changes.
        if self._said.get(what) != reason:
            self._said[what] = reason
            log.info("failed", source=what, reason=reason, detail=detail)
