"""A PostgreSQL server that syncs to the disk, is killed, and comes back by its own crash recovery."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from kiosk.scenario.stagehand import wait_until
from tests.central import databases

RECOVERS_WITHIN = 120.0
USER = "postgres"


class PostgreSql:
    """One server in ``folder``; ``options`` are further settings, as ``synchronous_commit=off``."""

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        there = databases.programs()
        assert there is not None
        self._programs, self._folder, self._data = there, folder, folder / "data"
        # It refuses to run as root.
        self._user = USER if os.geteuid() == 0 else None
        self._name = self._user or os.environ.get("USER", USER)
        self._options = [part for one in options for part in ("-c", one)]
        self._data.mkdir()
        for place in (folder, self._data):
            if self._user is not None:
                shutil.chown(place, self._user)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", self._name, "--no-sync")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its SQLAlchemy URL."""
        return f"postgresql+psycopg://{self._name}@/postgres?host={self._folder}"

    def begin(self) -> None:
        """Start it, without waiting."""
        line = [str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self._folder)]
        line += ["-c", "listen_addresses=", "-c", "fsync=on", "-c", "max_connections=100", *self._options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                line, cwd="/", stdout=log, stderr=log, user=self._user, group=self._user, extra_groups=[]
            )

    def start(self) -> None:
        """Start it until it answers. What its dead predecessor still holds may end it at once: then again."""

        def serves() -> bool:
            if self._process is None or self._process.poll() is not None:
                self.begin()
            return self.answers()

        wait_until(serves, RECOVERS_WITHIN, "PostgreSQL recovers")

    def answers(self) -> bool:
        """Whether it takes connections."""
        line = [str(self._programs / "pg_isready"), "-q", "-h", str(self._folder)]
        return subprocess.run(line, check=False, cwd="/").returncode == 0

    def kill(self) -> None:
        """SIGKILL to the postmaster; its children see that, and end."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_backend(self, chance: Random) -> bool:
        """SIGKILL to one that serves a client: the server ends all of them and recovers. Whether there was one."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        clients = [int(pid) for pid in children if b"[local]" in _command(pid)]
        if not clients:
            return False
        with suppress(ProcessLookupError):
            os.kill(chance.choice(clients), signal.SIGKILL)
        return True

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(RECOVERS_WITHIN)

    def _run(self, program: str, *arguments: str) -> None:
        line = [str(self._programs / program), *arguments]
        subprocess.run(
            line, check=True, capture_output=True, cwd="/", user=self._user, group=self._user, extra_groups=[]
        )


@contextmanager
def server(options: Sequence[str] = ()) -> Iterator[PostgreSql]:
    """A new one that runs, in a folder of its own that others than root may enter."""
    with tempfile.TemporaryDirectory() as folder:
        made = PostgreSql(Path(folder), options)
        try:
            made.start()
            yield made
        finally:
            made.stop()


def why_not() -> str | None:
    """Why there is none here; ``None`` where there is."""
    return None if databases.programs() is not None else "PostgreSQL and its driver are not installed"


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
