"""What a step wants done. Each effect names the event that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.facts import FactKind
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.wording import Text


@dataclass(frozen=True)
class Find:
    """Ask the roster; answered by ``Found``."""

    claim: Claim


@dataclass(frozen=True)
class Pull:
    """Ask the centre for news at once; answered by ``Pulled`` within ``LONGEST_PULL``."""


@dataclass(frozen=True)
class RecordCheckIn:
    """Write these check-ins in one transaction, under one number; answered by ``Recorded`` or ``RecordFailed``."""

    appointments: tuple[Appointment, ...]
    kind: ClaimKind
    language: str


@dataclass(frozen=True)
class Report:
    """Write any other fact; answered by ``Recorded`` or ``RecordFailed``.

    ``claim`` is encrypted to the centre before it touches the disk, and so is ``private``. ``series`` asks for a
    number: ``""`` of the site's own numbers, a letter of that series, ``None`` for none. The same ``once`` of the same
    person on the same day gives what was written the first time.
    """

    kind: FactKind
    details: Mapping[str, str]
    claim: Claim | None = None
    private: Mapping[str, str] = field(default_factory=dict, repr=False)
    series: str | None = None
    once: str = ""


@dataclass(frozen=True)
class PrintSlip:
    """Print a slip; answered by ``TicketEnded`` for this job, the place of its fact in the journal."""

    slip: Ticket[Text]
    language: str
    job: int


@dataclass(frozen=True)
class SignalStaff:
    """Give the local signal that somebody needs help: light or sound, as configured. Nothing answers it."""


Effect = Find | Pull | RecordCheckIn | Report | PrintSlip | SignalStaff
