"""What staff should know of, besides arrivals: who was sent where, who is not in the roster, who needs help."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select

from central import misdirected
from central.misdirected import Misdirected, Pattern
from central.store.tables import EMPTY, appointment, fact
from kiosk.checkin.facts import FactKind

KINDS = (
    FactKind.UNMATCHED,
    FactKind.NOTED_EARLY,
    FactKind.SENT_TO_DESK,
    FactKind.WRONG_PLACE,
    FactKind.CONTACT_CORRECTED,
    FactKind.HELP_CALLED,
)
PATTERN = "wrong-unit-pattern"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One notice, without a word on who it is about; ``sealed`` tells that ``central unseal`` can say so.

    ``site`` and ``kiosk`` are where it happened; ``right_site`` is where a client should have gone; ``claim`` is how
    they said who they are, of kinds that this centre need not know. A pattern has no kiosk: ``reason`` is what its
    clients have in common, ``about`` which one, and ``facts`` are theirs.
    """

    kind: str
    site: str
    at: datetime
    received_at: datetime | None = None
    kiosk: str | None = None
    fact: str | None = None
    reason: str | None = None
    number: str | None = None
    claim: str | None = None
    appointment: str | None = None
    right_site: str | None = None
    sealed: bool = False
    about: str | None = None
    sites: list[str] = []
    facts: list[str] = []
    until: datetime | None = None


class WalkIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who came without a booking."""

    site: str
    service: str
    number: str
    at: datetime
    received_at: datetime
    kiosk: str
    fact: str


class _Details(msgspec.Struct, frozen=True):
    reason: str | None = None
    number: str | None = None
    claim: str | None = None
    appointment: str | None = None
    sealed: str = ""
    service: str = ""


_DETAILS = msgspec.json.Decoder(_Details)


def listed(connection: Connection, site: str | None, kinds: Iterable[str] = KINDS) -> list[Notice]:
    """The notices that concern a site, or all, in the order in which things happened; then the patterns in them."""
    found = [_notice(row) for row in connection.execute(_of_kinds(kinds, site))]
    if FactKind.WRONG_PLACE not in set(kinds):
        return found
    alarms = [_alarm(pattern) for pattern in misdirected.patterns(wrong_places(connection))]
    return found + [one for one in alarms if site is None or site in one.sites]


def walk_ins(connection: Connection, site: str | None) -> list[WalkIn]:
    """Those who came without a booking, of one site or of all."""
    return [_walk_in(row) for row in connection.execute(_of_kinds([FactKind.WALKED_IN], site))]


def wrong_places(connection: Connection, since: datetime | None = None) -> list[Misdirected]:
    """Who came to a wrong place, with what their reminders had said."""
    here = (appointment.c.id == fact.c.about) & (appointment.c.site == fact.c.elsewhere)
    place = (fact.c.site, fact.c.elsewhere, appointment.c.unit, appointment.c.reminder_unit)
    columns = (fact.c.id, fact.c.happened_at, *place)
    statement = (
        select(*columns)
        .join_from(fact, appointment, here, isouter=True)
        .where(fact.c.kind == FactKind.WRONG_PLACE.value)
    )
    if since is not None:
        statement = statement.where(fact.c.happened_at >= since)
    return [
        Misdirected(
            fact=row.id,
            at=row.happened_at,
            site=row.site,
            right_site=row.elsewhere or "",
            reminder_unit=row.reminder_unit if row.reminder_unit and row.reminder_unit != row.unit else "",
        )
        for row in connection.execute(statement)
    ]


def sealed(connection: Connection, name: str) -> str:
    """What a fact holds sealed. Raises ``LookupError`` where there is no such fact, or nothing sealed in it."""
    details = connection.execute(select(fact.c.details).where(fact.c.id == name)).scalar()
    found = "" if details is None else _DETAILS.decode(details).sealed
    if not found:
        raise LookupError(name)
    return found


def _of_kinds(kinds: Iterable[str], site: str | None) -> Select[tuple[object, ...]]:
    statement = select(fact).where(fact.c.kind.in_([str(kind) for kind in kinds]), fact.c.details != EMPTY)
    if site is not None:
        statement = statement.where((fact.c.site == site) | (fact.c.elsewhere == site))
    return statement.order_by(fact.c.happened_at, fact.c.ordering, fact.c.kiosk, fact.c.seq)


def _notice(row: Row[Any]) -> Notice:
    details = _DETAILS.decode(row.details)
    return Notice(
        kind=row.kind,
        site=row.site,
        at=row.happened_at,
        received_at=row.received_at,
        kiosk=row.kiosk,
        fact=row.id,
        reason=details.reason,
        number=details.number,
        claim=details.claim,
        appointment=details.appointment,
        right_site=row.elsewhere,
        sealed=bool(details.sealed),
    )


def _walk_in(row: Row[Any]) -> WalkIn:
    details = _DETAILS.decode(row.details)
    return WalkIn(
        site=row.site,
        service=details.service,
        number=details.number or "",
        at=row.happened_at,
        received_at=row.received_at,
        kiosk=row.kiosk,
        fact=row.id,
    )


def _alarm(pattern: Pattern) -> Notice:
    return Notice(
        kind=PATTERN,
        site=pattern.facts[0].site,
        at=pattern.facts[0].at,
        until=pattern.facts[-1].at,
        reason=pattern.scope,
        about=pattern.about,
        sites=sorted(pattern.sites),
        facts=[one.fact for one in pattern.facts],
    )
