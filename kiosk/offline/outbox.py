"""The journal as the sync process sees it: facts without a receipt, and when each may be tried again."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from kiosk.checkin.facts import Fact, FactKind, Receipt, Verdict
from kiosk.offline.connection import Connection, transaction

TRUSTED_AHEAD = timedelta(minutes=15)
"""A next try further ahead than any back-off goes comes from a clock that has jumped: the fact is due."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# Up to the mark every fact has a receipt, so that what was settled long ago costs nothing at each wake-up. The journal
# never gives a place twice, so that no new fact is born below it.
_WAITING = """
FROM fact
LEFT JOIN receipt ON receipt.fact = fact.seq
LEFT JOIN attempt ON attempt.fact = fact.seq
WHERE fact.seq > coalesce((SELECT settled FROM outbox), 0) AND receipt.fact IS NULL
"""

_RAISE_MARK = f"""
INSERT OR REPLACE INTO outbox (one, settled) VALUES (1, coalesce(
    (SELECT fact.seq - 1 {_WAITING} ORDER BY fact.seq LIMIT 1), (SELECT max(seq) FROM fact), 0))
"""  # noqa: S608 - no text from outside


class SqlOutbox:
    """``kiosk.ports.Outbox`` on the kiosk's database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, now: datetime, limit: int) -> Sequence[Fact]:
        """Facts without a receipt whose next try is due, oldest first."""
        rows = self._connection.execute(
            f"SELECT seq, fact.id, kind, fact.at, details {_WAITING}"
            " AND (attempt.next_at IS NULL OR attempt.next_at <= ? OR attempt.next_at > ?) ORDER BY seq LIMIT ?",
            (_text(now), _text(now + TRUSTED_AHEAD), limit),
        )
        return [
            Fact(fact_id, seq, FactKind(kind), datetime.fromisoformat(at), json.loads(details))
            for seq, fact_id, kind, at, details in rows
        ]

    def next_due(self) -> datetime | None:
        """When the next fact wants to leave; long ago for one that was never tried."""
        row = self._connection.execute(
            f"SELECT count(*), min(coalesce(attempt.next_at, ?)) {_WAITING}",
            (_text(_LONG_AGO),),
        ).fetchone()
        return None if row[0] == 0 else datetime.fromisoformat(row[1])

    def oldest(self) -> datetime | None:
        """When the oldest fact without a receipt was recorded; ``None`` where all have one."""
        row = self._connection.execute(f"SELECT min(fact.at) {_WAITING}").fetchone()
        return None if row[0] is None else datetime.fromisoformat(row[0])

    def refused(self, since: datetime) -> int:
        """Facts that the centre has refused since then. They are kept, and wait for a person."""
        row = self._connection.execute(
            "SELECT count(*) FROM receipt WHERE verdict = ? AND at >= ?", (Verdict.REFUSED.value, _text(since))
        ).fetchone()
        return int(row[0])

    def settle(self, receipts: Iterable[Receipt], now: datetime) -> None:
        """Keep the centre's word on each fact. A word once given stands."""
        with transaction(self._connection):
            for receipt in receipts:
                self._connection.execute(
                    "INSERT INTO receipt (fact, verdict, id, reason, at) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (fact) DO NOTHING",
                    (receipt.fact, receipt.verdict.value, receipt.id, receipt.reason, _text(now)),
                )
                self._connection.execute("DELETE FROM attempt WHERE fact = ?", (receipt.fact,))
            self._connection.execute(_RAISE_MARK)

    def hasten(self) -> None:
        """The line is back: every waiting fact is due at once; how often it was tried stays known."""
        self._connection.execute("UPDATE attempt SET next_at = ?", (_text(_LONG_AGO),))

    def postpone(self, facts: Iterable[Fact], until: Callable[[int], datetime], error: str) -> None:
        """Note a failed try of each fact."""
        with transaction(self._connection):
            for fact in facts:
                row = self._connection.execute("SELECT tries FROM attempt WHERE fact = ?", (fact.seq,)).fetchone()
                tries = 1 if row is None else row[0] + 1
                self._connection.execute(
                    "INSERT OR REPLACE INTO attempt (fact, tries, next_at, error) VALUES (?, ?, ?, ?)",
                    (fact.seq, tries, _text(until(tries)), error),
                )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
