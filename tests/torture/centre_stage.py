"""The programs around a centre, which are struck and started again as a service manager would."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import tomli_w

from central import auth, seed
from central.people import tokens
from central.people.roles import EVERYTHING, Person
from central.store import Store, StoreUnavailableError, kiosks, people
from kiosk.clock import SystemClock
from kiosk.scenario.stage import free_port
from kiosk.scenario.stagehand import StageError, wait_until
from kiosk.sync.client import CentreError, healthy
from tests.central.ehr.desk import toml
from tests.central.ehr.record import Record, new_place
from tests.central.rig import SITE
from tests.torture import postgres
from tests.torture.nursery import Nursery
from tests.torture.postgres import PostgreSql

STARTS_WITHIN = 120.0
LEASE_SECONDS = 5.0
_GLANCE = 0.005
LOG_IN = timedelta(hours=8)
WEAK = "TORTURE_WEAKNESS"
"""Names a mistake that is planted into the centre's programs, for ``tests.torture.weak``."""
BETWEEN = "TORTURE_BETWEEN"
"""Names the file that is there while such a program has done one half of its mistake, and not the other."""


class Program:
    """``central serve`` or ``central ehr``; ``url`` is empty for one that serves nobody."""

    def __init__(
        self, nursery: Nursery, name: str, arguments: Sequence[str], environment: dict[str, str], log: Path, url: str
    ) -> None:
        self.name, self.url, self.log = name, url, log
        self._between = log.with_suffix(".between")
        self._nursery, self._environment = nursery, environment | {BETWEEN: str(self._between)}
        module = "tests.torture.weak" if WEAK in environment else "central"
        self._command = [module, *arguments]
        self._process: Any = None
        self._has_served = False

    def begin(self) -> None:
        """Start it."""
        self.log.touch()
        self._between.unlink(missing_ok=True)
        self._seen = self.log.stat().st_size
        self._has_served = False
        self._process = self._nursery.start(self._command, self._environment, self.log)

    @property
    def is_between(self) -> bool:
        """Whether it has done one half of a planted mistake, and not the other."""
        return self._between.exists()

    def kill(self) -> None:
        """SIGKILL, if it still runs, and see that it is dead."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STARTS_WITHIN)

    def serves(self) -> bool:
        """Whether it does. One that ends before it ever has, for its database is away, is started again.

        Raises ``StageError`` where it has served, and ended by itself.
        """
        if self._process is None or self._process.poll() is not None:
            if self._has_served:
                raise StageError(f"{self.name} has ended by itself: {self.log.read_text()[-800:]}")
            self.begin()
            return False
        self._has_served = self._has_served or self._serves()
        return self._has_served

    def stop(self) -> None:
        """SIGTERM, which it must obey in good order."""
        self._process.send_signal(15)
        try:
            code = self._process.wait(STARTS_WITHIN)
        except subprocess.TimeoutExpired as error:
            raise StageError(f"{self.name} does not end") from error
        if code != 0:
            raise StageError(f"{self.name} ended with {code}: {self.log.read_text()[-800:]}")

    def _serves(self) -> bool:
        if not self.url:
            return b'"started"' in self.log.read_bytes()[self._seen :]
        try:
            healthy(self.url, SystemClock(), 2.0)
        except CentreError:
            return False
        return True


class CentreStage:
    """Centres, workers and a record over one database. ``server`` is ``None`` where that is a file."""

    def __init__(
        self, folder: Path, nursery: Nursery, record: Record, server: PostgreSql | None, weakness: str = ""
    ) -> None:
        self.folder, self.record, self.server = folder, record, server
        self._of_server = "=" in weakness
        self.is_weak = bool(weakness) and not self._of_server
        self.database = server.url if server is not None else f"sqlite:///{folder / 'central.db'}"
        self.place = new_place()
        self.store = Store.open(self.database)
        now = datetime.now(UTC)
        seed.load(self.store, seed.Seed(SITE, []), None, now)
        document = toml(record, self.place, lease_seconds=LEASE_SECONDS, timeout_seconds=5.0, reconcile=False)
        config = folder / "central.toml"
        config.write_bytes(tomli_w.dumps(document).encode())
        environment = dict(os.environ) | {"CENTRAL_DATABASE": self.database}
        environment |= {WEAK: weakness} if self.is_weak else {}
        shared = ["--config", str(config), "--data", str(folder)]

        def program(name: str, *arguments: str, url: str = "") -> Program:
            log = folder / f"{name.replace(' ', '-')}.log"
            return Program(nursery, name, [*arguments, *shared], environment, log, url)

        def centre(number: int) -> Program:
            port = str(free_port())
            url = f"http://127.0.0.1:{port}"
            return program(f"centre {number}", "serve", "--no-records", "--port", port, url=url)

        self.centres = [centre(number) for number in ((1, 2) if server is not None else (1,))]
        self.workers = [program("worker", "ehr")]
        self.programs = {one.name: one for one in (*self.centres, *self.workers)}

    @property
    def victims(self) -> list[str]:
        """All that can be struck; where a mistake is the server's, that alone."""
        if self._of_server:
            return ["postmaster", "backend"]
        return [*self.programs, "record", *(("postmaster", "backend") if self.server is not None else ())]

    def between(self, seconds: float) -> list[str]:
        """The first program to be between the halves of a planted mistake; nobody where none is for so long."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for name, one in self.programs.items():
                if one.is_between:
                    return [name]
            time.sleep(_GLANCE)
        return []

    def start(self) -> None:
        """Start all, and wait until they serve."""
        for one in self.programs.values():
            one.begin()
        self.settle()

    def strike(self, names: Sequence[str], chance: Random) -> None:
        """SIGKILL to these at once; then start them again."""
        for name in names:
            if name in self.programs:
                self.programs[name].kill()
            elif name == "record":
                self.record.kill()
            elif self.server is not None and name == "postmaster":
                self.server.kill()
            elif self.server is not None and "postmaster" not in names:
                self.server.kill_backend(chance)
        # A service manager takes its time, and others are met in the meantime.
        time.sleep(chance.random() * 0.3)
        for name in names:
            if name in self.programs:
                self.programs[name].begin()
            elif name == "record":
                self.record.begin()

    def settle(self) -> None:
        """Return when everything serves."""
        if self.server is not None:
            self.server.start()
        wait_until(self._all_serve, STARTS_WITHIN, "all serve")
        wait_until(self.record.answers, STARTS_WITHIN, "the record answers")

    def _all_serve(self) -> bool:
        # Each is looked at, whatever the others do: one that has ended has to be started.
        return not [one for one in self.programs.values() if not one.serves()]

    def sign_in(self, name: str) -> str:
        """Somebody of the staff, who may do everything; the token of the session."""
        token, now = tokens.new(), datetime.now(UTC)
        with self.store.writing() as connection:
            people.begin(connection, tokens.hashed(token), Person(name, name, EVERYTHING), now, LOG_IN)
        return token

    def code(self, kiosk: str) -> str:
        """A one-time code for a kiosk."""
        code = auth.new_code()
        with self.store.writing() as connection:
            hashed = auth.code_hash(self.store.pepper, code)
            kiosks.admit(connection, hashed, SITE, kiosk, datetime.now(UTC) + auth.CODE_LIFE)
        return code

    def close(self) -> None:
        """Kill whatever still runs."""
        for one in self.programs.values():
            one.kill()
        self.store.close()


@contextmanager
def centre_stage(folder: Path, *, on_server: bool, weakness: str = "") -> Iterator[CentreStage]:
    """All of it, running. ``weakness`` is one of ``tests.torture.weak``, or settings of the server."""
    folder.mkdir(parents=True, exist_ok=True)
    record = Record(folder / "record")
    with ExitStack() as stack:
        stack.callback(record.stop)
        record.start()
        options = weakness.split() if "=" in weakness else ()
        server = stack.enter_context(postgres.server(options)) if on_server else None
        nursery = stack.enter_context(Nursery())
        stage = CentreStage(folder, nursery, record, server, weakness)
        stack.callback(stage.close)
        stage.start()
        yield stage


def patiently(store: Store, work: Any) -> Any:
    """Read something, however often the database goes away meanwhile."""
    ends = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            with store.reading() as connection:
                return work(connection)
        except StoreUnavailableError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)
