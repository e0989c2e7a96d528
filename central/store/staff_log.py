"""The log of what staff did and looked at: who, what, where, when. Added to by ``note`` alone."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, or_, select

from central.people.actions import Action
from central.people.roles import Person
from central.store import names_by_time
from central.store.tables import staff_action


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
    row = {"id": names_by_time.new(at), "at": at, "what": what.value}
    row |= {"person": person.subject, "name": person.name, "site": site, "subject": subject}
    connection.execute(staff_action.insert(), row)


COLUMNS = ("at", "person", "name", "what", "site", "subject")


def cells(one: Entry) -> tuple[str, ...]:
    """An entry as a row of ``COLUMNS``."""
    return (one.at.isoformat(), one.person, one.name, one.what, one.site or "", one.subject or "")


@dataclass(frozen=True)
class Asked:
    """Which entries: of these ``sites``, or of all and of none where it is ``None``; ``person`` is part of a name."""

    sites: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    person: str = ""


def entries(
    connection: Connection, site: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Entry]:
    """The log in its order, from ``since`` on before ``until``."""
    asked = Asked(None if site is None else (site,), since, until)
    statement = _asked(asked).order_by(staff_action.c.at, staff_action.c.id)
    for row in connection.execute(statement.execution_options(yield_per=500)):
        yield _entry(row)


def newest(connection: Connection, asked: Asked, skip: int, most: int) -> list[Entry]:
    """The newest first, without the first ``skip``."""
    order = (staff_action.c.at.desc(), staff_action.c.id.desc())
    return [_entry(row) for row in connection.execute(_asked(asked).order_by(*order).offset(skip).limit(most))]


def page(
    connection: Connection, asked: Asked, after: tuple[datetime, str] | None, most: int
) -> list[tuple[str, Entry]]:
    """The next ones in their order after a place, each with its id: so a long log is read in short looks."""
    statement = _asked(asked)
    if after is not None:
        at, name = after
        statement = statement.where(or_(staff_action.c.at > at, (staff_action.c.at == at) & (staff_action.c.id > name)))
    rows = connection.execute(statement.order_by(staff_action.c.at, staff_action.c.id).limit(most))
    return [(row.id, _entry(row)) for row in rows]


def _asked(asked: Asked) -> Select[Any]:
    statement = select(staff_action)
    if asked.sites is not None:
        statement = statement.where(staff_action.c.site.in_(sorted(asked.sites)))
    if asked.since is not None:
        statement = statement.where(staff_action.c.at >= asked.since)
    if asked.until is not None:
        statement = statement.where(staff_action.c.at < asked.until)
    if asked.person:
        named = staff_action.c.name.icontains(asked.person, autoescape=True)
        statement = statement.where(or_(named, staff_action.c.person.icontains(asked.person, autoescape=True)))
    return statement


def _entry(row: Row[Any]) -> Entry:
    return Entry(at=row.at, person=row.person, name=row.name, what=row.what, site=row.site, subject=row.subject)
