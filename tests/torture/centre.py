"""Real kills around a centre: two of ``central serve`` on one PostgreSQL (or one on SQLite), a FHIR server, a worker.

Kiosks bring facts by their own sending code, and three people work at the pages: they acknowledge, take in, annul,
match, note arrivals, and call. All the while one or more of the programs, PostgreSQL's postmaster or one of its
backends get a SIGKILL, and come back. Whoever got no answer asks again, as kiosks and people do. In the end everything
that was answered must be there once, with its line in the log of staff, and the record must say what the centre says.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread

import httpx

from kiosk.scenario.stagehand import StageError, wait_until
from tests.torture import centre_check
from tests.torture.centre_check import Held
from tests.torture.centre_clients import TorturedKiosk
from tests.torture.centre_staff import Staff
from tests.torture.centre_stage import CentreStage, centre_stage, patiently
from tests.torture.findings import Findings
from tests.torture.visitor import identity

KIOSKS = ("k1", "k2")
STAFF = (("Aino", "12"), ("Bea", "12"), ("Cecilia", "B 7"))
"""Two of them share a room, and so a button."""
VISITS_AT_ONCE = 4
PAUSE = 0.25
LONGEST_QUIET = 1.2
SETTLED_WITHIN = 240.0
LOOK_EVERY = 5
"""Strikes between two looks for a planted mistake, which end when it is found."""
LONGEST_AIM = 2.0
"""Seconds to wait for a program to be in the middle of a planted mistake, before one is struck at random."""


@dataclass
class Tally:
    """``rounds`` strikes, ``kills`` by victim, ``facts`` and ``acts`` that were acknowledged, and what did not hold."""

    rounds: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    facts: int = 0
    acts: int = 0
    findings: Findings = field(default_factory=Findings)

    def __add__(self, other: "Tally") -> "Tally":
        names = self.kills | other.kills
        kills = {name: self.kills.get(name, 0) + other.kills.get(name, 0) for name in names}
        sums = (self.facts + other.facts, self.acts + other.acts)
        return Tally(self.rounds + other.rounds, kills, *sums, self.findings + other.findings)


def play(folder: Path, rounds: int, seed: int, *, on_server: bool = True, weakness: str = "") -> Tally:
    """So many strikes. What can't go on, or never settles, is a finding too.

    With a ``weakness``, strikes are aimed at the middle of it, and ``rounds`` is how many there are at the most.
    """
    with centre_stage(folder, on_server=on_server, weakness=weakness) as stage:
        game = _Game(stage, Random(seed))
        try:
            while game.tally.rounds < rounds and game.tally.findings.clean:
                game.play(min(rounds - game.tally.rounds, LOOK_EVERY if weakness else rounds))
            for one in stage.programs.values():
                one.stop()
        except (StageError, AssertionError, TimeoutError) as error:
            game.tally.findings += Findings(half=1, detail=f"it can't go on: {error}")
        finally:
            game.close()
        return game.tally


class _Game:
    def __init__(self, stage: CentreStage, chance: Random) -> None:
        self._stage, self._chance = stage, chance
        self.tally = Tally(kills=dict.fromkeys(stage.victims, 0))
        urls = [one.url for one in stage.centres]
        self._kiosks = [TorturedKiosk(urls, name, stage.code(name), self._drawn()) for name in KIOSKS]
        self._staff = [Staff(urls, name, room, stage.sign_in(name), self._drawn()) for name, room in STAFF]
        self._visits: list[str] = []
        self._stop, self._lock = Event(), Lock()
        self._failed: list[str] = []

    def play(self, rounds: int) -> None:
        """Strike so often, then let everything settle, and compare."""
        self._stop.clear()
        self._book()
        with ExitStack() as stack:
            stack.callback(self._stop.set)
            threads = [Thread(target=self._guarded, args=(work,), daemon=True) for work in self._works()]
            for thread in threads:
                thread.start()
            for _ in range(rounds):
                self._strike()
        for thread in threads:
            thread.join(SETTLED_WITHIN)
            if thread.is_alive():
                raise StageError("somebody waits for ever")
        if self._failed:
            raise StageError("; ".join(self._failed[:3]))
        self._settled()

    def close(self) -> None:
        self._stop.set()
        for kiosk in self._kiosks:
            kiosk.close()
        for one in self._staff:
            one.close()

    def _works(self) -> list[Callable[[], None]]:
        works: list[Callable[[], None]] = [lambda kiosk=kiosk: kiosk.work(self._stop, PAUSE) for kiosk in self._kiosks]  # type: ignore[misc]
        works += [lambda one=one: one.work(self._stop, PAUSE, self._visits) for one in self._staff]  # type: ignore[misc]
        return [*works, self._keep_booking]

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - it is told in the end, whatever it was
            self._failed.append(f"{type(error).__name__}: {error}")

    def _strike(self) -> None:
        time.sleep(min(LONGEST_QUIET, self._chance.expovariate(3)))
        victims = (self._stage.is_weak and self._stage.between(LONGEST_AIM)) or self._victims()
        self._stage.strike(victims, self._chance)
        self._stage.settle()
        self.tally.rounds += 1
        for name in victims:
            self.tally.kills[name] += 1
        if self._failed:
            raise StageError(self._failed[0])

    def _victims(self) -> list[str]:
        names = self._stage.victims
        if self._chance.random() < 0.2:
            return self._chance.sample(names, 2)
        # A backend costs least time, and strikes in the middle of a commit.
        weights = [3 if name == "backend" else 2 if name.startswith(("centre", "postmaster")) else 1 for name in names]
        return self._chance.choices(names, weights)

    def _settled(self) -> None:
        wait_until(lambda: patiently(self._stage.store, centre_check.told_everything), SETTLED_WITHIN, "all is told")
        kiosks, staff = [one.book for one in self._kiosks], [one.book for one in self._staff]
        self.tally.facts, self.tally.acts = sum(len(one.facts) for one in kiosks), sum(one.acts for one in staff)
        with self._stage.store.writing() as connection:
            held = Held(connection)
            found = centre_check.kiosks_were_told(held, kiosks) + centre_check.staff_were_told(held, staff)
            found += centre_check.record_was_told(self._stage.record, connection, self._visits)
            found += centre_check.counted(connection, kiosks)
        self.tally.findings += found

    def _keep_booking(self) -> None:
        while not self._stop.wait(2 * PAUSE):
            self._book()

    def _book(self) -> None:
        for _ in range(VISITS_AT_ONCE):
            place = len(self._visits)
            name, ends = f"{self._stage.place}-{place}", time.monotonic() + SETTLED_WITHIN
            start = (datetime.now(UTC) + timedelta(minutes=10)).isoformat(timespec="seconds")
            while not self._is_booked(name, identity(place), start):
                if time.monotonic() > ends:
                    raise StageError("the record takes no visit")
                time.sleep(0.05)
            self._visits.append(name)

    def _is_booked(self, name: str, person: str, start: str) -> bool:
        try:
            if self._stage.record.http.get(f"/Appointment/{name}").status_code != 200:
                self._stage.record.book(name, self._stage.place, start, person=person, end=start)
        except (httpx.HTTPError, AssertionError):
            return False
        return True

    def _drawn(self) -> Random:
        return Random(self._chance.random())
