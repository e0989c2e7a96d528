"""Forgetting: what says who was here goes when the centre has had it for a day, and then its row, once it was counted.

``kiosk.checkin.ageing`` says what age is. A place in the journal is never given again, so the newest fact stays, empty.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog

from kiosk.checkin import ageing
from kiosk.checkin.ageing import Age, agreed, grown
from kiosk.checkin.site import Site
from kiosk.offline.connection import BUSY_MS, JOURNAL, ROSTER, Connection, File, transaction
from kiosk.offline.roster import drop
from kiosk.offline.spare import keep_spare
from kiosk.offline.stamping import read_word, start
from kiosk.ports import Clock

log = structlog.get_logger()

BATCH = 200
"""Rows in one transaction: a check-in that comes meanwhile waits for some milliseconds."""
ROSTER_EVERY = 3600.0
"""Seconds between two looks at the roster, most of which the centre itself clears."""
OWED = 30.0
"""Seconds until a log that somebody was reading is looked at again."""
EMPTY = "{}"
_EVER = 2**62
"""Later than any moment that the kiosk counts."""

_DUE = """
receipt.since <= iif(receipt.verdict IN ('recorded', 'duplicate'), :confirmed, :disputed)
AND (receipt.since <= :longest OR day_of(fact.at) NOT IN (:today, :wall))
"""

_ARRIVALS_DUE = f"""
SELECT arrival.about FROM arrival JOIN receipt ON receipt.fact = arrival.fact JOIN fact ON fact.seq = arrival.fact
WHERE {_DUE} LIMIT {BATCH}
"""  # noqa: S608 - no text from outside

_FULL_DUE = f"""
SELECT fact.seq FROM receipt JOIN fact ON fact.seq = receipt.fact
WHERE fact.details <> '{EMPTY}' AND {_DUE} LIMIT {BATCH}
"""  # noqa: S608 - no text from outside

_TAKEN_BACK = """
DELETE FROM taken_back WHERE (appointment, number) IN (
    SELECT json_extract(details, '$.appointment'), json_extract(details, '$.number')
    FROM fact WHERE kind = 'annulled' AND seq IN (SELECT value FROM json_each(?)))
"""

# Of each kind the newest stays, so that the newest of all does: what the next place is, and when the day was opened.
_COUNTED = f"""
SELECT fact.seq FROM receipt JOIN fact ON fact.seq = receipt.fact
WHERE receipt.verdict IN ('recorded', 'duplicate') AND fact.details = '{EMPTY}' AND {_DUE}
AND EXISTS (SELECT 1 FROM day_close WHERE fact.seq BETWEEN first AND last AND (final OR ended))
AND fact.seq NOT IN (SELECT max(seq) FROM fact GROUP BY kind) LIMIT {BATCH}
"""  # noqa: S608 - no text from outside

# All that salvage has left of a fact: it tells the centre's word for as long as that is to be counted.
_ALONE = f"""
SELECT receipt.fact FROM receipt WHERE NOT EXISTS (SELECT 1 FROM fact WHERE fact.seq = receipt.fact)
AND EXISTS (SELECT 1 FROM day_close WHERE receipt.fact BETWEEN first AND last AND (final OR ended)) LIMIT {BATCH}
"""  # noqa: S608 - no text from outside


class Retention:
    """Forgets in the database of one connection, which is nobody else's meanwhile."""

    def __init__(self, connection: Connection, clock: Clock, site: Callable[[], Site | None]) -> None:
        self._connection = connection
        self._clock = clock
        self._read_site = site
        self._site: Site | None = None
        self._due = self._roster_due = clock.monotonic()
        # Whoever ran before may have ended between deleting and clearing the log.
        self._owed = {JOURNAL, ROSTER}
        connection.create_function("day_of", 1, self._day_of, deterministic=True)

    def seconds_left(self) -> float:
        """Seconds until the next look; 0 where it is due."""
        return max(0.0, self._due - self._clock.monotonic())

    def work(self) -> None:
        """Look, if it is due. Raises the database's own errors."""
        if self._clock.monotonic() >= self._due:
            self._due = self._clock.monotonic() + ageing.ROUND.total_seconds()
            self.look()
            if self._owed:
                self._due = self._clock.monotonic() + OWED

    def forget_all(self) -> bool:
        """Forget at once all that the centre has and all that it told; whether nothing of it is left in the logs.

        For a kiosk that was revoked. What the centre does not have yet stays, and so does what it refused, till it is
        too old.
        """
        self._site = self._read_site()
        age = self._grow()
        self._mark(age)
        self._forget(age, self._limits(age) | {"confirmed": _EVER, "longest": _EVER})
        while self._connection.execute("SELECT 1 FROM appointment LIMIT 1").fetchone():
            with transaction(self._connection, ROSTER):
                drop(self._connection, f"place IN (SELECT place FROM appointment LIMIT {BATCH})", ())  # noqa: S608
        with transaction(self._connection, ROSTER):
            for table in ("annulled", "unread", "queue", "feed"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - words of our own
        cleared = [_cleared(self._connection, file) for file in (JOURNAL, ROSTER)]
        return all(cleared)

    def look(self) -> None:
        """Forget what is too old now."""
        # Once, since each row is asked of which day it is.
        self._site = self._read_site()
        age = self._grow()
        self._mark(age)
        try:
            # Before anything is deleted that tells how far the journal had come.
            keep_spare(self._connection)
        finally:
            # A roster that can't be written keeps nobody's data for longer.
            forgotten = self._forget(age, self._limits(age))
        if forgotten:
            # What became of whom was never in a log, and neither is it now.
            log.info("forgotten", rows=forgotten)
            self._owed.add(JOURNAL)
        now = self._clock.monotonic()
        if now >= self._roster_due:
            self._roster_due = now + ROSTER_EVERY
            self._forget_roster(age)
            self._owed.add(ROSTER)
        self._owed = {file for file in self._owed if not _cleared(self._connection, file)}

    def _grow(self) -> Age:
        passed = self._clock.monotonic()
        moment = agreed(read_word(self._connection), self._clock.now().astimezone(UTC), passed)
        with transaction(self._connection):
            row = self._connection.execute("SELECT lived, moment, passed, boot, off FROM ageing").fetchone()
            before = None
            if row is not None:
                told = None if row[1] is None else datetime.fromisoformat(row[1])
                before = Age(row[0], told, row[2], row[4])
            age = grown(before, moment, passed, same_start=row is not None and row[3] == start())
            said = None if age.moment is None else age.moment.isoformat()
            self._connection.execute(
                "INSERT OR REPLACE INTO ageing (one, lived, moment, passed, boot, off) VALUES (1, ?, ?, ?, ?, ?)",
                (age.lived, said, age.passed, start(), age.off),
            )
            if before is not None and age.late:
                # Confirmed since that start, whatever it was off for before.
                after = before.lived if before.off is None else before.off
                younger = "UPDATE receipt SET since = since + ? WHERE since > ?"
                self._connection.execute(younger, (int(age.late), int(after)))
        return age

    def _mark(self, age: Age) -> None:
        """Note of each new receipt when it was first seen."""
        new = f"SELECT fact FROM receipt WHERE since IS NULL LIMIT {BATCH}"  # noqa: S608 - no text from outside
        marking = f"UPDATE receipt SET since = ? WHERE fact IN ({new})"  # noqa: S608 - no text from outside
        while self._connection.execute("SELECT 1 FROM receipt WHERE since IS NULL LIMIT 1").fetchone():
            with transaction(self._connection):
                self._connection.execute(marking, (int(age.lived),))

    def _forget(self, age: Age, limits: dict[str, Any]) -> int:
        count = 0
        while self._forget_some(_ARRIVALS_DUE, limits, self._forget_arrivals):
            count += 1
        while some := self._forget_some(_FULL_DUE, limits, self._empty):
            count += some
        while some := self._forget_some(_COUNTED, limits, self._forget_facts):
            count += some
        while some := self._forget_some(_ALONE, {}, self._forget_facts):
            count += some
        if age.moment is not None and self._site is not None:
            self._forget_numbers(ageing.numbers_begin(age.moment, self._site).isoformat())
        return count

    def _limits(self, age: Age) -> dict[str, Any]:
        wall = self._clock.now()
        return {
            "confirmed": ageing.confirmed_before(age.lived),
            "disputed": ageing.disputed_before(age.lived),
            "longest": ageing.longest_day_before(age.lived),
            "today": self._day_of((age.moment or wall).isoformat()),
            "wall": self._day_of(wall.isoformat()),
        }

    def _forget_some(self, which: str, limits: dict[str, Any], forget: Callable[[list[Any]], None]) -> int:
        with transaction(self._connection):
            found = [row[0] for row in self._connection.execute(which, limits)]
            if found:
                forget(found)
        return len(found)

    def _forget_arrivals(self, abouts: list[str]) -> None:
        self._connection.executemany("DELETE FROM arrival WHERE about = ?", [(about,) for about in abouts])

    def _empty(self, seqs: list[int]) -> None:
        self._connection.execute(_TAKEN_BACK, (str(seqs),))
        rows = [(seq,) for seq in seqs]
        self._connection.executemany(f"UPDATE fact SET details = '{EMPTY}' WHERE seq = ?", rows)  # noqa: S608
        self._connection.executemany("DELETE FROM attempt WHERE fact = ?", rows)

    def _forget_facts(self, seqs: list[int]) -> None:
        rows = [(seq,) for seq in seqs]
        self._connection.executemany("DELETE FROM fact WHERE seq = ?", rows)
        self._connection.executemany("DELETE FROM receipt WHERE fact = ?", rows)
        self._connection.executemany("DELETE FROM set_aside WHERE fact = ?", rows)

    def _forget_numbers(self, first: str) -> None:
        if self._connection.execute("SELECT 1 FROM lease WHERE day < ? LIMIT 1", (first,)).fetchone() is None:
            return
        with transaction(self._connection):
            self._connection.execute("DELETE FROM lease WHERE day < ?", (first,))
            self._connection.execute("DELETE FROM lease_request WHERE day < ?", (first,))
            self._connection.execute(
                "DELETE FROM counter WHERE name LIKE 'lease:%' AND name NOT IN (SELECT 'lease:' || id FROM lease)"
            )

    def _forget_roster(self, age: Age) -> None:
        if age.moment is None or self._site is None:
            return
        first = ageing.roster_begins(age.moment, self._site).astimezone(UTC).isoformat()
        old = f"place IN (SELECT place FROM appointment WHERE starts < ? LIMIT {BATCH})"  # noqa: S608 - words of our own
        while self._connection.execute("SELECT 1 FROM appointment WHERE starts < ? LIMIT 1", (first,)).fetchone():
            with transaction(self._connection, ROSTER):
                drop(self._connection, old, (first,))

    def _day_of(self, at: str) -> str:
        moment = datetime.fromisoformat(at)
        return (moment.date() if self._site is None else self._site.day(moment)).isoformat()


def _cleared(connection: Connection, file: File) -> bool:
    """Bring the log of a file into it and cut it off; whether that could be done: a reader or a writer may be there.

    Nobody is waited for, since whoever writes would have to wait too.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        busy = connection.execute(f"PRAGMA {file.schema}.wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return not busy


def lived(connection: Connection) -> float:
    """Seconds that have surely gone by since this kiosk began to count: at a salvage it begins anew."""
    row = connection.execute("SELECT lived FROM ageing").fetchone()
    return 0.0 if row is None else float(row[0])
