"""What can happen during a visit."""

from dataclasses import dataclass, field

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.card import CardEvent
from kiosk.checkin.identity import Scan
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.ticket import PrintResult


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
class Recorded:
    """What was to be written is on the disk for good. ``arrival`` has the number, where there is one."""

    arrival: Arrival
    again: bool = False
    """It had been written before, and this is what was written then."""


@dataclass(frozen=True)
class RecordFailed:
    """It could not be written."""


@dataclass(frozen=True)
class ReceiptArrived:
    """The centre has given its word on the fact with this place in the journal."""

    fact: int
    standing: Standing = Standing.REGISTERED


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
    | CardEvent
    | Chosen
    | Keyed
    | Touched
    | LanguageChosen
    | Found
    | Pulled
    | Recorded
    | RecordFailed
    | ReceiptArrived
    | TicketEnded
    | TimeUp
    | SiteArrived
)
