"""Forgetting: rows that tell of clients are emptied or deleted once they are old enough, so many at a time.

Each function does its work for up to ``most`` rows, and gives how many those were. The staff log is not among them: it
is only added to.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, or_, select, tuple_, update

from central.store import bulk, ehr_turns
from central.store.ehr_outbox import DEAD, WAITING
from central.store.tables import (
    EMPTY,
    admin_link,
    annulled,
    appointment,
    arrival,
    call,
    call_back,
    care,
    change,
    closed_conflict,
    ehr_difference,
    ehr_letter,
    ehr_link,
    ehr_place,
    ehr_refused,
    fact,
    matched,
    no_show,
    parked,
    roster,
    session,
    sign_in,
    site,
)
from kiosk.checkin.facts import FactKind

CHANGES_KEPT = timedelta(days=30)
"""A kiosk's place in the log of changes holds for a day; records look back two."""
_STOOD = "log:"
_OF_VISITS: tuple[Table, ...] = (roster, ehr_link, ehr_letter, ehr_difference, no_show, annulled, arrival, matched)


def facts(connection: Connection, before: datetime, since: datetime | None, most: int) -> int:
    """Empty facts that happened and came in before a moment, with what people noted of them.

    Where ``since`` is given, only facts from then on are looked at, by the index, and of the kinds that are known here.
    """
    old = (fact.c.happened_at < before) & (fact.c.received_at < before)
    full = or_(fact.c.details != EMPTY, fact.c.about.is_not(None))
    statement = select(fact.c.id).where(old, full)
    if since is not None:
        kinds, sites = [kind.value for kind in FactKind], select(site.c.id)
        statement = statement.where(fact.c.kind.in_(kinds), fact.c.site.in_(sites), fact.c.happened_at >= since)
    names = list(connection.execute(statement.limit(most)).scalars())
    if names:
        connection.execute(update(fact).where(_among(connection, fact.c.id, names)).values(details=EMPTY, about=None))
        for column in (care.c.fact, matched.c.fact, call_back.c.fact):
            connection.execute(delete(column.table).where(_among(connection, column, names)))
        noted = update(closed_conflict).where(_among(connection, closed_conflict.c.fact, names))
        connection.execute(noted.values(note="", closed_by=""))
    return len(names)


def visits(connection: Connection, before: datetime, most: int) -> int:
    """Delete appointments from before a moment, with arrivals, hashes of people, and what records were told of them.

    Those stay of which a record is still to be told, or whose letter a person has to settle.
    """
    came = (arrival.c.site == appointment.c.site) & (arrival.c.appointment == appointment.c.id)
    late = select(arrival.c.site).where(came, arrival.c.at >= before)
    booked = select(appointment.c.site, appointment.c.id).where(
        appointment.c.starts < before, ~late.exists(), ~_unsettled(appointment.c.site, appointment.c.id)
    )
    known = select(appointment.c.site).where(came)
    unknown = select(arrival.c.site, arrival.c.appointment).where(
        arrival.c.at < before, ~known.exists(), ~_unsettled(arrival.c.site, arrival.c.appointment)
    )
    pairs = [(name, one) for name, one in connection.execute(booked.limit(most))]
    pairs += [(name, one) for name, one in connection.execute(unknown.limit(most - len(pairs)))]
    if pairs:
        # All in one transaction: an arrival that is gone before its letters are would be told as taken back.
        for table in _OF_VISITS:
            connection.execute(delete(table).where(_of(table.c.site, table.c.appointment, pairs)))
        connection.execute(delete(appointment).where(_of(appointment.c.site, appointment.c.id, pairs)))
    return len(pairs)


def calls(connection: Connection, before: datetime, most: int) -> int:
    """Delete calls of before a day."""
    old = select(call.c.site, call.c.day, call.c.number).where(call.c.rang_at < before).limit(most)
    keys = [tuple(row) for row in connection.execute(old)]
    if keys:
        connection.execute(delete(call).where(tuple_(call.c.site, call.c.day, call.c.number).in_(keys)))
    return len(keys)


def letters(connection: Connection, before: datetime, most: int) -> int:
    """Delete settled letters, check-ins that were taken back, and closed differences that no visit is left of."""
    here = appointment.alias("here")
    found = 0
    for table, at, over in (
        (ehr_letter, ehr_letter.c.written_at, ehr_letter.c.state.not_in((WAITING, DEAD))),
        (annulled, annulled.c.at, annulled.c.at.is_not(None)),
        (no_show, no_show.c.at, no_show.c.at.is_not(None)),
        (ehr_difference, ehr_difference.c.seen_at, ehr_difference.c.seen_at.is_not(None)),
    ):
        booked = select(here.c.site).where(here.c.site == table.c.site, here.c.id == table.c.appointment).exists()
        held = arrival.alias("held")
        came = select(held.c.site).where(held.c.site == table.c.site, held.c.appointment == table.c.appointment)
        found += _dropped(connection, table, (at < before) & over & ~booked & ~came.exists(), most - found)
    return found


def refused(connection: Connection, before: datetime, most: int) -> int:
    """Delete what was refused, of kiosks and of records: nobody knows what it held."""
    found = _dropped(connection, parked, parked.c.received_at < before, most)
    return found + _dropped(connection, ehr_refused, ehr_refused.c.at < before, most - found)


def sign_ins(connection: Connection, now: datetime, before: datetime) -> int:
    """Delete sessions that have ended, and who was to come in by a link or from a provider long ago."""
    over = (delete(session).where(session.c.ends_at <= now), delete(sign_in).where(sign_in.c.expires_at < before))
    rows = [connection.execute(one).rowcount for one in over]
    return sum(rows) + connection.execute(delete(admin_link).where(admin_link.c.expires_at < before)).rowcount


def changes(connection: Connection, now: datetime, most: int) -> int:
    """Delete the log of changes up to where it stood ``CHANGES_KEPT`` ago; note where it stands today."""
    found, then = 0, f"{(now - CHANGES_KEPT).date()}"
    stood = _stood(connection)
    for name, last in connection.execute(select(site.c.id, site.c.last_change).order_by(site.c.id)).all():
        noted = stood.get(name, {})
        if f"{now.date()}" not in noted:
            ehr_turns.put(connection, "", f"{_STOOD}{now.date()}:{name}", str(last))
        over = sorted(day for day in noted if day <= then)
        if not over:
            continue
        old = (change.c.site == name) & (change.c.seq <= noted[over[-1]])
        dropped = _dropped(connection, change, old, most - found)
        found += dropped
        if found < most:
            names = [f"{_STOOD}{day}:{name}" for day in over[:-1]]
            connection.execute(delete(ehr_place).where(ehr_place.c.ehr == "", ehr_place.c.what.in_(names)))
    return found


def _stood(connection: Connection) -> dict[str, dict[str, int]]:
    """By site: the days on which it was noted where its log stood, and where that was."""
    found: dict[str, dict[str, int]] = {}
    noted = select(ehr_place.c.what, ehr_place.c.value).where(
        ehr_place.c.ehr == "", ehr_place.c.what.like(f"{_STOOD}%")
    )
    for what, value in connection.execute(noted):
        day, _, name = what.removeprefix(_STOOD).partition(":")
        found.setdefault(name, {})[day] = int(value)
    return found


def _unsettled(where: Column[str], name: Column[str]) -> ColumnElement[bool]:
    mine = (ehr_letter.c.site == where) & (ehr_letter.c.appointment == name)
    return select(ehr_letter.c.id).where(mine, ehr_letter.c.state.in_((WAITING, DEAD))).exists()


def _of(where: Column[str], name: Column[str], pairs: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return tuple_(where, name).in_(pairs)


def _among(connection: Connection, column: Column[str], names: Sequence[str]) -> ColumnElement[bool]:
    return bulk.among(connection, column, names)


def _dropped(connection: Connection, table: Table, which: ColumnElement[bool], most: int) -> int:
    if most <= 0:
        return 0
    keys: Any = tuple_(*table.primary_key)
    found = [tuple(row) for row in connection.execute(select(*table.primary_key).where(which).limit(most))]
    if found:
        connection.execute(delete(table).where(keys.in_(found)))
    return len(found)
