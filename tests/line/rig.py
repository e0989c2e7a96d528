"""A real centre, and real kiosks behind lines with faults: memory fed from here, ``kiosk sync`` in its process."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from central.store import Store, listing
from kiosk.checkin.appointment import Appointment
from kiosk.checkin.facts import FactKind
from kiosk.checkin.faults import Part
from kiosk.checkin.hetu import CHECK_CHARACTERS
from kiosk.checkin.identity import ClaimKind
from kiosk.clock import SystemClock
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.memory import enrolled_store, sockets
from kiosk.config import Config, dump
from kiosk.diagnostics import record
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster
from kiosk.ports import Enrolment
from kiosk.scenario.stage import free_port
from kiosk.scenario.stagehand import wait_until
from kiosk.wake import LineToSync
from tests.example_site import HELSINKI
from tests.line.proxy import FaultProxy
from tests.line.wire import LOOPBACK

SITE = "kalasatama"
SECONDS = 30.0
"""For what has to happen, on a machine that others use too."""
APPOINTMENTS = 500
"""As many as a storm may need."""


@dataclass
class CentreProcess:
    """``central serve`` on a port that stays, and its commands."""

    data: Path
    port: int = field(default_factory=free_port)
    host: str = LOOPBACK
    prefix: tuple[str, ...] = ()
    """What the server is started under, such as in another network namespace."""
    process: subprocess.Popen[bytes] | None = None
    config: Path | None = None

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "central", *arguments, "--data", str(self.data)]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS).stdout

    def seed(self, appointments: int = APPOINTMENTS) -> None:
        """Load so many appointments of today, ``L0``, ``L1`` …, of a client each."""
        noon = datetime.now(HELSINKI).replace(hour=12, minute=0, second=0, microsecond=0).isoformat()
        rows = [
            {"id": f"L{n}", "person": nobody(n), "unit": "dental", "area": "B2", "starts": noon}
            for n in range(appointments)
        ]
        file = self.data.parent / "seed.json"
        file.write_text(json.dumps({"site": SITE, "appointments": rows}))
        self.run("seed", str(file))

    def start(self) -> None:
        command = [*self.prefix, sys.executable, "-m", "central", "serve"]
        command += ["--host", self.host, "--port", str(self.port), "--data", str(self.data)]
        if self.config is not None:
            command += ["--config", str(self.config)]
        if self.host != LOOPBACK:
            command += ["--url", f"http://{self.host}:{self.port}"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until(self._serves, SECONDS, "centre serves")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(SECONDS)
            self.process = None

    def _serves(self) -> bool:
        probe = f"import socket; socket.create_connection(({self.host!r}, {self.port}), 1).close()"
        if self.prefix:
            return (
                subprocess.run([*self.prefix, sys.executable, "-c", probe], stderr=subprocess.DEVNULL).returncode == 0
            )
        try:
            with socket.create_connection((self.host, self.port), timeout=1):
                return True
        except OSError:
            return False

    def facts(self) -> dict[str, tuple[str, str, str]]:
        """By id: the kiosk, the verdict and the receipt. The file itself: no command shows facts of every kind."""
        return {row[0]: (row[1], row[2], row[3]) for row in self._rows("SELECT id, kiosk, verdict, receipt FROM fact")}

    def refused(self) -> Counter[str]:
        """How many refused facts are parked, by kiosk."""
        return Counter(row[0] for row in self._rows("SELECT kiosk FROM parked"))

    def arrivals(self) -> Counter[str]:
        """The arrivals as ``central arrivals`` lists them, by appointment."""
        store = Store.open(f"sqlite:///{self.data / 'central.db'}")
        try:
            with store.reading() as connection:
                return Counter(one.appointment for one in listing.arrivals(connection, SITE))
        finally:
            store.close()

    def _rows(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self.data / 'central.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(statement).fetchall()


@dataclass
class LineKiosk:
    """One enrolled kiosk: its memory open here as its screen would have it, its line in a process of its own."""

    name: str
    config: Config
    enrolment: Enrolment
    connection: Connection
    proxy: FaultProxy | None = None
    prefix: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    acknowledged: dict[str, str] = field(default_factory=dict)
    """What the journal has taken, for good: id of the fact, and the appointment of a check-in or nothing."""
    malformed: set[str] = field(default_factory=set)
    desk_was_first: set[str] = field(default_factory=set)
    """Appointments that the desk took before this kiosk's fact came in."""

    def __post_init__(self) -> None:
        self._roster = SqlRoster(self.connection, self.enrolment.site_key)
        self._journal = SqlJournal(
            self.connection, site=self._roster.site, enrolment=self.enrolment, clock=SystemClock()
        )
        self._outbox = SqlOutbox(self.connection)
        self._wake = LineToSync(sockets(self.config.run)[0])

    @property
    def line(self) -> FaultProxy:
        """What its line runs through."""
        assert self.proxy is not None
        return self.proxy

    def start(self) -> None:
        path = self.config.state.parent / "kiosk.toml"
        path.write_bytes(dump(self.config))
        command = [*self.prefix, sys.executable, "-m", "kiosk", "sync", "--config", str(path)]
        log = self.config.state.parent / "sync.log"
        with log.open("ab") as said:
            self.process = subprocess.Popen(command, stderr=said, env={**os.environ})
        wait_until(lambda: sockets(self.config.run)[0].exists(), SECONDS, "sync listens")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        if self.process is None:
            return None
        self.process.send_signal(how)
        code = self.process.wait(SECONDS)
        self.process = None
        if how is signal.SIGKILL:
            sockets(self.config.run)[0].unlink(missing_ok=True)
        return code

    def check_in(self, appointment: str) -> bool:
        """A client checks in, as the attendant would have it; ``False`` where an arrival was known already."""
        visit = Appointment(appointment, "dental", "B2", datetime.now(HELSINKI) + timedelta(minutes=10))
        fact = self._journal.check_in([visit], ClaimKind.APPOINTMENT_CODE, "fi").fact
        if fact is None:
            return False
        self._took(fact, appointment)
        return True

    def print_fails(self) -> None:
        """A fact that is no check-in."""
        self._took(self._journal.note(FactKind.PRINT_FAILED, {"arrival": "1"}).seq)

    def poison(self) -> None:
        """A fact that the centre will refuse, however often it comes."""
        fact = self._journal.note(FactKind.CHECKED_IN, {"appointment": "no key at all", "number": "none"})
        self._took(fact.seq)
        self.malformed.add(fact.id)

    def receipts(self) -> dict[str, tuple[str, str | None]]:
        """By the id of the fact: the centre's verdict and its receipt."""
        rows = self.connection.execute(
            "SELECT fact.id, receipt.verdict, receipt.id FROM fact JOIN receipt ON receipt.fact = fact.seq"
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def numbers(self) -> list[str]:
        """The ticket numbers that this kiosk has given."""
        return [row[0] for row in self.connection.execute("SELECT DISTINCT number FROM arrival")]

    def roster_size(self) -> int:
        """Appointments that it knows of."""
        return int(self.connection.execute("SELECT count(*) FROM appointment").fetchone()[0])

    def cancelled(self) -> set[str]:
        """Those that it knows to be cancelled."""
        rows = self.connection.execute("SELECT id, body FROM appointment")
        return {row[0] for row in rows if json.loads(row[1]).get("status") == "cancelled"}

    def line_faults(self) -> set[str]:
        """The faults of the line that stand on the board of its ``kiosk sync``."""
        told = record.read_one("sync", self.config.run, self.config.state, SystemClock()).standing
        return {one.fault.code for one in told if one.fault.part is Part.CENTRE}

    @property
    def settled(self) -> bool:
        """Whether every fact has the centre's word."""
        return self._outbox.next_due() is None

    def settles(self, seconds: float = SECONDS) -> float:
        """Wait until it is; seconds that it took."""
        began = monotonic()
        wait_until(lambda: self.settled, seconds, f"{self.name} settles")
        return monotonic() - began

    def _took(self, seq: int, appointment: str = "") -> None:
        self.acknowledged[self._journal.fact_id(seq)] = appointment
        self._wake.new_fact()


def nobody(n: int) -> str:
    """The n-th identity code of nobody: born in the fifties, individual number from 900 to 999."""
    born = date(1950, 1, 1) + timedelta(days=n // 100)
    digits = f"{born:%d%m%y}{900 + n % 100}"
    return f"{digits[:6]}-{digits[6:]}{CHECK_CHARACTERS[int(digits) % 31]}"


nobody.__test__ = False  # type: ignore[attr-defined]


@contextmanager
def centre(folder: Path, appointments: int = APPOINTMENTS) -> Iterator[CentreProcess]:
    """A seeded centre that serves."""
    serving = CentreProcess(folder / "centre" / "data")
    serving.data.mkdir(parents=True)
    serving.seed(appointments)
    serving.start()
    try:
        yield serving
    finally:
        serving.stop()


@contextmanager
def kiosk(centre: CentreProcess, folder: Path, name: str, seed: int = 0) -> Iterator[LineKiosk]:
    """A kiosk behind a line of its own that is well, with its whole roster."""
    with FaultProxy(centre.port, seed=seed) as proxy, enrolled(centre, folder, name, proxy.url) as fed:
        fed.proxy = proxy
        fed.start()
        wait_until(lambda: fed.roster_size() >= 1, SECONDS, "roster")
        yield fed


@contextmanager
def enrolled(
    centre: CentreProcess, folder: Path, name: str, url: str, prefix: tuple[str, ...] = ()
) -> Iterator[LineKiosk]:
    """A kiosk that was enrolled at ``url``; its line is not started."""
    code = centre.run("enrol-code", "--site", SITE, "--kiosk", name).split()[-1]
    config = Config(state=folder / name / "state", run=folder / name / "run")
    with ExitStack() as stack:
        if prefix:
            config.state.parent.mkdir(parents=True, exist_ok=True)
            path = config.state.parent / "kiosk.toml"
            path.write_bytes(dump(config))
            command = [*prefix, sys.executable, "-m", "kiosk", "enrol", "--config", str(path), url, code]
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
        else:
            enrol_kiosk(config, url, code)
        store, enrolment = enrolled_store(config.state)
        fed = LineKiosk(name, config, enrolment, stack.enter_context(store.connect()), prefix=prefix)
        try:
            yield fed
        finally:
            fed.stop()


def holds(centre: CentreProcess, *kiosks: LineKiosk) -> Mapping[str, int]:
    """What must hold once every fact has the centre's word; raises ``AssertionError``. Gives counts of the verdicts."""
    held, arrivals = centre.facts(), centre.arrivals()
    verdicts: Counter[str] = Counter()
    for one in kiosks:
        receipts = one.receipts()
        assert receipts.keys() >= one.acknowledged.keys(), "a fact without the centre's word"
        for fact, appointment in one.acknowledged.items():
            verdict, receipt = receipts[fact]
            verdicts[verdict] += 1
            if fact in one.malformed:
                assert verdict == "refused", f"a malformed fact is {verdict}"
                assert fact not in held
                continue
            assert fact in held, f"{verdict} at the kiosk, and not at the centre"
            kiosk_name, ruling, mark = held[fact]
            assert kiosk_name == one.name
            assert receipt == mark, "a receipt that the centre did not give"
            assert (verdict == "conflict") == (ruling == "conflict"), f"{verdict} here, {ruling} there"
            assert not appointment or arrivals[appointment] == 1, f"{appointment} arrived {arrivals[appointment]} times"
        assert centre.refused()[one.name] == len(one.malformed)
    conflicts = Counter(appointment for one in kiosks for appointment in one.acknowledged.values() if appointment)
    extra = sum(count - 1 for count in conflicts.values()) + sum(len(one.desk_was_first) for one in kiosks)
    assert verdicts["conflict"] == extra, f"{verdicts['conflict']} conflicts for {extra} that were checked in twice"
    numbers = Counter(number for one in kiosks for number in one.numbers())
    assert not [number for number, count in numbers.items() if count > 1], "one number twice"
    return verdicts
