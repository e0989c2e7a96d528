"""How often each step of a check-in went well, counted by the hour from the facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, or_, select, union_all

from central.steps import Step, Tally
from central.store import bulk, spans
from central.store.database import json_text
from central.store.tables import fact, step_count
from kiosk.checkin.facts import FactKind
from kiosk.checkin.identity import ClaimKind

HOUR = timedelta(hours=1)
KEPT = timedelta(days=15)
IN_TIME = timedelta(minutes=2)
"""A fact that took longer to come had to wait at the kiosk."""
_CLAIMED = (
    FactKind.CHECKED_IN,
    FactKind.UNMATCHED,
    FactKind.NOTED_EARLY,
    FactKind.SENT_TO_DESK,
    FactKind.WRONG_PLACE,
)
_TYPED = (ClaimKind.TYPED, ClaimKind.TYPED_CODE)
_COUNTED = (*_CLAIMED, FactKind.HELP_CALLED, FactKind.ANNULLED, FactKind.TICKET_PRINTED, FactKind.PRINT_FAILED)
_NOT_READ, _CONFIRMING = ("NotRead", "ReadingCard"), ("Confirming",)
"""The kiosk's own names of the pages from which somebody called for help."""


@dataclass(frozen=True)
class Counted:
    """What was counted of one step of one kiosk."""

    site: str
    kiosk: str
    step: Step
    tally: Tally


def count(connection: Connection, now: datetime, hours: int) -> None:
    """Count this hour and those before it anew, ``hours`` in all: facts may come late, or be dated anew."""
    begins = hour_of(now)
    oldest = _oldest(connection)
    for back in range(hours):
        if oldest is not None and begins - (back - 1) * HOUR > oldest:
            _count(connection, begins - back * HOUR)


def since(connection: Connection, begins: datetime, ends: datetime, site: str | None = None) -> list[Counted]:
    """What was counted in the hours from ``begins`` on and before ``ends``, for each kiosk and step."""
    columns = (step_count.c.site, step_count.c.kiosk, step_count.c.step)
    sums = (func.sum(step_count.c.good).label("good"), func.sum(step_count.c.bad).label("bad"))
    then = (step_count.c.hour >= begins) & (step_count.c.hour < ends)
    statement = select(*columns, *sums).where(then).group_by(*columns)
    if site is not None:
        statement = statement.where(step_count.c.site == site)
    rows = connection.execute(statement)
    return [Counted(row.site, row.kiosk, Step(row.step), Tally(int(row.good), int(row.bad))) for row in rows]


def together(counted: Iterable[Counted]) -> Mapping[Step, Tally]:
    """The same by step, for whatever kiosks they are of."""
    found = dict.fromkeys(Step, Tally())
    for one in counted:
        found[one.step] += one.tally
    return found


def any_there(connection: Connection) -> bool:
    """Whether anything was ever counted."""
    return connection.execute(select(step_count.c.hour).limit(1)).first() is not None


def forget(connection: Connection, now: datetime) -> int:
    """Drop what is older than ``KEPT``; how many rows that were."""
    return connection.execute(delete(step_count).where(step_count.c.hour < now - KEPT)).rowcount


def hour_of(moment: datetime) -> datetime:
    """The beginning of the hour."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _oldest(connection: Connection) -> datetime | None:
    """When the oldest fact happened: for each kind its place in the index, and no fact is looked at."""
    each = [select(func.min(fact.c.happened_at).label("at")).where(fact.c.kind == kind.value) for kind in FactKind]
    found: datetime | None = connection.execute(select(func.min(union_all(*each).subquery().c.at))).scalar()
    return found


def in_facts(connection: Connection, begins: datetime, ends: datetime) -> list[Counted]:
    """What the facts of a time tell, counted now: also of a time whose counts are forgotten."""
    sums = {
        f"{step.value}_{name}": func.sum(case((told, 1), else_=0)).label(f"{step.value}_{name}")
        for step, both in _told(connection).items()
        for name, told in zip(("good", "bad"), both, strict=True)
    }
    then = (fact.c.happened_at >= begins) & (fact.c.happened_at < ends)
    of_kind = fact.c.kind.in_([kind.value for kind in FactKind])
    statement = select(fact.c.site, fact.c.kiosk, *sums.values()).where(of_kind, then)
    return [
        Counted(row.site, row.kiosk, step, Tally(int(good), int(bad)))
        for row in connection.execute(statement.group_by(fact.c.site, fact.c.kiosk))
        for step, good, bad in _read(row)
        if good or bad
    ]


def _count(connection: Connection, hour: datetime) -> None:
    found = in_facts(connection, hour, hour + HOUR)
    rows = [
        {"kiosk": one.kiosk, "hour": hour, "step": one.step.value, "site": one.site}
        | {"good": one.tally.good, "bad": one.tally.bad}
        for one in found
    ]
    # A kiosk that was moved to another site within the hour is counted where it stands now.
    bulk.replace(connection, step_count, list({(row["kiosk"], row["step"]): row for row in rows}.values()))


def _read(row: Any) -> Iterable[tuple[Step, int, int]]:
    named: Mapping[str, Any] = row._asdict()
    return ((step, named[f"{step.value}_good"] or 0, named[f"{step.value}_bad"] or 0) for step in Step)


def _told(connection: Connection) -> Mapping[Step, tuple[ColumnElement[bool], ColumnElement[bool]]]:
    """For each step, which facts tell that it went well, and which that it did not."""
    claim, page = json_text(connection, fact.c.details, "claim"), json_text(connection, fact.c.details, "page")
    claimed = and_(_of(*_CLAIMED), claim.is_not(None))
    typed = claim.in_([kind.value for kind in _TYPED])
    helped = _of(FactKind.HELP_CALLED)
    late = fact.c.received_at > spans.later(connection, fact.c.happened_at, IN_TIME)
    return {
        Step.SCAN: (and_(claimed, ~typed), or_(and_(claimed, typed), and_(helped, page.in_(_NOT_READ)))),
        Step.MATCH: (_of(*(kind for kind in _CLAIMED if kind is not FactKind.UNMATCHED)), _of(FactKind.UNMATCHED)),
        Step.CONFIRM: (
            _of(FactKind.CHECKED_IN),
            or_(_of(FactKind.ANNULLED), and_(helped, page.in_(_CONFIRMING))),
        ),
        Step.PRINT: (_of(FactKind.TICKET_PRINTED), _of(FactKind.PRINT_FAILED)),
        Step.SYNC: (and_(_of(*_COUNTED), ~late), and_(_of(*_COUNTED), late)),
    }


def _of(*kinds: FactKind) -> ColumnElement[bool]:
    return fact.c.kind.in_([kind.value for kind in kinds])
