"""Looking the two files over without changing them: what a technician is told, in counts and ages and no rows."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlcipher3 import dbapi2

from kiosk.checkin.facts import FactKind, Verdict
from kiosk.offline.connection import JOURNAL, ROSTER, Connection, File, StoreError, attach, opened, transaction
from kiosk.offline.migrations import STEPS, applied
from kiosk.offline.salvage import log_loses
from kiosk.offline.vault import LOCK
from kiosk.offline.vault import ROSTER as ROSTER_FILE

COUNTED = {
    JOURNAL: (
        *("fact", "arrival", "taken_back", "receipt", "attempt"),
        *("lease", "lease_request", "day_close", "set_aside", "enrolment"),
    ),
    ROSTER: ("appointment", "identifier", "annulled", "unread", "queue", "site", "feed", "clock_word"),
}
"""The tables of each file whose rows are counted."""


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
    """A connection; nothing is made or migrated. Raises ``StoreError``; with ``missing`` for no journal file.

    The roster file is attached where there is one: it may have been thrown away.
    """
    with _alone(path, key) as connection:
        roster = path.with_name(ROSTER_FILE)
        if roster.is_file():
            attach(connection, roster, key)
        connection.execute("PRAGMA query_only = ON")
        yield connection


@contextmanager
def _alone(path: Path, key: bytes) -> Iterator[Connection]:
    if not path.is_file():
        raise StoreError("missing", schema=JOURNAL.schema)
    with ExitStack() as stack:
        # Only read, and never made: one that somebody else owns would keep the kiosk itself from locking.
        lock: IO[bytes] | None = None
        with suppress(OSError):
            lock = stack.enter_context(path.with_name(LOCK).open("rb"))
        _share(lock, path)
        yield stack.enter_context(opened(path, key))


def _share(lock: IO[bytes] | None, path: Path) -> None:
    """Keep those away who mend, until the lock is closed. Raises ``StoreError`` where something is to be mended first.

    To open a log that is rotten would throw away what is behind the rot, so it is looked at before, if nobody serves.
    Without a lock file nobody ever has.
    """
    with suppress(BlockingIOError):
        if lock is not None:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            loses = log_loses(path)
        except OSError as error:
            raise StoreError("damaged", str(error), JOURNAL.schema) from error
        if loses:
            raise StoreError("damaged", schema=JOURNAL.schema)
    if lock is not None:
        fcntl.flock(lock, fcntl.LOCK_SH)


def is_sound(connection: Connection, file: File | None = None, *, thorough: bool = False) -> bool:
    """Whether SQLite finds nothing wrong in the pages of a file, or of all (``PRAGMA quick_check``).

    ``thorough`` compares the indexes with their tables too, which takes longer (``PRAGMA integrity_check``).
    """
    schema, check = "" if file is None else f"{file.schema}.", "integrity_check" if thorough else "quick_check"
    return [tuple(row) for row in connection.execute(f"PRAGMA {schema}{check}(1)")] == [("ok",)]


def schema(connection: Connection) -> tuple[int, int]:
    """How many steps of the schema the files have been through together, and how many this program knows of."""
    return sum(len(applied(connection, file)) for file in _files(connection)), sum(map(len, STEPS.values()))


def counts(connection: Connection) -> dict[str, int]:
    """The rows of each table that is there."""
    return {
        name: int(connection.execute(f"SELECT count(*) FROM {file.schema}.{name}").fetchone()[0])  # noqa: S608
        for file in _files(connection)
        for name in COUNTED[file]
        if name in _tables(connection, file)
    }


def _files(connection: Connection) -> list[File]:
    attached = {row[1] for row in connection.execute("PRAGMA database_list")}
    return [file for file in STEPS if file.schema in attached]


def _tables(connection: Connection, file: File) -> set[str]:
    found = connection.execute(f"SELECT name FROM {file.schema}.sqlite_master WHERE type = 'table'")  # noqa: S608
    return {str(row[0]) for row in found}


def salvaged(connection: Connection) -> tuple[int, int] | None:
    """How many facts were saved when a damaged file was last mended, and how many places were missing then."""
    row = connection.execute("SELECT saved, missing FROM salvage").fetchone()
    return None if row is None else (int(row[0]), int(row[1]))


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
    # A receipt may be all that salvage has left of a fact: into that nobody can look any more.
    verdicts = dict(
        connection.execute(
            "SELECT verdict, count(*) FROM receipt JOIN fact ON fact.seq = receipt.fact GROUP BY verdict"
        ).fetchall()
    )
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
    """Take the lock that a fact takes and give it back. Raises ``StoreError`` or the database's own error."""
    with _alone(path, key) as connection, transaction(connection):
        pass
