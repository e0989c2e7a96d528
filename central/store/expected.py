"""Who is expected at a site, finding an appointment, and what staff say of one: found, noted, not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, select

from central.lost import NoShow, mark_no_show
from central.store import desk, waiting
from central.store.database import insert
from central.store.desk import Way
from central.store.facts import RacedError
from central.store.tables import appointment, arrival, fact, matched, no_show, roster
from central.store.waiting import Done
from kiosk.checkin.appointment import Channel, Status
from kiosk.checkin.facts import FactKind
from kiosk.sync.messages import TicketNumber

AROUND = timedelta(days=14)
"""How far from today an appointment is looked for by who somebody is."""
MOST = 50
"""Appointments that are shown at once."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment of a site; ``number`` and ``arrived_at`` where somebody has arrived for it."""

    id: str
    unit: str
    area: str
    starts: datetime
    status: str
    channel: str
    practitioner: str
    number: str = ""
    arrived_at: datetime | None = None
    fact: str = ""
    missed_at: datetime | None = None
    missed_by: str = ""


@dataclass(frozen=True)
class Noted:
    """What noting an arrival has led to: the number and time that hold, and whether there was an arrival before."""

    number: str
    at: datetime
    before: bool
    fact: str


def between(connection: Connection, site: str, since: datetime, until: datetime) -> list[Expected]:
    """The booked visits on site that start from ``since`` on before ``until``, in their order."""
    booked = (appointment.c.status == Status.BOOKED.value) & (appointment.c.channel == Channel.ON_SITE.value)
    span = (appointment.c.starts >= since) & (appointment.c.starts < until)
    rows = connection.execute(_stated(site).where(booked, span).order_by(appointment.c.starts, appointment.c.id))
    return [_read(row) for row in rows]


def of_person(connection: Connection, site: str, hashes: Sequence[str], now: datetime) -> list[Expected]:
    """The appointments of whoever has one of these hashes under the key of the site, the nearest first."""
    span = (roster.c.starts > now - AROUND) & (roster.c.starts < now + AROUND)
    there = roster.c.reader == site, roster.c.site == site, span
    rows = connection.execute(select(roster.c.appointment, roster.c.people).where(*there))
    names = [row.appointment for row in rows if set(msgspec.json.decode(row.people, type=list[str])) & set(hashes)]
    found = [_read(row) for row in connection.execute(_stated(site).where(appointment.c.id.in_(names[:MOST])))]
    return sorted(found, key=lambda one: abs(one.starts - now))


def named(connection: Connection, site: str, text: str) -> list[Expected]:
    """The appointment with this id, or those for which somebody has arrived with this number."""
    there = (appointment.c.id == text) | (arrival.c.number == text.upper())
    rows = connection.execute(_stated(site).where(there).order_by(appointment.c.starts.desc()).limit(MOST))
    return [_read(row) for row in rows]


def one(connection: Connection, site: str, name: str) -> Expected:
    """An appointment. Raises ``LookupError``."""
    row = connection.execute(_stated(site).where(appointment.c.id == name)).first()
    if row is None:
        raise LookupError(name)
    return _read(row)


def note_arrival(connection: Connection, site: str, name: str, way: Way, day: date, now: datetime) -> Noted:
    """Record an arrival that no kiosk took. Where there is one already it stands, and nothing is added.

    Raises ``LookupError``, or ``RacedError`` where a kiosk was faster by a moment: then it is to be tried again.
    """
    held = one(connection, site, name)
    if held.arrived_at is not None:
        return Noted(held.number, held.arrived_at, before=True, fact=held.fact)
    taken = _alone(desk.arrive(connection, site, name, way, now, day, now))
    _take_back_no_show(connection, site, name)
    return Noted(taken.number, taken.at, taken.before, taken.fact)


def match(
    connection: Connection, site: str, unmatched: str, name: str, by: str, day: date, now: datetime
) -> tuple[Done, Noted | None]:
    """Record an unmatched arrival as one for this appointment: with the number and from the time that the client has.

    Nothing is recorded where it was matched before, or the appointment has an arrival already. Raises ``LookupError``
    or ``RacedError``.
    """
    known = (fact.c.id == unmatched) & (fact.c.site == site) & (fact.c.kind == FactKind.UNMATCHED.value)
    came = connection.execute(select(fact.c.happened_at, fact.c.details).where(known)).first()
    if came is None:
        raise LookupError(unmatched)
    before = connection.execute(select(matched).where(matched.c.fact == unmatched)).first()
    if before is not None:
        return Done(False, before.at, before.by), None
    held = one(connection, site, name)
    if held.arrived_at is not None:
        return Done(False, now, by), Noted(held.number, held.arrived_at, before=True, fact=held.fact)
    number = _number(came.details)
    at = min(came.happened_at, now)
    taken = _alone(desk.arrive(connection, site, name, Way.DESK, at, day, now, number))
    row = {"fact": unmatched, "site": site, "appointment": name, "check_in": taken.fact, "at": now, "by": by}
    if connection.execute(insert(connection, matched).on_conflict_do_nothing(), [row]).rowcount != 1:
        # Somebody else has matched it to another appointment: this whole transaction must not be.
        raise RacedError(matched.name)
    _take_back_no_show(connection, site, name)
    waiting.stir(connection, site)
    return Done(True, now, by), Noted(taken.number, taken.at, taken.before, taken.fact)


def miss(
    connection: Connection, site: str, name: str, by: str, confirmed: bool, now: datetime
) -> tuple[NoShow, Expected]:
    """Mark an appointment as one to which nobody came, unless the rules ask first. Raises ``LookupError``."""
    held = one(connection, site, name)
    decided = mark_no_show(held.arrived_at is not None, confirmed, held.starts, now)
    if decided is NoShow.MARKED:
        row = {"site": site, "appointment": name, "at": now, "by": by, "had_arrived": held.arrived_at is not None}
        if connection.execute(insert(connection, no_show).on_conflict_do_nothing(), [row]).rowcount:
            waiting.stir(connection, site)
    return decided, one(connection, site, name)


def unmiss(connection: Connection, site: str, name: str) -> bool:
    """Take the mark back; ``False`` where there was none."""
    done = _take_back_no_show(connection, site, name)
    if done:
        waiting.stir(connection, site)
    return done


class _Number(msgspec.Struct, frozen=True):
    number: TicketNumber


_NUMBER = msgspec.json.Decoder(_Number)


def _number(details: str) -> str:
    """The number that a client has; empty where there is none that could be called."""
    try:
        return _NUMBER.decode(details).number
    except msgspec.ValidationError:
        return ""


def _alone(taken: desk.Taken) -> desk.Taken:
    """What was taken; had somebody been faster since we looked, it must not be a conflict that nobody made."""
    if taken.before:
        raise RacedError("arrival")
    return taken


def _take_back_no_show(connection: Connection, site: str, name: str) -> bool:
    there = (no_show.c.site == site) & (no_show.c.appointment == name)
    return connection.execute(delete(no_show).where(there)).rowcount == 1


def _stated(site: str) -> Any:
    same = (arrival.c.site == appointment.c.site) & (arrival.c.appointment == appointment.c.id)
    missed = (no_show.c.site == appointment.c.site) & (no_show.c.appointment == appointment.c.id)
    columns = (arrival.c.number, arrival.c.at.label("arrived_at"), arrival.c.fact, no_show.c.at, no_show.c.by)
    return (
        select(*appointment.c, *columns)
        .join_from(appointment, arrival, same, isouter=True)
        .join(no_show, missed, isouter=True)
        .where(appointment.c.site == site)
    )


def _read(row: Row[Any]) -> Expected:
    return Expected(
        id=row.id,
        unit=row.unit,
        area=row.area,
        starts=row.starts,
        status=row.status,
        channel=row.channel,
        practitioner=row.practitioner,
        number=row.number or "",
        arrived_at=row.arrived_at,
        fact=row.fact or "",
        missed_at=row.at,
        missed_by=row.by or "",
    )
