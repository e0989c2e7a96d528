"""The databases that the centre runs on: a file of SQLite's, and a PostgreSQL server of the test's own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

_PROGRAMS = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Where PostgreSQL's own programs are; ``None`` where it, or the driver, is not installed."""
    found = sorted(_PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found and find_spec("psycopg") is not None else None


@contextmanager
def postgresql(directory: Path) -> Iterator[str]:
    """A server on a socket in ``directory`` that syncs nothing to disk; gives its SQLAlchemy URL."""
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

    run("initdb", "-D", str(data), "-A", "trust", "-U", name, "--no-sync")
    options = f"-k {directory} -c listen_addresses= -c fsync=off -c max_connections=60"
    run("pg_ctl", "-D", str(data), "-o", options, "-w", "-l", str(data / "log"), "start")
    try:
        yield f"postgresql+psycopg://{name}@/postgres?host={directory}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
