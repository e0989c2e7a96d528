"""One run: several kiosks and a centre, people, trouble, and at the end a quiet time in which all must come right."""

import hashlib
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import msgspec
import structlog
from requests import sessions
from sqlcipher3 import dbapi2

from central import feed, kiosk_api, openapi, watch
from kiosk.checkin.appointment import Arrival
from kiosk.checkin.facts import FactKind
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.checkin.visit import TicketEnded
from kiosk.checkin.wording import Text
from kiosk.composition.memory import OutOfOrderError
from kiosk.offline import stamping
from kiosk.offline.connection import StoreError
from kiosk.offline.journal import SqlJournal
from kiosk.sync import client, messages
from tests.simulation import disk as disks
from tests.simulation import ledger as rules
from tests.simulation.centre import Centre, in_line
from tests.simulation.clocks import KioskClock
from tests.simulation.convergence import Convergence
from tests.simulation.disk import Disk, here
from tests.simulation.ledger import Ledger, ViolationError
from tests.simulation.machine import Kiosk, Process
from tests.simulation.network import Answer, Asked, Link, Network, NoWire, Weather
from tests.simulation.people import Client
from tests.simulation.plan import Plan, Trouble, plan
from tests.simulation.scheduler import Scheduler
from tests.simulation.staff import act
from tests.simulation.templates import MORNING, Template, Workplace

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


@contextmanager
def simulated() -> Iterator[Workplace]:
    """Where runs take place: the edges of the product lead into the simulation in here."""
    document = openapi.document()
    before = structlog.get_config()
    structlog.configure(
        processors=[],
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    with ExitStack() as stack:
        for target, name, value in (
            (dbapi2, "connect", disks.connect),
            (kiosk_api, "run_in_threadpool", in_line),
            (openapi, "document", lambda: document),
            (watch, "GLANCE", 10.0),
            (sessions, "HTTPAdapter", NoWire),
            (client, "_Line", NoWire),
            (stamping, "boot" if hasattr(stamping, "boot") else "_boot", _boot),
            (feed, "PAGE", 5),
            (random, "SystemRandom", _chance),
        ):
            stack.enter_context(patch.object(target, name, value))
        stack.callback(structlog.configure, **before)
        yield stack.enter_context(Workplace())


def _boot() -> str:
    process = getattr(here, "process", None)
    return f"{process.machine.name} {process.machine.clock.boots}" if process is not None else ""


def _chance() -> random.Random:
    process = getattr(here, "process", None)
    return process.chance if process is not None else random.Random(0)


class World:
    """Everything that there is in one run."""

    def __init__(self, workplace: Workplace, planned: Plan) -> None:
        self.plan = planned
        self.scheduler = Scheduler()
        self.trace: list[str] = []
        self.counts: dict[str, int] = {}
        self._hash = hashlib.sha256()
        self._chance = random.Random(planned.seed * 7919 + 1)
        self._template: Template = workplace.template(planned.begins)
        owners = {
            name: f"p{place}"
            for place, person in enumerate(self._template.people)
            for name in self._template.bookings[person]
        }
        self.ledger = Ledger(owners, one_day=planned.begins == MORNING)
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
        self.kiosks = [self._kiosk(folder, place) for place in range(planned.kiosks)]
        self._clients: dict[str, Client] = {}
        self._pages: dict[str, int] = {}
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
            self,
            self._stream(name),
            self.tell,
            closes_days=self.plan.closes_days,
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
            comes = partial(self._comes, self.kiosks[visit.kiosk], visit.person, visit.wish)
            self.scheduler.at(visit.at, comes)
        for trouble in self.plan.troubles:
            self.scheduler.at(trouble.at, partial(self._strikes, trouble))
        while self.scheduler.next_at() < self.plan.ends:
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
            if kiosk.disk.changed or dead:
                kiosk.disk.changed = False
                self._look_at(kiosk)
        for error in self.centre.failures():
            raise ViolationError(rules.DIED, f"centre: {type(error).__name__}: {error}") from error
        if self.centre.disk.changed:
            self.centre.disk.changed = False
            self.ledger.look_at_centre(self.centre.eye())

    def _look_at(self, kiosk: Kiosk) -> None:
        self.ledger.look_at_journal(kiosk.name, kiosk.eye(), self._today(), durable=kiosk.disk.durable)

    def _today(self) -> date:
        return (self.plan.begins + timedelta(seconds=self.scheduler.now)).astimezone(HELSINKI).date()

    # --- people and trouble -----------------------------------------------------------------------------------------

    def _comes(self, kiosk: Kiosk, person: int, wish: str) -> None:
        if kiosk.screen is None or kiosk.name in self._clients:
            self.tell(f"{kiosk.name}: p{person} finds no free screen")
            return
        client = Client(person, self._template.people[person], wish)
        self._clients[kiosk.name] = client
        self.tell(f"{kiosk.name}: p{person} comes ({wish})")
        client.begun = True
        kiosk.put(client._begin())

    def _strikes(self, trouble: Trouble) -> None:
        self.counts[trouble.kind] = self.counts.get(trouble.kind, 0) + 1
        if trouble.kiosk >= 0 and not trouble.kind.startswith("centre-"):
            self._strikes_kiosk(self.kiosks[trouble.kiosk], trouble)
        elif trouble.kind == "centre-error":
            self.tell("centre: the disk is full")
            self.centre.disk.blow = _full(trouble)
        elif trouble.kind == "staff":
            self._at_the_centre(trouble)
        else:
            self.tell(f"{trouble.kind} {trouble.when} statement {trouble.left}")
            kind = trouble.kind.removeprefix("centre-")
            self.centre.aim(kind, trouble.left, trouble.when, only_commits=trouble.only_commits)

    def _strikes_kiosk(self, kiosk: Kiosk, trouble: Trouble) -> None:
        match trouble.kind:
            case "cut" | "screen" | "sync":
                self.tell(f"{kiosk.name}: {trouble.kind} {trouble.when} statement {trouble.left}")
                commits = trouble.only_commits
                kiosk.aim(trouble.kind, trouble.left, trouble.when, only_commits=commits, of=trouble.of)
            case "weather":
                kiosk.link.weather = trouble.weather or Weather()
            case "line-down":
                self.tell(f"{kiosk.name}: the line is down")
                kiosk.link.cut, kiosk.link.refusal = True, trouble.seconds
            case "line-up":
                self.tell(f"{kiosk.name}: the line is up")
                kiosk.link.cut = False
            case "clock":
                self.tell(f"{kiosk.name}: the clock jumps by {trouble.seconds:.0f} s")
                kiosk.clock.jump(trouble.seconds)
            case "choke":
                self._choke(kiosk, trouble.left)
            case "error":
                self.tell(f"{kiosk.name}: the disk is full")
                kiosk.fail(trouble.left, 1 + trouble.left, only_commits=trouble.only_commits)
            case "poison":
                kiosk.staff.append(_poison)
            case "annul":
                kiosk.staff.append(partial(self._annul, kiosk))

    def _choke(self, kiosk: Kiosk, status: int) -> None:
        place = max(self.ledger.book(kiosk.name).facts, default=0) + 1
        self.tell(f"{kiosk.name}: something on the line answers {status} to fact {place}")
        kiosk.link.choke, kiosk.link.choke_status = f'"seq":{place},'.encode(), status

    def _annul(self, kiosk: Kiosk, journal: SqlJournal) -> None:
        given = [one.number for one in self.ledger.book(kiosk.name).facts.values() if one.kind == FactKind.CHECKED_IN]
        if given:
            number = self._chance.choice(given)
            self.tell(f"{kiosk.name}: staff annul {number}")
            journal.annul(number)

    def _at_the_centre(self, trouble: Trouble) -> None:
        done = self.centre.act(lambda store: act(store, self._template, trouble, self._chance, self.centre.now()))
        self.tell(f"centre: staff {trouble.when} {'' if done else '(in vain)'}".rstrip())

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
        self._clients.clear()

    def _answered(self, link: Link, asked: Asked, answer: Answer) -> None:
        if asked.path == "/v1/facts" and answer.status == 200:
            results = msgspec.json.decode(answer.body, type=messages.FactResults).results
            self._hold(lambda: self.ledger.look_at_centre(self.centre.eye()))
            self._hold(lambda: self.ledger.answered(results))
            self._hold(lambda: self.ledger.look_at_centre(self.centre.eye()))

    def _asked(self, link: Link, count: int) -> None:
        if count > MOST_A_MINUTE:
            self._fault = self._fault or ViolationError(rules.STORM, f"{count} requests of {link.name} in a minute")

    def _hold(self, check: Callable[[], None]) -> None:
        """A check in a thread of the product: what it finds ends the run at the next step."""
        try:
            check()
        except ViolationError as error:
            self._fault = self._fault or error

    # --- what stands around a kiosk ---------------------------------------------------------------------------------

    def of(self, kiosk: Kiosk, process: Process) -> "Front":
        """Screen and printer."""
        return Front(self, kiosk, process)

    def dark(self, kiosk: Kiosk) -> None:
        """Whoever stood there goes, and perhaps comes again."""
        client = self._clients.pop(kiosk.name, None)
        if client is not None and self.scheduler.now < self.plan.ends:
            self.tell(f"{kiosk.name}: p{client.person} stands before a dark screen")
            self.scheduler.after(30.0, lambda: self._comes(kiosk, client.person, client.wish))

    def shows(self, kiosk: Kiosk, page: Page[Text]) -> None:
        """A page is on the screen."""
        number = page.card.number if page.card is not None and page.card.number else ""
        self.tell(f"{kiosk.name}: page {page.name} {page.sign.value} {number}".rstrip())
        self._pages[kiosk.name] = self._pages.get(kiosk.name, 0) + 1
        if kiosk.attendant is not None:
            arrival = rules.arrival_of(kiosk.attendant._state)
            if arrival is not None and number:
                self._hold(lambda: self._promised(kiosk, arrival.fact, arrival.number))
            if arrival is not None and (page.sign.value == "registered" or rules.is_registered(arrival)):
                self._hold(lambda: self._registered(kiosk, arrival))
        self._looks(kiosk, page)

    def prints(self, kiosk: Kiosk, process: Process, slip: Ticket[Text], job: int) -> None:
        """A slip comes out."""
        self.tell(f"{kiosk.name}: slip {slip.number} for fact {job}")
        self._hold(lambda: self._printed(kiosk, slip, job))
        ends = self._chance.choices((PrintOutcome.PRINTED, PrintOutcome.FAILED, PrintOutcome.UNKNOWN), (8, 1, 1))[0]

        def ended() -> None:
            if kiosk.screen is process:
                kiosk.put(TicketEnded(PrintResult(job, ends)))

        self.scheduler.after(self._chance.uniform(0.5, 4.0), ended)

    def _promised(self, kiosk: Kiosk, fact: int | None, number: str) -> None:
        if fact is not None:
            self._look_at(kiosk)
            self.ledger.promise(kiosk.name, kiosk.eye(), fact, number)

    def _registered(self, kiosk: Kiosk, arrival: Arrival) -> None:
        self.ledger.registered(kiosk.name, kiosk.eye(), self.centre.eye(), arrival)

    def _printed(self, kiosk: Kiosk, slip: Ticket[Text], job: int) -> None:
        self._look_at(kiosk)
        try:
            self.ledger.promise(kiosk.name, kiosk.eye(), job, slip.number)
        except ViolationError as error:
            invariant = rules.PRINTED_TOO_SOON if error.invariant == rules.TOLD_TOO_SOON else error.invariant
            raise ViolationError(invariant, error.what) from None
        if not kiosk.disk.durable:
            raise ViolationError(rules.PRINTED_TOO_SOON, f"{slip.number} at {kiosk.name}")

    def _looks(self, kiosk: Kiosk, page: Page[Text]) -> None:
        client = self._clients.get(kiosk.name)
        if client is None:
            return
        if client.gone(page):
            self.tell(f"{kiosk.name}: p{client.person} goes")
            del self._clients[kiosk.name]
            return
        after, touch = client.answer(page, self._chance)
        seen = self._pages[kiosk.name]

        def touches() -> None:
            if touch is not None and self._pages[kiosk.name] == seen and self._clients.get(kiosk.name) is client:
                kiosk.put(touch)

        self.scheduler.after(after, touches)


class Front:
    """Screen and printer of one screen process."""

    def __init__(self, world: World, kiosk: Kiosk, process: Process) -> None:
        self._world = world
        self._kiosk = kiosk
        self._process = process

    def show(self, page: Page[Text], frame: Frame[Text]) -> None:
        """As ``kiosk.ports.Screen``."""
        if not self._process.dead and not self._kiosk.disk.dead:
            self._world.shows(self._kiosk, page)

    def print(self, ticket: Ticket[Text], language: str, job: int) -> None:
        """As ``kiosk.ports.Printer``."""
        if not self._process.dead and not self._kiosk.disk.dead:
            self._world.prints(self._kiosk, self._process, ticket, job)


def _full(trouble: Trouble) -> disks.Blow:
    return disks.Blow(trouble.left, "error", trouble.only_commits, lambda: None, None, 1 + trouble.left)


def _poison(journal: SqlJournal) -> None:
    """A fact that the centre can only refuse: its details are longer than the protocol has room for."""
    journal.note(FactKind.SELF_TEST, {"codes": "x" * 3000})
