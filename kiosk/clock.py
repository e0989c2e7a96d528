"""Clocks: the machine's own, and one that a scenario or a drill can set while processes run.

A staged clock reads two offsets from a small file that all processes of a stage share: one for the wall clock
(somebody set the clock) and one for both clocks (time passed).
"""

import os
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ENVIRONMENT = "KIOSK_STAGED_CLOCK"
"""Names the file of offsets. Only a stage sets it."""

_OFFSETS = struct.Struct("<dd")
_GLANCE = 0.05


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The wall clock in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment, never going back."""
        return time.monotonic()

    def nap(self, seconds: float) -> float:
        """The machine's clock runs at its own pace: wait for what is left."""
        return seconds


class StagedClock:
    """The machine's clock moved by the offsets in a file, read anew each time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """The wall clock in UTC, as set and as passed."""
        wall, both = self._offsets()
        return datetime.now(UTC) + timedelta(seconds=wall + both)

    def monotonic(self) -> float:
        """Seconds that passed; setting the wall clock does not move them."""
        return time.monotonic() + self._offsets()[1]

    def nap(self, seconds: float) -> float:
        """The offsets may change at any moment, so look again soon."""
        return min(seconds, _GLANCE)

    def start_at(self, moment: datetime) -> None:
        """Let the wall clock show ``moment`` now."""
        self._write((moment - datetime.now(UTC)).total_seconds(), 0.0)

    def set_wall(self, by: timedelta) -> None:
        """Somebody sets the wall clock."""
        wall, both = self._offsets()
        self._write(wall + by.total_seconds(), both)

    def let_pass(self, span: timedelta) -> None:
        """Time passes on both clocks."""
        wall, both = self._offsets()
        self._write(wall, both + span.total_seconds())

    def _offsets(self) -> tuple[float, float]:
        wall, both = _OFFSETS.unpack(self._path.read_bytes())
        return wall, both

    def _write(self, wall: float, both: float) -> None:
        new = self._path.with_suffix(".new")
        new.write_bytes(_OFFSETS.pack(wall, both))
        new.replace(self._path)


def clock_from_environment() -> SystemClock | StagedClock:
    """The staged clock where the environment names one, else the machine's."""
    path = os.environ.get(ENVIRONMENT)
    return StagedClock(Path(path)) if path else SystemClock()
