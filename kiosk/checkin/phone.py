"""Phone numbers as a client types them. Where they lead to is for staff to see; only their form is looked at."""

import re
from itertools import accumulate, pairwise

from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.outcome import CheckIn
from kiosk.checkin.site import Site

SHORTEST = 6
LONGEST = 15
"""Digits (ITU-T E.164 allows 15)."""

_COUNTRY = re.compile(r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{0,3})")
"""A country code, as the ITU has given them out: of one, two or three digits."""
_FINLAND = "+358"


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
    """As it is shown while being typed: in groups as in Finland, which no further digit moves."""
    match = _COUNTRY.match(typed)
    country = match.group() if match else ""
    first = 2 if country == _FINLAND else 3
    ends = accumulate((len(country), first, 3, 4, LONGEST), initial=0)
    return " ".join(part for start, end in pairwise(ends) if (part := typed[start:end]))


def to_check(plan: CheckIn, kind: ClaimKind, site: Site | None) -> bool:
    """Whether this client is to be asked for their number, of which a part is shown.

    The site wants it, the client has shown more than a code that anybody can type, and is not under non-disclosure.
    """
    if site is None or not site.policy.contact_check or kind.typed or plan.protected:
        return False
    return any(one.phone for one in plan.now)
