"""What the heartbeat says of this kiosk, gathered from the board and the memory of ``kiosk sync``."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta

from msgspec.structs import replace

from kiosk import __version__
from kiosk.checkin.clock_watch import judged
from kiosk.offline.configuration import serving
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.examination import schema, sqlite_version
from kiosk.offline.parked import waiting
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.ports import Clock, FaultBoard
from kiosk.sync.messages import MOST_OFFSET_MS, ConfigurationState, Heartbeat

_MILLISECOND = timedelta(milliseconds=1)


class Condition:
    """How this kiosk is. Used in one thread, whose database it is."""

    def __init__(
        self,
        board: FaultBoard,
        connection: Connection,
        roster: SqlRoster,
        clock: Clock,
        *,
        today: Callable[[], date],
        series: Callable[[], Sequence[str]],
    ) -> None:
        self._board = board
        self._connection = connection
        self._roster = roster
        self._clock = clock
        self._today = today
        self._series = series
        self._program = __version__

    def codes(self) -> frozenset[str]:
        """The faults that stand against either process."""
        return self._board.health().codes

    def tell(self) -> Heartbeat:
        """All of it; what the database can't tell is left out."""
        health = self._board.health()
        bare = Heartbeat(
            at=self._clock.now(),
            light=health.light.value,
            faults=sorted(health.codes),
            program=self._program,
            sqlite=sqlite_version(),
        )
        told = bare
        # Each for itself: a roster file that is broken hides nothing of the journal.
        for more in (self._journal, self._roster_and_numbers, self._configuration):
            with suppress(DatabaseError):
                told = more(told)
        return told

    def _journal(self, told: Heartbeat) -> Heartbeat:
        backlog = waiting(self._connection)
        done, known = schema(self._connection)
        return replace(told, waiting=backlog.count, oldest_waiting_at=backlog.since, schema=f"{done}/{known}")

    def _configuration(self, told: Heartbeat) -> Heartbeat:
        now = serving(self._connection)
        reason, refused = ("", None) if now.refused is None else (now.refused.reason, now.refused.number)
        state = ConfigurationState(number=now.number, checks=now.checks, refused=refused, reason=reason)
        return replace(told, configuration=state)

    def _roster_and_numbers(self, told: Heartbeat) -> Heartbeat:
        clock = judged(self._roster.clock_word(), self._clock.now(), self._clock.monotonic())
        offset = None if clock.offset is None else round(clock.offset / _MILLISECOND)
        store, day = SqlRosterStore(self._connection), self._today()
        return replace(
            told,
            roster_as_of=self._roster.quality().roster_as_of,
            clock=clock.quality.value,
            offset_ms=None if offset is None or abs(offset) > MOST_OFFSET_MS else offset,
            numbers_left={asked: store.numbers_left(day, asked) for asked in self._series()},
        )
