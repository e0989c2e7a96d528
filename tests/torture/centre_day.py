"""A day at the centre: the real ``central serve``, and kiosks that bring it facts and borrow numbers over HTTP.

``record_day(folder, rounds, seed)`` gives the tape. What the centre tells the kiosks goes out on its own sockets, and
counts as told from the moment at which it hands the bytes to the kernel.
"""

import os
import secrets
import signal
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from central import auth, seed
from central.store import Store, kiosks
from kiosk.checkin.facts import Fact, FactKind, uuid7
from kiosk.clock import SystemClock
from kiosk.scenario.stage import free_port
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError, enrol, healthy
from kiosk.sync.credentials import make_key, public_half
from tests.torture.recorder import Tape, recording

SERIES = {"k1": "A", "k2": "B", "k3": "C"}
DAY = date(2026, 11, 23)
SERVES_WITHIN = 30.0


def record_day(folder: Path, rounds: int, seed: int, module: str = "central") -> Tape:
    """``rounds`` batches and leases from each of three kiosks at once, on a database that is new in ``folder``.

    ``module`` is what serves.
    """
    port = free_port()
    command = [sys.executable, "-m", module, "serve", "--data", str(folder), "--port", str(port)]
    codes = _admitted(folder)
    log = os.open(folder.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        with recording(command, folder, [f"TCP:[127.0.0.1:{port}->"], output=log) as recorded:
            url = f"http://127.0.0.1:{port}"
            wait_for(url)
            with ThreadPoolExecutor(len(SERIES)) as pool:
                kiosks = [_Kiosk(url, name, code, Random(f"{seed}/{name}")) for name, code in codes.items()]
                for done in [pool.submit(kiosk.work, rounds) for kiosk in kiosks]:
                    done.result()
            recorded.process.send_signal(signal.SIGTERM)
    finally:
        os.close(log)
    assert recorded.tape is not None
    return recorded.tape


def wait_for(url: str) -> None:
    """Return when the centre answers. Raises ``TimeoutError``."""
    ends = time.monotonic() + SERVES_WITHIN
    while time.monotonic() < ends:
        try:
            healthy(url, SystemClock(), 1.0)
        except CentreError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError("the centre does not answer")


class _Kiosk:
    """Sends what kiosks send: new facts, some of them again, check-ins that others have taken, and one that is none."""

    def __init__(self, url: str, name: str, code: str, chance: Random) -> None:
        self._key: Mapping[str, str] = make_key()
        enrol(url, code, public_half(self._key))
        self._centre = Centre(url, name, self._key, SystemClock())
        self._name = name
        self._chance = chance
        self._seq = 0
        self._sent: list[Fact] = []

    def work(self, rounds: int) -> None:
        for turn in range(rounds):
            facts = [self._fact() for _ in range(self._chance.randint(1, 6))]
            again = self._chance.sample(self._sent, min(2, len(self._sent))) if self._chance.random() < 0.3 else []
            self._centre.send_facts([*facts, *again])
            self._sent += facts
            if turn % 8 == 0:
                lease = messages.LeaseRequest(id=f"{self._name}-{turn}", day=DAY, size=20)
                self._centre.borrow(lease)
        self._centre.close()

    def _fact(self) -> Fact:
        self._seq += 1
        at = datetime.now(UTC)
        fact_id = uuid7(int(at.timestamp() * 1000), secrets.token_bytes(10))
        match self._chance.random():
            case drawn if drawn < 0.6:
                # Half of the appointments come to one kiosk only, the others may come to all three.
                whose = self._name if self._chance.random() < 0.5 else "all"
                about = f"{whose}-{self._chance.randrange(400)}"
                number = f"{SERIES[self._name]} {self._seq:03d}"
                details = {"appointment": about, "number": number, "claim": "barcode", "language": "fi"}
                return Fact(fact_id, self._seq, FactKind.CHECKED_IN, at, details)
            case drawn if drawn < 0.7 and (taken := [one for one in self._sent if one.kind is FactKind.CHECKED_IN]):
                one = self._chance.choice(taken)
                details = {name: one.details[name] for name in ("appointment", "number")}
                details |= {"arrival": one.id, "by": "staff"}
                return Fact(fact_id, self._seq, FactKind.ANNULLED, at, details)
        return Fact(fact_id, self._seq, FactKind.TICKET_PRINTED, at, {"arrival": fact_id, "outcome": "printed"})


def _admitted(folder: Path) -> dict[str, str]:
    """A new database that knows a site, and a one-time code for each kiosk."""
    folder.mkdir(exist_ok=True)
    store, now = Store.open(f"sqlite:///{folder / 'central.db'}"), datetime.now(UTC)
    try:
        seed.load(store, seed.Seed("kalasatama", []), None, now)
        codes = {name: auth.new_code() for name in SERIES}
        with store.writing() as connection:
            for name, code in codes.items():
                hashed = auth.code_hash(store.pepper, code)
                kiosks.admit(connection, hashed, "kalasatama", name, now + auth.CODE_LIFE)
    finally:
        store.close()
    return codes
