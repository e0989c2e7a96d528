"""What the centre has, for people and scripts to look at."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from central.store.tables import EMPTY, annulled, appointment, arrival, closed_conflict, fact, parked
from kiosk.checkin.facts import FactKind, Verdict


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """One check-in that the centre holds: an arrival, or one that was in conflict with an arrival.

    ``arrived_at`` is the arrival's time, the earliest trusted one of all its check-ins, which ``time_from`` names; of a
    conflict it is when that one happened. ``kiosk_at`` is what the kiosk's wall clock showed, ``clock`` how far that
    was to be believed and ``offset_ms`` by how much it was ahead. ``matched`` says that the centre knows the
    appointment; ``printed`` is ``None`` while nothing was said of a slip. ``annulled_at`` is set where staff took it
    back: then the same appointment may have another arrival. ``against`` is the check-in that a conflict is in conflict
    with, ``closed_at`` when a person has looked into that.
    """

    site: str
    appointment: str
    number: str
    arrived_at: datetime
    received_at: datetime
    kiosk: str
    fact: str
    receipt: str
    verdict: str
    matched: bool
    status: str | None
    printed: bool | None
    annulled_at: datetime | None
    kiosk_at: datetime
    clock: str
    offset_ms: int | None
    time_from: str
    against: str | None = None
    closed_at: datetime | None = None
    conflicts: list["Arrived"] = []


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A refused fact, by what may be shown of it."""

    site: str
    kiosk: str
    received_at: datetime
    reason: str
    bytes: int


class _Number(msgspec.Struct, frozen=True):
    number: str


_NUMBER = msgspec.json.Decoder(_Number)


def arrivals(connection: Connection, site: str | None) -> list[Arrived]:
    """All arrivals, of one site or of all, by the time at which people arrived; each with its conflicts."""
    same = (appointment.c.site == fact.c.site) & (appointment.c.id == fact.c.about)
    columns = (
        *(*fact.c, appointment.c.status, annulled.c.at.label("annulled_at"), closed_conflict.c.closed_at),
        *(arrival.c.at.label("arrival_at"), arrival.c.at_fact),
    )
    statement = (
        select(*columns)
        .join_from(fact, appointment, same, isouter=True)
        .join(annulled, annulled.c.fact == fact.c.id, isouter=True)
        .join(arrival, arrival.c.fact == fact.c.id, isouter=True)
        .join(closed_conflict, closed_conflict.c.fact == fact.c.id, isouter=True)
        .where(fact.c.kind == FactKind.CHECKED_IN.value, fact.c.details != EMPTY)
        .order_by(func.coalesce(arrival.c.at, fact.c.happened_at), fact.c.ordering, fact.c.kiosk, fact.c.seq)
    )
    printed = _printed(connection)
    listed: list[Arrived] = []
    conflicts: list[Arrived] = []
    for row in connection.execute(statement if site is None else statement.where(fact.c.site == site)):
        one = Arrived(
            site=row.site,
            appointment=row.about,
            number=_NUMBER.decode(row.details).number,
            arrived_at=row.arrival_at or row.happened_at,
            received_at=row.received_at,
            kiosk=row.kiosk,
            fact=row.id,
            receipt=row.receipt,
            verdict=row.verdict,
            matched=row.status is not None,
            status=row.status,
            printed=printed.get(row.id),
            annulled_at=row.annulled_at,
            kiosk_at=row.at,
            clock=row.clock,
            offset_ms=row.offset_ms,
            time_from=row.at_fact or row.id,
            against=row.against,
            closed_at=row.closed_at,
            conflicts=[],
        )
        (conflicts if row.verdict == Verdict.CONFLICT.value else listed).append(one)
    of_appointment: dict[tuple[str, str], list[Arrived]] = {}
    for one in listed:
        of_appointment.setdefault((one.site, one.appointment), []).append(one)
    for one in conflicts:
        if arrived := of_appointment.get((one.site, one.appointment)):
            # Else the arrival is forgotten, and this one will be.
            _with(arrived, one).conflicts.append(one)
    return listed


def refused(connection: Connection, site: str | None) -> list[Parked]:
    """The refused facts that are parked, oldest first."""
    columns = (parked.c.site, parked.c.kiosk, parked.c.received_at, parked.c.reason)
    statement = select(*columns, func.length(parked.c.raw).label("bytes")).order_by(parked.c.received_at)
    rows = connection.execute(statement if site is None else statement.where(parked.c.site == site))
    return [
        Parked(site=row.site, kiosk=row.kiosk, received_at=row.received_at, reason=row.reason, bytes=row.bytes)
        for row in rows
    ]


def _with(arrived: Sequence[Arrived], conflict: Arrived) -> Arrived:
    """The arrival that a conflict is in conflict with."""
    return next((one for one in arrived if one.fact == conflict.against), arrived[0])


def _printed(connection: Connection) -> dict[str, bool]:
    kinds = {FactKind.TICKET_PRINTED.value: True, FactKind.PRINT_FAILED.value: False}
    statement = select(fact.c.about, fact.c.kind).where(fact.c.kind.in_(kinds), fact.c.about.is_not(None))
    return {row.about: kinds[row.kind] for row in connection.execute(statement.order_by(fact.c.ordering, fact.c.seq))}
