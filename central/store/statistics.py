"""What is counted of an hour from facts and what people did, without a word on whom: one short look at a time.

Nothing here holds a transaction longer than one hour's figures take, so no check-in waits, and no log grows meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from central.alarms.rules import Kind
from central.machines import Light
from central.statistics import Cell, Hour, Measure, in_service, key
from central.steps import Step, Tally
from central.store import alarms, kiosk_history, spans, step_counts
from central.store.database import json_text
from central.store.desk import Way
from central.store.kiosk_history import Past
from central.store.tables import annulled, appointment, arrival, care, fact, matched
from central.store.waiting import COMING, LATE, Source
from kiosk.checkin.facts import FactKind, Verdict

_TOLD = (
    FactKind.UNMATCHED,
    FactKind.NOTED_EARLY,
    FactKind.SENT_TO_DESK,
    FactKind.WRONG_PLACE,
    FactKind.HELP_CALLED,
    FactKind.CALL_BACK,
    FactKind.ANNULLED,
)
"""What is no plain check-in."""
_HALF = Decimal("0.5")
_SOURCES = {
    FactKind.UNMATCHED: Source.UNMATCHED,
    FactKind.WALKED_IN: Source.WALK_IN,
    FactKind.SENT_TO_DESK: Source.SENT,
    FactKind.NOTED_EARLY: Source.EARLY,
    FactKind.HELP_CALLED: Source.HELP,
}


def of_hour(connection: Connection, hour: Hour, sites: Collection[str]) -> list[Cell]:
    """The figures of an hour at these sites, but for those of the kiosks."""
    found = [*_came(connection, hour), *_outcomes(connection, hour)]
    found += [*_waited(connection, hour, Measure.SEEN), *_waited(connection, hour, Measure.TAKEN_IN)]
    tallies: dict[tuple[str, Step], Tally] = defaultdict(Tally)
    for one in step_counts.in_facts(connection, hour.begins, hour.ends):
        tallies[one.site, one.step] += one.tally
    found += [
        Cell(site, Measure.STEP, tally.total, key=step.value, value=tally.percent)
        for (site, step), tally in tallies.items()
    ]
    order = list(Measure)
    return sorted(
        (one for one in found if one.site in sites),
        key=lambda cell: (cell.site, order.index(cell.measure), cell.unit, cell.service, cell.source, cell.key),
    )


def kiosks(connection: Connection, begins: datetime, ends: datetime) -> "Kiosks":
    """How the kiosks were in that time: of no use for hours outside it."""
    rung = alarms.between(connection, begins, ends)
    silent: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in rung:
        if one.kind is Kind.SILENT:
            silent[one.subject].append((one.opened_at, one.closed_at or ends))
    return Kiosks(kiosk_history.between(connection, begins, ends), silent, ends)


class Kiosks:
    """When which kiosk could not serve: out of order, silent, or not yet heard."""

    def __init__(self, past: list[Past], silent: dict[str, list[tuple[datetime, datetime]]], ends: datetime) -> None:
        self._past, self._out = past, {one.kiosk: [*_out(one, ends), *silent[one.kiosk]] for one in past}

    def in_service(self, hour: Hour, sites: Collection[str], now: datetime) -> Iterator[Cell]:
        """The share of the hour's time in which the kiosks of each site could serve."""
        ends = min(hour.ends, now)
        by_site: dict[str, list[tuple[timedelta, timedelta]]] = defaultdict(list)
        for one in self._past:
            since, over = max(hour.begins, one.enrolled_at), min(ends, one.revoked_at or ends)
            if one.site in sites and over > since:
                by_site[one.site].append((in_service(self._out[one.kiosk], since, over), over - since))
        for site, both in sorted(by_site.items()):
            served, there = (sum((each[place] for each in both), timedelta()) for place in (0, 1))
            yield Cell(site, Measure.KIOSKS, len(both), value=int(100 * (served / there)))


def _out(past: Past, ends: datetime) -> Iterator[tuple[datetime, datetime]]:
    since = None if past.history and past.history[0].at <= past.enrolled_at else past.enrolled_at
    for was in past.history:
        if was.light == Light.RED and since is None:
            since = was.at
        elif was.light != Light.RED and since is not None:
            yield since, was.at
            since = None
    if since is not None:
        yield since, ends


# --- in SQL -----------------------------------------------------------------------------------------------------------


def _came(connection: Connection, hour: Hour) -> Iterator[Cell]:
    # Grouped outside: to PostgreSQL an expression with parameters is another one each time that it stands there.
    inner = _stands(select(*_cell(connection)), hour).subquery()
    for row in connection.execute(select(*inner.c, func.count().label("many")).group_by(*inner.c)):
        yield Cell(row.site, Measure.CAME, row.many, row.unit, row.service, row.source)


def _waited(connection: Connection, hour: Hour, measure: Measure) -> Iterator[Cell]:
    """The median of each cell: the middle one of those in order, or the mean of the two in the middle."""
    cell, until = _cell(connection), care.c.seen_at if measure is Measure.SEEN else care.c.taken_in_at
    since = func.coalesce(arrival.c.at, fact.c.happened_at)
    waited = spans.minutes(connection, since, until)
    names = [one.name for one in cell]
    inner = _stands(select(*cell, waited.label("waited")).where(until.is_not(None)), hour).subquery()
    same = [inner.c[name] for name in names]
    place = func.row_number().over(partition_by=same, order_by=inner.c.waited).label("place")
    many = func.count().over(partition_by=same).label("many")
    ranked = select(*same, inner.c.waited, place, many).subquery()
    middle = (2 * ranked.c.place >= ranked.c.many) & (2 * ranked.c.place <= ranked.c.many + 2)
    each = [ranked.c[name] for name in names]
    figures = (func.max(ranked.c.many).label("many"), func.avg(ranked.c.waited).label("median"))
    for row in connection.execute(select(*each, *figures).where(middle).group_by(*each)):
        median = int(Decimal(row.median) + _HALF)
        yield Cell(row.site, measure, row.many, row.unit, row.service, row.source, value=median)


def _outcomes(connection: Connection, hour: Hour) -> Iterator[Cell]:
    reason = func.coalesce(json_text(connection, fact.c.details, "reason"), "").label("reason")
    unit = func.coalesce(appointment.c.unit, "").label("unit")
    same = (appointment.c.site == fact.c.site) & (appointment.c.id == fact.c.about)
    told = select(fact.c.site, fact.c.kind, unit, reason).join_from(fact, appointment, same, isouter=True)
    inner = told.where(*_then(hour, _TOLD)).subquery()
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in connection.execute(select(*inner.c, func.count().label("many")).group_by(*inner.c)):
        code = key(row.reason)
        sums[row.site, row.unit, f"{row.kind}:{code}" if code else row.kind] += row.many
    for (site, unit_name, name), many in sums.items():
        yield Cell(site, Measure.OUTCOME, many, unit_name, key=name)


def _cell(connection: Connection) -> list[Any]:
    late = fact.c.received_at > spans.later(connection, fact.c.happened_at, LATE)
    ways = [(fact.c.kiosk == way.kiosk, way.value) for way in Way]
    kinds = [(fact.c.kind == kind.value, source.value) for kind, source in _SOURCES.items()]
    source = case(*kinds, *ways, (late, Source.OFFLINE.value), else_=Source.REGISTERED.value)
    service = case((fact.c.kind == FactKind.WALKED_IN.value, json_text(connection, fact.c.details, "service")))
    return [
        fact.c.site.label("site"),
        func.coalesce(appointment.c.unit, "").label("unit"),
        func.coalesce(service, "").label("service"),
        source.label("source"),
    ]


def _stands(statement: Any, hour: Hour) -> Any:
    """Those of whom reception knew: not what was taken back, in conflict, or matched with an appointment since."""
    same = (appointment.c.site == fact.c.site) & (appointment.c.id == fact.c.about)
    return (
        statement.select_from(fact)
        .join(appointment, same, isouter=True)
        .join(arrival, arrival.c.fact == fact.c.id, isouter=True)
        .join(annulled, annulled.c.fact == fact.c.id, isouter=True)
        .join(care, care.c.fact == fact.c.id, isouter=True)
        .join(matched, matched.c.fact == fact.c.id, isouter=True)
        .where(*_then(hour, COMING), annulled.c.fact.is_(None), matched.c.fact.is_(None))
    )


def _then(hour: Hour, kinds: Collection[FactKind]) -> list[ColumnElement[bool]]:
    at = fact.c.happened_at
    recorded = fact.c.verdict == Verdict.RECORDED.value
    return [fact.c.kind.in_([kind.value for kind in kinds]), at >= hour.begins, at < hour.ends, recorded]
