"""System calls that fail on the real programs: what is not safe is not claimed, the program lives, and heals.

Each case has a client of its own on a running stage. ``play`` goes through all of them so many times, and holds what
was told against the databases at the end, as the kills do.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kiosk.checkin import faults
from kiosk.composition.suspicion import START_AGAIN
from kiosk.offline.vault import DATABASE, ROSTER
from kiosk.scenario.rot import fold
from kiosk.scenario.stagehand import StageError, wait_until
from tests.torture.failing import READS, SYNCS, WRITES, failing
from tests.torture.findings import Findings
from tests.torture.visitor import TELLING, Book, RoughStage, Visitor, identity, plan_for, rough_stage

WITHIN = 15.0
LOOKS_AGAIN = timedelta(seconds=10)
"""So often a kiosk that could not write tries again by itself."""
UNKNOWN = identity(33_599)
"""Somebody who never comes."""


@dataclass
class Faults:
    """``failed`` counts the calls that were made to fail, by case; ``cases`` how often each was played."""

    cases: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    def __add__(self, other: "Faults") -> "Faults":
        names = self.failed.keys() | other.failed.keys()
        failed = {name: self.failed.get(name, 0) + other.failed.get(name, 0) for name in sorted(names)}
        return Faults(self.cases + other.cases, failed, self.findings + other.findings)


@dataclass
class _Room:
    """A stage, the book, and the next client."""

    stage: RoughStage
    book: Book
    place: int

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.stage, self.book, self.place)

    @property
    def log_file(self) -> Path:
        return self.stage.state / f"{DATABASE}-wal"

    @property
    def files(self) -> tuple[Path, Path]:
        """The journal and its log."""
        return self.stage.state / DATABASE, self.log_file

    def comes_in(self) -> None:
        """The client is checked in and has the slip, or was."""
        visitor, printer = self.visitor, self.stage.printer
        before = len(printer.slips)
        visitor.scan()
        if visitor.page("confirm", *TELLING, within=WITHIN).name == "confirm":
            visitor.touch("check-in")
        page = visitor.page(*TELLING, sign="registered", within=WITHIN)
        if page.name == "done":
            wait_until(lambda: len(printer.slips) > before, WITHIN, "the slip has come out")

    def heals(self) -> None:
        """By itself, without a client."""
        self.stage.let_pass(LOOKS_AGAIN)
        wait_until(lambda: not self.stands(), WITHIN, "the kiosk can write again")

    def stands(self, code: str = faults.JOURNAL_UNWRITABLE.code) -> bool:
        health = self.stage.health()
        return health is None or code in health.codes


def play(folder: Path, rounds: int, names: Sequence[str] = ()) -> Faults:
    """Each case ``rounds`` times on one stage. Raises ``StageError`` where a page or a fault does not come."""
    told = Faults()
    chosen = [case for case in CASES if not names or case in names]
    with rough_stage(plan_for(folder, rounds * len(chosen))) as stage:
        book = Book(stage)
        for turn in range(rounds):
            for place, name in enumerate(chosen):
                room = _Room(stage, book, turn * len(chosen) + place)
                told.failed[name] = told.failed.get(name, 0) + CASES[name](room)
                told.cases += 1
        told.findings = book.settled()
        if told.findings.clean and book.told != told.cases:
            raise StageError(f"{book.told} clients were told a number in {told.cases} cases")
    return told


def _refuses(room: _Room, calls: Sequence[str], error: str, *paths: Path, when: str = "1+") -> int:
    """The client is told that nothing was recorded, no slip comes, and the page closes until it can write again."""
    stage, visitor = room.stage, room.visitor
    before, slips = stage.pid("screen"), len(stage.printer.slips)
    visitor.scan()
    visitor.page("confirm", within=WITHIN)
    with failing(stage.pid("screen"), calls, error, *paths, when=when) as failure:
        visitor.touch("check-in")
        page = visitor.page("not-recorded", *TELLING, within=WITHIN)
        if page.name != "not-recorded" or page.number is not None:
            room.book.lie(f"{visitor.about} was told {page.number} though nothing was written")
        wait_until(room.stands, WITHIN, "the fault stands")
        if room.book.recorded(visitor.about):
            room.book.lie(f"{visitor.about} is recorded though the client was told otherwise")
        if when == "1+":
            visitor.touch("finish")
            visitor.page("out-of-order", within=WITHIN)
            # It tries by itself, and fails.
            stage.let_pass(LOOKS_AGAIN)
    if failure.count == 0:
        raise StageError("no call has failed")
    room.heals()
    if stage.pid("screen") != before or not stage.running("screen"):
        raise StageError("the screen has not lived through it")
    if len(stage.printer.slips) != slips:
        room.book.lie("a slip came out")
    room.comes_in()
    return failure.count


def _dies_of_it(room: _Room) -> int:
    """The power fails right after the fsync has: what the file holds by then may come back, but never twice."""
    stage, visitor = room.stage, room.visitor
    visitor.scan()
    visitor.page("confirm", within=WITHIN)
    with failing(stage.pid("screen"), SYNCS, "EIO") as failure:
        visitor.touch("check-in")
        visitor.page("not-recorded", within=WITHIN)
        stage.strike("screen")
    stage.raise_again(["screen"])
    room.heals()
    room.comes_in()
    return failure.count


def _not_registered(room: _Room, program: str) -> int:
    """The kiosk records; nobody is told *registered* until the other program can write again."""
    stage, visitor = room.stage, room.visitor
    before = stage.pid(program)
    with failing(stage.pid(program), SYNCS, "EIO") as failure:
        visitor.scan()
        visitor.page("confirm", within=WITHIN)
        visitor.touch("check-in")
        visitor.page("done", within=WITHIN)
        try:
            visitor.page(*TELLING, sign="registered", within=2.0)
        except StageError:
            pass
        else:
            room.book.lie(f"{visitor.about} is told registered though {program} could write nothing")
    if stage.pid(program) != before or not stage.running(program):
        raise StageError(f"{program} has not lived through it")
    # Whatever pause it makes after a failure.
    stage.let_pass(timedelta(minutes=3))
    wait_until(lambda: not room.stands(), WITHIN, f"{program} can write again")
    room.comes_in()
    return failure.count


def _reads_nothing(room: _Room) -> int:
    """The journal can't be read: nothing is claimed that is not so, and once it can be the kiosk serves again.

    The screen may end, which leaves the mark of damage for the next start to look into; a service manager starts it.
    """
    stage, visitor = room.stage, room.visitor
    slips = len(stage.printer.slips)
    # What was read before is in the memory of the process till somebody else has written.
    fold(stage.state)
    with failing(stage.pid("screen"), READS, "EIO", *room.files) as failure:
        try:
            visitor.scan()
            visitor.page("confirm", within=2.0)
            visitor.touch("check-in")
            visitor.page(*TELLING, within=2.0)
        except (StageError, OSError):
            pass
        else:
            room.book.lie(f"{visitor.about} was told a number though nothing could be read")
    if room.book.recorded(visitor.about) or len(stage.printer.slips) != slips:
        room.book.lie(f"{visitor.about} is recorded, or has a slip, and was told nothing")
    if failure.count == 0:
        raise StageError("no call has failed")
    if stage.ended("screen") not in (None, START_AGAIN):
        raise StageError(f"the screen has ended with {stage.ended('screen')}, and nothing says why")

    def serves() -> bool:
        for name in ("screen", "sync"):
            if stage.ended(name) is not None:
                stage.begin(name)
        stage.let_pass(timedelta(seconds=1))
        with suppress(OSError, StageError):
            return visitor.finds_it_open()
        return False

    wait_until(serves, WITHIN * 2, "the kiosk serves again")
    room.heals()
    room.comes_in()
    return failure.count


def _takes_no_news(room: _Room) -> int:
    """The roster can't be written: check-ins go on, what is new waits, and comes when it can be written again."""
    stage, visitor = room.stage, room.visitor
    code = faults.ROSTER_UNWRITABLE.code
    booked = {"unit": "measuring", "area": "A1", "starts": "10:00", "id": f"N{room.place}", "person": UNKNOWN}
    with failing(stage.pid("sync"), WRITES, "ENOSPC", stage.state / f"{ROSTER}-wal") as failure:
        stage.seed([booked])
        wait_until(lambda: room.stands(code), WITHIN, "the fault stands")
        visitor.scan()
        visitor.page("confirm", within=WITHIN)
        visitor.touch("check-in")
        visitor.page(*TELLING, sign="registered", within=WITHIN)
    stage.let_pass(timedelta(minutes=3))
    wait_until(lambda: not room.stands(code), WITHIN, "the news has come")
    return failure.count


CASES: dict[str, Callable[[_Room], int]] = {
    "screen: fsync gives EIO": lambda room: _refuses(room, SYNCS, "EIO"),
    "screen: one fsync gives EIO": lambda room: _refuses(room, SYNCS, "EIO", when="1"),
    "screen: the journal's log gives ENOSPC": lambda room: _refuses(room, WRITES, "ENOSPC", room.log_file),
    "screen: the journal's log gives EIO": lambda room: _refuses(room, WRITES, "EIO", room.log_file),
    "screen: fsync gives EIO, then SIGKILL": _dies_of_it,
    "screen: reading the journal gives EIO": _reads_nothing,
    "sync: the roster's log gives ENOSPC": _takes_no_news,
    "sync: fsync gives EIO": lambda room: _not_registered(room, "sync"),
    "centre: fsync gives EIO": lambda room: _not_registered(room, "central"),
}
"""By what the table calls them."""
