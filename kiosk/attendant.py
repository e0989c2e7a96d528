"""The attendant serves one client at a time: feeds events to ``visit.step`` and carries out its effects. No Qt.

It has a thread of its own, and only that thread touches the database of the screen process.
"""

import queue
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import structlog

from kiosk.checkin import comfort, faults, servicing, tell, throttle, visit
from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.card import CardEvent, CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.facts import FactKind
from kiosk.checkin.faults import Fault
from kiosk.checkin.identity import Claim
from kiosk.checkin.means import means
from kiosk.checkin.outcome import CannotTell, NoMatch
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.place import unknown_names
from kiosk.checkin.site import Site
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.wording import Text
from kiosk.data_look import DataLook
from kiosk.ports import Clock, FaultBoard, Journal, JournalError, Line, Printer, Roster, Screen, Signal
from kiosk.service_desk import ServiceDesk

log = structlog.get_logger()

LOOK_FOR_RECEIPT_EVERY = 1.0
"""Seconds between looks for a receipt, should the wake-up for it have been lost."""

TEST_PULL = 0
"""The mark of a technician's question to the centre; that of a client's is larger."""


@dataclass(frozen=True)
class Nudged:
    """The sync process has news: ``receipts``, ``roster``, or ``pulled`` with the mark of who asked: ``pulled:7``."""

    what: str


@dataclass(frozen=True)
class HealthChanged:
    """The board has something new: what works for a client may be another."""


@dataclass(frozen=True)
class VoicesChanged:
    """The languages that the kiosk can be heard in now."""

    languages: frozenset[str]


@dataclass(frozen=True)
class Headphones:
    """Headphones were plugged in, or pulled out."""

    plugged: bool


@dataclass(frozen=True)
class Asked:
    """Somebody asks whether the attendant's thread gets to its work; it calls ``answer``, which returns soon."""

    answer: Callable[[], None]


@dataclass(frozen=True)
class Stop:
    """The kiosk closes; what came in before is still handled."""


Incoming = servicing.Event | Nudged | HealthChanged | VoicesChanged | Headphones | Asked | Stop
Inbox = queue.SimpleQueue[Incoming]
"""Everything comes in here, from any thread."""


class Attendant:
    """One client at a time. ``languages`` are those that this kiosk has words in; ``None``: whatever a site names."""

    def __init__(
        self,
        inbox: Inbox,
        *,
        clock: Clock,
        roster: Roster,
        journal: Journal,
        printer: Printer | None,
        screen: Screen,
        line: Line,
        board: FaultBoard,
        home_language: str,
        signal: Signal | None = None,
        while_idle: Callable[[], object] = lambda: None,
        desk: ServiceDesk | None = None,
        look: DataLook | None = None,
        languages: Collection[str] | None = None,
        take_back: Callable[[Exception], bool] = lambda _: False,
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._roster = roster
        self._journal = journal
        self._printer = printer
        self._screen = screen
        self._line = line
        self._board = board
        self._home_language = home_language
        self._signal = signal
        self._while_idle = while_idle
        self._desk = desk
        self._languages = languages
        self._take_back = take_back
        self._left_out: frozenset[str] = frozenset()
        self._not_on_plan = False
        self._site: Site | None = None
        self._state: visit.State = visit.Closed(home_language)
        self._since = 0.0
        self._pull_ends: float | None = None
        self._pull_mark = TEST_PULL
        self._held: tuple[float, Claim] | None = None
        self._misses: deque[float] = deque(maxlen=32)
        self._look = look or DataLook(roster, board, clock)
        self._card_in = False
        self._comfort = comfort.AS_USUAL
        self._voices: frozenset[str] = frozenset()
        self._headphones = False
        self._visit = 0
        self._somebody = False
        self._shown: tuple[Page[Text], Frame[Text]] | None = None

    def run(self) -> None:
        """Serve until stopped."""
        self._by_its_rules(self._begin)
        while True:
            try:
                incoming = self._inbox.get(timeout=self._clock.nap(self._seconds_left()))
            except queue.Empty:
                self._look_at_the_clock()
                continue
            match incoming:
                case Stop():
                    return
                case Nudged(what):
                    self._nudged(what)
                case HealthChanged():
                    self._health_changed()
                case VoicesChanged() | Headphones():
                    self._sound_changed(incoming)
                case Asked(answer):
                    answer()
                case _:
                    self._receive(incoming)
            # Nothing of a client stays in this frame until the next one comes.
            del incoming

    def _begin(self) -> None:
        self._site = self._site_of_the_roster()
        self._state = visit.start(self._setting())
        self._since = self._clock.monotonic()
        if self._desk is not None:
            self._desk.resumes(self._home_language, self._site)
        self._show()

    def _by_its_rules(self, work: Callable[[], None]) -> None:
        """Do what may fail by new rules of the site; once more by those before, where they are taken back for it."""
        try:
            work()
        except Exception as error:
            if not self._take_back(error):
                raise
            work()

    def drain(self) -> None:
        """After the devices have stopped: keep what they still had to say. Nobody is served any more."""
        while not self._inbox.empty():
            incoming = self._inbox.get()
            if isinstance(incoming, visit.TicketEnded):
                self._note(incoming)

    def _receive(self, event: servicing.Event) -> None:
        """Give an event to whoever stands there: a technician at the service desk, or a client."""
        desk = self._desk
        if desk is not None and desk.is_open:
            self._notice_card(event)
            patience = desk.patience
            handed_on = desk.handle(event, self._site)
            # What happens by itself is no sign of whoever stands there, or a loose plug would keep the desk open.
            if desk.patience != patience or not isinstance(event, servicing.HealthChanged | visit.TicketEnded):
                self._since = self._clock.monotonic()
            if not desk.is_open:
                # Under it stood nobody: neither the technician's card nor what was broken then counts any more.
                self._state = visit.start(self._setting())
            for one in handed_on:
                self.handle(one)
            self._note(event)
            self._show()
        elif isinstance(event, visit.Chosen) and event.choice in comfort.SWITCHES:
            self._comfort = comfort.after(self._comfort, event.choice)
            self._somebody = True
            self._since = self._clock.monotonic()
            self._show()
        elif isinstance(event, servicing.OfAVisit):
            if self._is_idle and desk is not None and desk.opens(event, self._state.language, self._site):
                self._since = self._clock.monotonic()
                self._notice_card(event)
                self._show()
            else:
                self.handle(event)

    @property
    def _is_idle(self) -> bool:
        """Whether nobody is being served; a card that turns out to be a technician's is being read, at most."""
        match self._state:
            case visit.Closed() | visit.Welcome(failures=0, earlier=()) | visit.ReadingCard(failures=0, earlier=()):
                return True
        return False

    def handle(self, event: visit.Event) -> None:
        """One event, its effects, and the events that these give, until all is quiet."""
        waiting: list[visit.Event] = [event]
        while waiting:
            event = waiting.pop(0)
            before = self._state
            self._notice_card(event)
            step = visit.step(before, event, self._setting())
            self._state = step.state
            self._somebody = self._somebody or _is_activity(event)
            if step.over:
                self._visit_ended()
            if step.state != before or _is_activity(event) or isinstance(event, visit.TimeUp):
                self._since = self._clock.monotonic()
            self._remember_miss(before, step.state)
            # Silence too: a bulletin ends and a service closes while nobody touches anything.
            if step.state != before or step.over or isinstance(event, visit.TimeUp | CardRemoved):
                self._show()
            for effect in step.effects:
                waiting.extend(self._carry_out(effect))
            self._note(event)

    def _notice_card(self, event: servicing.Event) -> None:
        """A card that is in the reader and not needed any more is one that its owner might forget."""
        match event:
            case CardRemoved() | CardNotRead(CardFailure.PULLED):
                self._card_in = False
            case CardInserted() | CardRead() | CardNotRead():
                self._card_in = True

    def _carry_out(self, effect: visit.Effect) -> list[visit.Event]:
        match effect:
            case visit.Find(claim):
                return self._find(claim)
            case visit.Pull():
                now = self._clock.monotonic()
                self._pull_ends = now + visit.LONGEST_PULL
                # Larger than any mark before it, that of an attendant before this one too.
                self._pull_mark = max(self._pull_mark + 1, round(now * 1000))
                self._line.pull(self._pull_mark)
            case visit.RecordCheckIn(appointments, kind, language):
                return self._record(lambda: (self._journal.check_in(appointments, kind, language), False))
            case visit.Report() as report:
                return self._record(lambda: self._journal.report(report))
            case visit.PrintSlip(slip, language, job):
                if self._printer is None:
                    return [visit.TicketEnded(PrintResult(job, PrintOutcome.FAILED, "no-printer"))]
                self._printer.print(slip, language, job)
            case visit.SignalStaff():
                if self._signal is not None:
                    self._signal.give(listening=self._comfort.speech)
        return []

    def _find(self, claim: Claim) -> list[visit.Event]:
        """Ask the roster: at first after a while, where many typed codes have matched nobody."""
        now = self._clock.monotonic()
        again = isinstance(self._state, visit.Looking) and self._state.pulled
        wait = throttle.delay(self._misses, now) if claim.kind.typed and not again else 0.0
        if wait and self._held is None:
            self._held = (now + wait, claim)
            return []
        self._held = None
        appointments = self._roster.find(claim)
        if self._site is not None:
            self._look.names(unknown_names(appointments, self._site))
        return [visit.Found(appointments, self._look.quality(self._site))]

    def _tell(self, source: str, *found: Fault) -> None:
        self._board.tell(source, [fault.code for fault in found])

    def _remember_miss(self, before: visit.State, after: visit.State) -> None:
        match before, after:
            case visit.Looking(claim=claim), visit.Reporting(outcome=NoMatch() | CannotTell()) if claim.kind.typed:
                # An old roster knows some people all the same: it must not be the place to try codes out.
                self._misses.append(self._clock.monotonic())

    def _record(self, write: Callable[[], tuple[Arrival, bool]]) -> list[visit.Event]:
        try:
            arrival, again = write()
        except JournalError as error:
            self._not_written(error)
            return [visit.RecordFailed()]
        self._tell("journal")
        self._line.new_fact()
        return [visit.Recorded(arrival, again)]

    def _note(self, event: servicing.Event) -> None:
        """A slip that came out or failed is a fact too, whoever is served by then. Neither test page nor list is."""
        if not isinstance(event, visit.TicketEnded) or event.result.job in servicing.OF_NO_FACT:
            return
        result = event.result
        printed = result.outcome is PrintOutcome.PRINTED
        try:
            arrival = self._journal.fact_id(result.job)
            details = {"arrival": arrival, "outcome": result.outcome.value, "reason": result.reason or ""}
            self._journal.note(FactKind.TICKET_PRINTED if printed else FactKind.PRINT_FAILED, details)
        except JournalError as error:
            self._not_written(error)
        else:
            self._tell("journal")
            self._line.new_fact()

    def _look_at_journal(self) -> None:
        """A page that is closed because nothing can be written has no next client who would find out."""
        if faults.JOURNAL_UNWRITABLE.code in self._board.health().codes:
            try:
                self._journal.try_to_write()
            except JournalError as error:
                self._not_written(error)
            else:
                self._tell("journal")

    def _not_written(self, error: JournalError) -> None:
        log.info("not_written", reason=str(error.__cause__))
        name = str(getattr(error.__cause__, "sqlite_errorname", ""))
        damaged = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
        self._tell("journal", faults.DATABASE_DAMAGED if damaged else faults.JOURNAL_UNWRITABLE)

    def _site_of_the_roster(self) -> Site | None:
        """The site as it is offered here: a language without words is left out, and that is said."""
        site = self._roster.site()
        lost = site is not None and site.on_plan is False
        if lost and not self._not_on_plan:
            # Most likely enrolled after the plan was drawn; only people would see that the way is missing.
            log.warning("kiosk_not_on_plan")
        self._not_on_plan = lost
        if site is None or self._languages is None:
            return site
        left_out = frozenset(site.languages) - frozenset(self._languages)
        if left_out != self._left_out:
            self._left_out = left_out
            log.warning("site_languages_without_words", languages=sorted(left_out))
        spoken = site.spoken_in(self._languages)
        return spoken if spoken.languages else replace(site, languages=(self._home_language,))

    def _nudged(self, what: str) -> None:
        what, _, mark = what.partition(":")
        if what in ("roster", "pulled"):
            self._by_its_rules(self._look_for_rules)
        if what == "pulled" and mark == str(TEST_PULL) and self._desk is not None and self._desk.is_open:
            self._desk.pulled()
            self._show()
        if what == "pulled" and mark == str(self._pull_mark) and self._pull_ends is not None:
            self._pull_is_over()
        self._look_for_receipt()

    def _look_for_rules(self) -> None:
        site = self._site_of_the_roster()
        if site != self._site:
            if _other_rules(site, self._site):
                self._look.other_rules()
            self._site = site
            self.handle(visit.SiteArrived())
            if self._desk is not None and self._desk.is_open:
                self._desk.handle(visit.SiteArrived(), site)
            self._show()

    def _health_changed(self) -> None:
        """Nobody begins while nobody can be served, and the page names the ways that work."""
        if self._desk is not None and self._desk.is_open:
            self._receive(servicing.HealthChanged())
            return
        if isinstance(self._state, visit.Welcome | visit.Closed):
            self.handle(visit.SiteArrived())
        self._show()

    def _sound_changed(self, change: VoicesChanged | Headphones) -> None:
        """Whoever plugs headphones in is read to, and until they are pulled out."""
        if isinstance(change, VoicesChanged):
            self._voices = change.languages
            wanted = self._headphones or self._comfort.speech
        else:
            self._headphones = wanted = change.plugged
            self._somebody = True
            self._since = self._clock.monotonic()
        self._comfort = replace(self._comfort, speech=wanted and bool(self._voices))
        self._show()

    def _visit_ended(self) -> None:
        """What was set for it ends with it. Headphones that stay plugged in are somebody who goes on listening."""
        if self._somebody and self._comfort.speech:
            self._visit += 1
        self._somebody = False
        self._comfort = replace(comfort.AS_USUAL, speech=self._headphones and bool(self._voices))

    def _look_at_the_clock(self) -> None:
        now = self._clock.monotonic()
        if now >= self._look.due:
            self._look.quality(self._site)
            self._look.names()
            self._look_at_journal()
            if self._is_idle:
                self._while_idle()
                # Arrivals that the centre has not had grow old by themselves, and the strip tells of them.
                self._show()
        if self._pull_ends is not None and now >= self._pull_ends:
            self._pull_is_over()
        if self._held is not None and now >= self._held[0]:
            self._find_now(self._held[1])
        patience = self._patience
        if patience is not None and now - self._since >= patience:
            self._receive(visit.TimeUp())
        self._look_for_receipt()

    def _pull_is_over(self) -> None:
        self._pull_ends = None
        self.handle(visit.Pulled())

    def _find_now(self, claim: Claim) -> None:
        for event in self._find(claim):
            self.handle(event)

    def _look_for_receipt(self) -> None:
        fact = visit.awaited_receipt(self._state)
        if fact is None:
            return
        standing = self._journal.standing(fact)
        if standing is not Standing.RECORDED:
            self.handle(visit.ReceiptArrived(fact, standing))

    def _seconds_left(self) -> float:
        now = self._clock.monotonic()
        ends = [self._look.due]
        patience = self._patience
        if patience is not None:
            ends.append(self._since + patience)
        if self._pull_ends is not None:
            ends.append(self._pull_ends)
        if self._held is not None:
            ends.append(self._held[0])
        if visit.awaited_receipt(self._state) is not None:
            ends.append(now + LOOK_FOR_RECEIPT_EVERY)
        return max(0.001, min(ends) - now)

    @property
    def _patience(self) -> float | None:
        desk = self._desk
        return desk.patience if desk is not None and desk.is_open else visit.patience(self._state, self._comfort)

    def _setting(self) -> visit.Setting:
        language = self._home_language
        if self._site is not None and language not in self._site.languages:
            language = self._site.languages[0]
        return visit.Setting(self._site, language, self._clock.now(), self._board.health().can_serve)

    def _edged(self, frame: Frame[Text]) -> Frame[Text]:
        """The first page has the kiosk's light and the strip for staff at its edge."""
        first = isinstance(self._state, visit.Closed | visit.Welcome)
        return self._desk.edge(frame) if self._desk is not None and first else frame

    def _frame(self) -> Frame[Text]:
        return tell.frame(
            self._site,
            self._comfort,
            language=self._state.language,
            voices=self._voices,
            private=self._headphones,
            visit=self._visit,
        )

    def _frame_for_staff(self) -> Frame[Text]:
        """Nothing is as a client left it; but a technician may want to hear whether the kiosk has a voice."""
        return tell.frame(self._site, voices=self._voices, private=self._headphones, visit=self._visit)

    def _show(self) -> None:
        if self._desk is not None and self._desk.is_open:
            self._screen.show(self._desk.page(), self._desk.around(self._frame_for_staff()))
            self._shown = None
            return
        page = tell.tell(self._state, self._site, self._clock.now(), means(self._board.health()), card_in=self._card_in)
        shown = page, self._edged(self._frame())
        if shown != self._shown:
            self._shown = shown
            self._screen.show(*shown)


def _other_rules(site: Site | None, before: Site | None) -> bool:
    """Whether more has changed than how long the queues are."""
    return site is None or before is None or replace(site, queues={}) != replace(before, queues={})


def _is_activity(event: visit.Event) -> bool:
    """Whether an event is a sign of the client, so that the time-out starts anew."""
    signs = visit.Scanned | visit.Chosen | visit.Keyed | visit.Touched | visit.LanguageChosen | CardEvent
    return isinstance(event, signs)
