"""Facts that a kiosk has numbered and the centre does not hold: still on their way, parked here as refused, or lost."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, literal, select, union_all

from central.store.tables import day_close, fact, kiosk


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Places ``first`` … ``last`` of a kiosk's journal from which the centre has no fact.

    ``until`` is when it received the fact that follows, by which it knows of the gap; ``None`` where none follows.
    """

    site: str
    kiosk: str
    first: int
    last: int
    until: datetime | None


def gaps(connection: Connection, site: str | None = None) -> list[Gap]:
    """Every gap before the newest fact of each kiosk, in order."""
    return _found(connection, _held(site))


def gaps_within(connection: Connection, name: str, first: int, last: int) -> list[Gap]:
    """The gaps of one kiosk between two places, both included, as a day close names them."""
    inside = _held(None).where(kiosk.c.id == name, fact.c.seq.between(first, last))
    # One beyond each end shows what is missing there.
    ends = [select(kiosk.c.site, kiosk.c.id, literal(seq), literal(None)) for seq in (first - 1, last + 1)]
    return _found(connection, union_all(inside, *(end.where(kiosk.c.id == name) for end in ends)), first)


def _held(site: str | None) -> Select[Any]:
    # What came before this enrolment may be of another journal, or of the same: the day closes tell where it begins.
    same = (fact.c.kiosk == kiosk.c.id) & (fact.c.received_at >= kiosk.c.enrolled_at)
    held = select(kiosk.c.site, kiosk.c.id.label("kiosk"), fact.c.seq, fact.c.received_at).join_from(kiosk, fact, same)
    return held if site is None else held.where(kiosk.c.site == site)


def _found(connection: Connection, places: Any, first: int = 1) -> list[Gap]:
    held = places.subquery()
    before = func.lag(held.c.seq).over(partition_by=held.c.kiosk, order_by=held.c.seq)
    steps = select(*held.c, func.coalesce(before, _start(held)).label("before")).subquery()
    jumps = (steps.c.seq > steps.c.before + 1) & (steps.c.seq >= first)
    statement = select(steps).where(jumps).order_by(steps.c.site, steps.c.kiosk, steps.c.seq)
    return [
        Gap(site=row.site, kiosk=row.kiosk, first=row.before + 1, last=row.seq - 1, until=row.received_at)
        for row in connection.execute(statement)
    ]


def _start(held: Any) -> Any:
    """The place behind which the journal of this enrolment begins.

    Its first day close says so; until that has come, the last one of the enrolment before, where the first fact that
    came since lies behind it: the same journal went on. A machine that was wiped begins at 1.
    """
    own = (day_close.c.kiosk == held.c.kiosk) & (kiosk.c.id == held.c.kiosk)
    since = day_close.c.enrolled_at == kiosk.c.enrolled_at
    here = select(func.min(day_close.c.first) - 1).where(own, since).correlate(held).scalar_subquery()
    earlier = day_close.c.enrolled_at < kiosk.c.enrolled_at
    went_on = day_close.c.last < held.c.seq
    there = select(func.max(day_close.c.last)).where(own, earlier, went_on).correlate(held).scalar_subquery()
    return func.coalesce(here, there, 0)
