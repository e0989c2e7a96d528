"""What the centre has, for people and scripts to look at."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from central.store.tables import annulled, appointment, fact, parked
from kiosk.checkin.facts import FactKind, Verdict


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """One check-in that the centre holds: an arrival, or one that was in conflict with an earlier arrival.

    ``matched`` says that the centre knows the appointment; ``printed`` is ``None`` while nothing was said of a slip.
    ``annulled_at`` is set where staff took it back: then the same appointment may have another arrival.
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


def arrivals(connection: Connection, site: str | None) -> list[Arrived]:
    """All arrivals, of one site or of all, in the order in which they came in; each with its conflicts."""
    same = (appointment.c.site == fact.c.site) & (appointment.c.id == fact.c.about)
    columns = (*fact.c, appointment.c.status, annulled.c.at.label("annulled_at"))
    statement = (
        select(*columns)
        .join_from(fact, appointment, same, isouter=True)
        .join(annulled, annulled.c.fact == fact.c.id, isouter=True)
        .where(fact.c.kind == FactKind.CHECKED_IN.value)
        .order_by(fact.c.received_at, fact.c.kiosk, fact.c.seq)
    )
    printed = _printed(connection)
    listed: list[Arrived] = []
    conflicts: list[Arrived] = []
    for row in connection.execute(statement if site is None else statement.where(fact.c.site == site)):
        one = Arrived(
            site=row.site,
            appointment=row.about,
            number=msgspec.json.decode(row.details, type=_Number).number,
            arrived_at=row.at,
            received_at=row.received_at,
            kiosk=row.kiosk,
            fact=row.id,
            receipt=row.receipt,
            verdict=row.verdict,
            matched=row.status is not None,
            status=row.status,
            printed=printed.get(row.id),
            annulled_at=row.annulled_at,
            conflicts=[],
        )
        (conflicts if row.verdict == Verdict.CONFLICT.value else listed).append(one)
    of_appointment: dict[tuple[str, str], list[Arrived]] = {}
    for one in listed:
        of_appointment.setdefault((one.site, one.appointment), []).append(one)
    for one in conflicts:
        _with(of_appointment[one.site, one.appointment], one).conflicts.append(one)
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
    """The arrival that a conflict was in conflict with: both were annulled together, or neither."""
    return next((one for one in arrived if one.annulled_at == conflict.annulled_at), arrived[0])


def _printed(connection: Connection) -> dict[str, bool]:
    kinds = {FactKind.TICKET_PRINTED.value: True, FactKind.PRINT_FAILED.value: False}
    statement = select(fact.c.about, fact.c.kind).where(fact.c.kind.in_(kinds), fact.c.about.is_not(None))
    return {row.about: kinds[row.kind] for row in connection.execute(statement.order_by(fact.c.at, fact.c.seq))}
