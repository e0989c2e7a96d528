"""What a step of service mode wants done. Each effect names the event that answers it."""

from dataclasses import dataclass, field

from kiosk.checkin.faults import Part
from kiosk.checkin.listing import Listing
from kiosk.checkin.servicing.device_check import Walk
from kiosk.checkin.servicing.lock import Lock
from kiosk.checkin.visit.events import Event as VisitEvent
from kiosk.checkin.wording import Text


@dataclass(frozen=True)
class CheckCode:
    """Compare the code with the configured hash; answered by ``CodeChecked``. It is never written anywhere."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class KeepLock:
    """Hold this as the lock from now on, in the next view and over a restart (its ``failures``). Nothing answers it."""

    lock: Lock


@dataclass(frozen=True)
class TestPart:
    """Try a part out; answered by ``TestEnded``.

    A scanner and a card reader answer with their own events, which ``step`` takes as they are until the test is over:
    ``Scanned``, ``CardInserted``, ``CardRead``, ``CardNotRead``, ``CardRemoved``; and ``TestTold`` for what else is to
    be told. A printer prints its test page as the job ``TEST_JOB``, and its ``TicketEnded`` ends the test.
    """

    __test__ = False

    part: Part


@dataclass(frozen=True)
class StopTest:
    """Whoever tried this part out is done: a scanner that was told to read may stop. Nothing answers it."""

    part: Part


@dataclass(frozen=True)
class ReopenPart:
    """Close a device and open it anew; answered by ``Reopened``."""

    part: Part


@dataclass(frozen=True)
class RunSelfTest:
    """Run the opening self-test now; answered by ``SelfTestEnded``."""


@dataclass(frozen=True)
class FindNumber:
    """Look up what was checked in under a ticket number today; answered by ``NumberFound``."""

    number: str


@dataclass(frozen=True)
class Annul:
    """Take back the check-in under this number, in one transaction; answered by ``AnnulEnded``.

    The number itself is spent: no later client of the day gets it.
    """

    number: str


@dataclass(frozen=True)
class ListUnreported:
    """Look up the arrivals that the centre does not have; answered by ``UnreportedListed``."""


@dataclass(frozen=True)
class PrintListing:
    """Print one slip of the list as the job ``LIST_JOB``; its ``TicketEnded`` answers it."""

    listing: Listing[Text]
    language: str


@dataclass(frozen=True)
class KeepWalk:
    """Keep how far the device check has come, and what was found, over a restart. Nothing answers it."""

    walk: Walk


@dataclass(frozen=True)
class Leave:
    """Service mode is over: back to the visit's first page, and then these ``events`` are the visit's. Nothing answers.

    There are some where a client showed a card while nobody was known to be a technician.
    """

    events: tuple[VisitEvent, ...] = ()


Effect = (
    CheckCode
    | KeepLock
    | TestPart
    | StopTest
    | ReopenPart
    | RunSelfTest
    | FindNumber
    | Annul
    | ListUnreported
    | PrintListing
    | KeepWalk
    | Leave
)

TEST_JOB = 0
"""The job of a test page: the place of no fact, so that none is written of it."""
LIST_JOB = -1
"""That of a slip of the list, likewise."""
OF_NO_FACT = (TEST_JOB, LIST_JOB)

__all__ = [
    "LIST_JOB",
    "OF_NO_FACT",
    "TEST_JOB",
    "Annul",
    "CheckCode",
    "Effect",
    "FindNumber",
    "KeepLock",
    "KeepWalk",
    "Leave",
    "ListUnreported",
    "PrintListing",
    "ReopenPart",
    "RunSelfTest",
    "StopTest",
    "TestPart",
]
