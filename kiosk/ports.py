"""The Protocols between the rules and the world. Whoever stands on either side of one knows only this file."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.configuration import Refused, Trust, Version
from kiosk.checkin.day_close import KeptClose, Range, Tally
from kiosk.checkin.facts import Fact, FactKind, Receipt
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.listing import Listing
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.servicing.device_check import Walk
from kiosk.checkin.servicing.events import Event, FoundVisit
from kiosk.checkin.site import Queue, Site
from kiosk.checkin.ticket import PrintResult, Ticket
from kiosk.checkin.visit import Report
from kiosk.checkin.witness import OnlyHere, Unreported
from kiosk.checkin.wording import Text


class Clock(Protocol):
    """Time. Handed in everywhere, so that a test or a drill can bring its own."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC. It may jump."""

    def monotonic(self) -> float:
        """Seconds that only ever grow, for time-outs."""

    def nap(self, seconds: float) -> float:
        """How long to wait for real before looking at ``monotonic`` again, when ``seconds`` are left."""


class Roster(Protocol):
    """The kiosk's own copy of the appointments that it needs today."""

    def site(self) -> Site | None:
        """The site as the centre last told it."""

    def find(self, claim: Claim) -> tuple[Appointment, ...]:
        """The appointments of whoever made the claim, with the arrivals known here."""

    def unread(self) -> int:
        """Appointments that the centre sent and that could not be read. There may be a client for each."""

    def quality(self) -> DataQuality:
        """How far the roster may be trusted. Of the clock it knows nothing: ``clock_word`` does."""

    def clock_word(self) -> ClockWord | None:
        """The centre's last word on the time."""


class Journal(Protocol):
    """The facts. Writing returns only when the fact is on the disk for good."""

    def check_in(self, appointments: Sequence[Appointment], kind: ClaimKind, language: str) -> Arrival:
        """Record the check-in of these visits: facts, appointment states and one ticket number in one transaction.

        Raises ``JournalError`` where it could not be written, and then nothing of it is.
        """

    def report(self, report: Report) -> tuple[Arrival, bool]:
        """Record any other fact of a visit, and whether it had been recorded before. Raises ``JournalError``."""

    def try_to_write(self) -> None:
        """Find out whether facts can be written again. Raises ``JournalError`` where not."""

    def note(self, kind: FactKind, details: Mapping[str, str]) -> Fact:
        """Record a fact of the house itself. Raises ``JournalError`` likewise."""

    def find_number(self, number: str) -> tuple[FoundVisit, ...]:
        """The visits that were checked in under this ticket number today and stand; empty where there is none."""

    def annul(self, number: str) -> bool:
        """Take these check-ins back, in one transaction; whether there were any. Raises ``JournalError``."""

    def wrong_codes(self) -> int:
        """How many wrong service codes came since the last right one, before this start too."""

    def keep_wrong_codes(self, count: int) -> None:
        """Keep that count over a restart. Raises ``JournalError``."""

    def standing(self, fact: int) -> Standing:
        """What may be said of the visit to which the fact with this place in the journal belongs."""

    def fact_id(self, fact: int) -> str:
        """The id of the fact with this place in the journal; empty where there is none."""


class JournalError(Exception):
    """A fact could not be written. Nothing of it may be claimed."""


class Printer(Protocol):
    """Takes slips one at a time; the end of each comes back through the function given at making."""

    def print(self, ticket: Ticket[Text], language: str, job: int) -> None:
        """Hand over a slip and return at once."""


class Screen(Protocol):
    """Shows pages. It has its own thread; these calls return at once."""

    def show(self, page: Page[Text], frame: Frame[Text]) -> None:
        """Show this page from now on."""


class Signal(Protocol):
    """The local signal that somebody needs help. It works without the centre."""

    def give(self, *, listening: bool = False) -> None:
        """Give it, and return at once. ``listening``: somebody is read to at the kiosk, and must hear what is read."""


class FaultBoard(Protocol):
    """What is broken on this kiosk, gathered from whoever can tell. The only place that logs a fault, once each way."""

    def tell(self, source: str, codes: Collection[str]) -> None:
        """Exactly these faults stand now as ``source`` sees it (``printer``, ``disk`` …). Safe from any thread."""

    def health(self) -> Health:
        """All of it. Safe from any thread."""


@dataclass(frozen=True)
class Figures:
    """Counts for a technician; ``None`` where nobody counted. ``numbers_left`` are lent for today."""

    waiting: int | None = None
    refused: int = 0
    roster_as_of: datetime | None = None
    numbers_left: int | None = None


class Workshop(Protocol):
    """What a technician may do to the parts of this kiosk from its screen. Everything returns at once."""

    def test(self, part: Part) -> list[Event]:
        """Try a part out; what is known at once. The rest comes in by itself, with whatever the part says."""

    def stop(self, part: Part) -> None:
        """Whoever tried it out is done."""

    def reopen(self, part: Part) -> None:
        """Close a device and open it anew; ``Reopened`` comes in by itself."""

    def self_test(self) -> tuple[str, ...] | None:
        """Run the opening self-test now: the codes of the faults it found; ``None`` where it could not be run."""

    def figures(self) -> Figures:
        """How much waits, and how old the roster is."""

    def print_list(self, listing: Listing[Text], language: str) -> None:
        """Print one slip of a list for staff; its ``TicketEnded`` comes in by itself, as that of ``LIST_JOB``."""


class CheckKeeper(Protocol):
    """Keeps over restarts how far the device check has come."""

    def walk(self) -> Walk | None:
        """How far it came; ``None`` where none was begun."""

    def keep(self, walk: Walk) -> None:
        """Keep it from now on."""


class Witness(Protocol):
    """What this kiosk knows and the centre does not."""

    def only_here(self) -> OnlyHere | None:
        """Today's arrivals that the centre has not had for too long; ``None`` where there are none."""

    def unreported(self) -> tuple[tuple[Unreported, ...], int]:
        """Those of today, and how many there are of earlier days. Raises ``JournalError`` where nobody can tell."""


class Line(Protocol):
    """The way to wake the other process. Messages may be lost; whoever waits also looks by itself now and then."""

    def new_fact(self) -> None:
        """A fact was recorded: it may leave."""

    def pull(self, mark: int) -> None:
        """A client stands here whom the roster does not know: ask the centre for news at once.

        That it ended comes back with the same ``mark``, so that a late word for one client is none for the next.
        """


@dataclass(frozen=True)
class Enrolment:
    """What a kiosk got when it was enrolled. ``site_key`` keys the hashes of identifiers; both keys stay hidden."""

    kiosk: str
    site: str
    centre: str
    reserve_series: str
    site_key: bytes = field(repr=False)
    private_key: Mapping[str, str] = field(repr=False)
    identity_key: Mapping[str, str] = field(default_factory=dict)
    keyed_at: datetime | None = None
    """Since when it has its key, where it knows."""
    next_key: Mapping[str, str] | None = field(default=None, repr=False)
    """The key that it will go over to, made and not used yet."""
    configuration: Trust | None = None
    """By what it believes configurations; ``None`` where it was enrolled at a centre that signs none."""


@dataclass(frozen=True)
class RosterRow:
    """An appointment as the centre sends it: ``hashes`` are the keyed hashes of the client's identifiers.

    ``number`` is set where the centre holds an arrival for it, whoever took it. ``annulled`` are the ids of facts that
    staff took back.
    """

    appointment: Appointment
    hashes: tuple[bytes, ...]
    number: str | None = None
    annulled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lease:
    """Ticket numbers ``first`` … ``last`` of ``series``, lent to this kiosk for one service day.

    ``asked`` is what was asked for: empty for the site's own numbers, or the letter of a service.
    """

    id: str
    day: date
    series: str
    first: int
    last: int
    asked: str = ""


@dataclass(frozen=True)
class OpenRequest:
    """A block of ``size`` numbers that is asked of the centre for a service day; ``asked`` as in ``Lease``."""

    id: str
    day: date
    asked: str
    size: int


@dataclass(frozen=True)
class News:
    """One page of the change feed in the kiosk's own terms.

    ``snapshot`` starts the roster anew, and ``begins`` is set on the first page of one: it tells of the site.
    ``site`` are rules to be served by from now on, ``version`` their place among those that were signed, and
    ``refused`` what came in their place and is not believed.
    ``unread`` are the ids of appointments whose record was malformed, empty for one without a legible id: until each
    has come in good order, or a new snapshot begins, the roster is not whole and does not become fresh.
    """

    cursor: str
    snapshot: bool
    complete: bool
    rows: Sequence[RosterRow] = ()
    gone: Sequence[str] = ()
    unread: Sequence[str] = ()
    site: Site | None = None
    queues: Mapping[str, Queue] = field(default_factory=dict)
    begins: bool = False
    version: Version | None = None
    refused: Refused | None = None
    clock_offset: float | None = None
    """Seconds that the kiosk's wall clock is ahead of the centre's, as seen with this page."""


class Outbox(Protocol):
    """The journal as the sync process sees it."""

    def due(self, now: datetime, limit: int, after: int = 0, without: Collection[int] = ()) -> Sequence[Fact]:
        """Up to ``limit`` facts without a receipt whose next try is due, in the order of their places.

        The newest, and in a quarter of the room the oldest; none up to the place ``after`` or at those of ``without``,
        and none that is parked.
        """

    def parked_due(self, now: datetime) -> Fact | None:
        """The parked fact whose next try has been due for longest."""

    def newest(self) -> int:
        """The place of the newest fact; 0 where there is none."""

    def tries(self, fact: Fact) -> int:
        """How often a fact was sent in vain."""

    def next_due(self) -> datetime | None:
        """When the next fact wants to leave; ``None`` where all have receipts."""

    def oldest(self) -> datetime | None:
        """When the oldest fact without a receipt was recorded; ``None`` where all have one."""

    def refused(self, since: datetime) -> int:
        """How many facts the centre has refused since then, and how many are parked."""

    def settle(self, receipts: Iterable[Receipt], now: datetime) -> None:
        """Keep the centre's word on each fact."""

    def hasten(self, *, parked: bool = False) -> None:
        """The line is back: every waiting fact is due at once; with ``parked`` those that were parked too."""

    def postpone(self, facts: Iterable[Fact], until: Callable[[int], datetime], error: str) -> None:
        """Note a failed try of each fact; ``until`` gives the next one from the count of tries so far."""

    def park(self, fact: Fact, until: Callable[[int], datetime], why: str) -> None:
        """Note that the centre will not take this fact: it waits by itself from now on, and leaves only alone."""


class RosterStore(Protocol):
    """The roster as the sync process fills it."""

    def cursor(self) -> str | None:
        """Where the change feed goes on; ``None`` asks for a snapshot."""

    def apply(self, news: News, fetched_from: str | None, now: datetime) -> bool:
        """Take one page of the feed in one transaction; ``False`` where the roster has moved on meanwhile."""

    def hear(self, word: ClockWord) -> None:
        """Keep the centre's word on the time, where it says more than the one before."""

    def lease(self, lease: Lease) -> None:
        """Keep a block of ticket numbers, and that its request is answered. The same lease twice is one lease."""

    def open_request(self, asked: str) -> OpenRequest | None:
        """What was asked for this series and not answered yet, before this start too."""

    def keep_request(self, request: OpenRequest) -> None:
        """Keep what is about to be asked, in the place of any earlier request for this series."""

    def numbers_left(self, day: date, asked: str = "") -> int:
        """Leased numbers of that day which nobody has got yet."""


class ConfigurationStore(Protocol):
    """What this kiosk believes configurations by."""

    def trust(self) -> Trust | None:
        """The key, and the newest version that was believed; ``None`` where it has no key."""

    def believe(self, before: Trust, after: Trust) -> bool:
        """Keep another one in the place of ``before``, for good; ``False`` where that is not what is kept."""

    def refused(self) -> Refused | None:
        """The configuration that was refused since the last one was taken."""


class DayCloses(Protocol):
    """The days of the journal that are over, and what became of their facts."""

    def unclosed(self) -> tuple[int, Sequence[tuple[int, datetime]]]:
        """The first place that belongs to no day yet, and place and moment of the facts from there on.

        The moment is that at the centre where the kiosk knew it.
        """

    def closed(self) -> frozenset[date]:
        """The days that were closed."""

    def tally(self, facts: Range) -> Tally:
        """What became of these facts so far."""

    def keep(self, facts: Range, signed: str, *, final: bool) -> None:
        """Keep the close of a day, in the place of one that was not final."""

    def open(self) -> Sequence[KeptClose]:
        """The closes that are not final yet, or that the centre has not answered, the oldest first."""

    def answered(self, close: KeptClose, answer: str, now: datetime) -> None:
        """Keep the centre's word on a close."""

    def answers(self, since: datetime) -> Sequence[str]:
        """The centre's words since then."""


PrintEnded = Callable[[PrintResult], None]
