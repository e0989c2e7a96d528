"""The attendant serves one client at a time: feeds events to ``visit.step`` and carries out its effects. No Qt.

It has a thread of its own, and only that thread touches the database of the screen process.
"""

import queue
from dataclasses import dataclass

import structlog

from kiosk.checkin import tell, ticket, visit
from kiosk.checkin.appointment import Standing
from kiosk.checkin.facts import FactKind
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.site import Site
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.wording import Text
from kiosk.ports import Clock, Journal, JournalError, Line, Printer, Roster, Screen

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
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._roster = roster
        self._journal = journal
        self._printer = printer
        self._screen = screen
        self._line = line
        self._home_language = home_language
        self._site: Site | None = None
        self._state: visit.State = visit.Closed(home_language)
        self._since = 0.0
        self._pull_ends: float | None = None
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

    def handle(self, event: visit.Event) -> None:
        """One event, its effects, and the events that these give, until all is quiet."""
        waiting: list[visit.Event] = [event]
        while waiting:
            event = waiting.pop(0)
            before = self._state
            step = visit.step(before, event, self._setting())
            self._state = step.state
            if step.state != before or _is_activity(event):
                self._since = self._clock.monotonic()
            if step.state != before:
                self._show()
            for effect in step.effects:
                waiting.extend(self._carry_out(effect))
            self._note(event)

    def _carry_out(self, effect: visit.Effect) -> list[visit.Event]:
        match effect:
            case visit.Find(claim):
                return [visit.Found(self._roster.find(claim), self._roster.quality())]
            case visit.Pull():
                self._pull_ends = self._clock.monotonic() + visit.LONGEST_PULL
                self._line.pull()
                return []
            case visit.Record(appointment, kind, language):
                try:
                    arrival = self._journal.check_in(appointment, kind, language)
                except JournalError as error:
                    log.error("fault_came", fault="journal-unwritable", reason=str(error.__cause__))
                    return [visit.CheckInFailed()]
                self._line.new_fact()
                return [visit.CheckInRecorded(arrival)]
            case visit.PrintTicket(appointment, arrival, language):
                job = arrival.fact
                if self._printer is None or self._site is None or job is None:
                    return [visit.TicketEnded(PrintResult(job or 0, PrintOutcome.FAILED, "no-printer"))]
                slip = ticket.for_arrival(appointment, arrival.number, arrival.standing, self._site)
                self._printer.print(slip, language, job)
                return []

    def _note(self, event: visit.Event) -> None:
        """A slip that came out or failed is a fact too, whoever is being served by then."""
        if not isinstance(event, visit.TicketEnded):
            return
        result = event.result
        printed = result.outcome is PrintOutcome.PRINTED
        details = {"arrival": str(result.job), "outcome": result.outcome.value, "reason": result.reason or ""}
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
        patience = visit.patience(self._state)
        if patience is not None and now - self._since >= patience:
            self.handle(visit.TimeUp())
        self._look_for_receipt()

    def _pull_is_over(self) -> None:
        self._pull_ends = None
        self.handle(visit.Pulled())

    def _look_for_receipt(self) -> None:
        fact = visit.awaited_receipt(self._state)
        if fact is not None and self._journal.standing(fact) is Standing.REGISTERED:
            self.handle(visit.ReceiptArrived(fact))

    def _seconds_left(self) -> float:
        now = self._clock.monotonic()
        ends = [now + 60.0]
        patience = visit.patience(self._state)
        if patience is not None:
            ends.append(self._since + patience)
        if self._pull_ends is not None:
            ends.append(self._pull_ends)
        if visit.awaited_receipt(self._state) is not None:
            ends.append(now + LOOK_FOR_RECEIPT_EVERY)
        return max(0.001, min(ends) - now)

    def _setting(self) -> visit.Setting:
        language = self._home_language
        if self._site is not None and language not in self._site.languages:
            language = self._site.languages[0]
        return visit.Setting(self._site, language, self._clock.now())

    def _show(self) -> None:
        shown = tell.tell(self._state, self._site), tell.frame(self._site)
        if shown != self._shown:
            self._shown = shown
            self._screen.show(*shown)


def _is_activity(event: visit.Event) -> bool:
    """Whether an event is a sign of the client, so that the time-out starts anew."""
    return isinstance(event, visit.Scanned | visit.Chosen | visit.Keyed | visit.Touched | visit.LanguageChosen)
