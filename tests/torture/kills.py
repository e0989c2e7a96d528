"""Real kills: ``kiosk screen``, ``kiosk sync`` and ``central serve`` under SIGKILL while clients check in.

Each round has one client, who scans a code, touches *check in* and reads the page. At a moment drawn by chance one or
more of the three are killed; they are started again, and the client comes back until the kiosk has told them a number.
Whatever a page or a slip has ever said is held against the databases at the end.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from kiosk.scenario.stagehand import StageError
from tests.torture.findings import Findings
from tests.torture.visitor import TELLING, Book, RoughStage, Strike, Visitor, plan_for, quick_stage, rough_stage

PROGRAMS = ("screen", "sync", "central")
PATIENCE = 180.0
"""Seconds in which a client must have been told a number, however often they had to come back."""
MOMENTS = ("scanned", "asked", "touched", "told")
LATEST = 0.4
"""Seconds after such a moment within which a strike comes, most often within hundredths."""


@dataclass
class Tally:
    """What was done: ``rounds`` clients, ``kills`` by program, and what did not hold."""

    rounds: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    came_back: int = 0
    findings: Findings = field(default_factory=Findings)

    def __add__(self, other: "Tally") -> "Tally":
        kills = {name: self.kills.get(name, 0) + other.kills.get(name, 0) for name in PROGRAMS}
        findings = self.findings + other.findings
        return Tally(self.rounds + other.rounds, kills, self.came_back + other.came_back, findings)


def play(folder: Path, rounds: int, seed: int, *, quick: bool = True) -> Tally:
    """So many rounds on one stage. Raises ``StageError`` where a client was never told a number.

    ``quick`` takes forks of a process that has loaded the programs; else each start is one as in service.
    """
    plan = plan_for(folder, rounds)
    with quick_stage(plan) if quick else rough_stage(plan) as stage:
        game = _Game(stage, Random(seed))
        for place in range(rounds):
            game.round(place)
        return game.settled()


class _Game:
    def __init__(self, stage: RoughStage, chance: Random) -> None:
        self._stage = stage
        self._book = Book(stage)
        self._chance = chance
        self._trouble = ""
        self._tally = Tally(kills=dict.fromkeys(PROGRAMS, 0))

    def round(self, place: int) -> None:
        """One client and one strike."""
        victims = self._victims()
        delay = min(LATEST, self._chance.expovariate(1 / 0.03))
        strike = Strike(self._stage, victims, self._chance.choice(MOMENTS), delay)
        told, struck, ends = False, False, time.monotonic() + PATIENCE
        while not (told and struck):
            if time.monotonic() > ends:
                strike.over(wait=True)
                raise StageError(f"client {place} was never told a number: {self._trouble}")
            told = self._visit(place, strike.at) or told
            struck = strike.over(wait=told)
            if struck:
                self._stage.raise_again(victims)
                self._tally.came_back += not told
        for name in PROGRAMS:
            # Raises where one has ended that nobody killed.
            self._stage.look_after(name)
        self._tally.rounds += 1
        for name in victims:
            self._tally.kills[name] += 1

    def settled(self) -> Tally:
        """Let everything reach the centre, and compare."""
        self._tally.findings = self._book.settled()
        return self._tally

    def _visit(self, place: int, at: Callable[[str], None]) -> bool:
        """Come to the kiosk; whether it told a number. Whatever breaks on the way is for the next time."""
        visitor = Visitor(self._stage, self._book, place)
        try:
            visitor.scan()
            at("scanned")
            page = visitor.page("confirm", *TELLING)
            if page.name == "confirm":
                at("asked")
                visitor.touch("check-in")
                at("touched")
                page = visitor.page(*TELLING)
            at("told")
            if page.sign != "registered" and self._chance.random() < 0.3:
                with suppress(StageError):
                    visitor.page(*TELLING, sign="registered", within=2.0)
        except (StageError, OSError, ValueError) as error:
            self._trouble = str(error)
            return False
        return True

    def _victims(self) -> list[str]:
        drawn = self._chance.random()
        if drawn < 0.1:
            return list(PROGRAMS)
        if drawn < 0.2:
            return self._chance.sample(PROGRAMS, 2)
        return [self._chance.choices(PROGRAMS, (6, 2, 2))[0]]
