"""What a record says against what it was told: a table, without I/O."""

from dataclasses import dataclass
from enum import StrEnum

from central.ehr.adapter import Kind, Letter, Status, There

MOST_MENDS = 3
"""So often a letter is delivered again by rule: then somebody there undoes it, and people must talk."""


class Differs(StrEnum):
    """How a record can differ."""

    LACKS_ARRIVAL = "lacks-arrival"
    LACKS_NUMBER = "lacks-number"
    STILL_ARRIVED = "still-arrived"
    """The arrival was taken back here, and stands there."""
    MISSING = "missing-there"
    OTHER_NUMBER = "other-number"
    CANCELLED = "cancelled-there"
    NOSHOW = "noshow-there"
    NOT_BOOKED = "not-booked-there"


MENDED_BY_RULE = frozenset({Differs.LACKS_ARRIVAL, Differs.LACKS_NUMBER, Differs.STILL_ARRIVED, Differs.MISSING})
"""Telling it once more may put these right; of the others a person must find out who is."""

_NOT_HERE = {
    Status.BOOKED: Differs.LACKS_ARRIVAL,
    Status.CANCELLED: Differs.CANCELLED,
    Status.NOSHOW: Differs.NOSHOW,
    Status.OTHER: Differs.NOT_BOOKED,
}


@dataclass(frozen=True)
class Difference:
    """One of them, with what the record says in a word, and whether to tell it again."""

    kind: Differs
    there: str
    mend: bool


def compare(letter: Letter, there: There, *, mends: int, numbered: bool) -> Difference | None:
    """``None`` where the record says what it was told, or is further on.

    ``mends`` is how often it was told again; ``numbered`` says whether the record is given the number.
    """
    kind = _differs(letter, there, numbered=numbered)
    if kind is None:
        return None
    said = "gone" if there.gone else there.status.value
    return Difference(kind, said, kind in MENDED_BY_RULE and mends < MOST_MENDS)


def _differs(letter: Letter, there: There, *, numbered: bool) -> Differs | None:
    if letter.kind is Kind.ANNULLED:
        standing = not there.gone and there.status in (Status.ARRIVED, Status.CHECKED_IN)
        return Differs.STILL_ARRIVED if standing and (not numbered or there.number == letter.number) else None
    if there.gone:
        return Differs.MISSING
    if there.status in _NOT_HERE:
        return _NOT_HERE[there.status]
    if not numbered or there.status is Status.FULFILLED or there.number == letter.number:
        return None
    return Differs.LACKS_NUMBER if there.number is None else Differs.OTHER_NUMBER
