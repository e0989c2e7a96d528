"""What is left to do: facts that wait too long or were refused, ticket numbers that have run out, a certificate."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.ports import Clock, FaultBoard, Outbox, RosterStore

WAITING_ALLOWED = timedelta(minutes=10)
"""How old a fact without a receipt may get before somebody should look."""
REFUSED_SHOWN = timedelta(days=7)
"""How long a refused fact stands on the board. It is kept for ever."""
EXPIRES_WITHIN = timedelta(days=14)
"""Before its end, a certificate should be renewed."""


class Backlog:
    """Looks at the outbox and the numbers, and tells the board as the source ``facts``."""

    def __init__(
        self,
        board: FaultBoard,
        outbox: Outbox,
        roster: RosterStore,
        clock: Clock,
        *,
        today: Callable[[], date],
        series: Callable[[], Sequence[str]],
    ) -> None:
        self._board = board
        self._outbox = outbox
        self._roster = roster
        self._clock = clock
        self._today = today
        self._series = series

    def look(self) -> None:
        """After a round of sending and borrowing: what is still left."""
        now = self._clock.now()
        found = facts_left(self._outbox.oldest(), self._outbox.refused(now - REFUSED_SHOWN), now)
        day = self._today()
        if any(self._roster.numbers_left(day, asked) == 0 for asked in self._series()):
            found.append(faults.NUMBERS_RUN_OUT)
        self._board.tell("facts", [fault.code for fault in found])

    def certificate(self, ends: datetime | None) -> None:
        """The centre's certificate, as seen on the line, is good until ``ends``; ``None`` where there is none."""
        soon = ends is not None and ends - self._clock.now() <= EXPIRES_WITHIN
        self._board.tell("certificate", [faults.CERTIFICATE_EXPIRING.code] if soon else ())


def facts_left(oldest: datetime | None, refused: int, now: datetime) -> list[Fault]:
    """The faults that the outbox amounts to."""
    found: list[Fault] = []
    # A fact of a clock that was ahead waits too, however long it may have to by the clock of now.
    if oldest is not None and abs(now - oldest) > WAITING_ALLOWED:
        found.append(faults.FACTS_WAITING)
    if refused:
        found.append(faults.FACTS_REFUSED)
    return found
