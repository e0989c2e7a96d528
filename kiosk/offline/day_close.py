"""The days of the journal that are over: where each ends, what became of its facts, and what the centre said of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from kiosk.checkin.day_close import KeptClose, Range, Tally
from kiosk.checkin.facts import Verdict
from kiosk.offline.connection import Connection, transaction

_ENDED = "day-close:ended"
"""The counter with the first place of this enrolment: what came before belongs to an earlier one."""

_FIRST = """
SELECT max(coalesce((SELECT max(last) + 1 FROM day_close), 1),
           coalesce((SELECT next FROM counter WHERE name = ?), 1))
"""

_FINAL = """
SELECT coalesce(
    (SELECT min(first) - 1 FROM day_close WHERE NOT ended AND (NOT final OR sent_at IS NULL)),
    max(coalesce((SELECT max(last) FROM day_close), 0), coalesce((SELECT next - 1 FROM counter WHERE name = ?), 0))
)
"""

_KEEP = """
INSERT INTO day_close (day, first, last, body, final) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (day) DO UPDATE SET body = excluded.body, final = excluded.final, sent_at = NULL WHERE NOT day_close.final
"""

# One statement, so that no receipt can come between the two counts.
_TALLY = """
SELECT verdict, count(*) FROM receipt WHERE fact BETWEEN :first AND :last GROUP BY verdict
UNION ALL
SELECT NULL, count(*) FROM fact LEFT JOIN receipt ON receipt.fact = fact.seq
WHERE fact.seq BETWEEN :first AND :last AND receipt.fact IS NULL
"""


class SqlDayCloses:
    """``kiosk.ports.DayCloses`` on the kiosk's database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unclosed(self) -> tuple[int, Sequence[tuple[int, datetime]]]:
        """The first place that belongs to no day yet, and place and moment of the facts from there on.

        The moment is that at the centre where the kiosk knew it.
        """
        first = int(self._connection.execute(_FIRST, (_ENDED,)).fetchone()[0])
        rows = self._connection.execute("SELECT seq, at, offset_ms FROM fact WHERE seq >= ? ORDER BY seq", (first,))
        return first, [(seq, _moment(at, offset)) for seq, at, offset in rows]

    def closed(self) -> frozenset[date]:
        """The days that were closed."""
        return frozenset(date.fromisoformat(row[0]) for row in self._connection.execute("SELECT day FROM day_close"))

    def tally(self, facts: Range) -> Tally:
        """What became of these facts so far."""
        rows = self._connection.execute(_TALLY, {"first": facts.first, "last": facts.last})
        said: dict[str | None, int] = {verdict: int(count) for verdict, count in rows}
        pending, conflicts, refused = (said.pop(one, 0) for one in (None, Verdict.CONFLICT, Verdict.REFUSED))
        return Tally(sum(said.values()), conflicts, refused, pending)

    def keep(self, facts: Range, signed: str, *, final: bool) -> None:
        """Keep the close of a day, in the place of one that was not final."""
        row = (facts.day.isoformat(), facts.first, facts.last, signed, int(final))
        with transaction(self._connection):
            self._connection.execute(_KEEP, row)

    def open(self) -> Sequence[KeptClose]:
        """The closes that are not final yet, or that the centre has not answered, the oldest first."""
        rows = self._connection.execute(
            "SELECT day, first, last, body, final, sent_at FROM day_close"
            " WHERE NOT ended AND (NOT final OR sent_at IS NULL) ORDER BY first"
        )
        return [
            KeptClose(Range(date.fromisoformat(day), first, last), body, bool(final), sent_at is not None)
            for day, first, last, body, final, sent_at in rows
        ]

    def answered(self, close: KeptClose, answer: str, now: datetime) -> None:
        """Keep the centre's word on a close, unless a newer one has taken its place meanwhile."""
        row = (_text(now), answer, close.range.day.isoformat(), close.signed)
        with transaction(self._connection):
            self._connection.execute("UPDATE day_close SET sent_at = ?, answer = ? WHERE day = ? AND body = ?", row)

    def answers(self, since: datetime) -> Sequence[str]:
        """The centre's words since then."""
        rows = self._connection.execute(
            "SELECT answer FROM day_close WHERE answer IS NOT NULL AND sent_at >= ? ORDER BY first", (_text(since),)
        )
        return [str(row[0]) for row in rows]


def final_to(connection: Connection) -> int:
    """The last place of the days that are final and answered, with no other before it; 0 where there is none.

    Behind it receipts are still to be counted.
    """
    return int(connection.execute(_FINAL, (_ENDED,)).fetchone()[0])


def end_enrolment(connection: Connection) -> None:
    """Leave the closes of an enrolment that is over as they are; the next one begins behind the newest fact.

    Must run inside the transaction that keeps the new enrolment.
    """
    connection.execute("UPDATE day_close SET ended = 1")
    connection.execute(
        "INSERT OR REPLACE INTO counter (name, next) SELECT ?, coalesce(max(seq), 0) + 1 FROM fact", (_ENDED,)
    )


def _moment(at: str, offset_ms: int | None) -> datetime:
    wall = datetime.fromisoformat(at)
    try:
        return wall - timedelta(milliseconds=offset_ms or 0)
    except OverflowError:
        return wall


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
