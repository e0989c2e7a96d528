"""The closed fault catalogue: what can be broken, how much it takes away, who mends it, how it is looked at again.

The sentences that a person reads live in the catalogue of words, under ``fault.<code>.sentence`` and
``fault.<code>.action``. ``docs/faults.md`` is made from both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Part(StrEnum):
    """The part of the kiosk that a fault belongs to, as a technician would name it on the phone."""

    CARD_READER = "card-reader"
    SCANNER = "scanner"
    PRINTER = "printer"
    TOUCH = "touch"
    DISPLAY = "display"
    HELP = "help"
    CLOCK = "clock"
    DISK = "disk"
    DATABASE = "database"
    ROSTER = "roster"
    FACTS = "facts"
    CERTIFICATE = "certificate"
    CENTRE = "centre"
    POWER = "power"
    SOFTWARE = "software"


class Severity(StrEnum):
    """How much service is left while the fault lasts."""

    NOTE = "note"
    """Everything works; somebody should look soon."""
    DEGRADED = "degraded"
    """Clients are served another way: typing, or the number on the screen."""
    OUT_OF_ORDER = "out-of-order"
    """No client can be served."""


class Mender(StrEnum):
    """The nearest person who can mend it."""

    CLIENT = "client"
    RECEPTIONIST = "receptionist"
    TECHNICIAN = "technician"


class Works(StrEnum):
    """What still works for a client meanwhile."""

    EVERYTHING = "everything"
    OTHER_MEANS = "other-means"
    """Identifying another way: the page names only the ways that work."""
    NUMBER_ON_SCREEN = "number-on-screen"
    """Checking in; the number stands on the screen instead of on paper."""
    OFFLINE = "offline"
    """Checking in from this kiosk's own roster; the centre hears of it later."""
    HAND_OVER = "hand-over"
    """Everybody gets a number and is told that reception knows; nobody is refused."""
    DESK = "desk"
    """Nothing: the page sends people to the desk."""


class Recheck(StrEnum):
    """How it is found out that the fault has gone."""

    DEVICE = "device"
    """The device is asked, or tells by itself, every few seconds; one that has left is looked for likewise."""
    NEXT_USE = "next-use"
    """The next client's card, scan or check-in shows it."""
    WATCH = "watch"
    """The machine is looked over every few seconds."""
    LINE = "line"
    """The next exchange with the centre shows it."""
    START = "start"
    """Only when the kiosk is started again."""


@dataclass(frozen=True)
class Fault:
    """One entry of the catalogue. ``code`` names it in logs, facts, words and tests.

    ``picture`` is shown to the receptionist who mends it: the name of a drawing in the screen's own set.
    """

    code: str
    part: Part
    severity: Severity
    mender: Mender
    works: Works
    recheck: Recheck
    picture: str = ""


_P, _S, _M, _W, _R = Part, Severity, Mender, Works, Recheck

CARD_READER_GONE = Fault(
    "card-reader-gone", _P.CARD_READER, _S.DEGRADED, _M.RECEPTIONIST, _W.OTHER_MEANS, _R.DEVICE, "plug"
)
CARD_SERVICE_DOWN = Fault("card-service-down", _P.CARD_READER, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.DEVICE)
CARD_READER_FAILING = Fault(
    "card-reader-failing", _P.CARD_READER, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.NEXT_USE
)
CARD_LEFT_BEHIND = Fault(
    "card-left-behind", _P.CARD_READER, _S.NOTE, _M.RECEPTIONIST, _W.EVERYTHING, _R.DEVICE, "card-in-reader"
)
CARD_ISSUERS_MISSING = Fault(
    "card-issuers-missing", _P.CARD_READER, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.START
)
CARD_ISSUER_EXPIRED = Fault("card-issuer-expired", _P.CARD_READER, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.START)

SCANNER_GONE = Fault("scanner-gone", _P.SCANNER, _S.DEGRADED, _M.RECEPTIONIST, _W.OTHER_MEANS, _R.DEVICE, "plug")
SCANNER_SILENT = Fault("scanner-silent", _P.SCANNER, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.DEVICE)
SCANNER_NOISE = Fault("scanner-noise", _P.SCANNER, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.DEVICE)
SCANNER_FLOOD = Fault("scanner-flood", _P.SCANNER, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.DEVICE)
SCANNER_NOT_HELD = Fault("scanner-not-held", _P.SCANNER, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.DEVICE)

PRINTER_GONE = Fault("printer-gone", _P.PRINTER, _S.DEGRADED, _M.RECEPTIONIST, _W.NUMBER_ON_SCREEN, _R.DEVICE, "plug")
PRINTER_PAPER_OUT = Fault(
    "printer-paper-out", _P.PRINTER, _S.DEGRADED, _M.RECEPTIONIST, _W.NUMBER_ON_SCREEN, _R.DEVICE, "paper-roll"
)
PRINTER_PAPER_NEAR_END = Fault(
    "printer-paper-near-end", _P.PRINTER, _S.NOTE, _M.RECEPTIONIST, _W.EVERYTHING, _R.DEVICE, "paper-roll"
)
PRINTER_COVER_OPEN = Fault(
    "printer-cover-open", _P.PRINTER, _S.DEGRADED, _M.RECEPTIONIST, _W.NUMBER_ON_SCREEN, _R.DEVICE, "printer-cover"
)
PRINTER_JAM = Fault(
    "printer-jam", _P.PRINTER, _S.DEGRADED, _M.RECEPTIONIST, _W.NUMBER_ON_SCREEN, _R.DEVICE, "paper-jam"
)
PRINTER_SLIP_LEFT = Fault(
    "printer-slip-left", _P.PRINTER, _S.NOTE, _M.CLIENT, _W.NUMBER_ON_SCREEN, _R.DEVICE, "slip-in-mouth"
)
PRINTER_OFFLINE = Fault(
    "printer-offline", _P.PRINTER, _S.DEGRADED, _M.RECEPTIONIST, _W.NUMBER_ON_SCREEN, _R.DEVICE, "printer-button"
)
PRINTER_CUTTER = Fault("printer-cutter", _P.PRINTER, _S.DEGRADED, _M.TECHNICIAN, _W.NUMBER_ON_SCREEN, _R.DEVICE)
PRINTER_OVERHEATED = Fault("printer-overheated", _P.PRINTER, _S.DEGRADED, _M.TECHNICIAN, _W.NUMBER_ON_SCREEN, _R.DEVICE)
PRINTER_VOLTAGE = Fault("printer-voltage", _P.PRINTER, _S.DEGRADED, _M.TECHNICIAN, _W.NUMBER_ON_SCREEN, _R.DEVICE)
PRINTER_ERROR = Fault("printer-error", _P.PRINTER, _S.DEGRADED, _M.TECHNICIAN, _W.NUMBER_ON_SCREEN, _R.DEVICE)
PRINTER_SILENT = Fault("printer-silent", _P.PRINTER, _S.DEGRADED, _M.TECHNICIAN, _W.NUMBER_ON_SCREEN, _R.DEVICE)
PRINTER_NONSENSE = Fault("printer-nonsense", _P.PRINTER, _S.DEGRADED, _M.TECHNICIAN, _W.NUMBER_ON_SCREEN, _R.DEVICE)

TOUCH_GONE = Fault("touch-gone", _P.TOUCH, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.WATCH)
TOUCH_STUCK = Fault("touch-stuck", _P.TOUCH, _S.DEGRADED, _M.RECEPTIONIST, _W.OTHER_MEANS, _R.WATCH, "wipe-screen")
DISPLAY_GONE = Fault("display-gone", _P.DISPLAY, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.WATCH)
DISPLAY_TOO_SMALL = Fault("display-too-small", _P.DISPLAY, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.START)
DISPLAY_SIZE_UNKNOWN = Fault("display-size-unknown", _P.DISPLAY, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.START)

HELP_LIGHT_GONE = Fault("help-light-gone", _P.HELP, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.NEXT_USE)
HELP_SOUND_GONE = Fault("help-sound-gone", _P.HELP, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.NEXT_USE)

CLOCK_JUMPED = Fault("clock-jumped", _P.CLOCK, _S.DEGRADED, _M.TECHNICIAN, _W.HAND_OVER, _R.LINE)
CLOCK_WRONG = Fault("clock-wrong", _P.CLOCK, _S.DEGRADED, _M.TECHNICIAN, _W.HAND_OVER, _R.LINE)
CLOCK_UNSYNCHRONISED = Fault("clock-unsynchronised", _P.CLOCK, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.WATCH)

DISK_FULL = Fault("disk-full", _P.DISK, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.WATCH)
DISK_RESERVE = Fault("disk-reserve", _P.DISK, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.WATCH)
DISK_LOW = Fault("disk-low", _P.DISK, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.WATCH)
DISK_READ_ONLY = Fault("disk-read-only", _P.DISK, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.WATCH)

JOURNAL_UNWRITABLE = Fault("journal-unwritable", _P.DATABASE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.NEXT_USE)
DATABASE_DAMAGED = Fault("database-damaged", _P.DATABASE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.START)
DATABASE_SALVAGED = Fault("database-salvaged", _P.DATABASE, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.WATCH)
DATABASE_KEY_MISSING = Fault("database-key-missing", _P.DATABASE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.START)
DATABASE_UNSAFE = Fault("database-unsafe", _P.DATABASE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.START)
NOT_ENROLLED = Fault("not-enrolled", _P.DATABASE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.START)

ROSTER_MISSING = Fault("roster-missing", _P.ROSTER, _S.DEGRADED, _M.TECHNICIAN, _W.HAND_OVER, _R.LINE)
ROSTER_STALE = Fault("roster-stale", _P.ROSTER, _S.DEGRADED, _M.TECHNICIAN, _W.HAND_OVER, _R.LINE)
ROSTER_UNREAD = Fault("roster-unread", _P.ROSTER, _S.DEGRADED, _M.TECHNICIAN, _W.HAND_OVER, _R.LINE)
ROSTER_UNWRITABLE = Fault("roster-unwritable", _P.ROSTER, _S.DEGRADED, _M.TECHNICIAN, _W.HAND_OVER, _R.LINE)
CONFIGURATION_REFUSED = Fault("configuration-refused", _P.ROSTER, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.LINE)
CONFIGURATION_UNSIGNED = Fault("configuration-unsigned", _P.ROSTER, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.START)
SITE_RULES_INCOMPLETE = Fault("site-rules-incomplete", _P.ROSTER, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.NEXT_USE)

FACTS_WAITING = Fault("facts-waiting", _P.FACTS, _S.NOTE, _M.TECHNICIAN, _W.OFFLINE, _R.LINE)
FACTS_REFUSED = Fault("facts-refused", _P.FACTS, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.WATCH)
DAY_CLOSE_DIFFERS = Fault("day-close-differs", _P.FACTS, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.LINE)
NUMBERS_RUN_OUT = Fault("numbers-run-out", _P.FACTS, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.LINE)

CERTIFICATE_EXPIRING = Fault("certificate-expiring", _P.CERTIFICATE, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.LINE)
CERTIFICATE_INVALID = Fault("certificate-invalid", _P.CERTIFICATE, _S.DEGRADED, _M.TECHNICIAN, _W.OFFLINE, _R.LINE)

CENTRE_UNREACHABLE = Fault("centre-unreachable", _P.CENTRE, _S.DEGRADED, _M.TECHNICIAN, _W.OFFLINE, _R.LINE)
CENTRE_REFUSES = Fault("centre-refuses", _P.CENTRE, _S.DEGRADED, _M.TECHNICIAN, _W.OFFLINE, _R.LINE)
KIOSK_REVOKED = Fault("kiosk-revoked", _P.CENTRE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.START)
CENTRE_NONSENSE = Fault("centre-nonsense", _P.CENTRE, _S.DEGRADED, _M.TECHNICIAN, _W.OFFLINE, _R.LINE)

POWER_ON_BATTERY = Fault("power-on-battery", _P.POWER, _S.NOTE, _M.RECEPTIONIST, _W.EVERYTHING, _R.WATCH, "plug")
POWER_WAS_CUT = Fault("power-was-cut", _P.POWER, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.START)
MACHINE_HOT = Fault("machine-hot", _P.POWER, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.WATCH)

SCREEN_NOT_RUNNING = Fault("screen-not-running", _P.SOFTWARE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.WATCH)
SYNC_NOT_RUNNING = Fault("sync-not-running", _P.SOFTWARE, _S.DEGRADED, _M.TECHNICIAN, _W.OFFLINE, _R.WATCH)
CONFIG_INVALID = Fault("config-invalid", _P.SOFTWARE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.START)
UPDATE_ON_TRIAL = Fault("update-on-trial", _P.SOFTWARE, _S.OUT_OF_ORDER, _M.TECHNICIAN, _W.DESK, _R.WATCH)
UPDATE_REFUSED = Fault("update-refused", _P.SOFTWARE, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.WATCH)
UPDATE_TAKEN_BACK = Fault("update-taken-back", _P.SOFTWARE, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.WATCH)
SPEECH_SILENT = Fault("speech-silent", _P.SOFTWARE, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.DEVICE)
HEADPHONES_GONE = Fault("headphones-gone", _P.SOFTWARE, _S.NOTE, _M.TECHNICIAN, _W.EVERYTHING, _R.DEVICE)
DEVICE_CHECK_OPEN = Fault("device-check-open", _P.SOFTWARE, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.NEXT_USE)
DEVICE_CODE_FAILED = Fault("device-code-failed", _P.SOFTWARE, _S.DEGRADED, _M.TECHNICIAN, _W.OTHER_MEANS, _R.DEVICE)

ALL: tuple[Fault, ...] = tuple(value for value in vars().copy().values() if isinstance(value, Fault))

CATALOGUE: Mapping[str, Fault] = MappingProxyType({fault.code: fault for fault in ALL})
"""Every fault by its code."""


def find(code: str) -> Fault:
    """The fault with this code. Raises ``KeyError`` for a code outside the catalogue."""
    return CATALOGUE[code]


def worst(codes: Iterable[str]) -> Severity | None:
    """The gravest severity among faults; ``None`` where there are none. Raises ``KeyError`` likewise."""
    order = list(Severity)
    ranks = [order.index(CATALOGUE[code].severity) for code in codes]
    return order[max(ranks)] if ranks else None
