"""Phone numbers as a client types them. Where they lead to is for staff to see; only their form is looked at."""

from kiosk.checkin.outcome import CheckIn
from kiosk.checkin.site import Site

SHORTEST = 6
LONGEST = 15
"""Digits (ITU-T E.164 allows 15)."""


def allowed_next(typed: str) -> str:
    """The keys that may follow: a plus only first, and no more digits than a number has."""
    if len(typed.removeprefix("+")) >= LONGEST:
        return ""
    return "0123456789" if typed else "+0123456789"


def is_complete(typed: str) -> bool:
    """Whether it can be a phone number."""
    digits = typed.removeprefix("+")
    return digits.isdigit() and SHORTEST <= len(digits) <= LONGEST


def shown(typed: str) -> str:
    """As it is shown while being typed: in groups of three, from the left."""
    return " ".join(typed[start : start + 3] for start in range(0, len(typed), 3))


def to_check(plan: CheckIn, site: Site | None) -> bool:
    """Whether this client is to be asked for their number: the site wants it, and nobody is under non-disclosure."""
    if site is None or not site.policy.contact_check:
        return False
    return any(one.phone for one in plan.now) and not any(one.protected for one in plan.now)
