"""Facts: what happened and must reach the centre. Made once, never changed, never deleted for being disliked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.checkin.hybrid_clock import ClockQuality


class FactKind(StrEnum):
    """The closed list of what a kiosk reports."""

    CHECKED_IN = "checked-in"
    UNMATCHED = "unmatched-arrival"
    NOTED_EARLY = "noted-early"
    SENT_TO_DESK = "sent-to-desk"
    WRONG_PLACE = "wrong-place"
    WALKED_IN = "walked-in"
    CALL_BACK = "call-back-requested"
    CONTACT_CORRECTED = "contact-corrected"
    HELP_CALLED = "help-called"
    TICKET_PRINTED = "ticket-printed"
    PRINT_FAILED = "print-failed"
    SELF_TEST = "self-test"
    """How the kiosk is as the day begins: ``light`` (green, yellow, red) and ``codes`` of faults, blank-separated."""
    ANNULLED = "annulled"
    """Staff took a check-in back at a kiosk: its ``appointment`` and ``number``.

    ``arrival`` is the id of the check-in's fact, left out where another machine or the desk took the arrival.
    """


@dataclass(frozen=True)
class Fact:
    """One row of the journal.

    ``id`` is a UUIDv7, made in the transaction that records the fact: its idempotency key for ever.
    ``seq`` counts the facts of one kiosk without gaps, so that the centre can see that none is missing.
    ``order``, ``quality`` and ``offset_ms`` are those of its ``Stamp``; a fact of before there were any has order 0.
    """

    id: str
    seq: int
    kind: FactKind
    at: datetime
    details: Mapping[str, str]
    order: int = 0
    quality: ClockQuality = ClockQuality.UNKNOWN
    offset_ms: int | None = None


class Verdict(StrEnum):
    """What the centre says of one fact."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True)
class Receipt:
    """The centre's word on one fact. ``id`` is the centre's own mark, present where it holds the fact.

    ``against`` is the id of the fact that a conflict is in conflict with, whoever recorded that.
    """

    fact: int
    verdict: Verdict
    id: str | None = None
    reason: str | None = None
    against: str | None = None


def uuid7(unix_ms: int, randomness: bytes) -> str:
    """A UUIDv7 in text form (RFC 9562, section 5.7) from milliseconds since 1970 and ten random bytes."""
    if len(randomness) != 10:
        raise ValueError("a UUIDv7 takes exactly ten random bytes")
    value = (unix_ms & (1 << 48) - 1) << 80 | int.from_bytes(randomness)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
