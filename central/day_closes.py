"""What a kiosk says of its day against what the centre holds of it: the rules, without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kiosk.sync.messages import Agreement, DayCloseAnswer, DayCloseBody

_DAY_CLOSE_BODY = msgspec.json.Decoder(DayCloseBody)

ALGORITHM = "ES384"


class SignatureError(Exception):
    """It was not signed with the key of this kiosk, or is no day close."""


@dataclass(frozen=True)
class Holding:
    """What the centre has of a range: facts recorded, in conflict, and refused and parked."""

    recorded: int
    conflicts: int
    refused: int


@dataclass(frozen=True)
class Before:
    """A close that the centre has from the same enrolment of the same kiosk."""

    day: date
    first: int
    last: int
    signed: str
    final: bool


def read(signed: str, key: Mapping[str, str]) -> DayCloseBody:
    """The body of a close, once its signature is known to be that of ``key``. Raises ``SignatureError``."""
    try:
        payload = jws.deserialize_compact(signed, ECKey.import_key(dict(key)), algorithms=[ALGORITHM]).payload
        return _DAY_CLOSE_BODY.decode(payload)
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError) as error:
        raise SignatureError("the signature is not that of this kiosk, or what is signed is no day close") from error


def body_of(signed: str) -> DayCloseBody:
    """The body of a close whose signature was checked when it came."""
    return _DAY_CLOSE_BODY.decode(jws.extract_compact(signed.encode()).payload or b"")


def compare(said: DayCloseBody, held: Holding, before: Iterable[Before]) -> DayCloseAnswer:
    """The centre's word on a close; ``before`` are the other closes of the same enrolment.

    An answer may have been lost: what the kiosk has pending, the centre may hold already. A fact that was refused
    because its id came before with other contents is held in those.
    """
    reason = _reason(said, held, list(before))
    return DayCloseAnswer(
        day=said.day,
        verdict=Agreement.DIFFERS if reason else Agreement.AGREES,
        recorded=held.recorded,
        conflicts=held.conflicts,
        refused=held.refused,
        reason=reason,
    )


def _reason(said: DayCloseBody, held: Holding, before: list[Before]) -> str:
    if not said.adds_up:
        return "sums"
    if any(one.day == said.day and one.final and body_of(one.signed) != said for one in before):
        return "was-final"
    if any(one.day != said.day and one.first <= said.last and said.first <= one.last for one in before):
        return "overlap"
    loose = said.pending + said.refused
    recorded = said.confirmed <= held.recorded <= said.confirmed + loose
    conflicts = said.conflicts <= held.conflicts <= said.conflicts + loose
    return "" if recorded and conflicts and held.recorded + held.conflicts <= said.taken else "counts"
