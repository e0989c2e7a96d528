"""What ends a running kiosk: it leaves a mark, both processes see it and end, and the next start acts upon it.

Damage of the database is mended then; a kiosk that was revoked forgets whom it knows.
"""

import os
import signal
from collections.abc import Callable, Collection
from pathlib import Path

import structlog

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.checkin.health import Health
from kiosk.offline import revocation
from kiosk.offline.mending import leave_mark, suspect
from kiosk.ports import Clock, FaultBoard

log = structlog.get_logger()

START_AGAIN = 75
"""Exit code (EX_TEMPFAIL of sysexits.h): start me again, and I shall mend it."""
LOOK_UNTIL = 15.0
"""Seconds for which a page stays that says that nothing was recorded."""


class Marking:
    """A board that leaves the mark as well when it is told that the database is damaged, and calls ``met``.

    That the kiosk was revoked leaves a mark of its own.
    """

    def __init__(self, board: FaultBoard, state: Path, met: Callable[[], None] = lambda: None) -> None:
        self._board = board
        self._state = state
        self._met = met

    def tell(self, source: str, codes: Collection[str]) -> None:
        """As that of the board."""
        self._board.tell(source, codes)
        if faults.DATABASE_DAMAGED.code in codes:
            leave_mark(self._state)
            self._met()
        if faults.KIOSK_REVOKED.code in codes:
            revocation.mark(self._state)

    def health(self) -> Health:
        """As that of the board."""
        return self._board.health()


class SuspicionLook:
    """Looks for a mark, and has the process end some ``seconds`` after it was seen. ``seen`` tells whether it was.

    Only a process that is ``serving`` ends: one whose page is closed has no file open, stands in nobody's way, and
    would end again and again over damage that can't be mended.
    """

    source = "suspicion"

    def __init__(self, state: Path, clock: Clock, seconds: float, end: Callable[[], None] | None = None) -> None:
        self._state = state
        self._clock = clock
        self._seconds = seconds
        self._end = end or end_process
        self._since: float | None = None
        self._met = False
        self.serving = False
        self.seen = False

    def met(self) -> None:
        """Damage was met by this very process, whether or not its disk takes the mark."""
        self._met = True

    def look(self) -> Collection[Fault]:
        """The fault, while a mark is there."""
        fault = self._found()
        if fault is None or not self.serving:
            return () if fault is None else (fault,)
        now = self._clock.monotonic()
        self._since = now if self._since is None else self._since
        if not self.seen and now - self._since >= self._seconds:
            self.seen = True
            log.error("ending_to_start_again", code=fault.code)
            self._end()
        return (fault,)

    def _found(self) -> Fault | None:
        if revocation.marked(self._state):
            return faults.KIOSK_REVOKED
        return faults.DATABASE_DAMAGED if self._met or suspect(self._state) else None


def end_process() -> None:
    """Ask this process to end in good order."""
    os.kill(os.getpid(), signal.SIGTERM)
