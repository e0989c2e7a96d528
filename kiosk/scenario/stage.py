"""A stage: centre, sync and screen as real processes, with simulated devices and a cable that can be pulled."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.checkin import faults
from kiosk.checkin.health import Health, in_order
from kiosk.clock import ENVIRONMENT
from kiosk.config import Config, KeypadConfig, SelfTestConfig, ServiceConfig, SpeechConfig, WatchConfig, dump
from kiosk.diagnostics import record
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key
from kiosk.scenario.commands import commands
from kiosk.scenario.lobby import Caller, displayed
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.ports import free_port as free_port
from kiosk.scenario.props import LOOPBACK, Props, laid_out
from kiosk.scenario.stagehand import StageError, Stagehand, wait_until
from kiosk.service_code import hash_of

START_SECONDS = 30.0
END_SECONDS = 10.0
KIOSK_NAME = "kiosk-1"
PLUGGED, PULLED = "f14", "f15"
"""What a keypad with a jack sends where headphones are plugged in, and where they are pulled out."""
SPEECH = SpeechConfig(engine="written", plugged_key=PLUGGED, pulled_key=PULLED)
ALOUD = SpeechConfig(plugged_key=PLUGGED, pulled_key=PULLED)
CLOSED = "closed"
"""The page of a kiosk that does not know its site yet."""
_WHOLE = "SELECT as_of FROM feed WHERE as_of IS NOT NULL"


class Stage:
    """The running parts. Made by ``set_up``. The kiosk's clock may be set wrong, the centre's never is."""

    def __init__(self, plan: StagePlan, props: Props) -> None:
        self.plan = plan
        self.props = props
        self.clock = props.clock
        self.scanner = props.scanner
        self.printer = props.printer
        self.cable = props.cable
        self.stagehand = Stagehand(plan.folder / "stage.sock")
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._begun: dict[str, int] = {}

    @property
    def config(self) -> Path:
        """The kiosk's configuration file."""
        return self.plan.folder / "kiosk.toml"

    @property
    def state(self) -> Path:
        """The kiosk's state directory."""
        return self.plan.state

    @property
    def _run_folder(self) -> Path:
        return self.plan.folder / "run"

    def let_pass(self, span: timedelta) -> None:
        """Time passes, for the kiosk and for the centre."""
        self.clock.let_pass(span)
        self.props.centre_clock.let_pass(span)

    def seed(self, appointments: Sequence[Mapping[str, Any]], **more: Any) -> None:
        """Give the centre appointments, and whatever else a seed file may hold."""
        file = self.plan.folder / "seed.json"
        file.write_text(json.dumps({"site": self.plan.site, "appointments": list(appointments), **more}))
        self.central("seed", str(file))

    def publish(self, other: Mapping[str, Any]) -> None:
        """Publish the rules of the site with something else in them, as their next version."""
        site = self.plan.site if isinstance(self.plan.site, Mapping) else {"extends": self.plan.site}
        self.seed((), site={**site, **other})

    def book_in_record(self, visit: Mapping[str, Any]) -> None:
        """Book a visit in the health record, and wait until the centre has read it. Raises ``StageError``."""
        assert self.props.record is not None
        log = self.plan.folder / "central.log"
        before = log.read_bytes().count(b'"record_read"')
        self.props.record.book(visit)
        wait_until(lambda: log.read_bytes().count(b'"record_read"') > before, START_SECONDS, "the centre reads it")

    def call(self, number: str, room: str) -> None:
        """Somebody signs in at the centre, and calls a number to a room. Raises ``StageError``."""
        url = f"http://{LOOPBACK}:{self.cable.port}"
        Caller(url, self.central("admin-link", "--url", url)).call(self.plan.site_name, number, room)

    def displayed(self, area: str) -> tuple[str, str] | None:
        """Number and room on the display of an area."""
        return displayed(f"http://{LOOPBACK}:{self.cable.port}", self.plan.site_name, area)

    def start(self, name: str) -> None:
        """Start ``central``, ``sync`` or ``screen`` and wait until it serves. Raises ``StageError``."""
        if name not in self._commands():
            raise StageError(f"there is no process {name!r}; there are {', '.join(self._commands())}")
        if name in self._processes:
            raise StageError(f"{name} runs already")
        self.begin(name)
        wait_until(lambda: self._alive(name) and self._serves(name), START_SECONDS, f"{name} serves")

    def begin(self, name: str) -> None:
        """Start one of them, and wait for nothing."""
        with (self.plan.folder / f"{name}.log").open("ab") as log:
            self._begun[name] = log.tell()
            self._processes[name] = subprocess.Popen(
                self._commands()[name], env=self.environment(name), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def wait_until_told(self) -> None:
        """Return when the kiosk has its site and its whole roster, and says so. Raises ``StageError``."""

        def told() -> bool:
            health = self.health()
            return health is not None and faults.ROSTER_MISSING.code not in health.codes

        wait_until(lambda: bool(self._ask_store(_WHOLE)), START_SECONDS, "the roster comes")
        wait_until(told, START_SECONDS, "it is said that the roster came")

    def wait_until_open(self) -> None:
        """Return when the kiosk has heard of its site and serves. Raises ``StageError``."""
        wait_until(lambda: self.stagehand.shown()[-1].name != CLOSED, START_SECONDS, "the kiosk opens")

    def kill(self, name: str) -> None:
        """End a process as a power cut would: SIGKILL. Raises ``StageError`` where it does not run."""
        process = self._processes.pop(name, None)
        if process is None:
            raise StageError(f"{name} does not run")
        process.kill()
        process.wait(END_SECONDS)

    def stop_all(self) -> None:
        """End every process in good order. Raises ``StageError`` where one had to be killed or failed."""
        trouble: list[str] = []
        for name in ("screen", "sync", "central"):
            process = self._processes.pop(name, None)
            if process is not None:
                trouble.extend(_ended(name, process))
        if trouble:
            raise StageError("; ".join(trouble))

    def running(self, name: str) -> bool:
        """Whether a process was started and still runs."""
        return name in self._processes and self._processes[name].poll() is None

    def pid(self, name: str) -> int:
        """The process id. Raises ``KeyError`` where it does not run."""
        return self._processes[name].pid

    def central(self, *arguments: str) -> str:
        """Run a command of the centre on its database; what it prints."""
        return self._run("central", *arguments, "--data", str(self.plan.folder / "central"))

    def arrivals(self) -> list[dict[str, Any]]:
        """What the centre says has arrived, and was not taken back."""
        return [row for row in self._listed() if row["annulled_at"] is None]

    def facts_at_the_centre(self) -> set[str]:
        """The ids of the check-ins that the centre holds, those that were taken back and conflicts among them."""
        listed = self._listed()
        return {row["fact"] for row in (*listed, *(conflict for one in listed for conflict in one["conflicts"]))}

    def self_tests(self) -> list[dict[str, Any]]:
        """What the centre knows of the kiosks: their last self-test among it."""
        data = str(self.plan.folder / "central")
        # 3: one of them needs looking after, as one does whose clock a scenario has moved on.
        told = self._run("central", "kiosks", "--json", "--data", data, fine=(0, 3))
        listed: list[dict[str, Any]] = json.loads(told)
        return listed

    def _listed(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(self.central("arrivals", "--json"))
        return listed

    def health(self) -> Health | None:
        """What stands on the boards of the kiosk's processes; ``None`` while one of them has not told of late."""
        records = record.read(self._run_folder, self.state, self.clock)
        if not all(records[name].alive for name in record.PROCESSES if self.running(name)):
            return None
        told = [one for name in record.PROCESSES if self.running(name) for one in records[name].standing]
        return Health(in_order(told))

    def recorded(self) -> list[str]:
        """The ids of the check-ins that this kiosk has acknowledged."""
        return self._ask_store("SELECT id FROM fact WHERE kind = 'checked-in' ORDER BY seq")

    def waiting(self) -> list[str]:
        """The ids of the facts for which the kiosk has no word of the centre yet."""
        return self._ask_store("SELECT fact.id FROM fact LEFT JOIN receipt ON fact = seq WHERE receipt.fact IS NULL")

    def prepare(self) -> None:
        """Seed the centre, start it, enrol the kiosk and write its configuration."""
        self.seed(self.plan.roster, queues=list(self.plan.queues))
        if self.props.record is not None:
            toml = self.props.record.configuration(self.plan.site_name)
            (self.plan.folder / "central.toml").write_bytes(toml)
        self.start("central")
        self.config.write_bytes(dump(self._configuration()))
        code = self.central("enrol-code", "--site", self.plan.site_name, "--kiosk", KIOSK_NAME).split()[-1]
        url = f"http://{LOOPBACK}:{self.cable.port}"
        self._run("kiosk", "enrol", url, code, "--config", str(self.config))

    def _configuration(self) -> Config:
        props, plan = self.props, self.plan
        return Config(
            state=self.state,
            run=self._run_folder,
            language=plan.language,
            scanner=props.scanner_config(plan),
            printer=props.printer_config(plan),
            card=None if props.wallet is None else props.wallet.config,
            help=None if props.bell is None else props.bell.config,
            screen=plan.screen,
            speech=SPEECH if plan.speech else ALOUD if plan.aloud else None,
            keypad=KeypadConfig(rest=0.0),
            watch=WatchConfig() if props.disk is None else props.disk.config,
            self_test=SelfTestConfig(at=plan.self_test),
            service=ServiceConfig(
                code=hash_of(plan.service_code) if plan.service_code else "",
                cards=() if props.wallet is None else (props.wallet.technicians_fingerprint,),
            ),
        )

    def _commands(self) -> dict[str, list[str]]:
        folder = self.plan.folder
        screen = ["kiosk", "screen", "--config", str(self.config), "--stage", str(folder / "stage.sock")]
        if self.plan.pictures is not None:
            screen += ["--pictures", str(self.plan.pictures)]
        configured = [] if self.props.record is None else ["--config", str(folder / "central.toml")]
        data = str(folder / "central")
        commands = {
            "central": ["central", "serve", "--port", str(self.props.centre_port), *configured, "--data", data],
            "sync": ["kiosk", "sync", "--config", str(self.config)],
            "screen": screen,
        }
        return {name: [sys.executable, "-m", *command] for name, command in commands.items()}

    def environment(self, name: str) -> dict[str, str]:
        """What a process of that name finds in its environment."""
        clock = "centre-clock" if name == "central" else "clock"
        environment = {**os.environ, ENVIRONMENT: str(self.plan.folder / clock)}
        if name == "screen" and self.props.wallet is not None:
            environment |= self.props.wallet.environment
        if self.plan.headless:
            environment |= {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
        return environment

    def _run(self, *command: str, fine: Collection[int] = (0,)) -> str:
        done = commands().run(command, self.environment(command[0]), START_SECONDS)
        if done.returncode not in fine:
            raise StageError(f"{' '.join(command[:2])} ended with {done.returncode}: {done.stderr.strip()[-600:]}")
        return done.stdout

    def _alive(self, name: str) -> bool:
        code = self._processes[name].poll()
        if code is not None:
            del self._processes[name]
            log = (self.plan.folder / f"{name}.log").read_text(errors="replace")
            # Of a crash inside a library all that it left: which thread it was stands at the beginning of it.
            crash = log.find("Fatal Python error")
            raise StageError(f"{name} ended with {code}: {log[crash:] if crash >= 0 else log.strip()[-600:]}")
        return True

    def _serves(self, name: str) -> bool:
        if name == "screen":
            return self.stagehand.is_there()
        return self._has_started(name) if name == "sync" else self._centre_answers()

    def _has_started(self, name: str) -> bool:
        """Whether a process has said so since its last start: a signal ends it in good order from then on."""
        with (self.plan.folder / f"{name}.log").open("rb") as log:
            log.seek(self._begun[name])
            return b'"event": "started"' in log.read()

    def _centre_answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.props.centre_port), timeout=1):
                return True
        except OSError:
            return False

    def _ask_store(self, query: str) -> list[str]:
        with Store(self.state / DATABASE, database_key(self.state)).connect() as connection:
            return [row[0] for row in connection.execute(query)]


@contextmanager
def set_up(plan: StagePlan) -> Iterator[Stage]:
    """A stage with everything running, taken down in good order at the end."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    with laid_out(plan, free_port()) as props:
        stage = Stage(plan, props)
        try:
            stage.prepare()
            stage.start("sync")
            stage.wait_until_told()
            stage.start("screen")
            stage.wait_until_open()
            yield stage
        finally:
            stage.stop_all()


def new_folder(parent: Path) -> Path:
    """A folder of its own below ``parent``; its path is short, since sockets allow only 107 bytes."""
    folder = parent / f"stage-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    return folder


def _ended(name: str, process: subprocess.Popen[bytes]) -> list[str]:
    process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    try:
        code = process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return [f"{name} had not ended {time.monotonic() - started:.0f} s after SIGTERM"]
    return [f"{name} ended with {code}"] if code != 0 else []
