"""The attendant serves one client at a time: feeds events to ``visit.step`` and carries out its effects. No Qt.

It has a thread of its own, and only that thread touches the database of the screen process.
"""

import queue
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from kiosk.checkin import tell, throttle, visit
from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.clock_watch import ClockWatch
from kiosk.checkin.facts import FactKind
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.outcome import NoMatch
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.place import unknown_names
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.site import Site
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.wording import Text
from kiosk.ports import Clock, Journal, JournalError, Line, Printer, Roster, Screen, Signal

log = structlog.get_logger()

LOOK_FOR_RECEIPT_EVERY = 1.0
"""Seconds between looks for a receipt, should the wake-up for it have been lost."""


@dataclass(frozen=True)
class Nudged:
    """The sync process has news: ``receipts``, ``roster`` or ``pulled``."""

    what: str


@dataclass(frozen=True)
class Stop:
    """The kiosk closes; what came in before is still handled."""


Incoming = visit.Event | Nudged | Stop
Inbox = queue.SimpleQueue[Incoming]
"""Everything comes in here, from any thread."""


class Attendant:
    """One client at a time."""

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
        home_language: str,
        signal: Signal | None = None,
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._roster = roster
        self._journal = journal
        self._printer = printer
        self._screen = screen
        self._line = line
        self._home_language = home_language
        self._signal = signal
        self._site: Site | None = None
        self._state: visit.State = visit.Closed(home_language)
        self._since = 0.0
        self._pull_ends: float | None = None
        self._held: tuple[float, Claim] | None = None
        self._misses: deque[float] = deque(maxlen=32)
        self._watch: ClockWatch | None = None
        self._shown: tuple[Page[Text], Frame[Text]] | None = None

    def run(self) -> None:
        """Serve until stopped."""
        self._site = self._roster.site()
        self._state = visit.start(self._setting())
        self._since = self._clock.monotonic()
        self._show()
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
                case event:
                    self.handle(event)

    def drain(self) -> None:
        """After the devices have stopped: keep what they still had to say. Nobody is served any more."""
        while not self._inbox.empty():
            incoming = self._inbox.get()
            if isinstance(incoming, visit.TicketEnded):
                self._note(incoming)

    def handle(self, event: visit.Event) -> None:
        """One event, its effects, and the events that these give, until all is quiet."""
        waiting: list[visit.Event] = [event]
        while waiting:
            event = waiting.pop(0)
            before = self._state
            step = visit.step(before, event, self._setting())
            self._state = step.state
            if step.state != before or _is_activity(event) or isinstance(event, visit.TimeUp):
                self._since = self._clock.monotonic()
            self._remember_miss(before, step.state)
            # Silence too: a bulletin ends and a service closes while nobody touches anything.
            if step.state != before or isinstance(event, visit.TimeUp):
                self._show()
            for effect in step.effects:
                waiting.extend(self._carry_out(effect))
            self._note(event)

    def _carry_out(self, effect: visit.Effect) -> list[visit.Event]:
        match effect:
            case visit.Find(claim):
                return self._find(claim)
            case visit.Pull():
                self._pull_ends = self._clock.monotonic() + visit.LONGEST_PULL
                self._line.pull()
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
                    self._signal.give()
        return []

    def _find(self, claim: Claim) -> list[visit.Event]:
        """Ask the roster, after a while where many typed codes have matched nobody."""
        now = self._clock.monotonic()
        wait = throttle.delay(self._misses, now) if claim.kind is ClaimKind.TYPED else 0.0
        if wait and self._held is None:
            self._held = (now + wait, claim)
            return []
        self._held = None
        appointments = self._roster.find(claim)
        if self._site is not None:
            for name in unknown_names(appointments, self._site):
                log.error("fault_came", fault="site-rules-incomplete", name=name)
        return [visit.Found(appointments, self._quality())]

    def _quality(self) -> DataQuality:
        """What the roster says of itself, and whether the wall clock has jumped since the centre's last word."""
        quality = self._roster.quality()
        wall, passed = self._clock.now(), self._clock.monotonic()
        if self._watch is None or self._watch.word != quality.roster_as_of:
            self._watch = ClockWatch(wall, passed, quality.roster_as_of)
        steady = self._watch.steady(wall, passed)
        return replace(quality, clock_trusted=quality.clock_trusted and steady)

    def _remember_miss(self, before: visit.State, after: visit.State) -> None:
        match before, after:
            case visit.Looking(claim=Claim(kind=ClaimKind.TYPED)), visit.Reporting(outcome=NoMatch()):
                self._misses.append(self._clock.monotonic())

    def _record(self, write: Callable[[], tuple[Arrival, bool]]) -> list[visit.Event]:
        try:
            arrival, again = write()
        except JournalError as error:
            log.error("fault_came", fault="journal-unwritable", reason=str(error.__cause__))
            return [visit.RecordFailed()]
        self._line.new_fact()
        return [visit.Recorded(arrival, again)]

    def _note(self, event: visit.Event) -> None:
        """A slip that came out or failed is a fact too, whoever is being served by then."""
        if not isinstance(event, visit.TicketEnded):
            return
        result = event.result
        printed = result.outcome is PrintOutcome.PRINTED
        arrival = self._journal.fact_id(result.job)
        details = {"arrival": arrival, "outcome": result.outcome.value, "reason": result.reason or ""}
        try:
            self._journal.note(FactKind.TICKET_PRINTED if printed else FactKind.PRINT_FAILED, details)
        except JournalError as error:
            log.error("fault_came", fault="journal-unwritable", reason=str(error.__cause__))
        else:
            self._line.new_fact()

    def _nudged(self, what: str) -> None:
        if what in ("roster", "pulled"):
            site = self._roster.site()
            if site != self._site:
                self._site = site
                self.handle(visit.SiteArrived())
                self._show()
        if what == "pulled" and self._pull_ends is not None:
            self._pull_is_over()
        self._look_for_receipt()

    def _look_at_the_clock(self) -> None:
        now = self._clock.monotonic()
        if self._pull_ends is not None and now >= self._pull_ends:
            self._pull_is_over()
        if self._held is not None and now >= self._held[0]:
            self._find_now(self._held[1])
        patience = visit.patience(self._state)
        if patience is not None and now - self._since >= patience:
            self.handle(visit.TimeUp())
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
        ends = [now + 60.0]
        patience = visit.patience(self._state)
        if patience is not None:
            ends.append(self._since + patience)
        if self._pull_ends is not None:
            ends.append(self._pull_ends)
        if self._held is not None:
            ends.append(self._held[0])
        if visit.awaited_receipt(self._state) is not None:
            ends.append(now + LOOK_FOR_RECEIPT_EVERY)
        return max(0.001, min(ends) - now)

    def _setting(self) -> visit.Setting:
        language = self._home_language
        if self._site is not None and language not in self._site.languages:
            language = self._site.languages[0]
        return visit.Setting(self._site, language, self._clock.now())

    def _show(self) -> None:
        shown = tell.tell(self._state, self._site, self._clock.now()), tell.frame(self._site)
        if shown != self._shown:
            self._shown = shown
            self._screen.show(*shown)


def _is_activity(event: visit.Event) -> bool:
    """Whether an event is a sign of the client, so that the time-out starts anew."""
    return isinstance(event, visit.Scanned | visit.Chosen | visit.Keyed | visit.Touched | visit.LanguageChosen)
