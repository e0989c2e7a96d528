"""One run: several kiosks and a centre, people, trouble, and at the end a quiet time in which all must come right."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from kiosk.composition.memory import OutOfOrderError
from kiosk.offline.connection import StoreError
from kiosk.sync import messages
from tests.simulation import forgetting
from tests.simulation import ledger as rules
from tests.simulation.centre import Centre
from tests.simulation.clocks import KioskClock
from tests.simulation.convergence import Convergence
from tests.simulation.disk import Disk
from tests.simulation.ledger import Ledger, ViolationError
from tests.simulation.lobby import Lobby
from tests.simulation.machine import Kiosk
from tests.simulation.network import Answer, Asked, Link, Network, Weather
from tests.simulation.plan import Leap, Plan, plan
from tests.simulation.scheduler import Scheduler
from tests.simulation.templates import MORNING, Template, Workplace
from tests.simulation.troubles import Troubles

LONGEST_REST = 1500.0
"""Virtual seconds after the trouble in which everything must come right: longer than the longest back-off."""
LONGEST_CHOKE = 400.0
"""Virtual seconds in which a fact that something on the line holds back must have let all others pass."""
MOST_A_MINUTE = 120
"""Requests of one kiosk in any minute, of all its loops together, clients' pulls and tokens included."""
MOST_STEPS = 60_000
HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True)
class Outcome:
    """How a run went. ``digest`` is of its whole trace."""

    seed: int
    violation: ViolationError | None
    digest: str
    steps: int
    seconds: float
    trace: tuple[str, ...] = field(repr=False, default=())
    counts: dict[str, int] = field(default_factory=dict)


def run(workplace: Workplace, seed: int, *, keep_trace: bool = False) -> Outcome:
    """Run one seed. The patches must be in force."""
    world = World(workplace, plan(seed))
    running[:] = [world]
    violation: ViolationError | None = None
    try:
        world.go()
    except ViolationError as error:
        violation = error
        world.tell(f"VIOLATION {error}")
    finally:
        world.end()
    return Outcome(
        seed,
        violation,
        world.digest,
        world.scheduler.steps,
        world.scheduler.now,
        tuple(world.trace) if keep_trace or violation else (),
        world.counts,
    )


running: list["World"] = []
"""The run that goes on now; planted bugs may need to know."""


class World:
    """Everything that there is in one run."""

    def __init__(self, workplace: Workplace, planned: Plan) -> None:
        self.plan = planned
        self.scheduler = Scheduler()
        self.trace: list[str] = []
        self.counts: dict[str, int] = {}
        self._hash = hashlib.sha256()
        self.chance = random.Random(planned.seed * 7919 + 1)
        self._template: Template = workplace.template(planned.begins)
        owners = {
            name: f"p{place}"
            for place, person in enumerate(self._template.people)
            for name in self._template.bookings[person]
        }
        self.ledger = Ledger(owners, one_day=planned.begins == MORNING and not planned.several_days)
        self.ledger.forgets = planned.forgets
        folder = workplace.run_folder
        self.centre = Centre(
            self.scheduler,
            workplace.engine(),
            Disk(folder / "centre", self._template.centre),
            planned.begins,
            self._stream("centre"),
            self.tell,
        )
        self.centre.answered = self._answered
        self.network = Network(self.scheduler, self.centre.deliver, self.tell, self._asked)
        self.lobby = Lobby(self, self._template.people)
        self._troubles = Troubles(self, self._template)
        self.kiosks = [self._kiosk(folder, place) for place in range(planned.kiosks)]
        self._fault: ViolationError | None = None

    def _kiosk(self, folder: Path, place: int) -> Kiosk:
        name = f"k{place + 1}"
        lie = self.plan.clocks[place]
        return Kiosk(
            name,
            self.scheduler,
            Disk(folder / name, self._template.kiosks[name]),
            KioskClock(self.scheduler, self.plan.begins, lie.ahead, lie.drift),
            self._template.enrolments[name],
            Link(name, self._stream(f"{name} line"), self.plan.weather[place]),
            self.network,
            self.lobby,
            self._stream(name),
            self.tell,
            closes_days=self.plan.closes_days,
            forgets=self.plan.forgets,
            rots=self.plan.rots,
        )

    def _stream(self, name: str) -> random.Random:
        return random.Random(f"{self.plan.seed} {name}")

    # --- the run ----------------------------------------------------------------------------------------------------

    def go(self) -> None:
        """All of it. Raises ``ViolationError``."""
        self.tell(f"seed {self.plan.seed}: {self.plan.kiosks} kiosks, {len(self.plan.visits)} visits")
        self.centre.start()
        for kiosk in self.kiosks:
            kiosk.start()
        for visit in self.plan.visits:
            comes = partial(self.lobby.comes, self.kiosks[visit.kiosk], visit.person, visit.wish)
            self.scheduler.at(self.when(visit.at), comes)
        for trouble in self.plan.troubles:
            self.scheduler.at(self.when(trouble.at), partial(self._troubles.strikes, trouble))
        for leap in self.plan.leaps:
            self.scheduler.at(self.when(leap.at), partial(self._lose_power, leap))
            self.scheduler.at(self.when(leap.at), partial(self._leap, leap.seconds))
        while self.scheduler.next_at() < self.when(self.plan.ends):
            self._step()
        self._heal()
        convergence = Convergence(self.ledger, self.kiosks, self.centre, self._template)
        if any(kiosk.link.choke for kiosk in self.kiosks):
            self._rest(convergence, LONGEST_CHOKE)
            for kiosk in self.kiosks:
                convergence.check_others(kiosk)
                kiosk.link.choke = b""
            self.tell("nothing is held back on the line any more")
        self._rest(convergence, LONGEST_REST)
        convergence.check()
        self.tell("at rest")
        if self.plan.several_days:
            self._a_day_later(convergence)

    def when(self, at: float) -> float:
        """A moment of the plan, with the hours before it that go by in a moment."""
        return at + sum(leap.seconds for leap in self.plan.leaps if leap.at < at)

    def _lose_power(self, leap: Leap) -> None:
        for place in leap.off:
            if not self.kiosks[place].disk.dead:
                self.kiosks[place].strike("cut")
                self.kiosks[place].clock.jump(leap.jump)

    def _leap(self, seconds: float) -> None:
        self.tell(f"{seconds:.0f} s go by")
        self.scheduler.leap(seconds)
        for kiosk in self.kiosks:
            if kiosk.off:
                kiosk.clock.boot()

    def _a_day_later(self, convergence: Convergence) -> None:
        """All that is confirmed now is forgotten by then, and nothing else has changed."""
        self.lobby.over = True
        confirmed = {name: book.kept.confirmed() for name, book in self.ledger.books.items()}
        for seconds in (forgetting.LOOKS, forgetting.LATEST):
            self._leap(seconds)
            ends = self.scheduler.now + 15.0
            while self.scheduler.now < ends:
                self._step()
        for kiosk in self.kiosks:
            stays = self.ledger.book(kiosk.name).kept.stays(kiosk.eye(), confirmed[kiosk.name])
            if stays:
                raise ViolationError(rules.STAYS, f"{kiosk.name}: fact {min(stays)}")
        self._rest(convergence, LONGEST_REST)
        convergence.check()
        self.tell("forgotten")

    def _rest(self, convergence: Convergence, seconds: float) -> None:
        """Let things run until they are quiet, and no longer than so many seconds."""
        ends = self.scheduler.now + seconds
        look = self.scheduler.now + 5.0
        while self.scheduler.now < ends and self.scheduler.steps < MOST_STEPS:
            self._step()
            if self.scheduler.now >= look:
                look = self.scheduler.now + 5.0
                if convergence.at_rest():
                    return

    def end(self) -> None:
        """Take everything down."""
        for kiosk in self.kiosks:
            kiosk.stop()
        self.centre.stop()
        self.scheduler.end()
        for disk in (self.centre.disk, *(kiosk.disk for kiosk in self.kiosks)):
            disk.remove()

    @property
    def digest(self) -> str:
        """Of the trace so far."""
        return self._hash.hexdigest()

    def tell(self, text: str) -> None:
        """A line of the trace. Nobody is in it but by a place in a list."""
        line = f"{self.scheduler.now:10.3f}  {text}"
        self.trace.append(line)
        self._hash.update(line.encode())

    def _step(self) -> None:
        if not self.scheduler.step():
            raise ViolationError(rules.STUCK, "nothing happens any more")
        if self._fault is not None:
            raise self._fault
        self.centre.turn()
        for kiosk in self.kiosks:
            dead = kiosk.disk.dead
            for error in kiosk.failures():
                if isinstance(error, StoreError | OutOfOrderError):
                    # It cannot use its database now, and ends in good order; it is started again.
                    continue
                raise ViolationError(rules.DIED, f"{kiosk.name}: {type(error).__name__}: {error}") from error
            kiosk.settle()
            if (kiosk.disk.changed or dead) and not kiosk.spoilt:
                kiosk.disk.changed = False
                self.look_at(kiosk)
        for error in self.centre.failures():
            raise ViolationError(rules.DIED, f"centre: {type(error).__name__}: {error}") from error
        if self.centre.disk.changed:
            self.centre.disk.changed = False
            self.ledger.look_at_centre(self.centre.eye())

    def look_at(self, kiosk: Kiosk) -> None:
        """Hold what a kiosk has on its disk against all that was promised."""
        durable = kiosk.disk.durable
        self.ledger.look_at_journal(kiosk.name, kiosk.eye(), self._today(), self.scheduler.now, durable=durable)

    def _today(self) -> date:
        return (self.plan.begins + timedelta(seconds=self.scheduler.now)).astimezone(HELSINKI).date()

    def _heal(self) -> None:
        self.tell("everything is mended")
        for kiosk in self.kiosks:
            kiosk.link.cut = False
            kiosk.link.weather = Weather()
            kiosk.clock.set_right()
            kiosk.disk.blow = None
            self.scheduler.after(0.1, kiosk.start)
        self.centre.disk.blow = None
        self.scheduler.after(0.1, self.centre.start)
        self.lobby.leave()

    def _answered(self, link: Link, asked: Asked, answer: Answer) -> None:
        if asked.path == "/v1/facts" and answer.status == 200:
            results = msgspec.json.decode(answer.body, type=messages.FactResults).results
            self.hold(lambda: self.ledger.look_at_centre(self.centre.eye()))
            self.hold(lambda: self.ledger.answered(results))
            self.hold(lambda: self.ledger.look_at_centre(self.centre.eye()))

    def _asked(self, link: Link, count: int) -> None:
        if count > MOST_A_MINUTE:
            self._fault = self._fault or ViolationError(rules.STORM, f"{count} requests of {link.name} in a minute")

    def hold(self, check: Callable[[], None]) -> None:
        """A check in a thread of the product: what it finds ends the run at the next step."""
        try:
            check()
        except ViolationError as error:
            self._fault = self._fault or error
