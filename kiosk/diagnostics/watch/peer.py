"""The other process of the kiosk, seen by its heartbeat."""

from collections.abc import Callable, Collection
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.diagnostics.record import Record, read_one
from kiosk.ports import Clock

MISSING_FOR = 5.0
"""Seconds without the other before it is told: systemd starts one that has crashed sooner than that."""
AT_START = 20.0
"""The same at this process's own start, when both begin."""
LOOKS = 2
"""In a row, without the other: a clock that a drill moves on makes every heartbeat old for a moment."""

NOT_RUNNING = {"screen": faults.SCREEN_NOT_RUNNING, "sync": faults.SYNC_NOT_RUNNING}


class PeerLook:
    """``on_record`` hears what the other says of itself, and when it has gone."""

    source = "peer"

    def __init__(
        self, process: str, run: Path, state: Path, clock: Clock, on_record: Callable[[Record], None] = lambda _: None
    ) -> None:
        self._process = process
        self._run = run
        self._state = state
        self._clock = clock
        self._on_record = on_record
        self._missing_after: float | None = None
        self._missed = 0

    def look(self) -> Collection[Fault]:
        """Not running for some time, or nothing."""
        now = self._clock.monotonic()
        if self._missing_after is None:
            self._missing_after = now + AT_START
        record = read_one(self._process, self._run, self._state, self._clock)
        if record.alive:
            self._missed, self._missing_after = 0, now + MISSING_FOR
        else:
            self._missed += 1
        missing = self._missed >= LOOKS and now >= self._missing_after
        if record.alive or missing:
            self._on_record(record)
        return (NOT_RUNNING[self._process],) if missing else ()
