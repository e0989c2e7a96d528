"""Who waits too long, and who may be marked as not come: rules of the waiting room, without a database or a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Care(IntEnum):
    """How much somebody should be looked after. More is worse."""

    CALM = 0
    ATTENTION = 1
    ALARM = 2


class Why(StrEnum):
    """What makes somebody wait too long."""

    NOTHING = "nothing"
    UNSEEN = "unseen"
    """Nobody has acknowledged that they are here."""
    OVERDUE = "overdue"
    """Their time has passed, and nobody has taken them in."""


@dataclass(frozen=True)
class WaitingRule:
    """A site's own patience.

    Whoever is not acknowledged within ``unseen_after`` needs attention, within twice that an alarm. Whoever is not
    taken in ``overdue_after`` their time is an alarm, acknowledged or not.
    """

    unseen_after: timedelta = timedelta(minutes=10)
    overdue_after: timedelta = timedelta(minutes=20)


@dataclass(frozen=True)
class Judged:
    """How somebody's waiting is to be taken, why, and for how long it has been so."""

    care: Care
    why: Why
    since: timedelta


def waited(arrived_at: datetime, now: datetime) -> timedelta:
    """How long somebody has been here. A clock that is ahead makes nobody wait less than not at all."""
    return max(timedelta(), now - arrived_at)


def judge(
    arrived_at: datetime, starts: datetime | None, seen_at: datetime | None, now: datetime, rule: WaitingRule
) -> Judged:
    """How the waiting of somebody who has not been taken in is to be taken.

    Who came after their time is overdue from their arrival on: nobody could take them in before.
    """
    here = waited(arrived_at, now)
    late = timedelta() if starts is None else now - max(starts, arrived_at)
    if starts is not None and late >= rule.overdue_after:
        return Judged(Care.ALARM, Why.OVERDUE, late)
    if seen_at is None and here >= rule.unseen_after:
        care = Care.ALARM if here >= 2 * rule.unseen_after else Care.ATTENTION
        return Judged(care, Why.UNSEEN, here)
    return Judged(Care.CALM, Why.NOTHING, here)


class NoShow(StrEnum):
    """What becomes of the wish to mark somebody as not come."""

    MARKED = "marked"
    ASKED = "asked"
    """They have checked in: that is asked about first."""
    TOO_EARLY = "too-early"


def mark_no_show(arrived: bool, confirmed: bool, starts: datetime, now: datetime) -> NoShow:
    """Whether somebody may be marked as not come. ``confirmed`` says that a person has read the warning."""
    if now < starts:
        return NoShow.TOO_EARLY
    return NoShow.ASKED if arrived and not confirmed else NoShow.MARKED
