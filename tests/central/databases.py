"""The databases that the centre runs on: a file of SQLite's, and a PostgreSQL server of the test's own."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from central.store.tables import metadata, setting

Made = AbstractContextManager[str]
Fresh = Callable[[Path], Made]
"""Makes an empty database of one kind, in a directory if it is a file, and gives its SQLAlchemy URL."""

_PROGRAMS = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Where PostgreSQL's own programs are; ``None`` where it, or the driver, is not installed."""
    found = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found and find_spec("psycopg") is not None else None


@contextmanager
def postgresql(directory: Path, *, durable: bool = False) -> Iterator[str]:
    """A server on a socket in ``directory``; gives its SQLAlchemy URL. Unless ``durable`` it syncs nothing to disk."""
    there = programs()
    assert there is not None
    data = directory / "data"
    data.mkdir()
    # It refuses to run as root.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        for place in (directory, data):
            shutil.chown(place, "postgres")
    name = "postgres" if as_user else os.environ.get("USER", "postgres")

    def run(program: str, *arguments: str) -> None:
        subprocess.run([*as_user, str(there / program), *arguments], check=True, capture_output=True, cwd="/")

    run("initdb", "-D", str(data), "-A", "trust", "-U", name, "--no-sync", "-E", "UTF8", "--no-locale")
    options = f"-k {directory} -c listen_addresses= -c fsync={'on' if durable else 'off'} -c max_connections=100"
    run("pg_ctl", "-D", str(data), "-o", options, "-w", "-l", str(data / "log"), "start")
    try:
        yield f"postgresql+psycopg://{name}@/postgres?host={directory}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")


@contextmanager
def file(directory: Path) -> Iterator[str]:
    """A database of SQLite's in a directory."""
    yield f"sqlite:///{directory / 'central.db'}"


class Server:
    """Databases on a server of PostgreSQL's, at the URL of another database there."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._spare: list[str] = []

    @contextmanager
    def empty(self, _directory: Path, encoding: str = "UTF8") -> Iterator[str]:
        """A new one, dropped at the end whoever still uses it."""
        name = f"t{secrets.token_hex(6)}"
        self._run("postgres", [f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0"])
        try:
            yield self._named(name)
        finally:
            self._run("postgres", [f"DROP DATABASE {name} WITH (FORCE)"])

    @contextmanager
    def emptied(self, _directory: Path) -> Iterator[str]:
        """One that a test before may have used, with its tables and without rows: that takes a tenth of the time."""
        if not self._spare:
            self._spare.append(f"t{secrets.token_hex(6)}")
            self._run("postgres", [f"CREATE DATABASE {self._spare[-1]}"])
        name = self._spare.pop()
        yield self._named(name)
        with suppress(ProgrammingError):  # It was never opened.
            emptying = [f'DELETE FROM "{table}"' for table in metadata.tables if table != setting.name]
            # As a replica, so that no trigger keeps what is only to be added to.
            self._run(name, ["SET session_replication_role = replica", *emptying])
        self._spare.append(name)

    def _named(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, name: str, statements: Sequence[str]) -> None:
        engine = create_engine(self._named(name), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
