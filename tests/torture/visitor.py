"""Clients of a real stage, and the book of what each of them was told, held against the databases at the end."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from kiosk import forgetting
from kiosk.checkin.hetu import CHECK_CHARACTERS
from kiosk.config import Config, ScreenConfig, WatchConfig
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.props import Props, laid_out
from kiosk.scenario.stage import Stage, free_port
from kiosk.scenario.stagehand import Shown, StageError, wait_until
from tests.torture.findings import Findings
from tests.torture.nursery import Nursery

TELLING = ("done", "already-in")
"""The pages that tell a number."""
LEFT_BEHIND = (*TELLING, "not-recorded", "more-time")
"""The pages that one client may leave to the next."""
AGAIN = timedelta(seconds=3)
"""One code twice within this is one scan to the scanner's driver."""
SETTLED_WITHIN = 60.0
STARTS_WITHIN = 60.0
OPENS_WITHIN = 30.0
SHOWS_WITHIN = 15.0
"""Patience, not a claim of speed: a machine may be busy."""


class RoughStage(Stage):
    """A stage on which programs are struck and started again as a service manager would."""

    watch = WatchConfig(disk_low=0, disk_full=0)
    """The disks here are small on purpose: it is the failing write that is to be met, not the watch before it."""

    def _configuration(self) -> Config:
        return msgspec.structs.replace(super()._configuration(), watch=self.watch)

    def start(self, name: str) -> None:
        self.begin(name)
        wait_until(lambda: self._alive(name) and self._serves(name), STARTS_WITHIN, f"{name} serves")

    def strike(self, name: str) -> None:
        """SIGKILL, and see that it is dead."""
        process: Any = self._processes[name]
        process.kill()
        process.wait(STARTS_WITHIN)

    def ended(self, name: str) -> int | None:
        """The exit code of a program that has ended by itself; ``None`` while it runs."""
        return self._processes[name].poll()

    def end_at_once(self) -> None:
        """Kill whatever still runs."""
        for name in list(self._processes):
            self.strike(name)

    def look_after(self, name: str) -> None:
        """Raises ``StageError`` with its last words where a program has ended by itself."""
        self._alive(name)

    def wait_until_all_serve(self) -> None:
        """Until every program that runs has begun to: only from then on does a signal end it in good order."""
        for name in list(self._processes):
            if self.running(name):
                wait_until(partial(self._serves, name), STARTS_WITHIN, f"{name} serves")

    def raise_again(self, names: Sequence[str]) -> None:
        """Start those of the programs that are dead; return when the screen serves, if it is one of them."""
        dead = [name for name in names if not self.running(name)]
        for name in dead:
            self.begin(name)
        if "screen" in dead:
            wait_until(self.stagehand.is_there, STARTS_WITHIN, "screen serves")
            self.wait_until_open()


class QuickStage(RoughStage):
    """One whose programs come from a nursery."""

    def __init__(self, plan: StagePlan, props: Props, nursery: Nursery) -> None:
        super().__init__(plan, props)
        self._nursery = nursery

    def begin(self, name: str) -> None:
        command = self._commands()[name][2:]
        # With these already set the screen does not start itself anew to have its freed memory overwritten.
        environment = self.environment(name) | forgetting.ENVIRONMENT
        log = self.plan.folder / f"{name}.log"
        log.touch()
        self._begun[name] = log.stat().st_size
        child: Any = self._nursery.start(command, environment, log)
        self._processes[name] = child


@contextmanager
def rough_stage(plan: StagePlan, kind: type[RoughStage] = RoughStage) -> Iterator[RoughStage]:
    """As ``kiosk.scenario.stage.set_up``: each program is started as in service, in an interpreter of its own."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    with laid_out(plan, free_port()) as props, _served(kind(plan, props)) as stage:
        yield stage


@contextmanager
def quick_stage(plan: StagePlan) -> Iterator[RoughStage]:
    """The same with programs out of a nursery, which start at once."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    with laid_out(plan, free_port()) as props, Nursery() as nursery, _served(QuickStage(plan, props, nursery)) as stage:
        yield stage


@contextmanager
def _served(stage: RoughStage) -> Iterator[RoughStage]:
    try:
        stage.prepare()
        stage.start("sync")
        stage.start("screen")
        stage.wait_until_open()
        yield stage
        stage.wait_until_all_serve()
    except BaseException:
        # What failed is to be told, not what its end looks like.
        stage.end_at_once()
        raise
    stage.stop_all()


def identity(place: int) -> str:
    """The ``place``-th test identity code, each once up to 33 599."""
    digits = f"{place % 28 + 1:02}{place // 28 % 12 + 1:02}94{900 + place // 336}"
    return f"{digits[:6]}Y{digits[6:]}{CHECK_CHARACTERS[int(digits) % 31]}"


def plan_for(folder: Path, clients: int) -> StagePlan:
    """A stage with a visit for each of so many clients: ``V0``, ``V1`` …"""
    visit = {"unit": "measuring", "area": "A1", "starts": "10:00"}
    roster = tuple(visit | {"id": f"V{place}", "person": identity(place)} for place in range(clients))
    return StagePlan(
        folder=folder,
        site="kalasatama",
        moment=datetime.fromisoformat("2026-11-23T08:10:00+02:00"),
        language="fi",
        screen=ScreenConfig(windowed=True, width=540, height=960, calm=True),
        roster=roster,
    )


class Book:
    """Everything that pages and slips have said. ``settled`` compares it with what the kiosk and the centre hold."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._claims: dict[str, set[str]] = {}
        self._lies: list[str] = []
        self._taken: dict[str, tuple[str, str]] = {}

    @property
    def told(self) -> int:
        """How many clients were told a number."""
        return len(self._claims)

    def read(self, about: str, page: Shown) -> None:
        """What a page says is a claim, and *registered* must be true at this very moment."""
        if page.number is None or page.name not in TELLING:
            return
        self._claims.setdefault(about, set()).add(page.number)
        if page.sign == "registered":
            with self.memory() as connection:
                if connection.execute(_RECEIVED, (about,)).fetchone() is None:
                    self._lies.append(f"{about} is told registered")

    def lie(self, what: str) -> None:
        """Something was said that is not so."""
        self._lies.append(what)

    def taken(self, fact: str, about: str, number: str) -> None:
        """The disk itself has taken a check-in along. Its number was given, and goes to nobody else."""
        self._taken[fact] = (about, number)
        self._claims.pop(about, None)

    def recorded(self, about: str) -> bool:
        """Whether the kiosk holds a check-in of that visit."""
        with self.memory() as connection:
            return connection.execute("SELECT 1 FROM arrival WHERE about = ?", (about,)).fetchone() is not None

    def settled(self) -> Findings:
        """Let everything reach the centre, and compare."""
        stage = self._stage
        wait_until(lambda: not stage.waiting(), SETTLED_WITHIN, "every fact has its receipt")
        listed = stage.arrivals()
        at_centre = {row["appointment"]: row["number"] for row in listed}
        with self.memory() as connection:
            here = {about: (number, visit) for about, number, visit in connection.execute(_ARRIVALS)}
            kept = [row[0] for row in connection.execute(_CHECK_INS)]
        lost, lied = [], list(self._lies)
        for about, told in self._claims.items():
            if about not in here or about not in at_centre:
                lost.append(about)
            elif told != {here[about][0]}:
                lied.append(f"{about} was told {sorted(told)}, kept {here[about][0]}")
        # The centre may have had what the disk took along.
        if set(kept) != stage.facts_at_the_centre() - self._taken.keys():
            lost.append("facts here and at the centre are not the same")
        numbers = [number for number, _ in set(here.values())]
        doubled = [number for number in numbers if numbers.count(number) > 1]
        doubled += [
            f"{about} has a number that was {gone}'s"
            for gone, number in self._taken.values()
            for about, (given, _) in here.items()
            if given == number
        ]
        numbers += [number for _, number in self._taken.values()]
        doubled += [row["appointment"] for row in listed if row["conflicts"]]
        doubled += [about for about, (number, _) in here.items() if at_centre.get(about) != number]
        if len(listed) != len(at_centre) or len(kept) != len(here):
            doubled.append(f"{len(kept)} check-ins here and {len(listed)} there for {len(here)} appointments")
        lied += [f"a slip says {slip.number}" for slip in stage.printer.slips if slip.number not in numbers]
        return Findings.of(lost=lost, doubled=doubled, lied=lied)

    @contextmanager
    def memory(self) -> Iterator[Any]:
        with Store(self._stage.state / DATABASE, database_key(self._stage.state)).connect() as connection:
            yield connection


class Visitor:
    """One client at the kiosk. Whatever a page tells them goes into the book."""

    def __init__(self, stage: Stage, book: Book, place: int) -> None:
        self._stage = stage
        self._book = book
        self._code = identity(place)
        self.about = f"V{place}"
        self._seen = 0

    def finds_it_open(self) -> bool:
        """Whether the first page is there, or comes when whoever came before has gone. Raises ``StageError``."""
        hand = self._stage.stagehand
        newest: list[Shown] = []

        def there() -> bool:
            # A screen that was just started has shown none yet.
            newest[:] = hand.shown()[-1:]
            self._seen = newest[0].n if newest else 0
            if newest and newest[0].name in LEFT_BEHIND:
                # Or the page has gone by itself meanwhile.
                with suppress(StageError):
                    hand.touch("choice:finish", 2.0)
            return bool(newest) and newest[0].name in ("welcome", "out-of-order")

        try:
            wait_until(there, OPENS_WITHIN, "the first page")
        except StageError as error:
            raise StageError(f"{error}; shown is {newest[0].name if newest else 'nothing'}") from None
        return newest[0].name == "welcome"

    def scan(self) -> None:
        """Go to the first page, and scan. Raises ``StageError``."""
        wait_until(self.finds_it_open, OPENS_WITHIN, "the first page")
        self._stage.let_pass(AGAIN)
        self._stage.scanner.scan(f"{self._code}\r")

    def touch(self, choice: str) -> None:
        """Touch a choice. Raises ``StageError``."""
        self._stage.stagehand.touch(f"choice:{choice}", SHOWS_WITHIN)

    def page(self, *names: str, sign: str = "", within: float = SHOWS_WITHIN) -> Shown:
        """The newest page of one of these names since the scan. Raises ``StageError`` where none comes."""
        found: list[Shown] = []
        all_seen: list[Shown] = []

        def there() -> bool:
            all_seen[:] = self._stage.stagehand.shown(self._seen)
            for page in all_seen:
                self._book.read(self.about, page)
            found[:] = [page for page in all_seen if page.name in names and sign in ("", page.sign)]
            return bool(found)

        try:
            wait_until(there, within, " or ".join(names))
        except StageError as error:
            raise StageError(f"{error}; shown were {[page.name for page in all_seen]}") from None
        return found[-1]


class Strike:
    """SIGKILL to the victims, so long after the client has come to a moment."""

    def __init__(self, stage: RoughStage, victims: Sequence[str], moment: str, delay: float) -> None:
        self._stage = stage
        self._victims = victims
        self._moment = moment
        self._timer = threading.Timer(delay, self._hit)
        self._begun = False

    def at(self, moment: str) -> None:
        """The client is there now."""
        # Who is told at once that they are in already never touches anything: then the last moment counts.
        if not self._begun and moment in (self._moment, "told"):
            self._begun = True
            self._timer.start()

    def over(self, *, wait: bool) -> bool:
        """Whether it has struck. With ``wait`` only once it has."""
        if self._begun and (wait or not self._timer.is_alive()):
            self._timer.join()
        return self._begun and not self._timer.is_alive()

    def _hit(self) -> None:
        for name in self._victims:
            self._stage.strike(name)


_ARRIVALS = "SELECT about, number, visit FROM arrival WHERE about LIKE 'V%'"
_CHECK_INS = "SELECT id FROM fact WHERE kind = 'checked-in'"
_RECEIVED = """
SELECT 1 FROM arrival JOIN receipt ON receipt.fact = arrival.fact
WHERE arrival.about = ? AND receipt.verdict IN ('recorded', 'duplicate')
"""
