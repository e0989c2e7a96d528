"""Closing a service day: which facts belong to which day, so that each belongs to exactly one whatever the clock does.

A day is a range of places in the journal, one right behind the other. The clock only says where to part the journal: a
fact whose moment fits nowhere (the clock was years ahead, or went back) goes with the facts around it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Range:
    """The facts at the places ``first`` … ``last`` of a journal, as those of ``day``."""

    day: date
    first: int
    last: int


def parted(first: int, facts: Sequence[tuple[int, date]], closed: Collection[date], today: date) -> list[Range]:
    """The days that can be closed ``today``: of ``facts`` (place and day, by place) from the place ``first`` on.

    Closed is what comes before the last fact of an earlier day. A day begins with the first fact of it, and takes what
    follows till a later day begins. One that is ``closed`` can't begin again: its stragglers go with the next day, and
    wait for it where there is none yet.
    """
    ends = max((place for place, (_, day) in enumerate(facts) if day < today), default=-1)
    taken = set(closed)
    begun: list[tuple[date, int]] = []
    for place, day in facts[: ends + 1]:
        if day < today and day not in taken and (not begun or day > begun[-1][0]):
            taken.add(day)
            begun.append((day, place if begun else first))
    if not begun:
        return []
    lasts = [start - 1 for _, start in begun[1:]] + [facts[ends][0]]
    return [Range(day, start, last) for (day, start), last in zip(begun, lasts, strict=True)]


@dataclass(frozen=True)
class Tally:
    """What became of a range of facts.

    The centre has recorded ``confirmed``, has said something else of ``conflicts`` and ``refused``, and has said
    nothing yet of ``pending``.
    """

    confirmed: int
    conflicts: int
    refused: int
    pending: int


@dataclass(frozen=True)
class KeptClose:
    """A day as this kiosk closed it. ``signed`` is what the centre gets."""

    range: Range
    signed: str
    final: bool
    sent: bool
