"""What a fact does to the arrivals: the rules of ingest, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum

import msgspec

from kiosk.checkin.facts import FactKind, Verdict
from kiosk.sync.messages import FactMessage, Key, TicketNumber

LARGEST_SEQ = 2**63 - 1


class Reason(StrEnum):
    """Why a fact was not simply recorded."""

    MALFORMED = "malformed"
    OTHER_KIOSK = "id-of-another-kiosk"
    ALTERED = "altered"
    """The id came before with other contents; the first ones hold."""
    ALREADY_ARRIVED = "already-arrived"


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the details of a check-in must hold; more may stand beside it."""

    appointment: Key
    number: TicketNumber


class _About(msgspec.Struct, frozen=True):
    arrival: str | None = None


@dataclass(frozen=True)
class Reading:
    """A fact that can be kept. ``check_in`` is set where it is one; ``about`` is the subject of it."""

    message: FactMessage
    check_in: CheckIn | None
    about: str | None


@dataclass(frozen=True)
class Held:
    """A fact that the centre has already."""

    kiosk: str
    kind: str
    details: Mapping[str, str]
    receipt: str
    reason: str | None


@dataclass(frozen=True)
class Ruling:
    """The verdict on one fact, and what is to be written: the fact itself, an arrival, or a parked copy."""

    verdict: Verdict
    reason: str | None = None

    @property
    def keep(self) -> bool:
        """The fact is new, and kept for good."""
        return self.verdict in (Verdict.RECORDED, Verdict.CONFLICT)


def read(raw: bytes) -> Reading | None:
    """The fact in a piece of JSON, or ``None`` where it is none that could be kept."""
    try:
        message = msgspec.json.decode(raw, type=FactMessage)
        check_in = msgspec.convert(message.details, CheckIn) if message.kind == FactKind.CHECKED_IN else None
        message.at.astimezone(UTC)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None
    # Neither fits every database, and one such fact would take its whole batch down with it.
    if message.seq > LARGEST_SEQ or any("\x00" in key + value for key, value in message.details.items()):
        return None
    about = check_in.appointment if check_in else msgspec.convert(message.details, _About).arrival
    return Reading(message, check_in, about)


def judge(reading: Reading, kiosk: str, held: Held | None, arrived: bool) -> Ruling:
    """Decide on one fact, sent by ``kiosk``.

    ``held`` is the fact with the same id that the centre has; ``arrived`` tells whether the appointment of a
    check-in has an arrival already. An appointment that the centre does not know makes no difference: the client
    stands there all the same. Kinds that this centre does not know come from a newer kiosk, and are kept.
    """
    if held is not None:
        if held.kiosk != kiosk:
            return Ruling(Verdict.REFUSED, Reason.OTHER_KIOSK)
        if (held.kind, held.details) != (reading.message.kind, reading.message.details):
            return Ruling(Verdict.REFUSED, Reason.ALTERED)
        # A conflict stays one, however often its answer is lost: the kiosk must never take it for its own arrival.
        return Ruling(Verdict.DUPLICATE if held.reason is None else Verdict.CONFLICT, held.reason)
    if reading.check_in is not None and arrived:
        return Ruling(Verdict.CONFLICT, Reason.ALREADY_ARRIVED)
    return Ruling(Verdict.RECORDED)
