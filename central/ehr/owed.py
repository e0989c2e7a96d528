"""What a record must still be told of one appointment: a comparison of two states, so that no change can be missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from central.ehr.adapter import Kind


@dataclass(frozen=True)
class Arrived:
    """The arrival that stands now."""

    fact: str
    number: str
    at: datetime


@dataclass(frozen=True)
class Written:
    """A letter that was written of the appointment before."""

    fact: str
    kind: str
    number: str
    at: datetime


@dataclass(frozen=True)
class Owed:
    """A letter to be written."""

    kind: Kind
    fact: str
    number: str
    at: datetime


def owed(now: Arrived | None, before: Sequence[Written]) -> list[Owed]:
    """The letters that are missing, in order. ``before`` are those of the past in the order in which they were written.

    An arrival that came and went between two looks was never told, and needs no letter.
    """
    told = {one.fact: one for one in before if one.kind == Kind.ARRIVED}
    for one in before:
        if one.kind == Kind.ANNULLED:
            told.pop(one.fact, None)
    gone = [one for one in told.values() if now is None or one.fact != now.fact]
    letters = [Owed(Kind.ANNULLED, one.fact, one.number, one.at) for one in gone]
    if now is not None and all(one.fact != now.fact for one in before):
        letters.append(Owed(Kind.ARRIVED, now.fact, now.number, now.at))
    return letters
