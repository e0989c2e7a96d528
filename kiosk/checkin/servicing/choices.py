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

__all__ = [
    "ANNUL",
    "ANNUL_NOW",
    "BACK",
    "ERASE",
    "LEAVE",
    "LOG",
    "LOG_ALL",
    "LOG_WARNINGS",
    "NEWER",
    "NEXT",
    "OLDER",
    "PART",
    "PAST",
    "PRINT_LIST",
    "READY",
    "REOPEN",
    "SELF_TEST",
    "SERVICE",
    "STAFF",
    "STOP_TEST",
    "TEST",
    "WITNESS",
]
