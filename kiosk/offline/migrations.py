"""The schema of each file, step by step. A released step is never changed; a new one is added at the end.

sqlite-utils is imported only where a step is to be applied: every start would pay a tenth of a second for it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.offline.connection import JOURNAL, ROSTER, Connection, File, StoreError, alone

if TYPE_CHECKING:
    import sqlite_utils

Step = Callable[["sqlite_utils.Database"], None]
RECORDED, RECORDED_AS = "_sqlite_migrations", "kiosk"
"""Where sqlite-utils writes down the steps that it has applied, and the name of ours there."""

# Without a rowid a table is one tree instead of two, and a new row one page less to write.
_JOURNAL_TABLES = """
CREATE TABLE fact (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, details TEXT NOT NULL,
    ordering INTEGER NOT NULL DEFAULT 0, clock TEXT NOT NULL DEFAULT 'unknown', offset_ms INTEGER,
    lease INTEGER, place INTEGER
) STRICT;
CREATE TABLE arrival (
    about TEXT PRIMARY KEY, number TEXT NOT NULL, fact INTEGER NOT NULL, visit INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE taken_back (
    appointment TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (appointment, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE receipt (
    fact INTEGER PRIMARY KEY, verdict TEXT NOT NULL, id TEXT, reason TEXT, at TEXT NOT NULL, against TEXT,
    since INTEGER
) STRICT;
CREATE TABLE attempt (
    fact INTEGER PRIMARY KEY, tries INTEGER NOT NULL, next_at TEXT NOT NULL, error TEXT NOT NULL
) STRICT;
CREATE TABLE outbox (one INTEGER PRIMARY KEY, settled INTEGER NOT NULL) STRICT;
CREATE TABLE lease (
    slot INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, asked TEXT NOT NULL,
    series TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, since INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX lease_day ON lease (day, asked, series, first);
CREATE TRIGGER fact_gone AFTER DELETE ON fact WHEN old.place IS NOT NULL BEGIN
    INSERT INTO counter (name, next) SELECT 'lease:' || id, old.place + 1 FROM lease WHERE slot = old.lease
    ON CONFLICT (name) DO UPDATE SET next = max(next, excluded.next);
END;
CREATE TABLE lease_request (asked TEXT PRIMARY KEY, id TEXT NOT NULL, day TEXT NOT NULL, size INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE TABLE day_close (
    day TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, body TEXT NOT NULL, final INTEGER NOT NULL,
    sent_at TEXT, answer TEXT, ended INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE set_aside (
    fact INTEGER NOT NULL, verdict TEXT NOT NULL, id TEXT, reason TEXT, at TEXT NOT NULL, set_aside_at TEXT NOT NULL
) STRICT;
CREATE TABLE enrolment (one INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE enrolling (one INTEGER PRIMARY KEY, code TEXT NOT NULL, key TEXT NOT NULL) STRICT;
CREATE TABLE ageing (
    one INTEGER PRIMARY KEY, lived REAL NOT NULL, moment TEXT, passed REAL NOT NULL, boot TEXT NOT NULL,
    off REAL
) STRICT;
CREATE TABLE salvage (
    one INTEGER PRIMARY KEY, at TEXT NOT NULL, saved INTEGER NOT NULL, missing INTEGER NOT NULL, next INTEGER NOT NULL
) STRICT;
"""

_ROSTER_TABLES = """
CREATE TABLE appointment (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, starts TEXT NOT NULL, body TEXT NOT NULL, number TEXT,
    generation INTEGER NOT NULL, hashes BLOB NOT NULL
) STRICT;
CREATE INDEX appointment_number ON appointment (number) WHERE number IS NOT NULL;
CREATE TABLE identifier (head INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (head, place))
    STRICT, WITHOUT ROWID;
CREATE TABLE annulled (fact TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE unread (appointment TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE queue (service TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE feed (
    one INTEGER PRIMARY KEY, cursor TEXT NOT NULL, generation INTEGER NOT NULL, in_snapshot INTEGER NOT NULL,
    as_of TEXT, centre_as_of TEXT, offset REAL
) STRICT;
CREATE TABLE site (one INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE clock_word (
    one INTEGER PRIMARY KEY, heard_at TEXT NOT NULL, passed REAL, boot TEXT NOT NULL,
    offset_ms INTEGER NOT NULL, uncertainty_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE spare (one INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
"""


_CONFIGURATION_TABLES = """
CREATE TABLE configuration (
    one INTEGER PRIMARY KEY, digest TEXT NOT NULL, number INTEGER, made_at TEXT, taken_at TEXT NOT NULL,
    begun INTEGER NOT NULL DEFAULT 0, proven INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE refused_configuration (
    one INTEGER PRIMARY KEY, reason TEXT NOT NULL, mark TEXT NOT NULL, digest TEXT NOT NULL, number INTEGER,
    program TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
"""


def m001_journal(database: "sqlite_utils.Database") -> None:
    """What must not be lost: facts, arrivals, numbers, receipts, and what this kiosk is."""
    _create(database, _JOURNAL_TABLES)


def m001_roster(database: "sqlite_utils.Database") -> None:
    """What the centre tells: appointments, the site, and what the time is there."""
    _create(database, _ROSTER_TABLES)


def m002_roster(database: "sqlite_utils.Database") -> None:
    """Which version the rules of the site are, the one before them, and what was not taken in their place."""
    _create(database, _CONFIGURATION_TABLES)


JOURNAL_STEPS: tuple[Step, ...] = (m001_journal,)
ROSTER_STEPS: tuple[Step, ...] = (m001_roster, m002_roster)


STEPS = {JOURNAL: JOURNAL_STEPS, ROSTER: ROSTER_STEPS}


def applied(connection: Connection, file: File) -> set[str]:
    """The steps that a file has been through; it may be one of two that the connection has."""
    return _applied(connection, file.schema)


def _applied(connection: Connection, schema: str) -> set[str]:
    there = connection.execute(f"SELECT 1 FROM {schema}.sqlite_master WHERE name = ?", (RECORDED,)).fetchone()  # noqa: S608
    if there is None:
        return set()
    ours = f"SELECT name FROM {schema}.{RECORDED} WHERE migration_set = ?"  # noqa: S608
    return {str(row[0]) for row in connection.execute(ours, (RECORDED_AS,))}


def migrate(connection: Connection, file: File) -> None:
    """Apply what a file lacks that the connection has by itself.

    Raises ``StoreError("newer-database")`` where a newer version has been here.
    """
    found, steps = _applied(connection, "main"), STEPS[file]
    newer = found - {step.__name__ for step in steps}
    if newer:
        raise StoreError("newer-database", ", ".join(sorted(newer)), file.schema)
    if len(found) < len(steps):
        import sqlite_utils

        migrations = sqlite_utils.Migrations(RECORDED_AS)
        for step in steps:
            migrations()(step)
        # The lock first: both processes may start at once on a new kiosk, and the second finds nothing left to do.
        with alone(connection):
            # Each step is recorded in the transaction that it runs in.
            migrations.apply(sqlite_utils.Database(connection))


def _create(database: "sqlite_utils.Database", tables: str) -> None:
    database.executescript(tables)
