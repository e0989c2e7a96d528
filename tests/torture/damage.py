"""Files that rot under the real programs: ``kiosk screen`` and ``kiosk sync``, each started as in service.

In each round clients check in while the line is down, so that nobody but the kiosk knows of them. Then a page becomes
noise: of the journal, of its log or of the roster, while both processes are dead, or of the journal while they run.
They are started again, as a service manager does, and must mend it by themselves: what is on the other pages is there,
reaches the centre once, and nobody is given what somebody else was given.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from kiosk.checkin import faults
from kiosk.checkin.facts import FactKind
from kiosk.composition.suspicion import LOOK_UNTIL, START_AGAIN
from kiosk.offline.connection import JOURNAL, ROSTER, DatabaseError
from kiosk.offline.mending import suspect
from kiosk.scenario.rot import fold, frames_of, pages_of, spoil_frame, spoil_page
from kiosk.scenario.stagehand import StageError, wait_until
from tests.torture.findings import Findings
from tests.torture.visitor import TELLING, Book, RoughStage, Visitor, plan_for, rough_stage

WITHIN = 120.0
BOTH = ("screen", "sync")
CLIENTS = 4
"""Each round, before the damage; one more comes after it, and whoever's check-in the page has taken along."""
MOST_ON_A_PAGE = 6
"""Facts that one page of 1,024 bytes can take along."""

Row = tuple[str, str, str, int]
Told = tuple[tuple[int, int, int] | None, int]


@dataclass
class Rotten:
    """``rounds`` by what was spoiled, ``saved`` and ``taken`` facts, and what did not hold."""

    rounds: dict[str, int] = field(default_factory=dict)
    saved: int = 0
    taken: int = 0
    findings: Findings = field(default_factory=Findings)

    def __add__(self, other: "Rotten") -> "Rotten":
        rounds = {way: self.rounds.get(way, 0) + other.rounds.get(way, 0) for way in WAYS}
        return Rotten(rounds, self.saved + other.saved, self.taken + other.taken, self.findings + other.findings)


def play(folder: Path, rounds: int, seed: int, ways: Sequence[str] = ()) -> Rotten:
    """So many rounds, each way in turn. Raises ``StageError`` where a kiosk does not come back by itself."""
    chosen = ways or tuple(WAYS)
    with rough_stage(plan_for(folder, rounds * (CLIENTS + 1))) as stage:
        game = _Game(stage, Random(seed))
        for place in range(rounds):
            game.round(chosen[place % len(chosen)])
        return game.settled()


class _Game:
    def __init__(self, stage: RoughStage, chance: Random) -> None:
        self._stage = stage
        self._book = Book(stage)
        self._chance = chance
        self._tally = Rotten()
        self._next = 0

    def round(self, way: str) -> None:
        stage = self._stage
        self._calm()
        stage.props.cable_out()
        clients = [self._client() for _ in range(CLIENTS)]
        before, told = self._facts(), self._told()
        WAYS[way](self)
        after = self._facts()
        taken = {place: row for place, row in before.items() if after.get(place) != row}
        self._mended(way, told)
        if len(taken) > (0 if way == "roster" else MOST_ON_A_PAGE) or any(place in after for place in taken):
            raise StageError(f"{way}: one page has taken along {sorted(taken)}")
        for fact, kind, details, _ in taken.values():
            if kind == FactKind.CHECKED_IN:
                said = json.loads(details)
                self._book.taken(fact, said["appointment"], said["number"])
        self._tally.saved += len(before) - len(taken)
        self._tally.taken += len(taken)
        self._tally.rounds[way] = self._tally.rounds.get(way, 0) + 1
        # They come again before the centre can have told anything: who is in stays in, and has the same number.
        for place in clients:
            self._comes(place)
        stage.props.cable_in()
        wait_until(Visitor(stage, self._book, 0).finds_it_open, WITHIN, "the last client has gone")
        # Whatever pauses were made while the line was down.
        stage.let_pass(timedelta(minutes=3))
        wait_until(lambda: not stage.waiting(), WITHIN, "every fact has its receipt")
        self._client(sign="registered")

    def settled(self) -> Rotten:
        """Let everything reach the centre, and compare."""
        self._tally.findings = self._book.settled()
        return self._tally

    def spoil_dead(self, spoil: Callable[[], None]) -> None:
        """Kill both, let it rot, and start both at the same moment."""
        for name in BOTH:
            self._stage.strike(name)
        spoil()
        for name in self._chance.sample(BOTH, 2):
            self._stage.begin(name)
        self._wait_for_both()

    def page_of_the_journal(self) -> None:
        state = self._stage.state
        fold(state)
        spoil_page(state, JOURNAL, self._chance.randint(1, pages_of(state, JOURNAL)))

    def frame_of_the_log(self) -> None:
        # In its first half: rot in the very last transaction is as a power cut.
        spoil_frame(self._stage.state, self._chance.randrange(max(1, frames_of(self._stage.state) // 2)))

    def page_of_the_roster(self) -> None:
        state = self._stage.state
        fold(state)
        spoil_page(state, ROSTER, self._chance.randint(1, pages_of(state, ROSTER)))
        # What was in it is the centre's to tell.
        self._stage.props.cable_in()

    def spoil_running(self) -> None:
        """The page that every check-in reads: whoever meets it leaves the mark, both end, and are started again."""
        stage, state = self._stage, self._stage.state
        fold(state)
        root = self._root_of_facts()
        spoil_page(state, JOURNAL, root)
        stage.props.cable_in()
        visitor = Visitor(stage, self._book, self._next)
        met: dict[str, int] = {}

        def ended() -> bool:
            if not met and not suspect(state) and stage.running("screen"):
                if self._reads_facts():
                    # Whoever still had the page in memory has written it anew, before anybody met the noise.
                    spoil_page(state, JOURNAL, root)
                self._touches_something(visitor)
            # The screen leaves its page standing for a while, so that it can be read.
            stage.let_pass(timedelta(seconds=LOOK_UNTIL / 10))
            for name in BOTH:
                code = stage.ended(name)
                if code is not None and name not in met:
                    met[name] = code
                    stage.begin(name)
            return len(met) == len(BOTH)

        wait_until(ended, WITHIN, "both have ended")
        if set(met.values()) != {START_AGAIN}:
            raise StageError(f"ended with {met}")
        self._wait_for_both()

    def _both_serve(self) -> bool:
        """Whether they do; whoever has ended is started again, as a service manager does."""
        for name in BOTH:
            if self._stage.ended(name) is not None:
                self._stage.begin(name)
        return self._open() and not suspect(self._stage.state)

    def _wait_for_both(self) -> None:
        try:
            wait_until(self._both_serve, WITHIN, "both serve again")
        except StageError as error:
            stage = self._stage
            shown = stage.stagehand.shown()[-3:] if stage.stagehand.is_there() else ()
            logs = [(stage.plan.folder / f"{name}.log").read_text("utf-8").splitlines()[-12:] for name in BOTH]
            raise StageError(f"{error}; suspect: {suspect(stage.state)}; shown: {shown}; {logs}") from None

    def _touches_something(self, visitor: Visitor) -> None:
        try:
            if visitor.finds_it_open():
                visitor.scan()
                visitor.page("confirm", "not-recorded", "out-of-order", *TELLING, within=2.0)
        except (StageError, OSError):
            return

    def _mended(self, way: str, before: Told) -> None:
        salvaged, dropped = self._told()
        if (salvaged != before[0], dropped > before[1]) != (way != "roster", way == "roster"):
            raise StageError(f"{way}: mended were {salvaged}, {dropped}, before {before}")
        if way != "roster":
            wait_until(lambda: self._stands(faults.DATABASE_SALVAGED.code), WITHIN, "the fault stands on the board")

    def _stands(self, code: str) -> bool:
        health = self._stage.health()
        return health is not None and code in health.codes

    def _open(self) -> bool:
        return self._stage.stagehand.is_there() and self._stage.stagehand.shown()[-1].name == "welcome"

    def _calm(self) -> None:
        wait_until(lambda: not self._stage.waiting(), WITHIN, "every fact has its receipt")

    def _client(self, sign: str = "") -> int:
        place = self._next
        self._next += 1
        self._comes(place, sign)
        return place

    def _comes(self, place: int, sign: str = "") -> None:
        visitor = Visitor(self._stage, self._book, place)
        visitor.scan()
        if visitor.page("confirm", *TELLING, within=WITHIN).name == "confirm":
            visitor.touch("check-in")
        visitor.page(*TELLING, sign=sign, within=WITHIN)

    def _facts(self) -> dict[int, Row]:
        """Each fact by its place. Only while both processes run: who closes the last connection brings the log in."""
        with self._book.memory() as connection:
            return {row[0]: row[1:] for row in connection.execute("SELECT seq, id, kind, details, ordering FROM fact")}

    def _told(self) -> Told:
        """What the journal says of its last salvage, and how often a roster was thrown away."""
        with self._book.memory() as connection:
            salvaged = connection.execute("SELECT saved, missing, next FROM salvage").fetchone()
        logs = [(self._stage.plan.folder / f"{name}.log").read_text("utf-8") for name in BOTH]
        return salvaged, sum(text.count("roster_dropped") for text in logs)

    def _reads_facts(self) -> bool:
        try:
            self._facts()
        except DatabaseError:
            return False
        return True

    def _root_of_facts(self) -> int:
        with self._book.memory() as connection:
            root: int = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'fact'").fetchone()[0]
            return root


WAYS: dict[str, Callable[[_Game], None]] = {
    "journal": lambda game: game.spoil_dead(game.page_of_the_journal),
    "journal while both run": _Game.spoil_running,
    "log": lambda game: game.spoil_dead(game.frame_of_the_log),
    "roster": lambda game: game.spoil_dead(game.page_of_the_roster),
}
"""What is spoiled in a round, and when."""
