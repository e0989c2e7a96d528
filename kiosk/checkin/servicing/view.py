"""What service mode may know of the kiosk, and what a step of it gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health
from kiosk.checkin.servicing.device_check import Station, Walk
from kiosk.checkin.servicing.effects import Effect
from kiosk.checkin.servicing.lock import OPEN, Lock
from kiosk.checkin.servicing.states import State
from kiosk.checkin.site import LocalText, Policy
from kiosk.checkin.witness import OnlyHere

TESTABLE = frozenset({Part.CARD_READER, Part.SCANNER, Part.PRINTER, Part.HELP, Part.CENTRE})
NOTHING_WRONG = Health()
NO_POLICY = Policy()
REOPENABLE = frozenset({Part.CARD_READER, Part.SCANNER, Part.PRINTER})


@dataclass(frozen=True)
class LogLine:
    """One line of the log, already free of anything about anybody. ``level`` is as structlog has it."""

    at: datetime
    level: str
    event: str


@dataclass(frozen=True)
class View:
    """The kiosk as it is now.

    ``passed`` is the monotonic clock in seconds; ``coded`` and ``carded`` say that a code or technicians' cards are
    configured. ``waiting`` facts have no receipt yet, ``refused`` ones never will, ``numbers_left`` are lent for today;
    ``None`` where nobody counted. ``log`` is the newest line last. ``policy`` is the site's, for its own codes.
    ``only_here`` tells of arrivals that the centre has not had for too long. ``stations`` are of the device check,
    ``keys`` of the keypad, ``walk`` is what was found last, ``on_plan`` whether the kiosk is on the floor plan.
    """

    now: datetime
    passed: float
    health: Health = NOTHING_WRONG
    zone: str | None = None
    home_language: str = "fi"
    coded: bool = False
    carded: bool = False
    lock: Lock = OPEN
    kiosk: str = ""
    site: LocalText | None = None
    policy: Policy = NO_POLICY
    software: str = ""
    waiting: int | None = None
    refused: int = 0
    roster_as_of: datetime | None = None
    numbers_left: int | None = None
    log: Sequence[LogLine] = ()
    only_here: OnlyHere | None = None
    stations: tuple[Station, ...] = ()
    keys: tuple[str, ...] = ()
    walk: Walk | None = None
    on_plan: bool | None = None

    @property
    def parts(self) -> frozenset[Part]:
        """The parts of this kiosk; facts among them where some are only here, whoever watches over them."""
        return self.health.parts if self.only_here is None else self.health.parts | {Part.FACTS}

    def local(self, moment: datetime) -> datetime:
        """``moment`` on the wall clock of the site."""
        return moment.astimezone(UTC if self.zone is None else ZoneInfo(self.zone))

    def today(self, moment: datetime) -> bool:
        """Whether ``moment`` is of this day at the site."""
        return self.local(moment).date() == self.local(self.now).date()

    def testable(self, part: Part) -> bool:
        """Whether this kiosk has the part and it can be tried out."""
        return part in TESTABLE and part in self.health.parts

    def reopenable(self, part: Part) -> bool:
        """Whether it is a device of this kiosk that can be opened anew."""
        return part in REOPENABLE and part in self.health.parts


@dataclass(frozen=True)
class Step:
    """The next state, and what is to be done, in order."""

    state: State
    effects: tuple[Effect, ...] = ()
