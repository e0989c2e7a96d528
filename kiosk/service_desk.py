"""The service desk: service mode and the receptionist's card, fed with events and obeyed. No Qt, no thread of its own.

The attendant gives it every event while it is open, and shows its pages in the place of the visit's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from kiosk.checkin import servicing, visit
from kiosk.checkin.card import CardFailure, CardNotRead
from kiosk.checkin.faults import Part
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.servicing import LogLine, Station, Walk, choices, left_to_do
from kiosk.checkin.site import Site
from kiosk.checkin.witness import OnlyHere
from kiosk.checkin.wording import Text
from kiosk.ports import CheckKeeper, Clock, FaultBoard, Journal, JournalError, Line, Witness, Workshop
from kiosk.service_code import is_right

log = structlog.get_logger()

Newest = Callable[[], Sequence[LogLine]]


@dataclass(frozen=True)
class ServiceSetting:
    """What stays as it is while the kiosk runs. ``code`` is the hash of the service code; empty where there is none.

    ``stations`` are those of the device check, ``keys`` what the keys of the keypad mean.
    """

    kiosk: str
    software: str
    home_language: str
    code: str = ""
    carded: bool = False
    stations: tuple[Station, ...] = ()
    keys: tuple[str, ...] = ()


class ServiceDesk:
    """Open or not; ``newest`` are the last lines of the log, free of anything about anybody."""

    def __init__(
        self,
        setting: ServiceSetting,
        *,
        clock: Clock,
        board: FaultBoard,
        journal: Journal,
        line: Line,
        workshop: Workshop,
        newest: Newest,
        witness: Witness | None = None,
        keeper: CheckKeeper | None = None,
    ) -> None:
        self._setting = setting
        self._clock = clock
        self._board = board
        self._journal = journal
        self._line = line
        self._workshop = workshop
        self._newest = newest
        self._witness = witness
        self._keeper = keeper
        self._walk = None if keeper is None else keeper.walk()
        self._lock = servicing.after_restart(journal.wrong_codes(), clock.monotonic())
        self._state: servicing.State | None = None
        self._handed_on: tuple[visit.Event, ...] = ()
        self._site: Site | None = None
        self._tell_of(self._walk)

    @property
    def is_open(self) -> bool:
        """Whether it has a page to show."""
        return self._state is not None

    @property
    def patience(self) -> float | None:
        """Seconds of silence after which ``TimeUp`` is due."""
        return None if self._state is None else servicing.patience(self._state)

    def opens(self, event: visit.Event, language: str, site: Site | None) -> bool:
        """Whether this event, which came while nobody was being served, opens it; then it is open."""
        self._site = site
        match event:
            case visit.Chosen(choices.SERVICE):
                self._state = servicing.open(self._view(), language)
            case visit.Chosen(choices.STAFF):
                self._state = servicing.open_staff_card(self._view(), language)
            case CardNotRead(CardFailure.TECHNICIAN):
                self._state = servicing.open_by_card(self._view(), language)
        if self._state is not None:
            log.info("service_opened", state=type(self._state).__name__)
        return self._state is not None

    def resumes(self, language: str, site: Site | None) -> bool:
        """Whether a first run has not come to its end; then it is open at once, and goes on where it was."""
        self._site = site
        begun = servicing.open_first_run(self._view(), language)
        if begun is None:
            return False
        self._state = begun.state
        for effect in begun.effects:
            for event in self._carry_out(effect):
                self.handle(event, site)
        log.info("first_run_goes_on")
        return True

    def handle(self, event: servicing.Event, site: Site | None) -> tuple[visit.Event, ...]:
        """One event and what follows of it. What it gives back belongs to the visit: the desk is closed then."""
        self._site = site
        self._handed_on = ()
        waiting: list[servicing.Event] = [self._as_technician(event)]
        while waiting and self._state is not None:
            step = servicing.step(self._state, waiting.pop(0), self._view())
            self._state = step.state
            for effect in step.effects:
                waiting.extend(self._carry_out(effect))
        handed_on, self._handed_on = self._handed_on, ()
        return handed_on

    def pulled(self) -> None:
        """The centre has been asked for news, or could not be."""
        well = not self._board.health().of(Part.CENTRE)
        result = servicing.Result.ANSWERED if well else servicing.Result.SILENT
        self.handle(servicing.TestEnded(Part.CENTRE, well, result), self._site)

    def page(self) -> Page[Text]:
        """What is shown. Raises ``ValueError`` while it is closed."""
        if self._state is None:
            raise ValueError("closed")
        return servicing.tell(self._state, self._view())

    def around(self, frame: Frame[Text]) -> Frame[Text]:
        """What stands around its page."""
        return frame if self._state is None else servicing.around(frame, self._state)

    def edge(self, frame: Frame[Text]) -> Frame[Text]:
        """What stands around the first page of a visit: the light, and the strip for staff."""
        return servicing.edge(frame, self._board.health(), self._only_here())

    def _as_technician(self, event: servicing.Event) -> servicing.Event:
        match event:
            case CardNotRead(CardFailure.TECHNICIAN):
                return servicing.TechnicianCard(ok=True)
            case CardNotRead() if self._setting.carded and isinstance(self._state, servicing.Outside):
                return servicing.TechnicianCard(ok=False)
        return event

    def _carry_out(self, effect: servicing.Effect) -> list[servicing.Event]:
        match effect:
            case servicing.CheckCode(code):
                ok = is_right(code, self._setting.code)
                log.info("service_code", ok=ok)
                return [servicing.CodeChecked(ok)]
            case servicing.KeepLock() | servicing.KeepWalk():
                self._keep(effect)
            case servicing.TestPart(part):
                return self._workshop.test(part)
            case servicing.StopTest(part):
                self._workshop.stop(part)
            case servicing.ReopenPart(part):
                self._workshop.reopen(part)
            case servicing.RunSelfTest():
                return [servicing.SelfTestEnded(self._workshop.self_test())]
            case servicing.FindNumber(number):
                return [self._found(number)]
            case servicing.Annul(number):
                return [self._annulled(number)]
            case servicing.ListUnreported():
                return [self._unreported()]
            case servicing.PrintListing(listing, language):
                self._workshop.print_list(listing, language)
            case servicing.Leave(events):
                log.info("service_left")
                self._state = None
                self._handed_on = events
        return []

    def _keep(self, effect: servicing.KeepLock | servicing.KeepWalk) -> None:
        if isinstance(effect, servicing.KeepWalk):
            self._keep_walk(effect.walk)
            return
        self._lock = effect.lock
        try:
            self._journal.keep_wrong_codes(effect.lock.failures)
        except JournalError:
            # It holds until the next start at least.
            log.warning("lock_not_kept")

    def _keep_walk(self, walk: Walk) -> None:
        if walk == self._walk:
            return
        self._walk = walk
        if self._keeper is not None:
            self._keeper.keep(walk)
        self._tell_of(walk)

    def _tell_of(self, walk: Walk | None) -> None:
        """What a technician found stands like any other fault, and goes to the centre with the others."""
        self._board.tell("device-check", [fault.code for fault in left_to_do(walk, self._setting.stations)])

    def _only_here(self) -> OnlyHere | None:
        return None if self._witness is None else self._witness.only_here()

    def _unreported(self) -> servicing.Event:
        if self._witness is None:
            return servicing.UnreportedListed(None)
        try:
            arrivals, earlier = self._witness.unreported()
        except JournalError as error:
            log.warning("arrivals_not_read", reason=str(error.__cause__))
            return servicing.UnreportedListed(None)
        log.info("service_witness", arrivals=len(arrivals), earlier=earlier)
        return servicing.UnreportedListed(arrivals, earlier)

    def _found(self, number: str) -> servicing.Event:
        try:
            return servicing.NumberFound(number, self._journal.find_number(number))
        except JournalError as error:
            log.warning("number_not_read", reason=str(error.__cause__))
            return servicing.AnnulEnded(number, ok=False)

    def _annulled(self, number: str) -> servicing.AnnulEnded:
        try:
            ok = self._journal.annul(number)
        except JournalError:
            ok = False
        if ok:
            self._line.new_fact()
        log.info("service_annul", ok=ok)
        return servicing.AnnulEnded(number, ok)

    def _view(self) -> servicing.View:
        site, figures = self._site, self._workshop.figures()
        view = servicing.View(
            now=self._clock.now(),
            passed=self._clock.monotonic(),
            health=self._board.health(),
            home_language=self._setting.home_language,
            coded=self._setting.code != "",
            carded=self._setting.carded,
            lock=self._lock,
            kiosk=self._setting.kiosk,
            software=self._setting.software,
            waiting=figures.waiting,
            refused=figures.refused,
            roster_as_of=figures.roster_as_of,
            numbers_left=figures.numbers_left,
            log=tuple(self._newest()),
            only_here=self._only_here(),
            stations=self._setting.stations,
            keys=self._setting.keys,
            walk=self._walk,
        )
        if site is None:
            return view
        return replace(view, zone=site.zone, site=site.name, policy=site.policy, on_plan=site.on_plan)
