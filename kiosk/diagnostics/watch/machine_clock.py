"""Whether the machine's clock is set by a time service: systemd-timesyncd or chrony.

Without either of them nothing can be said, and the centre's own clock is all there is to compare with. The kernel's
word (adjtimex(2)) would be simpler, but a process that systemd keeps from setting the clock is killed for asking.
"""

import shutil
import subprocess
from collections.abc import Callable, Collection
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.ports import Clock

TIMESYNC = Path("/run/systemd/timesync")
"""Made by systemd-timesyncd; ``synchronized`` in it since the first time that it heard of the time."""
CHRONY = Path("/run/chrony")
ASK_EVERY = 60.0
"""Seconds between two questions to chrony, and for how long after the start a missing answer is no fault."""
_PATIENCE = 2.0
_LEAP_STATUS = 13
_NOT = "Not synchronised"

AskChrony = Callable[[], str | None]


def ask_chrony() -> str | None:
    """What ``chronyc -c tracking`` says; ``None`` where it can't be asked."""
    chronyc = shutil.which("chronyc")
    if chronyc is None:
        return None
    try:
        done = subprocess.run(
            [chronyc, "-n", "-c", "tracking"], capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout


def synchronised(tracking: str | None) -> bool | None:
    """What chrony says, in one line of comma-separated values (chronyc(1), ``tracking``: leap status is the last)."""
    fields = (tracking or "").strip().split(",")
    if len(fields) != _LEAP_STATUS + 1:
        return None
    return fields[_LEAP_STATUS] != _NOT


class MachineClockLook:
    """``timesync`` and ``chrony`` are the run folders of the two services."""

    source = "machine-clock"

    def __init__(
        self, clock: Clock, *, timesync: Path = TIMESYNC, chrony: Path = CHRONY, ask: AskChrony = ask_chrony
    ) -> None:
        self._clock = clock
        self._timesync = timesync
        self._chrony = chrony
        self._ask = ask
        self._ask_at = 0.0
        self._answer: bool | None = None
        self._began: float | None = None

    def look(self) -> Collection[Fault]:
        """Unsynchronised, where a service says so, and has had some time to do its work."""
        now = self._clock.monotonic()
        self._began = now if self._began is None else self._began
        well = self._well(now)
        late = now - self._began >= ASK_EVERY
        return (faults.CLOCK_UNSYNCHRONISED,) if well is False and late else ()

    def _well(self, now: float) -> bool | None:
        if self._timesync.is_dir():
            return (self._timesync / "synchronized").exists()
        if not self._chrony.is_dir():
            return None
        # After an answer that is no good, sooner: it may be set right any moment.
        if now >= self._ask_at or self._answer is False:
            self._ask_at = now + ASK_EVERY
            self._answer = synchronised(self._ask())
        return self._answer
