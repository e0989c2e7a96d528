"""When somebody arrived: the earliest trusted time of all the check-ins of an appointment, in whatever order they come.

The number stays that of the check-in that came in first: it has been told, and may have been called.
"""

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import Connection, select, update

from central.fact_time import Told
from central.store import bulk
from central.store.tables import annulled, arrival, fact
from kiosk.checkin.facts import FactKind
from kiosk.checkin.hybrid_clock import ClockQuality


class Standing(msgspec.Struct, frozen=True):
    """The arrival of an appointment: the check-in that gave its number, its time, and the check-in that told that."""

    fact: str
    told: Told
    told_by: str


def standing(
    connection: Connection, site_and_appointment: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Standing]:
    """The arrivals that there are for these appointments, each with its site."""
    if not site_and_appointment:
        return {}
    told = bulk.pairs(connection, site_and_appointment)
    same = (arrival.c.site == told.c.first) & (arrival.c.appointment == told.c.second)
    columns = (arrival.c.site, arrival.c.appointment, arrival.c.fact, arrival.c.at, arrival.c.at_trusted)
    rows = connection.execute(select(*columns, arrival.c.at_fact).join_from(told, arrival, same))
    return {(site, name): Standing(first, Told(at, trusted), by) for site, name, first, at, trusted, by in rows}


def move(connection: Connection, earlier: Mapping[tuple[str, str], Standing]) -> None:
    """Give these arrivals an earlier time, unless another process has given them one that is earlier still."""
    for (site, appointment), one in sorted(earlier.items()):
        at, trusted = one.told.at, one.told.trusted
        later = (arrival.c.at_trusted == trusted) & (arrival.c.at > at)
        worse = arrival.c.at_trusted.is_(False) | later if trusted else later
        # Not another arrival: the one of then may have been taken back, and the client have come again.
        same = (arrival.c.site == site) & (arrival.c.appointment == appointment) & (arrival.c.fact == one.fact)
        time = {"at": at, "at_trusted": trusted, "at_fact": one.told_by}
        connection.execute(update(arrival).where(same & worse).values(**time))


def count_anew(connection: Connection, site: str, appointment: str) -> None:
    """The time of an arrival from those of its check-ins that stand: one of them was taken back."""
    known = standing(connection, [(site, appointment)]).get((site, appointment))
    if known is None:
        return
    taken_back = select(annulled.c.fact).where(annulled.c.site == site, annulled.c.appointment == appointment)
    statement = select(fact.c.id, fact.c.happened_at, fact.c.offset_ms, fact.c.clock).where(
        fact.c.site == site,
        fact.c.about == appointment,
        fact.c.kind == FactKind.CHECKED_IN.value,
        fact.c.id.not_in(taken_back),
    )
    best: Standing | None = None
    for name, at, offset_ms, clock in connection.execute(statement.order_by(fact.c.id)):
        told = Told(at, offset_ms is not None or clock == ClockQuality.TRUSTED.value)
        if best is None or told.before(best.told):
            best = Standing(known.fact, told, name)
    if best is not None:
        time = {"at": best.told.at, "at_trusted": best.told.trusted, "at_fact": best.told_by}
        there = (arrival.c.site == site) & (arrival.c.appointment == appointment) & (arrival.c.fact == known.fact)
        connection.execute(update(arrival).where(there).values(**time))
