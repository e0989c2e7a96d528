"""What an answer of the centre means for what was sent: one table, which ``docs/sync-protocol.md`` tells in words.

Nothing here knows of HTTP but its status codes (RFC 9110, section 15).
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

LONGEST_ASKED = 300.0
"""Seconds that a centre may make the kiosk wait by ``Retry-After``, however long it asks for."""


class Course(StrEnum):
    """What is done about an answer."""

    SETTLE = "settle"
    """Each fact has its result."""
    HALVE = "halve"
    """It may be the doing of one fact: send the halves, until the culprit stands alone and waits by itself."""
    SMALLER = "smaller"
    """The same, and for a while no batch is that large again."""
    WAIT = "wait"
    """It is no fact's doing: all wait together, longer each time. A new fact is tried at once all the same."""
    HOLD = "hold"
    """The same, and new facts wait too."""


@dataclass(frozen=True)
class Rule:
    """Answers with these statuses: the ``key`` of the ``CentreError``, and what is done. The first rule that fits."""

    statuses: Container[int]
    key: str
    course: Course


RULES = (
    Rule((200, 201), "", Course.SETTLE),
    Rule((401, 403), "unauthorised", Course.HOLD),
    # Nothing lives at this address, or it is in no state to talk: that is the same for every fact.
    Rule((404, 405, 410), "refused", Course.WAIT),
    Rule((408, 429, 502, 503, 504), "busy", Course.WAIT),
    Rule((413,), "refused", Course.SMALLER),
    Rule(range(400, 500), "refused", Course.HALVE),
    # A centre that fails over one fact answers so as well as one that fails over all.
    Rule(range(500, 600), "busy", Course.HALVE),
)

_OTHER = Rule(range(1000), "nonsense", Course.WAIT)
"""Redirects are not followed: facts are for the centre that this kiosk was enrolled at."""

REVOKED = "revoked"
"""Key of the problem by which the centre tells a kiosk that it was revoked."""

NOT_OF_THE_FACTS = frozenset({"unknown-version", "unknown-encoding"})
"""Keys of problems (RFC 9457) that no fact can be the cause of."""

USUAL = {
    "unreachable": Course.WAIT,
    "untrusted": Course.HOLD,
    "unauthorised": Course.HOLD,
    "revoked": Course.HOLD,
    "refused": Course.HALVE,
    "busy": Course.WAIT,
    "nonsense": Course.WAIT,
}
"""What is done about a ``CentreError`` that says no more than its key."""


def rule(status: int, problem: str = "") -> Rule:
    """The rule for an answer. ``problem`` is the key in its body, where that is a problem of ours."""
    found = next((one for one in RULES if status in one.statuses), _OTHER)
    if status == 403 and problem == REVOKED:
        return Rule(found.statuses, REVOKED, Course.HOLD)
    if found.course is Course.HALVE and problem in NOT_OF_THE_FACTS:
        return Rule(found.statuses, found.key, Course.WAIT)
    return found


def retry_after(asked: str | None, now: datetime) -> float | None:
    """The seconds to wait that a ``Retry-After`` header names (RFC 9110, section 10.2.3), bounded both ways.

    It is a number of seconds or a date; ``now`` is the answer's own time. ``None`` where there is none to obey.
    """
    text = (asked or "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])
    else:
        try:
            seconds = (parsedate_to_datetime(text) - now).total_seconds()
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return min(seconds, LONGEST_ASKED) if seconds > 0 else None
