"""What a fact does to the arrivals: the rules of ingest, without a database."""

from collections.abc import Mapping
from datetime import UTC
from enum import StrEnum
from itertools import chain
from typing import Annotated

import msgspec

from kiosk.checkin.facts import FactKind, Verdict
from kiosk.sync.messages import FactId, FactMessage, Key, TicketNumber

LARGEST_SEQ = 2**63 - 1
LONGEST_ID = 64


class Reason(StrEnum):
    """Why a fact was not simply recorded."""

    MALFORMED = "malformed"
    OTHER_KIOSK = "id-of-another-kiosk"
    ALTERED = "altered"
    """The id came before with other contents; the first ones hold."""
    ALREADY_ARRIVED = "already-arrived"
    CALL_BACK_OPEN = "call-back-open"
    """The same person has asked the same service before, and it has not called yet."""


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the details of a check-in must hold; more may stand beside it."""

    appointment: Key
    number: TicketNumber


class Annulment(msgspec.Struct, frozen=True, kw_only=True):
    """What the details must hold where staff took a check-in back at a kiosk.

    ``arrival`` is the id of the check-in's fact where that kiosk made it; else its number names it.
    """

    appointment: Key
    number: TicketNumber
    arrival: FactId | None = None


class CallBack(msgspec.Struct, frozen=True, kw_only=True):
    """What the details of a request to be called must hold. Who asks and their number are sealed beside it."""

    service: Key
    person: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Reading(msgspec.Struct, frozen=True):
    """A fact that can be kept.

    ``check_in``, ``call_back`` and ``annulment`` are set where it is one; ``about`` is its subject, and ``elsewhere``
    the right site of a client who came to the wrong one.
    """

    message: FactMessage
    check_in: CheckIn | None
    call_back: CallBack | None
    annulment: Annulment | None
    about: str | None
    elsewhere: str | None


class Held(msgspec.Struct, frozen=True):
    """A fact that the centre has already."""

    kiosk: str
    kind: str
    details: Mapping[str, str] | None
    """``None`` where they were forgotten."""
    receipt: str
    reason: str | None
    against: str | None = None
    """The fact that it is in conflict with."""


class Ruling(msgspec.Struct, frozen=True):
    """The verdict on one fact, and why it was not simply recorded."""

    verdict: Verdict
    reason: str | None = None


_DECODER = msgspec.json.Decoder(FactMessage)
_READY = [msgspec.json.Decoder(kind) for kind in (CheckIn, CallBack, Annulment)]
"""Worked out before two threads could do so at once (``kiosk.sync.messages``, at its end)."""
_NUL = rb"\u0000"
_RECORDED = Ruling(Verdict.RECORDED)


def read(raw: bytes | msgspec.Raw) -> Reading | None:
    """The fact in a piece of JSON, or ``None`` where it is none that could be kept."""
    try:
        message = _DECODER.decode(raw)
        check_in = msgspec.convert(message.details, CheckIn) if message.kind == FactKind.CHECKED_IN else None
        call_back = msgspec.convert(message.details, CallBack) if message.kind == FactKind.CALL_BACK else None
        annulment = msgspec.convert(message.details, Annulment) if message.kind == FactKind.ANNULLED else None
        message.at.astimezone(UTC)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None
    # Neither fits every database, and one such fact would take its whole batch down with it.
    if message.seq > LARGEST_SEQ or _has_nul(bytes(raw), message.details):
        return None
    named = message.details
    about = check_in.appointment if check_in else named.get("arrival") or named.get("appointment")
    # A site whose name is too long for any table is none of ours.
    elsewhere = None
    if message.kind == FactKind.WRONG_PLACE and len(named.get("site", "")) <= LONGEST_ID:
        elsewhere = named.get("site")
    return Reading(message, check_in, call_back, annulment, about, elsewhere)


def _has_nul(raw: bytes, details: Mapping[str, str]) -> bool:
    # JSON writes it in one way only, which hardly any fact has in it.
    return _NUL in raw and "\x00" in "".join(chain(details, details.values()))


def judge(reading: Reading, kiosk: str, held: Held | None, before: bool) -> Ruling:
    """Decide on one fact, sent by ``kiosk``.

    ``held`` is the fact with the same id that the centre has; ``before`` tells whether the appointment of a check-in
    has an arrival already, or the person of a call-back an open request. An appointment that the centre does not know
    makes no difference: the client stands there all the same. Kinds that this centre does not know come from a newer
    kiosk, and are kept.
    """
    if held is not None:
        if held.kiosk != kiosk:
            return Ruling(Verdict.REFUSED, Reason.OTHER_KIOSK)
        same = held.details is None or held.details == reading.message.details
        if held.kind != reading.message.kind or not same:
            return Ruling(Verdict.REFUSED, Reason.ALTERED)
        # A conflict stays one, however often its answer is lost: the kiosk must never take it for its own arrival.
        return Ruling(Verdict.DUPLICATE if held.reason is None else Verdict.CONFLICT, held.reason)
    if reading.check_in is not None and before:
        return Ruling(Verdict.CONFLICT, Reason.ALREADY_ARRIVED)
    if reading.call_back is not None and before:
        return Ruling(Verdict.CONFLICT, Reason.CALL_BACK_OPEN)
    return _RECORDED
