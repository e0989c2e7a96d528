"""The log of what staff did and looked at: who, what, where, when. Added to by ``note`` alone."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from itertools import count

import msgspec
from sqlalchemy import Connection, select

from central.people.actions import Action
from central.people.roles import Person
from central.store.tables import staff_action
from kiosk.checkin.facts import uuid7

_COUNT = count()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did. ``subject`` names what it was done to by its id, never a client."""

    at: datetime
    person: str
    name: str
    what: str
    site: str | None
    subject: str | None


def note(
    connection: Connection, person: Person, what: Action, site: str | None, subject: str | None, at: datetime
) -> None:
    """Write down one thing. In the transaction of what was done, so that neither is there without the other."""
    # Counted within the millisecond, so that what one process does stays in its order (RFC 9562, 6.2, method 1).
    tail = (next(_COUNT) & 0xFFF).to_bytes(2) + secrets.token_bytes(8)
    row = {"id": uuid7(int(at.timestamp() * 1000), tail), "at": at, "what": what.value}
    row |= {"person": person.subject, "name": person.name, "site": site, "subject": subject}
    connection.execute(staff_action.insert(), row)


def entries(
    connection: Connection, site: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Entry]:
    """The log in its order, from ``since`` on before ``until``."""
    statement = select(staff_action).order_by(staff_action.c.at, staff_action.c.id)
    if site is not None:
        statement = statement.where(staff_action.c.site == site)
    if since is not None:
        statement = statement.where(staff_action.c.at >= since)
    if until is not None:
        statement = statement.where(staff_action.c.at < until)
    for row in connection.execute(statement.execution_options(yield_per=500)):
        values = (row.at, row.person, row.name, row.what, row.site, row.subject)
        yield Entry(**dict(zip(("at", "person", "name", "what", "site", "subject"), values, strict=True)))
