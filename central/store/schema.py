"""Which revision the tables of a database have, and bringing them to the newest that this program knows.

A new database gets its tables as ``central.store.tables`` has them; a test says that the revisions lead to the same.
An older one is brought up revision by revision, in one transaction together with the mark of where it stands.
"""

import re
from pathlib import Path

from alembic.config import Config
from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect, select, text

from central.store.tables import metadata, setting

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions(directory: Path) -> tuple[str, ...]:
    """The revisions that lie in a directory, oldest first: known by the names of their files."""
    names = sorted(path.name for path in directory.glob("r*.py"))
    return tuple(found[1] for found in map(re.compile(r"r(\d{4})_\w+\.py").fullmatch, names) if found)


REVISIONS = revisions(MIGRATIONS / "versions")
HEAD = REVISIONS[-1]
BEFORE_ALEMBIC = {"3": "0001"}
"""What a database from before there were revisions says of itself, and the revision that its tables are."""
MARK = "4"
"""What every database says in that place now, so that a program from before keeps away from it."""
_LOCK = 0x63656E74
"""Of PostgreSQL's advisory locks, that of whoever changes the tables."""

_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table, as it would make it."""


class UnknownSchemaError(Exception):
    """The tables are of a revision that this program does not know."""


def marked(connection: Connection) -> str | None:
    """The revision that the database is marked with; ``None`` where it has no mark."""
    if not inspect(connection).has_table(_version.name):
        return None
    return connection.execute(select(_version.c.version_num)).scalar()


def settle(connection: Connection) -> None:
    """Bring the tables to ``HEAD``, in the transaction that is open. Whoever would do so too waits for its end.

    Raises ``UnknownSchemaError``, and then nothing is changed.
    """
    if connection.dialect.name == "postgresql":
        # SQLite's transaction that writes is alone already.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    found = marked(connection)
    if found is None and inspect(connection).has_table(setting.name):
        found = _taken_over(connection)
    if found is None:
        metadata.create_all(connection)
        _mark(connection, HEAD)
    elif found not in REVISIONS:
        raise UnknownSchemaError(
            f"the database is at revision {found}, and this program knows {HEAD} as the newest: a newer one has used it"
        )
    elif found != HEAD:
        upgrade(connection, HEAD)


def upgrade(connection: Connection, revision: str) -> None:
    """Run the revisions up to this one, in the transaction that is open."""
    from alembic import command  # It takes its time, and is seldom needed: every command of the centre opens the store.

    command.upgrade(config(connection), revision)


def config(connection: Connection) -> Config:
    """What Alembic needs to work on an open connection."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.set_main_option("version_path_separator", "os")
    made.attributes["connection"] = connection
    return made


def _taken_over(connection: Connection) -> str:
    said = connection.execute(select(setting.c.value).where(setting.c.name == "schema")).scalar()
    if said not in BEFORE_ALEMBIC:
        raise UnknownSchemaError(f"the database has schema {said}; only {', '.join(BEFORE_ALEMBIC)} can be taken over")
    _mark(connection, BEFORE_ALEMBIC[said])
    connection.execute(setting.update().where(setting.c.name == "schema").values(value=MARK))
    return BEFORE_ALEMBIC[said]


def _mark(connection: Connection, revision: str) -> None:
    _version.create(connection)
    connection.execute(_version.insert(), {"version_num": revision})
