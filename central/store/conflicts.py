"""Conflicts: check-ins of an appointment that had an arrival. A person looks into each; none is ever deleted."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from central.arrivals import Reason
from central.store.database import insert
from central.store.tables import EMPTY, annulled, closed_conflict, fact
from kiosk.checkin.facts import FactKind


class State(StrEnum):
    """What has become of a conflict."""

    OPEN = "open"
    CLOSED = "closed"
    """A person has looked into it."""
    ANNULLED = "annulled"
    """Staff took the check-in back."""


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """One conflict, with both facts: the check-in ``id`` and the one of the arrival, ``against``.

    ``happened_at`` and ``against_at`` are when each happened, as far as the centre can tell; ``clock`` is how far the
    clock could be believed that showed the first.
    """

    id: str
    site: str
    appointment: str
    number: str
    kiosk: str
    happened_at: datetime
    clock: str
    received_at: datetime
    against: str
    against_number: str
    against_kiosk: str
    against_at: datetime
    state: State
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str | None = None


class _Number(msgspec.Struct, frozen=True):
    number: str = ""


_NUMBER = msgspec.json.Decoder(_Number)


def listed(
    connection: Connection, site: str | None, *, all_of_them: bool = False, since: datetime | None = None
) -> list[Conflict]:
    """The open conflicts, or all, of one site or of every one, by the time at which they happened."""
    other = fact.alias("other")
    columns = (
        *fact.c,
        *(other.c.details.label("other_details"), other.c.kiosk.label("other_kiosk")),
        *(other.c.happened_at.label("other_at"), annulled.c.at.label("annulled_at")),
        *(closed_conflict.c.closed_at, closed_conflict.c.closed_by, closed_conflict.c.note),
    )
    statement = (
        select(*columns)
        .join_from(fact, other, other.c.id == fact.c.against)
        .join(annulled, annulled.c.fact == fact.c.id, isouter=True)
        .join(closed_conflict, closed_conflict.c.fact == fact.c.id, isouter=True)
        .where(fact.c.reason == Reason.ALREADY_ARRIVED.value, fact.c.details != EMPTY)
        .order_by(fact.c.happened_at, fact.c.ordering, fact.c.kiosk, fact.c.seq)
    )
    if site is not None:
        statement = statement.where(fact.c.site == site)
    if since is not None:
        # The kind is no news of a conflict: it is what the index begins with.
        statement = statement.where(fact.c.kind == FactKind.CHECKED_IN.value, fact.c.happened_at >= since)
    if not all_of_them:
        statement = statement.where(closed_conflict.c.fact.is_(None), annulled.c.fact.is_(None))
    return [_conflict(row) for row in connection.execute(statement)]


def close(connection: Connection, conflict: str, by: str, note: str, now: datetime) -> bool:
    """Note that a person has looked into a conflict; ``False`` where one had before, whose note stands.

    Raises ``LookupError`` where there is no such conflict.
    """
    known = (fact.c.id == conflict) & (fact.c.reason == Reason.ALREADY_ARRIVED.value)
    site = connection.execute(select(fact.c.site).where(known)).scalar()
    if site is None:
        raise LookupError(conflict)
    row = {"fact": conflict, "site": site, "closed_at": now, "closed_by": by, "note": note}
    return connection.execute(insert(connection, closed_conflict).on_conflict_do_nothing(), [row]).rowcount == 1


def _conflict(row: Row[Any]) -> Conflict:
    state = State.OPEN if row.annulled_at is None else State.ANNULLED
    return Conflict(
        id=row.id,
        site=row.site,
        appointment=row.about,
        number=_number(row.details),
        kiosk=row.kiosk,
        happened_at=row.happened_at,
        clock=row.clock,
        received_at=row.received_at,
        against=row.against,
        against_number=_number(row.other_details),
        against_kiosk=row.other_kiosk,
        against_at=row.other_at,
        state=state if row.closed_at is None else State.CLOSED,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        note=row.note,
    )


def _number(details: str) -> str:
    return _NUMBER.decode(details).number
