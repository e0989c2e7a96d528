"""Opening the database, and its transactions."""

import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Table,
    Text,
    cast,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from central import configuration, identities
from central.store import schema
from central.store.tables import setting

BUSY_SECONDS = 10.0
"""How long a transaction waits for that of another process."""
CLOSING_SECONDS = 5.0
"""How long closing waits for who still reads."""
_CHUNK = 5000
_COUNTING = {"preserve_rowcount": True}
"""How many rows an insert wrote that skips what is there: all that tells of a race. It is not kept unasked."""

T = TypeVar("T")


class UnfitDatabaseError(Exception):
    """It cannot hold the centre's data safely: this build of SQLite, such an address, a server's other encoding."""


class StoreUnavailableError(Exception):
    """The database does not answer now: locked for too long, disk full, server away."""


class Store:
    """One open database. ``identity`` is new with every new database; cursors carry it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._in_use = 0
        self._given_back = threading.Condition()
        with self.reading() as connection:
            held = _held(connection) if schema.marked(connection) == schema.HEAD else {}
        if not {"identity", "configuration-key"} <= held.keys():
            with self.writing() as connection:
                schema.settle(connection)
                _fill(connection)
                held = _held(connection)
        self.identity: str = held["identity"]
        self.pepper = bytes.fromhex(held["pepper"])
        self.token_key = bytes.fromhex(held["token-key"])
        self.identity_key = held["identity-key"]

    @classmethod
    def open(cls, url: str) -> "Store":
        """Open the database at an SQLAlchemy URL. Make its tables where it is new, bring them up where it is old.

        Raises ``UnfitDatabaseError``, ``UnknownSchemaError`` or ``StoreUnavailableError``.
        """
        opened = engine(url)
        try:
            return cls(opened)
        except BaseException:
            opened.dispose()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one state of the database where that is SQLite."""
        with self._transaction("") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on the disk for good when it ends without an error."""
        with self._transaction("IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close every connection. One that a thread still reads with is waited for: given back later, nobody would."""
        with self._given_back:
            self._given_back.wait_for(lambda: self._in_use == 0, CLOSING_SECONDS)
        self._engine.dispose()

    @contextmanager
    def _transaction(self, sqlite_mode: str) -> Iterator[Connection]:
        with self._given_back:
            self._in_use += 1
        try:
            with self._engine.connect().execution_options(sqlite_mode=sqlite_mode) as connection, connection.begin():
                yield connection
        except OperationalError as error:
            raise StoreUnavailableError(type(error.orig).__name__ if error.orig else "no answer") from error
        finally:
            with self._given_back:
                self._in_use -= 1
                self._given_back.notify_all()


def engine(url: str) -> Engine:
    """A way into the database at an SQLAlchemy URL, whatever it holds. Raises ``UnfitDatabaseError``."""
    return _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _server(url)


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The insert of this database's dialect, which knows ``ON CONFLICT``."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def json_text(connection: Connection, where: Column[str], name: str) -> ColumnElement[str]:
    """What the JSON object in a column of text has under a name, as text; null where it has nothing there."""
    if connection.dialect.name == "postgresql":
        found: ColumnElement[str] = cast(where, postgresql.JSON)[name].astext
        return found
    return func.json_extract(where, f"$.{name}", type_=Text)


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices that fit the parameters of one statement."""
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def loses_commits(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the WAL-reset bug: two processes writing one WAL database may lose commits.

    Source: sqlite.org/wal.html, "The WAL-Reset Bug": 3.7.0 to 3.51.2, mended also in 3.50.7 and 3.44.6.
    """
    mended = (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51)
    return (3, 7, 0) <= version < (3, 51, 3) and not mended


def _held(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(setting))}


def _fill(connection: Connection) -> None:
    """What the centre must have of its own: made once, and never again."""
    fresh = {"schema": schema.MARK, "identity": secrets.token_hex(8)}
    fresh |= {"pepper": secrets.token_hex(32), "token-key": secrets.token_hex(32)}
    fresh |= {"identity-key": identities.new_key(), "configuration-key": configuration.new_key()}
    rows = [{"name": name, "value": value} for name, value in fresh.items()]
    connection.execute(insert(connection, setting).on_conflict_do_nothing(), rows)


def _server(url: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        # Whatever the environment or the server's own settings say.
        connect_args={"client_encoding": "utf8"},
        pool_pre_ping=True,
        execution_options=_COUNTING,
    )
    event.listen(engine, "connect", _check_encoding)
    return engine


def _check_encoding(connection: DBAPIConnection, _record: object) -> None:
    """What a name is written in: SQL_ASCII takes anything unseen, Latin-1 lacks letters of the languages."""
    found = connection.info.parameter_status("server_encoding")
    if found != "UTF8":
        raise UnfitDatabaseError(f"the database is in {found}: make it with --encoding=UTF8")


def _sqlite(url: str) -> Engine:
    if loses_commits(sqlcipher.sqlite_version_info):
        raise UnfitDatabaseError(
            f"SQLite {sqlcipher.sqlite_version} can lose commits (WAL-reset bug); 3.51.3 is needed"
        )
    name = make_url(url).database
    if not name or name == ":memory:":
        raise UnfitDatabaseError(
            "the centre shares its database between processes: name a file, as sqlite:///central.db"
        )
    # The file holds the sites' keys: nobody but its owner may read it, nor the WAL beside it.
    Path(name).touch(mode=0o600)
    arguments = {"timeout": BUSY_SECONDS}
    # SQLAlchemy's messages would otherwise carry the values of a failed statement into a log.
    engine = create_engine(
        url,
        module=sqlcipher,
        hide_parameters=True,
        connect_args=arguments,
        pool_size=8,
        max_overflow=40,
        execution_options=_COUNTING,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # The driver's own BEGIN would come too late for reads and never be IMMEDIATE.
    # The indexes of a year of facts fit into 64 MiB, and a batch of 2,000 is not followed by a check-point each time.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "wal_autocheckpoint=4000"):
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_mode', '')}")
