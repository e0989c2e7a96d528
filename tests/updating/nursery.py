"""Small versions of a kiosk, signed and in bundles; and a machine on which they run within this process.

A version is what its ``bin/kiosk`` says in JSON: how many steps of the schema it has beyond ours (``steps``), whether
its units get ready (``ready``), which faults its doctor finds (``faults``), and whether it records a fact though it is
on trial (``records``). The files of the database are real, and so is all that is done with them.
"""

import json
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.checkin.identity import ClaimKind
from kiosk.clock import SystemClock
from kiosk.composition import changeover
from kiosk.composition.guard import InUseError
from kiosk.config import Config, UpdateConfig
from kiosk.offline import enrolling, migrations
from kiosk.offline.connection import JOURNAL, Connection, DatabaseError, StoreError
from kiosk.offline.journal import SqlJournal
from kiosk.offline.migrations import STEPS, Step
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key, make_database_key
from kiosk.updating.bundle import make
from kiosk.updating.machine import UNITS, Unit
from kiosk.updating.versions import Versions
from tests.example_site import ENROLMENT, SITE, appointment

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
FACTORY_VERSION = "0.1.0"
TOLD: Mapping[str, Any] = {
    "follows": "0.1.0",
    "machine": platform.machine().lower(),
    "python": "3.11",
    "made_at": "2026-01-01T00:00:00Z",
    "schema": {"journal": 1, "roster": 1},
}


def tree(folder: Path, **how: Any) -> Path:
    """The files of a version."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/kiosk").write_text(json.dumps(how))
    (folder / "bin/kiosk").chmod(0o755)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    library = folder / "lib/python3.11/site-packages/kiosk"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text(f"# {folder.name}\n" * 40)
    return folder


def bundle(
    folder: Path, version: str, *, key: Ed25519PrivateKey = KEY, told: Mapping[str, Any] = TOLD, **how: Any
) -> Path:
    """A bundle in ``folder``, signed."""
    out = folder / f"{version}.kiosk-update"
    make(tree(folder / f"tree-{version}", **how), out, key, version=version, **told)
    return out


def keys(folder: Path, *known: Ed25519PrivateKey) -> Path:
    """A folder with public keys as on a kiosk."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, key in enumerate(known or (KEY,)):
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / f"publisher-{place}.pem").write_bytes(pem)
    return folder


class Nursery:
    """A kiosk in ``folder``: its state, its versions, what was asked of it. It is the machine of the updater."""

    def __init__(self, folder: Path) -> None:
        self.config = Config(
            state=folder / "state", run=folder / "run", update=UpdateConfig(folder=folder / "versions")
        )
        self.versions = Versions(folder / "versions", folder / "factory", FACTORY_VERSION)
        self.asked: list[str] = []
        self.passed = 0.0
        self.served = False
        self._up = True
        self._starts = 1

    def make(self) -> "Nursery":
        """From nothing: enrolled, with one fact that the centre has."""
        for place in (self.config.state, self.config.run, self.versions.folder):
            place.mkdir(parents=True)
        tree(self.versions.factory)
        with Store(self.config.state / DATABASE, make_database_key(self.config.state)).connect() as connection:
            key = enrolling.key_for(connection, "A1B2C3", lambda: {"kty": "EC", "d": "of nobody"})
            enrolling.finish(connection, replace(ENROLMENT, private_key=key))
        self.check_in("first")
        return self

    def check_in(self, name: str, *, settled: bool = True) -> None:
        """Record a fact, by whatever version there is."""
        with self.database() as connection:
            _check_in(connection, name)
            if settled:
                connection.execute(
                    "INSERT OR IGNORE INTO receipt (fact, verdict, id, at) SELECT seq, 'recorded', id, at FROM fact"
                )

    def facts(self) -> list[str]:
        """The appointments that were checked in, in their order."""
        with self.database() as connection:
            rows = connection.execute("SELECT about FROM arrival ORDER BY fact").fetchall()
        return [str(about) for (about,) in rows]

    @contextmanager
    def database(self) -> Iterator[Connection]:
        """As the version that is current opens it."""
        store = Store(self.config.state / DATABASE, database_key(self.config.state))
        with self._schema_of(self.versions.root(self.versions.current)), store.connect() as connection:
            yield connection

    # What the updater asks.

    def ask(self, root: Path, *arguments: str) -> tuple[int, str]:
        how = json.loads((root / "bin/kiosk").read_text())
        self.asked.append(f"{root.name} {' '.join(arguments)}")
        if arguments[0] == "doctor":
            faults = [{"code": code, "severity": "out-of-order"} for code in how.get("faults", ())]
            return (2 if faults else 0), json.dumps({"lines": [{"faults": faults}]})
        with self._schema_of(root):
            return self._changeover(*arguments[1:])

    def stop(self) -> None:
        self._up = False

    def start(self) -> None:
        if self._up:
            return
        root = self.versions.root(self.versions.current)
        how = json.loads((root / "bin/kiosk").read_text())
        self._up, self._starts = bool(how.get("ready", True)), self._starts + 1
        if how.get("records") and self.versions.state.trial:
            self.check_in("on trial")
        elif self._up:
            with self.database():
                pass

    def units(self) -> dict[str, Unit]:
        return {name: Unit(self._up, str(self._starts)) for name in UNITS}

    def wait(self, seconds: float) -> None:
        self.passed += seconds

    def _changeover(self, command: str, *options: str) -> tuple[int, str]:
        try:
            match command:
                case "ready":
                    changeover.ready(self.config, screen_stopped="--stopped" in options)
                    return (1, "served: somebody is there") if self.served and not options else (0, "")
                case "keep":
                    changeover.keep(self.config)
                case "try":
                    changeover.try_out(self.config)
                case "restore":
                    return (0 if changeover.restore(self.config) else 3), ""
                case "forget":
                    changeover.forget(self.config.state)
        except changeover.NotReadyError as error:
            return 1, f"{error.key}: {error}\n"
        except (StoreError, DatabaseError, InUseError, OSError) as error:
            return 2, f"{error}\n"
        return 0, ""

    @contextmanager
    def _schema_of(self, root: Path) -> Iterator[None]:
        more = json.loads((root / "bin/kiosk").read_text()).get("steps", 0)
        before = STEPS[JOURNAL]
        STEPS[JOURNAL] = (*before[: len(migrations.JOURNAL_STEPS)], *(_step(place) for place in range(more)))
        try:
            yield
        finally:
            STEPS[JOURNAL] = before


def _step(place: int) -> Step:
    def later(database: Any) -> None:
        database.executescript(f"CREATE TABLE later_{place} (one INTEGER) STRICT;")

    later.__name__ = f"m{900 + place}_journal"
    return later


def _check_in(connection: Connection, name: str) -> None:
    journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=SystemClock())
    journal.check_in([appointment(name)], ClaimKind.TYPED_CODE, "fi")
