"""A kiosk to be examined: enrolled at a real centre, with real boards that beat as its two processes do."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.checkin.faults import Part
from kiosk.clock import ENVIRONMENT, StagedClock
from kiosk.composition.enrol import enrol_kiosk
from kiosk.config import Config, PrinterConfig, ScannerConfig, dump
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection
from kiosk.offline.enrolment import load_enrolment
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key
from kiosk.sync.client import Centre as CentreClient
from kiosk.sync.feed import Feed
from tests.central.rig import MORNING, SITE, Centre

SECONDS = 30.0
PARTS = frozenset({Part.SCANNER, Part.PRINTER})


class Examined:
    """The kiosk on the technician's bench. ``configure`` says what it is equipped with."""

    def __init__(self, folder: Path, centre: Centre | None = None) -> None:
        self.folder = folder
        self.file = folder / "kiosk.toml"
        self.centre = centre
        self.clock = StagedClock(folder / "clock")
        self.clock.start_at(MORNING)
        self.config = Config(state=folder / "state", run=folder / "run", language="en")
        self.config.state.mkdir()
        self.config.run.mkdir()
        self.write(self.config)

    def write(self, config: Config) -> None:
        self.config = config
        self.file.write_bytes(dump(config))

    def configure(self, printer: int | None = None, scanner: str | None = None, maker: str = "none") -> None:
        address = None if printer is None else PrinterConfig("tcp", f"127.0.0.1:{printer}")
        port = None if scanner is None else ScannerConfig(port=scanner, profile=maker)  # type: ignore[arg-type]
        self.write(Config(self.config.state, self.config.run, "en", printer=address, scanner=port))

    def enrol(self) -> None:
        """Become a kiosk of the centre, with its roster as fresh as can be."""
        assert self.centre is not None
        enrol_kiosk(self.config, self.centre.url, self.centre.code("k1"))
        with self.database() as connection:
            enrolment = load_enrolment(connection)
            assert enrolment is not None
            line = CentreClient(enrolment.centre, enrolment.kiosk, enrolment.private_key, self.clock)
            feed = Feed(line, SqlRosterStore(connection), self.clock, ("fi", "sv", "en"))
            while feed.take(0).more:
                pass
            line.close()

    @contextmanager
    def database(self) -> Iterator[Connection]:
        with Store(self.config.state / DATABASE, database_key(self.config.state)).connect() as connection:
            yield connection

    @contextmanager
    def running(self, *processes: str) -> Iterator[dict[str, Board]]:
        """These processes are alive, as their heartbeats say."""
        with ExitStack() as stack:
            yield {name: stack.enter_context(self._board(name)) for name in processes}

    def _board(self, process: str) -> Board:
        return Board(self.clock, process, self.config.state, self.config.run, PARTS)

    def kiosk(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The real command, in a process of its own."""
        return subprocess.run(
            self.line(*arguments), capture_output=True, text=True, timeout=SECONDS, env=self.environment(**environment)
        )

    def line(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "kiosk", *arguments, "--config", str(self.file)]

    def environment(self, **more: str) -> dict[str, str]:
        # No journal of this machine, and no card service but one that a test starts.
        absent = {"PCSCLITE_CSOCK_NAME": str(self.folder / "no-service")}
        return {**os.environ, ENVIRONMENT: str(self.folder / "clock"), **absent, **more}

    def examine(self, *arguments: str) -> "Seen":
        done = self.kiosk("doctor", *arguments, "--json")
        assert done.stdout, done.stderr
        return Seen(done.returncode, json.loads(done.stdout))

    def let_pass(self, **span: float) -> None:
        self.clock.let_pass(timedelta(**span))


class Seen:
    """The doctor's JSON."""

    def __init__(self, code: int, report: dict[str, Any]) -> None:
        self.code = code
        self.report = report
        assert report["exit"] == code

    def line(self, name: str) -> dict[str, Any]:
        [found] = [line for line in self.report["lines"] if line["name"] == name]
        return dict(found)

    def codes(self, name: str) -> list[str]:
        return [fault["code"] for fault in self.line(name)["faults"]]

    def states(self) -> dict[str, str]:
        return {line["name"]: line["state"] for line in self.report["lines"]}


__all__ = ["MORNING", "SITE", "Centre", "Examined", "Seen"]
