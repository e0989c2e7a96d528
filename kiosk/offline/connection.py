"""One connection to the database: the one place with its PRAGMAs, each with its reason."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlcipher3
from sqlcipher3 import dbapi2

# sqlite-utils takes its SQLite from here, so that it raises and catches the same exceptions as our connection.
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

if TYPE_CHECKING:
    # sqlcipher3 has no types of its own; its API is that of sqlite3.
    from sqlite3 import Connection as Connection
else:
    Connection = dbapi2.Connection

DatabaseError: type[Exception] = dbapi2.Error

FIXED_SINCE = (3, 51, 3)
FIXED_BACKPORTS = ((3, 50, 7), (3, 44, 6))
"""SQLite before these can lose committed writes when two processes check-point one WAL (the WAL-reset bug)."""

BUSY_MS = 5000


_KEYS = {
    # Another key, or no database at all: what an encrypted file holds can't be told from noise.
    "SQLITE_NOTADB": "wrong-key",
    "SQLITE_CORRUPT": "damaged",
    **dict.fromkeys(("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR"), "unwritable"),
}


class StoreError(Exception):
    """The database cannot be used.

    ``key`` says why: ``sqlite-too-old``, ``wrong-key`` (or no database at all), ``damaged``, ``unreadable``,
    ``unwritable`` (the disk is full, read-only, or refuses us) or ``newer-database``.
    """

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(f"{key} {detail}".strip())
        self.key = key


def check_sqlite(version: tuple[int, ...]) -> None:
    """Raise ``StoreError`` where this SQLite has the WAL-reset bug."""
    backported = any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_BACKPORTS)
    if version < FIXED_SINCE and not backported:
        raise StoreError("sqlite-too-old", ".".join(map(str, version)))


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One transaction that takes the write lock at once, so that it can't fail half way for want of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def opened(path: Path, key: bytes) -> Iterator[Connection]:
    """A connection in autocommit mode. Raises ``StoreError``."""
    check_sqlite(dbapi2.sqlite_version_info)
    try:
        connection = dbapi2.connect(str(path), isolation_level=None, timeout=BUSY_MS / 1000)
    except dbapi2.Error as error:
        raise _told(error) from error
    try:
        _prepare(connection, key)
        yield connection
    finally:
        connection.close()


def why(error: Exception) -> str:
    """The key of a ``StoreError`` for an error of the database (https://sqlite.org/rescode.html)."""
    name = str(getattr(error, "sqlite_errorname", ""))
    return next((key for code, key in _KEYS.items() if name.startswith(code)), "unreadable")


def _prepare(connection: Connection, key: bytes) -> None:
    # A raw key needs no key derivation: opening takes 1 ms instead of 100.
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        # Two processes read while one writes.
        connection.execute("PRAGMA journal_mode = WAL")
    except dbapi2.DatabaseError as error:
        raise _told(error) from error
    # One fsync for each commit: an acknowledged check-in survives a power cut (NORMAL would lose the last ones).
    connection.execute("PRAGMA synchronous = FULL")
    # What is deleted is gone from the pages too.
    connection.execute("PRAGMA secure_delete = ON")
    # Sorting never spills an identifier into an unencrypted file.
    connection.execute("PRAGMA temp_store = MEMORY")


def _told(error: Exception) -> StoreError:
    return StoreError(why(error), str(error))
