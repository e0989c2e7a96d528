"""``step``: the whole client flow as data. A state and an event give the next state and what is to be done."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kiosk.checkin import hetu, identity, rules
from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.identity import Claim, ClaimKind, ReadFailure, Scan
from kiosk.checkin.rules import DataQuality, Outcome
from kiosk.checkin.site import Site
from kiosk.checkin.ticket import PrintOutcome, PrintResult

# --- states ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Closed:
    """Nothing can be served yet: the kiosk does not know its site."""

    language: str


@dataclass(frozen=True)
class Welcome:
    """Nobody is being served; nothing of anybody is held."""

    language: str


@dataclass(frozen=True)
class Entering:
    """A HETU is being typed."""

    language: str
    typed: str = field(default="", repr=False)
    mistake: bool = False


@dataclass(frozen=True)
class Looking:
    """The roster is being asked; ``pulled`` once the centre has been asked for news as well."""

    language: str
    claim: Claim
    pulled: bool = False


@dataclass(frozen=True)
class Confirming:
    """The question "is this your appointment?"."""

    language: str
    kind: ClaimKind
    appointment: Appointment


@dataclass(frozen=True)
class Recording:
    """The check-in is being written; nothing has been claimed yet."""

    language: str
    kind: ClaimKind
    appointment: Appointment


@dataclass(frozen=True)
class Done:
    """Checked in. ``arrival.standing`` is what may be said; ``paper`` is ``None`` while the slip is printing."""

    language: str
    kind: ClaimKind
    appointment: Appointment
    arrival: Arrival
    paper: PrintOutcome | None = None


@dataclass(frozen=True)
class Told:
    """An outcome that ends the visit has been told."""

    language: str
    kind: ClaimKind
    outcome: Outcome


@dataclass(frozen=True)
class NotRead:
    """What was scanned is no claim."""

    language: str
    failure: ReadFailure


@dataclass(frozen=True)
class NotRecorded:
    """The check-in could not be written: nobody knows of this client, and the page says so."""

    language: str


@dataclass(frozen=True)
class Asking:
    """The question "do you need more time?", over the state that it came from."""

    language: str
    before: "Entering | Confirming | Told | NotRead | NotRecorded"


State = Closed | Welcome | Entering | Looking | Confirming | Recording | Done | Told | NotRead | NotRecorded | Asking

# --- events ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scanned:
    """The scanner read a symbol."""

    scan: Scan


@dataclass(frozen=True)
class Chosen:
    """A choice of the page was touched."""

    choice: str


@dataclass(frozen=True)
class Keyed:
    """One key of the keypad was touched."""

    key: str = field(repr=False)


@dataclass(frozen=True)
class Touched:
    """The screen was touched somewhere: the client is still there."""


@dataclass(frozen=True)
class LanguageChosen:
    """A language was touched."""

    language: str


@dataclass(frozen=True)
class Found:
    """The roster's answer to ``Find``."""

    appointments: tuple[Appointment, ...]
    quality: DataQuality


@dataclass(frozen=True)
class Pulled:
    """The centre has been asked for news, or it took too long."""


@dataclass(frozen=True)
class CheckInRecorded:
    """The check-in is on the disk for good."""

    arrival: Arrival


@dataclass(frozen=True)
class CheckInFailed:
    """The check-in could not be written."""


@dataclass(frozen=True)
class ReceiptArrived:
    """The centre has the fact with this place in the journal."""

    fact: int


@dataclass(frozen=True)
class TicketEnded:
    """The printer's last word on a slip."""

    result: PrintResult


@dataclass(frozen=True)
class TimeUp:
    """``patience`` ran out without a sign of the client."""


@dataclass(frozen=True)
class SiteArrived:
    """The centre's word on this site came, or changed."""


Event = (
    Scanned
    | Chosen
    | Keyed
    | Touched
    | LanguageChosen
    | Found
    | Pulled
    | CheckInRecorded
    | CheckInFailed
    | ReceiptArrived
    | TicketEnded
    | TimeUp
    | SiteArrived
)

# --- effects --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Find:
    """Ask the roster; answered by ``Found``."""

    claim: Claim


@dataclass(frozen=True)
class Pull:
    """Ask the centre for news at once; answered by ``Pulled`` within ``LONGEST_PULL``."""


@dataclass(frozen=True)
class Record:
    """Write the check-in in one transaction; answered by ``CheckInRecorded`` or ``CheckInFailed``."""

    appointment: Appointment
    kind: ClaimKind
    language: str


@dataclass(frozen=True)
class PrintTicket:
    """Print the slip of a recorded check-in; answered by ``TicketEnded``."""

    appointment: Appointment
    arrival: Arrival
    language: str


Effect = Find | Pull | Record | PrintTicket

# --- choices and times ----------------------------------------------------------------------------------------------

TYPE_CODE = "type"
CHECK_IN = "check-in"
NOT_MINE = "not-mine"
READY = "ready"
BACK = "back"
ERASE = "erase"
FINISH = "finish"
MORE_TIME = "more-time"

LONGEST_PULL = 2.0
"""Seconds. No client waits longer than this for the network."""

IDLE_PERSONAL = 30.0
IDLE_OTHER = 60.0
IDLE_ANSWER = 20.0
"""Seconds to answer "do you need more time?" (WCAG 2.2, 2.2.1 asks for at least 20)."""
LAST_PAGE = 20.0
LAST_PAGE_WITHOUT_PAPER = 60.0
PRINTING_AT_MOST = 30.0


@dataclass(frozen=True)
class Setting:
    """What ``step`` may know of the world: the site (``None`` before the centre has sent it) and the time."""

    site: Site | None
    home_language: str
    now: datetime

    @property
    def today(self) -> date:
        """The service day at the site."""
        return self.now.date() if self.site is None else self.site.day(self.now)


@dataclass(frozen=True)
class Step:
    """The next state, and what is to be done, in order."""

    state: State
    effects: tuple[Effect, ...] = ()


def awaited_receipt(state: State) -> int | None:
    """The fact whose receipt would change what the client is told now, by its place in the journal."""
    match state:
        case Done(arrival=Arrival(standing=Standing.RECORDED, fact=fact)):
            return fact
        case Told(outcome=rules.AlreadyIn(arrival=Arrival(standing=Standing.RECORDED, fact=fact))):
            return fact
        case Asking(before=before):
            return awaited_receipt(before)
    return None


def patience(state: State) -> float | None:
    """Seconds of silence after which ``TimeUp`` is due; ``None`` where the state waits for ever."""
    match state:
        case Closed() | Welcome() | Recording():
            return None
        case Looking():
            return LONGEST_PULL * 2
        case Confirming() | Told():
            return IDLE_PERSONAL
        case Entering() as entering:
            return IDLE_PERSONAL if entering.typed else IDLE_OTHER
        case NotRead() | NotRecorded():
            return IDLE_OTHER
        case Asking():
            return IDLE_ANSWER
        case Done(paper=None):
            return PRINTING_AT_MOST
        case Done(paper=PrintOutcome.PRINTED):
            return LAST_PAGE
        case Done():
            return LAST_PAGE_WITHOUT_PAPER


def start(setting: Setting) -> State:
    """The state of a kiosk that has just been switched on."""
    return Closed(setting.home_language) if setting.site is None else Welcome(setting.home_language)


def step(state: State, event: Event, setting: Setting) -> Step:
    """One step of the flow. An event that means nothing in a state leaves it as it is."""
    if setting.site is None:
        return Step(Closed(setting.home_language))
    match event:
        case SiteArrived():
            return Step(start(setting) if isinstance(state, Closed) else state)
        case LanguageChosen(language):
            return Step(_speaking(state, language) if language in setting.site.languages else state)
        case Scanned(scan):
            return _scanned(state, scan, setting)
        case TimeUp():
            return _time_up(state, setting)
    handler = _HANDLERS.get(type(state))
    return Step(state) if handler is None else handler(state, event, setting)


def _scanned(state: State, scan: Scan, setting: Setting) -> Step:
    if isinstance(state, Closed | Looking | Recording):
        return Step(state)
    if isinstance(state, Done | Told):
        state = Welcome(setting.home_language if isinstance(state, Done) else state.language)
    match identity.from_scan(scan, setting.today):
        case Claim() as claim:
            return Step(Looking(state.language, claim), (Find(claim),))
        case failure:
            return Step(NotRead(state.language, failure))


def _time_up(state: State, setting: Setting) -> Step:
    match state:
        case Entering() | Confirming() | Told() | NotRead() | NotRecorded():
            return Step(Asking(state.language, state))
        case Looking(claim=claim, pulled=False):
            return Step(replace(state, pulled=True), (Find(claim),))
        case Recording() | Closed():
            return Step(state)
    return Step(Welcome(setting.home_language))


def _welcome(state: Welcome, event: Event, setting: Setting) -> Step:
    return Step(Entering(state.language)) if event == Chosen(TYPE_CODE) else Step(state)


def _entering(state: Entering, event: Event, setting: Setting) -> Step:
    match event:
        case Keyed(key) if len(key) == 1 and key in hetu.allowed_next(state.typed):
            return Step(Entering(state.language, state.typed + key))
        case Chosen("erase"):
            return Step(Entering(state.language, state.typed[:-1]))
        case Chosen("back"):
            return Step(Welcome(state.language))
        case Chosen("ready") if len(state.typed) == hetu.LENGTH:
            claim = identity.from_typed(state.typed, setting.today)
            if claim is None:
                return Step(replace(state, mistake=True))
            return Step(Looking(state.language, claim), (Find(claim),))
    return Step(state)


def _looking(state: Looking, event: Event, setting: Setting) -> Step:
    match event:
        case Found(appointments, quality) if setting.site is not None:
            outcome = rules.decide(appointments, setting.site, setting.now, quality)
            if isinstance(outcome, rules.NoMatch | rules.CannotTell) and not state.pulled:
                return Step(state, (Pull(),))
            if isinstance(outcome, rules.CheckIn):
                return Step(Confirming(state.language, state.claim.kind, outcome.appointment))
            return Step(Told(state.language, state.claim.kind, outcome))
        case Pulled() if not state.pulled:
            return Step(replace(state, pulled=True), (Find(state.claim),))
    return Step(state)


def _confirming(state: Confirming, event: Event, setting: Setting) -> Step:
    match event:
        case Chosen("check-in"):
            recording = Recording(state.language, state.kind, state.appointment)
            return Step(recording, (Record(state.appointment, state.kind, state.language),))
        case Chosen("not-mine"):
            return Step(Welcome(setting.home_language))
    return Step(state)


def _recording(state: Recording, event: Event, setting: Setting) -> Step:
    match event:
        case CheckInRecorded(arrival):
            done = Done(state.language, state.kind, state.appointment, arrival)
            return Step(done, (PrintTicket(state.appointment, arrival, state.language),))
        case CheckInFailed():
            return Step(NotRecorded(state.language))
    return Step(state)


def _done(state: Done, event: Event, setting: Setting) -> Step:
    match event:
        case ReceiptArrived(fact) if fact == state.arrival.fact:
            return Step(replace(state, arrival=replace(state.arrival, standing=Standing.REGISTERED)))
        case TicketEnded(result) if result.job == state.arrival.fact:
            return Step(replace(state, paper=result.outcome))
        case Chosen("finish"):
            return Step(Welcome(setting.home_language))
    return Step(state)


def _told(state: Told | NotRead | NotRecorded, event: Event, setting: Setting) -> Step:
    match event:
        case Chosen("finish"):
            return Step(Welcome(setting.home_language))
        case Chosen("type") if isinstance(state, NotRead):
            return Step(Entering(state.language))
        case ReceiptArrived(fact) if isinstance(state, Told) and isinstance(state.outcome, rules.AlreadyIn):
            arrival = state.outcome.arrival
            if arrival.fact == fact:
                known = replace(arrival, standing=Standing.REGISTERED)
                return Step(replace(state, outcome=replace(state.outcome, arrival=known)))
    return Step(state)


def _asking(state: Asking, event: Event, setting: Setting) -> Step:
    match event:
        case Chosen("more-time"):
            return Step(state.before)
        case Chosen("finish"):
            return Step(Welcome(setting.home_language))
        case ReceiptArrived() if isinstance(state.before, Told):
            told = _told(state.before, event, setting).state
            return Step(replace(state, before=told) if isinstance(told, Told) else state)
    return Step(state)


_HANDLERS: dict[type, Callable[..., Step]] = {
    Welcome: _welcome,
    Entering: _entering,
    Looking: _looking,
    Confirming: _confirming,
    Recording: _recording,
    Done: _done,
    Told: _told,
    NotRead: _told,
    NotRecorded: _told,
    Asking: _asking,
}


def _speaking(state: State, language: str) -> State:
    if isinstance(state, Asking):
        return Asking(language, replace(state.before, language=language))
    return replace(state, language=language)
