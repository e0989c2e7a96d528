"""The journal as the sync process sees it: facts without a receipt, and when each may be tried again."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from kiosk.checkin.facts import Fact, FactKind, Receipt, Verdict
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.offline.connection import Connection, transaction

TRUSTED_AHEAD = timedelta(minutes=6)
"""A next try further ahead than any back-off goes comes from a clock that has jumped: the fact is due.

No more than that, for a clock that was set back by less makes a parked fact wait for as long.
"""
PARKED = "parked"
"""With this an error begins that is the fact's own: it waits by itself, and leaves only alone."""
OLDEST_SHARE = 4
"""One in so many places of a batch is for the oldest facts, so that none starves behind newer ones."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# Up to the mark every fact has a receipt, so that what was settled long ago costs nothing at each wake-up. The journal
# never gives a place twice, so that no new fact is born below it.
_WAITING = """
FROM fact
LEFT JOIN receipt ON receipt.fact = fact.seq
LEFT JOIN attempt ON attempt.fact = fact.seq
WHERE fact.seq > coalesce((SELECT settled FROM outbox), 0) AND receipt.fact IS NULL
"""

_IS_PARKED = f"coalesce(attempt.error, '') LIKE '{PARKED}%'"
_IN_TIME = "(attempt.next_at IS NULL OR attempt.next_at <= :now OR attempt.next_at > :ahead)"
_COLUMNS = "seq, fact.id, kind, fact.at, details, ordering, clock, offset_ms"

_DUE = f"""
WITH due AS NOT MATERIALIZED (SELECT fact.seq {_WAITING} AND fact.seq > :after
    AND fact.seq NOT IN (SELECT value FROM json_each(:without)) AND {_IN_TIME} AND NOT {_IS_PARKED})
SELECT {_COLUMNS} FROM fact WHERE seq IN (
    SELECT seq FROM (SELECT seq FROM due ORDER BY seq DESC LIMIT :newest)
    UNION SELECT seq FROM (SELECT seq FROM due ORDER BY seq LIMIT :oldest)
) ORDER BY seq
"""  # noqa: S608 - no text from outside

_RAISE_MARK = f"""
INSERT OR REPLACE INTO outbox (one, settled) VALUES (1, coalesce(
    (SELECT fact.seq - 1 {_WAITING} ORDER BY fact.seq LIMIT 1), (SELECT max(seq) FROM fact), 0))
"""  # noqa: S608 - no text from outside

_NOTE = """
INSERT INTO attempt (fact, tries, next_at, error) VALUES (?, ?, ?, ?)
ON CONFLICT (fact) DO UPDATE SET tries = excluded.tries, next_at = excluded.next_at, error = excluded.error
"""


class SqlOutbox:
    """``kiosk.ports.Outbox`` on the kiosk's database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, now: datetime, limit: int, after: int = 0, without: Collection[int] = ()) -> Sequence[Fact]:
        """Facts without a receipt whose next try is due: the newest and, in a quarter of the room, the oldest."""
        oldest = max(1, limit // OLDEST_SHARE) if limit > 1 else 0
        besides = {"after": after, "without": msgspec.json.encode(list(without)).decode()}
        rows = self._connection.execute(_DUE, _times(now) | besides | {"newest": limit - oldest, "oldest": oldest})
        return [_fact(row) for row in rows]

    def parked_due(self, now: datetime) -> Fact | None:
        """The parked fact whose next try has been due for longest."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM attempt JOIN fact ON fact.seq = attempt.fact"  # noqa: S608 - no text from outside
            f" WHERE {_IN_TIME} AND {_IS_PARKED} ORDER BY attempt.next_at, seq LIMIT 1",
            _times(now),
        ).fetchone()
        return None if row is None else _fact(row)

    def newest(self) -> int:
        """The place of the newest fact; 0 where there is none."""
        return int(self._connection.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone()[0])

    def tries(self, fact: Fact) -> int:
        """How often a fact was sent in vain."""
        row = self._connection.execute("SELECT tries FROM attempt WHERE fact = ?", (fact.seq,)).fetchone()
        return 0 if row is None else int(row[0])

    def next_due(self) -> datetime | None:
        """When the next fact wants to leave; long ago for one that was never tried."""
        untried = f"SELECT 1 {_WAITING} AND attempt.fact IS NULL ORDER BY fact.seq DESC LIMIT 1"
        if self._connection.execute(untried).fetchone() is not None:
            return _LONG_AGO
        row = self._connection.execute("SELECT min(next_at) FROM attempt").fetchone()
        return None if row[0] is None else datetime.fromisoformat(row[0])

    def oldest(self) -> datetime | None:
        """When the oldest fact without a receipt was recorded; ``None`` where all have one."""
        row = self._connection.execute(f"SELECT fact.at {_WAITING} ORDER BY fact.seq LIMIT 1").fetchone()
        return None if row is None else datetime.fromisoformat(row[0])

    def refused(self, since: datetime) -> int:
        """Facts that the centre has refused since then, and those that are parked. They wait for a person."""
        row = self._connection.execute(
            f"SELECT (SELECT count(*) FROM attempt WHERE {_IS_PARKED})"  # noqa: S608 - no text from outside
            " + (SELECT count(*) FROM receipt WHERE verdict = ? AND at >= ?)",
            (Verdict.REFUSED.value, _text(since)),
        ).fetchone()
        return int(row[0])

    def settle(self, receipts: Iterable[Receipt], now: datetime) -> None:
        """Keep the centre's word on each fact. A word once given stands."""
        at = _text(now)
        rows = [(one.fact, one.verdict.value, one.id, one.reason, at, one.against) for one in receipts]
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT INTO receipt (fact, verdict, id, reason, at, against) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (fact) DO NOTHING",
                rows,
            )
            self._connection.executemany("DELETE FROM attempt WHERE fact = ?", [row[:1] for row in rows])
            self._connection.execute(_RAISE_MARK)

    def hasten(self, *, parked: bool = False) -> None:
        """The line is back: every waiting fact is due at once; how often it was tried stays known.

        With ``parked`` those that were parked may leave with the others again.
        """
        which = "" if parked else f"WHERE NOT {_IS_PARKED}"
        self._connection.execute(
            f"UPDATE attempt SET next_at = ?, error = iif({_IS_PARKED}, 'again', error) {which}",  # noqa: S608
            (_text(_LONG_AGO),),
        )

    def postpone(self, facts: Iterable[Fact], until: Callable[[int], datetime], error: str) -> None:
        """Note a failed try of each fact."""
        places = [fact.seq for fact in facts]
        with transaction(self._connection):
            before = self._connection.execute(
                "SELECT fact, tries FROM attempt WHERE fact IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(places).decode(),),
            )
            tries = dict.fromkeys(places, 1) | {place: count + 1 for place, count in before}
            # One moment for all that failed alike: facts that wait together leave together.
            moments = {count: _text(until(count)) for count in sorted(set(tries.values()))}
            rows = [(place, count, moments[count], error) for place, count in tries.items()]
            self._connection.executemany(_NOTE, rows)

    def park(self, fact: Fact, until: Callable[[int], datetime], why: str) -> None:
        """Let a fact that the centre will not take wait by itself. It is shown to people, and never deleted."""
        self.postpone([fact], until, f"{PARKED}: {why}"[:100])


_DETAILS = msgspec.json.Decoder(dict[str, str])

_Row = tuple[int, str, str, str, str, int, str, int | None]


def _fact(row: _Row) -> Fact:
    seq, fact_id, kind, at, details, order, clock, offset_ms = row
    moment = datetime.fromisoformat(at)
    return Fact(fact_id, seq, FactKind(kind), moment, _DETAILS.decode(details), order, ClockQuality(clock), offset_ms)


def _times(now: datetime) -> dict[str, str | int]:
    return {"now": _text(now), "ahead": _text(now + TRUSTED_AHEAD)}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
