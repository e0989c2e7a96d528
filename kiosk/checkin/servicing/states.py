"""The states of service mode and of the receptionist's card. All begin with the language of whoever stands there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.checkin.faults import Part
from kiosk.checkin.servicing.device_check import Walk
from kiosk.checkin.servicing.events import FoundVisit, Reopening, Result
from kiosk.checkin.witness import Unreported
from kiosk.checkin.wording import Text


@dataclass(frozen=True)
class AskingCode:
    """The service code is being typed. ``wrong``: the last one was. ``strange``: the card shown opens nothing."""

    language: str
    typed: str = field(default="", repr=False)
    wrong: bool = False
    strange: bool = False


@dataclass(frozen=True)
class CheckingCode:
    """The code is being compared with its hash, and is not held any more."""

    language: str


@dataclass(frozen=True)
class LockedOut:
    """Too many wrong codes: nobody may try one now."""

    language: str


@dataclass(frozen=True)
class Overview:
    """Every part of the kiosk, how it is."""

    language: str


class Doing(StrEnum):
    """What is being done to a part."""

    NOTHING = "nothing"
    TESTING = "testing"
    REOPENING = "reopening"


@dataclass(frozen=True)
class Ended:
    """How the last test or opening of a part ended; ``ok`` is ``None`` where nobody can tell."""

    ok: bool | None
    how: Result | Reopening


@dataclass(frozen=True)
class OnePart:
    """One part: what stands against it, what stood, and what may be done. ``told`` is what the test shows, in order."""

    language: str
    part: Part
    doing: Doing = Doing.NOTHING
    ended: Ended | None = None
    told: tuple[Text, ...] = ()


@dataclass(frozen=True)
class PastFaults:
    """The faults that have gone, after so many pages of newer ones."""

    language: str
    turned: int = 0


@dataclass(frozen=True)
class LogTail:
    """The last lines of the log: warnings and worse, or all of them."""

    language: str
    whole: bool = False


@dataclass(frozen=True)
class SelfTesting:
    """The self-test runs."""

    language: str


@dataclass(frozen=True)
class SelfTested:
    """What it found; ``None`` where it could not be run."""

    language: str
    codes: tuple[str, ...] | None


@dataclass(frozen=True)
class TypingNumber:
    """The ticket number of a check-in to be taken back is being typed. ``unknown``: nothing stands under it today."""

    language: str
    typed: str = ""
    unknown: bool = False


@dataclass(frozen=True)
class FindingNumber:
    """It is being looked up."""

    language: str
    number: str


@dataclass(frozen=True)
class ConfirmingAnnul:
    """The question whether this check-in is to be taken back."""

    language: str
    number: str
    visits: tuple[FoundVisit, ...]


@dataclass(frozen=True)
class Annulling:
    """It is being written."""

    language: str
    number: str


@dataclass(frozen=True)
class Annulled:
    """It was written, or could not be."""

    language: str
    number: str
    ok: bool


@dataclass(frozen=True)
class TakingWitness:
    """The arrivals that the centre does not have are being looked up."""

    language: str


@dataclass(frozen=True)
class Witness:
    """These they were at ``taken``, after so many pages; ``None`` where nobody could look.

    ``printing`` is the slip of the list that is under way, from 1; 0 while none is.
    """

    language: str
    arrivals: tuple[Unreported, ...] | None
    earlier: int
    taken: datetime
    turned: int = 0
    printing: int = 0
    ended: Ended | None = None


@dataclass(frozen=True)
class Checking:
    """The device check, at ``walk.at``. ``trying``: a test is under way; ``asked``: whoever stands there is asked.

    ``told`` is what was seen, ``marked`` the marks that were touched, ``pressed`` the keys; once ``tested``, ``codes``
    are what the self-test found.
    """

    language: str
    walk: Walk
    trying: bool = False
    asked: bool = False
    told: tuple[Text, ...] = ()
    marked: frozenset[int] = frozenset()
    pressed: frozenset[str] = frozenset()
    tested: bool = False
    codes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class LineCard:
    """What whoever stands at the reception does while the centre gets no arrivals. Needs no code, names no number.

    ``mended``: it has them again.
    """

    language: str
    mended: bool = False


@dataclass(frozen=True)
class StaffCard:
    """How whoever stands at the reception mends a fault. Needs no code. ``mended``: it has gone."""

    language: str
    code: str
    mended: bool = False


@dataclass(frozen=True)
class Left:
    """It is over, and has nothing to show."""

    language: str


Outside = AskingCode | CheckingCode | LockedOut | StaffCard | LineCard | Left
"""States that need no code."""
Inside = (
    Overview
    | OnePart
    | PastFaults
    | LogTail
    | SelfTesting
    | SelfTested
    | TypingNumber
    | FindingNumber
    | ConfirmingAnnul
    | Annulling
    | Annulled
    | TakingWitness
    | Witness
    | Checking
)
"""States that only a right code or a technician's card leads to; but a first run ends in ``Checking``."""
State = Outside | Inside

__all__ = [
    "Annulled",
    "Annulling",
    "AskingCode",
    "Checking",
    "CheckingCode",
    "ConfirmingAnnul",
    "Doing",
    "Ended",
    "FindingNumber",
    "Inside",
    "Left",
    "LineCard",
    "LockedOut",
    "LogTail",
    "OnePart",
    "Outside",
    "Overview",
    "PastFaults",
    "SelfTested",
    "SelfTesting",
    "StaffCard",
    "State",
    "TakingWitness",
    "TypingNumber",
    "Witness",
]
