"""One connection to the two database files: the one place with their PRAGMAs, each with its reason.

The journal file holds what must never be lost, the roster file what the centre will tell again. They are two so that a
long write to one makes nobody wait who writes to the other; no transaction writes to both.
"""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
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

CHECKPOINT_PAGES = 2000
"""Pages of the write-ahead log after which they are copied into the database."""


@dataclass(frozen=True)
class File:
    """One of the two files, as a connection knows it.

    ``page_size`` is in bytes. ``lock`` changes nothing and needs the write lock of this file, and of no other.
    ``log_limit`` is how many bytes its write-ahead log keeps once they have been copied.
    """

    schema: str
    page_size: int
    lock: str
    log_limit: int


# A commit writes whole pages: small ones where each check-in is a commit of its own, a disk's own where thousands of
# rows come at once. The log keeps its length, for to write over is half as long a wait as to append; only what a
# single large transaction has blown it up to is given back.
JOURNAL = File("main", page_size=1024, lock="DELETE FROM main.counter WHERE 0", log_limit=4 << 20)
ROSTER = File("roster", page_size=4096, lock="DELETE FROM roster.feed WHERE 0", log_limit=16 << 20)

_KEYS = {
    # Another key, or no database at all: what an encrypted file holds can't be told from noise.
    "SQLITE_NOTADB": "wrong-key",
    # A page that the disk can't read counts as this one too.
    "SQLITE_CORRUPT": "damaged",
    **dict.fromkeys(("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR"), "unwritable"),
    # Somebody else holds it for longer than anybody should: nothing is wrong with what is in it.
    **dict.fromkeys(("SQLITE_BUSY", "SQLITE_LOCKED"), "unwritable"),
}


class StoreError(Exception):
    """A database file cannot be used. ``schema`` says which of the two (``File.schema``), where it is known.

    ``key`` says why: ``sqlite-too-old``, ``wrong-key`` (or no database at all), ``damaged``, ``unreadable``,
    ``unwritable`` (the disk is full, read-only, or refuses us, or another process holds it) or ``newer-database``.
    """

    def __init__(self, key: str, detail: str = "", schema: str = "") -> None:
        super().__init__(f"{key} {detail}".strip())
        self.key = key
        self.schema = schema


def check_sqlite(version: tuple[int, ...]) -> None:
    """Raise ``StoreError`` where this SQLite has the WAL-reset bug."""
    backported = any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_BACKPORTS)
    if version < FIXED_SINCE and not backported:
        raise StoreError("sqlite-too-old", ".".join(map(str, version)))


class _Transaction:
    """Begun, and committed or rolled back. A class and no generator: it stands around every check-in."""

    __slots__ = ("_begin", "_connection")

    def __init__(self, connection: Connection, *begin: str) -> None:
        self._connection = connection
        self._begin = begin

    def __enter__(self) -> None:
        try:
            for statement in self._begin:
                self._connection.execute(statement)
        except BaseException:
            self._roll_back()
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._roll_back()
            return
        try:
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def transaction(connection: Connection, file: File = JOURNAL) -> AbstractContextManager[None]:
    """One transaction that writes to one file, whose lock it takes at once: it can't fail half way for want of it.

    (``BEGIN IMMEDIATE`` takes the locks of all attached files.)
    """
    return _Transaction(connection, "BEGIN", file.lock)


def alone(connection: Connection) -> AbstractContextManager[None]:
    """One transaction on a connection that has one file only."""
    return _Transaction(connection, "BEGIN IMMEDIATE")


@contextmanager
def opened(path: Path, key: bytes, file: File = JOURNAL) -> Iterator[Connection]:
    """A connection to one file by itself, in autocommit mode. Raises ``StoreError``."""
    check_sqlite(dbapi2.sqlite_version_info)
    try:
        connection = dbapi2.connect(str(path), isolation_level=None, timeout=BUSY_MS / 1000)
    except dbapi2.Error as error:
        raise _told(error, file) from error
    try:
        # A raw key needs no key derivation: opening takes 1 ms instead of 100.
        connection.execute(f'PRAGMA key = "{_raw(key)}"')
        connection.execute(f"PRAGMA cipher_page_size = {file.page_size}")
        _prepare(connection, file, "main")
        # Sorting never spills an identifier into an unencrypted file.
        connection.execute("PRAGMA temp_store = MEMORY")
        # Copying the log costs three fsyncs: seldom enough, and still done in a few milliseconds.
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        yield connection
    finally:
        connection.close()


def attach(connection: Connection, path: Path, key: bytes) -> None:
    """Give the connection the roster file too. Raises ``StoreError``."""
    try:
        # Under the page size that SQLCipher takes by itself, which is ROSTER's.
        connection.execute(f"ATTACH DATABASE ? AS {ROSTER.schema} KEY ?", (str(path), _raw(key)))
    except dbapi2.Error as error:
        raise _told(error, ROSTER) from error
    _prepare(connection, ROSTER, ROSTER.schema)


def _raw(key: bytes) -> str:
    """The key as SQLCipher takes it, with the salt.

    It would else be read from the first 16 bytes of the file: a sector there that a power cut spoils while the log is
    copied would take everything along, though the log holds that page too.
    """
    return f"x'{key.hex()}{salt(key).hex()}'"


def salt(key: bytes) -> bytes:
    """The salt of both files: with the key it gives the one that pages are authenticated with."""
    return hashlib.sha256(b"salt of the kiosk's database" + key).digest()[:16]


def why(error: Exception) -> str:
    """The key of a ``StoreError`` for an error of the database (https://sqlite.org/rescode.html)."""
    name = str(getattr(error, "sqlite_errorname", ""))
    return next((key for code, key in _KEYS.items() if name.startswith(code)), "unreadable")


def _prepare(connection: Connection, file: File, schema: str) -> None:
    try:
        connection.execute(f"SELECT count(*) FROM {schema}.sqlite_master").fetchone()  # noqa: S608 - a name of our own
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        # Two processes read while one writes.
        connection.execute(f"PRAGMA {schema}.journal_mode = WAL")
    except dbapi2.DatabaseError as error:
        raise _told(error, file) from error
    # One fsync for each commit: an acknowledged check-in survives a power cut (NORMAL would lose the last ones).
    connection.execute(f"PRAGMA {schema}.synchronous = FULL")
    # What is deleted is gone from the pages too.
    connection.execute(f"PRAGMA {schema}.secure_delete = ON")
    connection.execute(f"PRAGMA {schema}.journal_size_limit = {file.log_limit}")


def _told(error: Exception, file: File) -> StoreError:
    return StoreError(why(error), str(error), file.schema)
