"""The names of what may be chosen here: to the flow, to the screen and to tests, in every language alike."""

from kiosk.checkin.visit.choices import BACK, ERASE, READY

SERVICE = "service"
"""What the screen sends for the hidden gesture."""
STAFF = "staff-card"
"""The strip at the edge of the first page."""
PART = "part:"
"""Followed by the name of a part."""
PAST = "past-faults"
LOG = "log"
SELF_TEST = "self-test"
ANNUL = "annul"
ANNUL_NOW = "annul-now"
WITNESS = "witness"
"""The arrivals that only this kiosk knows of."""
PRINT_LIST = "print-list"
TEST = "test"
STOP_TEST = "stop-test"
REOPEN = "reopen"
LEAVE = "leave"
NEXT = "next"
NEWER = "newer"
OLDER = "older"
LOG_ALL = "log-all"
LOG_WARNINGS = "log-warnings"
CHECK = "device-check"
"""The devices one by one."""
CHECK_NEXT = "check-next"
CHECK_DONE = "check-done"
STATION = "check:"
"""Followed by the name of a station, on the last page."""
FOUND = "found:"
"""Followed by what was found of the device at hand."""
MARK = "mark:"
"""What the screen sends for a touch on a mark, followed by its place."""
PRESSED = "pressed:"
"""What the screen sends for a key that is awaited, followed by what it means."""

__all__ = [
    "ANNUL",
    "ANNUL_NOW",
    "BACK",
    "CHECK",
    "CHECK_DONE",
    "CHECK_NEXT",
    "ERASE",
    "FOUND",
    "LEAVE",
    "LOG",
    "LOG_ALL",
    "LOG_WARNINGS",
    "MARK",
    "NEWER",
    "NEXT",
    "OLDER",
    "PART",
    "PAST",
    "PRESSED",
    "PRINT_LIST",
    "READY",
    "REOPEN",
    "SELF_TEST",
    "SERVICE",
    "STAFF",
    "STATION",
    "STOP_TEST",
    "TEST",
    "WITNESS",
]
