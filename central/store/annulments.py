"""Taking a check-in back. Its facts stay; the appointment is free to be checked in anew."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from central.arrivals import Annulment
from central.store import arrival_times, bulk, changes
from central.store.changes import Change
from central.store.database import insert
from central.store.tables import annulled, arrival, fact
from kiosk.checkin.facts import FactKind


def annul(connection: Connection, site: str, appointment: str, now: datetime) -> int:
    """Take the arrival back, and with it whatever other check-ins of this appointment were in conflict with it.

    Returns how many facts that were. Raises ``LookupError`` where nobody has arrived.
    """
    count = _take_back(connection, site, appointment, now)
    if not count:
        raise LookupError(appointment)
    changes.note(connection, {site: [Change(changes.APPOINTMENT, appointment)]})
    return count


def annul_at_kiosk(connection: Connection, site: str, asked: Annulment, at: datetime) -> bool:
    """The same where staff did it at a kiosk, at ``at``; whether the appointment has no arrival now that it had.

    Only the arrival that they saw is taken back: by the time the kiosk is heard, the client may have come again. What
    stands beside another arrival, or has not come in yet, is taken back alone. The caller logs the change.
    """
    there = (arrival.c.site == site) & (arrival.c.appointment == asked.appointment)
    held = connection.execute(select(arrival.c.fact, arrival.c.number).where(there)).first()
    seen = held is not None and (held.fact == asked.arrival if asked.arrival else held.number == asked.number)
    if seen:
        return _take_back(connection, site, asked.appointment, at) > 0
    if asked.arrival is not None and _may_be(connection, site, asked):
        row = {"fact": asked.arrival, "site": site, "appointment": asked.appointment, "at": at}
        connection.execute(insert(connection, annulled).on_conflict_do_nothing(), [row])
        arrival_times.count_anew(connection, site, asked.appointment)
    return False


def taken_back(connection: Connection, site_and_fact: Iterable[tuple[str, str]]) -> set[str]:
    """The ids of those facts that were taken back before, each with the site that it comes from."""
    sites = {name: site for site, name in site_and_fact}
    if not sites:
        return set()
    there = bulk.among(connection, annulled.c.fact, sites)
    rows = connection.execute(select(annulled.c.fact, annulled.c.site).where(there))
    return {row.fact for row in rows if row.site == sites[row.fact]}


def _take_back(connection: Connection, site: str, appointment: str, at: datetime) -> int:
    there = (arrival.c.site == site) & (arrival.c.appointment == appointment)
    if connection.execute(delete(arrival).where(there)).rowcount != 1:
        return 0
    before = select(annulled.c.fact).where(annulled.c.site == site, annulled.c.appointment == appointment)
    standing = select(fact.c.id).where(
        fact.c.site == site,
        fact.c.about == appointment,
        fact.c.kind == FactKind.CHECKED_IN.value,
        fact.c.id.not_in(before),
    )
    place = {"site": site, "appointment": appointment, "at": at}
    rows = [place | {"fact": name} for name in connection.execute(standing).scalars()]
    connection.execute(annulled.insert(), rows)
    return len(rows)


def _may_be(connection: Connection, site: str, asked: Annulment) -> bool:
    """Whether the fact is a check-in of this appointment at this site, or one that is not here yet."""
    columns = (fact.c.site, fact.c.about, fact.c.kind)
    held = connection.execute(select(*columns).where(fact.c.id == asked.arrival)).first()
    return held is None or (held.site, held.about, held.kind) == (site, asked.appointment, FactKind.CHECKED_IN.value)
