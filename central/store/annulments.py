"""Taking a check-in back. Its facts stay; the appointment is free to be checked in anew."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from central.store import changes
from central.store.changes import Change
from central.store.tables import annulled, arrival, fact
from kiosk.checkin.facts import FactKind


def annul(connection: Connection, site: str, appointment: str, now: datetime) -> int:
    """Take the arrival back, and with it whatever other check-ins of this appointment were in conflict with it.

    Returns how many facts that were. Raises ``LookupError`` where nobody has arrived.
    """
    there = (arrival.c.site == site) & (arrival.c.appointment == appointment)
    if connection.execute(delete(arrival).where(there)).rowcount != 1:
        raise LookupError(appointment)
    before = select(annulled.c.fact).where(annulled.c.site == site, annulled.c.appointment == appointment)
    standing = select(fact.c.id).where(
        fact.c.site == site,
        fact.c.about == appointment,
        fact.c.kind == FactKind.CHECKED_IN.value,
        fact.c.id.not_in(before),
    )
    place = {"site": site, "appointment": appointment, "at": now}
    rows = [place | {"fact": name} for name in connection.execute(standing).scalars()]
    connection.execute(annulled.insert(), rows)
    changes.note(connection, {site: [Change(changes.APPOINTMENT, appointment)]})
    return len(rows)
