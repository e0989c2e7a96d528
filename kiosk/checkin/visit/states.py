"""The states of a visit. Each holds what its page needs and no more; all begin with the client's language.

``failures`` counts identifications that failed in this visit; ``earlier`` are the numbers of those who were checked in
before in the same visit, as a parent does with several children.
"""

from dataclasses import dataclass, field

from kiosk.checkin.appointment import Arrival
from kiosk.checkin.card import CardFailure
from kiosk.checkin.identity import Claim, ClaimKind, ReadFailure
from kiosk.checkin.outcome import CheckIn, Outcome
from kiosk.checkin.ticket import PrintOutcome


@dataclass(frozen=True)
class Closed:
    """Nothing can be served yet: the kiosk does not know its site, or is out of order.

    ``chosen`` says that somebody reads it in another language than the house's, and so goes away some time.
    """

    language: str
    chosen: bool = False


@dataclass(frozen=True)
class Welcome:
    """Nobody has been identified; nothing of anybody is held but the numbers of those before."""

    language: str
    failures: int = 0
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class CallBack:
    """Why a client identifies: to be called back by this service. ``None`` in its place means to check in."""

    service: str


@dataclass(frozen=True)
class Identifying:
    """A client who wants something else than to check in is asked for a card."""

    language: str
    purpose: CallBack
    failures: int = 0
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entering:
    """A HETU is being typed, or the code of an appointment."""

    language: str
    typed: str = field(default="", repr=False)
    mistake: bool = False
    failures: int = 0
    earlier: tuple[str, ...] = ()
    purpose: CallBack | None = None
    by_code: bool = False


@dataclass(frozen=True)
class ReadingCard:
    """A card is in the reader and is being read."""

    language: str
    failures: int = 0
    earlier: tuple[str, ...] = ()
    purpose: CallBack | None = None


@dataclass(frozen=True)
class Looking:
    """The roster is being asked; ``pulled`` once the centre has been asked for news as well."""

    language: str
    claim: Claim
    pulled: bool = False
    failures: int = 0
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Confirming:
    """The question "is this your appointment?", or the day's plan where there are several."""

    language: str
    kind: ClaimKind
    plan: CheckIn
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recording:
    """The check-in is being written; nothing has been claimed yet."""

    language: str
    kind: ClaimKind
    plan: CheckIn
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """Checked in. ``arrival.standing`` is what may be said; ``paper`` is ``None`` while the slip is printing."""

    language: str
    kind: ClaimKind
    plan: CheckIn
    arrival: Arrival
    paper: PrintOutcome | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckingContact:
    """The question "is this phone number still right?", before the last page is shown again.

    ``typed`` is ``None`` until the number is being corrected.
    """

    language: str
    done: Done
    typed: str | None = field(default=None, repr=False)
    mistake: bool = False


@dataclass(frozen=True)
class Reporting:
    """An outcome is being written down for staff before it is told."""

    language: str
    kind: ClaimKind
    outcome: Outcome


@dataclass(frozen=True)
class Told:
    """An outcome that ends the visit has been told.

    ``arrival`` is what staff have of it, with a number where the client got one; ``paper`` is what became of the slip.
    """

    language: str
    kind: ClaimKind
    outcome: Outcome
    arrival: Arrival | None = None
    paper: PrintOutcome | None = None


@dataclass(frozen=True)
class NotRead:
    """What was scanned, or the card in the reader, is no claim, or one that says nothing here."""

    language: str
    failure: ReadFailure | CardFailure
    failures: int = 1
    purpose: CallBack | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class HandedOver:
    """Identification failed too often: a person helps."""

    language: str


@dataclass(frozen=True)
class NotRecorded:
    """What was to be written could not be: nobody knows of this client, and the page says so."""

    language: str


@dataclass(frozen=True)
class ChoosingService:
    """The question which service, without a booking."""

    language: str
    failures: int = 0
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class TakingNumber:
    """A number for a service is being written."""

    language: str
    service: str


@dataclass(frozen=True)
class Queued:
    """In the queue of a service."""

    language: str
    service: str
    arrival: Arrival
    paper: PrintOutcome | None = None


@dataclass(frozen=True)
class ChoosingCallBack:
    """The question which service should call."""

    language: str
    failures: int = 0
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class TypingPhone:
    """The phone number to call is being typed."""

    language: str
    claim: Claim
    purpose: CallBack
    typed: str = field(default="", repr=False)
    mistake: bool = False


@dataclass(frozen=True)
class RequestingCallBack:
    """A request to be called back is being written."""

    language: str
    purpose: CallBack


@dataclass(frozen=True)
class CallBackRequested:
    """One request is open. ``since`` is its time of day where it was open before, as it is to be said."""

    language: str
    purpose: CallBack
    arrival: Arrival
    again: bool = False


Personal = (
    Entering
    | Identifying
    | Confirming
    | CheckingContact
    | Told
    | NotRead
    | HandedOver
    | NotRecorded
    | ChoosingService
    | Queued
    | ChoosingCallBack
    | TypingPhone
    | CallBackRequested
    | Done
    | Welcome
)
"""States that a client may stand in for a while, and so may be asked about or helped in."""


@dataclass(frozen=True)
class Asking:
    """The question "do you need more time?", over the state that it came from."""

    language: str
    before: Personal


@dataclass(frozen=True)
class StaffCalled:
    """Staff have been called; the visit goes on where it stood."""

    language: str
    before: Personal


State = (
    Closed
    | Welcome
    | Identifying
    | Entering
    | ReadingCard
    | Looking
    | Confirming
    | CheckingContact
    | Recording
    | Done
    | Reporting
    | Told
    | NotRead
    | HandedOver
    | NotRecorded
    | ChoosingService
    | TakingNumber
    | Queued
    | ChoosingCallBack
    | TypingPhone
    | RequestingCallBack
    | CallBackRequested
    | Asking
    | StaffCalled
)
