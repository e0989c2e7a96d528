"""Real kills around a health record: its FHIR server and two workers of the centre, while clients come and go.

Each round books a visit there and lets the client arrive once the centre has it; some arrivals are taken back and made
anew. At a moment drawn by chance one of the three, or both workers, are killed and started again. At the end the record
must say of every visit what the centre says, and its history must hold no step twice and none that was not told.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import httpx

from central import moments, seed
from central.store import Store, annulments, desk, ehr_letters, listing
from central.store.desk import Way
from central.store.facts import RacedError
from kiosk.scenario.stagehand import StageError, wait_until
from tests.central.ehr.desk import WorkerProcess, toml
from tests.central.ehr.record import Record, new_place
from tests.central.ehr.test_fhir_record import ticket
from tests.central.rig import SITE
from tests.torture.findings import Findings
from tests.torture.visitor import identity

VICTIMS = ("worker 1", "worker 2", "record")
LATEST = 1.5
SETTLED_WITHIN = 120.0
LEASE = 5.0


@dataclass
class Tally:
    """What was done: ``rounds`` clients, ``kills`` by victim, and what did not hold."""

    rounds: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    def __add__(self, other: "Tally") -> "Tally":
        kills = {name: self.kills.get(name, 0) + other.kills.get(name, 0) for name in VICTIMS}
        return Tally(self.rounds + other.rounds, kills, self.findings + other.findings)


def play(folder: Path, rounds: int, seed_: int, database: str | None = None) -> Tally:
    """So many rounds on one pair of centre and record. Raises ``StageError`` where they never settle."""
    folder.mkdir(parents=True, exist_ok=True)
    with _set_up(folder, database or f"sqlite:///{folder / 'central.db'}") as game:
        chance = Random(seed_)
        for place in range(rounds):
            game.round(place, chance)
        return game.settled()


@contextmanager
def _set_up(folder: Path, database: str) -> Iterator["_Game"]:
    record = Record(folder / "record")
    store = Store.open(database)
    place = new_place()
    seed.load(store, seed.Seed(SITE, []), None, datetime.now(UTC))
    document = toml(record, place, lease_seconds=LEASE, timeout_seconds=5.0, reconcile=False)
    workers = [WorkerProcess(folder / f"w{number}", document, database) for number in (1, 2)]
    try:
        record.start()
        for worker in workers:
            worker.start()
        yield _Game(store, record, workers, place)
        for worker in workers:
            if worker.stop() != 0:
                raise StageError(f"a worker did not end in order: {worker.log.read_text()[-600:]}")
    finally:
        for worker in workers:
            worker.kill()
        record.kill()
        record.http.close()
        store.close()


class _Game:
    def __init__(self, store: Store, record: Record, workers: list[WorkerProcess], place: str) -> None:
        self._store, self._record, self._workers, self._place = store, record, workers, place
        self._tally = Tally(kills=dict.fromkeys(VICTIMS, 0))
        self._names: list[str] = []

    def round(self, place: int, chance: Random) -> None:
        """One client and one kill."""
        name = f"{self._place}-{place}"
        self._book(name, identity(place))
        self._names.append(name)
        victims = list(VICTIMS[:2]) if chance.random() < 0.4 else [chance.choice(VICTIMS)]
        late = chance.random() < 0.7
        strikes = [] if late else self._strike(victims, min(LATEST, chance.expovariate(3)))
        wait_until(lambda: self._known(name), SETTLED_WITHIN, f"the centre knows {name}")
        self._arrive(name)
        # Most strikes fall into the moments in which the arrival is told.
        strikes = self._strike(victims, 0.1 + 0.4 * chance.random()) if late else strikes
        if chance.random() < 0.4:
            time.sleep(chance.random() * 0.5)
            self._annul(name)
            if chance.random() < 0.7:
                self._arrive(name)
        for strike in strikes:
            strike.join()
        wait_until(self._record.answers, SETTLED_WITHIN, "the record answers")
        for worker in self._workers:
            wait_until(worker.started, SETTLED_WITHIN, "the worker runs")
        self._tally.rounds += 1

    def settled(self) -> Tally:
        """Let everything be told, and compare."""
        wait_until(self._told, SETTLED_WITHIN, "everything is told")
        with self._store.reading() as connection:
            standing = {
                one.appointment: one.number for one in listing.arrivals(connection, SITE) if not one.annulled_at
            }
            letters = ehr_letters.listed(connection, "apotti", SITE, ("done", "waiting", "dead"))
        lost, doubled, lied = list[str](), list[str](), list[str]()
        for name in self._names:
            steps = [(one["status"], tuple(ticket(one))) for one in self._record.versions(f"Appointment/{name}")]
            wanted = ("arrived", (standing[name],)) if name in standing else ("booked", ())
            if steps[-1] != wanted:
                lost.append(f"{name}: {steps[-1]} and not {wanted}")
            told = [one for one in letters if one.appointment == name]
            if len(steps) > 1 + len(told) or any(one == other for one, other in pairwise(steps)):
                doubled.append(f"{name}: {steps}")
            numbers = {one.number for one in told}
            lied += [f"{name}: {numbers}" for _, found in steps if found and found[0] not in numbers]
        dead = [f"{one.appointment}: {one.reason}" for one in letters if one.state != "done"]
        self._tally.findings = Findings.of(lost=lost, doubled=doubled, half=dead, lied=lied)
        return self._tally

    def _told(self) -> bool:
        with self._store.reading() as connection:
            standing = {one.appointment: one.fact for one in listing.arrivals(connection, SITE) if not one.annulled_at}
            waiting = ehr_letters.listed(connection, "apotti", SITE, ("waiting",))
            done = ehr_letters.listed(connection, "apotti", SITE, ("done", "dead"))
        newest = {one.appointment: one for one in done}
        arrived = {name for name, one in newest.items() if one.kind == "arrived"}
        return not waiting and arrived == set(standing)

    def _strike(self, victims: list[str], delay: float) -> list[Thread]:
        def strike(victim: str) -> None:
            time.sleep(delay)
            if victim == "record":
                self._record.kill()
                self._record.begin()
            else:
                worker = self._workers[VICTIMS.index(victim)]
                worker.kill()
                worker.begin()

        threads = [Thread(target=strike, args=(victim,)) for victim in victims]
        for victim, thread in zip(victims, threads, strict=True):
            self._tally.kills[victim] += 1
            thread.start()
        return threads

    def _book(self, name: str, person: str) -> None:
        ends = time.monotonic() + SETTLED_WITHIN
        start = (datetime.now(UTC) + timedelta(minutes=10)).isoformat(timespec="seconds")
        while True:
            try:
                self._record.book(name, self._place, start, person=person, end=start)
            except httpx.HTTPError:
                if time.monotonic() > ends:
                    raise
                continue
            return

    def _known(self, name: str) -> bool:
        from tests.central.ehr.test_fhir_record import booking

        return booking(self._store, name) is not None

    def _arrive(self, name: str) -> None:
        self._write(
            lambda connection, now: desk.arrive(
                connection, SITE, name, Way.DESK, now, moments.today("Europe/Helsinki", now), now
            )
        )

    def _annul(self, name: str) -> None:
        self._write(lambda connection, now: annulments.annul(connection, SITE, name, now))

    def _write(self, work: Any) -> None:
        for _ in range(10):
            try:
                with self._store.writing() as connection:
                    work(connection, datetime.now(UTC))
            except RacedError:
                continue
            return
        raise StageError("too many write at once")
