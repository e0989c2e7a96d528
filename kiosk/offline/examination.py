"""Looking the database over without changing it: what a technician is told of it, in counts and ages and no rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlite_utils
from sqlcipher3 import dbapi2

from kiosk.checkin.facts import FactKind, Verdict
from kiosk.offline.connection import Connection, StoreError, opened
from kiosk.offline.migrations import MIGRATIONS, STEPS

COUNTED = (
    *("fact", "arrival", "taken_back", "receipt", "attempt", "appointment", "identifier", "annulled", "unread"),
    *("queue", "lease", "site", "feed", "enrolment"),
)
"""The tables whose rows are counted."""


@dataclass(frozen=True)
class Facts:
    """The facts that the centre has not settled. ``oldest_waiting`` is when the oldest of them was recorded."""

    waiting: int
    refused: int
    conflicts: int
    oldest_waiting: datetime | None


def sqlite_version() -> str:
    """The version of the SQLite that the kiosk uses."""
    return str(dbapi2.sqlite_version)


@contextmanager
def looking(path: Path, key: bytes) -> Iterator[Connection]:
    """A connection; nothing is made or migrated. Raises ``StoreError``; with ``missing`` for no database."""
    if not path.is_file():
        raise StoreError("missing")
    with opened(path, key) as connection:
        connection.execute("PRAGMA query_only = ON")
        yield connection


def is_sound(connection: Connection) -> bool:
    """Whether SQLite finds nothing wrong in its pages (``PRAGMA quick_check``)."""
    return [tuple(row) for row in connection.execute("PRAGMA quick_check(1)")] == [("ok",)]


def schema(connection: Connection) -> tuple[int, int]:
    """How many steps of the schema have been applied, and how many this program knows of."""
    return len(MIGRATIONS.applied(sqlite_utils.Database(connection))), len(STEPS)


def counts(connection: Connection) -> dict[str, int]:
    """The rows of each table that is there."""
    there = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {
        name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - names of our own
        for name in COUNTED
        if name in there
    }


def facts_by_kind(connection: Connection) -> dict[str, int]:
    """How many facts there are of each kind that this program knows."""
    found = dict(connection.execute("SELECT kind, count(*) FROM fact GROUP BY kind").fetchall())
    return {kind.value: int(found[kind.value]) for kind in FactKind if kind.value in found}


def facts(connection: Connection) -> Facts:
    """What the centre has not settled."""
    waiting, oldest = connection.execute(
        "SELECT count(*), min(fact.at) FROM fact LEFT JOIN receipt ON receipt.fact = fact.seq"
        " WHERE receipt.fact IS NULL"
    ).fetchone()
    verdicts = dict(connection.execute("SELECT verdict, count(*) FROM receipt GROUP BY verdict").fetchall())
    return Facts(
        int(waiting),
        int(verdicts.get(Verdict.REFUSED.value, 0)),
        int(verdicts.get(Verdict.CONFLICT.value, 0)),
        None if oldest is None else datetime.fromisoformat(oldest),
    )


def unread(connection: Connection) -> int:
    """Appointments whose record could not be read."""
    return int(connection.execute("SELECT count(*) FROM unread").fetchone()[0])


def try_to_write(path: Path, key: bytes) -> None:
    """Take the lock that a writer takes and give it back. Raises ``StoreError`` or the database's own error."""
    if not path.is_file():
        raise StoreError("missing")
    with opened(path, key) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE fact SET seq = seq WHERE seq = -1")
        connection.execute("ROLLBACK")
