"""Who is at a site today, what is known of each, and what reception has done for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from central.lost import WaitingRule
from central.store import changes
from central.store.changes import Change
from central.store.database import insert
from central.store.desk import Way
from central.store.tables import annulled, appointment, arrival, care, fact, matched, waiting_rule
from kiosk.checkin.facts import FactKind, Verdict
from kiosk.checkin.hybrid_clock import ClockQuality

COMING = (
    FactKind.CHECKED_IN,
    FactKind.UNMATCHED,
    FactKind.WALKED_IN,
    FactKind.SENT_TO_DESK,
    FactKind.NOTED_EARLY,
    FactKind.HELP_CALLED,
)
"""The kinds of facts that tell of somebody who is here."""
LATE = timedelta(minutes=2)
"""A fact that took longer to come was recorded while the kiosk could not reach the centre."""


class Source(StrEnum):
    """How the centre came to know of somebody."""

    REGISTERED = "registered"
    OFFLINE = "offline"
    UNMATCHED = "unmatched"
    WALK_IN = "walk-in"
    DESK = "desk"
    PHONE = "phone"
    SENT = "sent-to-desk"
    EARLY = "early"
    HELP = "help"


class Here(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is here, without a word on who.

    ``fact`` tells of their coming. ``area`` is empty where nobody knows where they sit. ``reason`` is the kiosk's own
    code. ``about`` is the appointment that the fact names, ``appointment`` the same where the centre knows it.
    ``sealed`` says that who it is can be shown, ``doubtful`` that the kiosk's clock could not be believed, and
    ``stands`` that this check-in is the arrival. ``language`` is that in which they used the kiosk.
    """

    fact: str
    source: Source
    number: str
    arrived_at: datetime
    received_at: datetime
    offline: bool
    kiosk: str
    area: str
    service: str = ""
    reason: str = ""
    about: str = ""
    appointment: str = ""
    unit: str = ""
    starts: datetime | None = None
    practitioner: str = ""
    protected: bool = False
    sealed: bool = False
    doubtful: bool = False
    seen_at: datetime | None = None
    seen_by: str = ""
    taken_in_at: datetime | None = None
    taken_in_by: str = ""
    annulled_at: datetime | None = None
    matched_to: str = ""
    stands: bool = False
    language: str = ""


class _Details(msgspec.Struct, frozen=True):
    number: str = ""
    reason: str = ""
    service: str = ""
    sealed: str = ""
    language: str = ""


_DETAILS = msgspec.json.Decoder(_Details)


@dataclass(frozen=True)
class Done:
    """Whether something was done now, or who had done it before, and when."""

    now: bool
    at: datetime
    by: str


def here(connection: Connection, site: str, since: datetime) -> list[Here]:
    """Those who came to a site since then, in the order of their coming.

    Left out are check-ins that were taken back or are in conflict with an arrival, and those who were found.
    """
    rows = connection.execute(
        _stated().where(
            fact.c.site == site,
            fact.c.kind.in_([kind.value for kind in COMING]),
            fact.c.happened_at >= since,
            fact.c.verdict == Verdict.RECORDED.value,
            annulled.c.fact.is_(None),
            matched.c.fact.is_(None),
        )
    )
    return sorted((_read(row) for row in rows), key=lambda one: (one.arrived_at, one.fact))


def one(connection: Connection, site: str, name: str) -> Here:
    """Somebody, by the fact of their coming, whatever has become of it since. Raises ``LookupError``."""
    kinds = [kind.value for kind in COMING]
    there = (fact.c.site == site) & (fact.c.id == name) & fact.c.kind.in_(kinds)
    row = connection.execute(_stated().where(there)).first()
    if row is None:
        raise LookupError(name)
    return _read(row)


def acknowledge(connection: Connection, site: str, name: str, by: str, now: datetime) -> Done:
    """Note that somebody's coming was seen; the first one stands. Raises ``LookupError``."""
    return _care(connection, site, name, "seen", by, now)


def take_in(connection: Connection, site: str, name: str, by: str, now: datetime) -> Done:
    """Note that somebody waits no longer: they were called or fetched. That they were seen goes without saying."""
    _care(connection, site, name, "seen", by, now)
    return _care(connection, site, name, "taken_in", by, now)


def put_back(connection: Connection, site: str, name: str) -> bool:
    """Let somebody who was taken in by mistake wait on; ``False`` where nobody was."""
    there = (care.c.site == site) & (care.c.fact == name) & care.c.taken_in_at.is_not(None)
    done = connection.execute(update(care).where(there).values(taken_in_at=None, taken_in_by=None)).rowcount == 1
    if done:
        stir(connection, site)
    return done


def belongs(connection: Connection, site: str, name: str) -> None:
    """Raises ``LookupError`` where the fact is none of this site's."""
    if connection.execute(select(fact.c.id).where(fact.c.id == name, fact.c.site == site)).first() is None:
        raise LookupError(name)


def stir(connection: Connection, site: str) -> None:
    """Wake whoever follows the site: something has changed that only staff see."""
    changes.note(connection, {site: [Change(changes.DESK, changes.DESK)]})


def rule(connection: Connection, site: str) -> WaitingRule:
    """The patience of a site."""
    row = connection.execute(select(waiting_rule).where(waiting_rule.c.site == site)).first()
    if row is None:
        return WaitingRule()
    return WaitingRule(timedelta(minutes=row.unseen_minutes), timedelta(minutes=row.overdue_minutes))


def set_rule(connection: Connection, site: str, new: WaitingRule) -> None:
    """Give a site its own patience."""
    values = {"unseen_minutes": _minutes(new.unseen_after), "overdue_minutes": _minutes(new.overdue_after)}
    row = insert(connection, waiting_rule).values(site=site, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[waiting_rule.c.site], set_=values))
    stir(connection, site)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _care(connection: Connection, site: str, name: str, what: str, by: str, now: datetime) -> Done:
    one(connection, site, name)
    empty = {"seen_at": None, "seen_by": None, "taken_in_at": None, "taken_in_by": None}
    connection.execute(insert(connection, care).on_conflict_do_nothing(), [{"fact": name, "site": site, **empty}])
    at, who = care.c[f"{what}_at"], care.c[f"{what}_by"]
    open_still = (care.c.fact == name) & at.is_(None)
    written = connection.execute(update(care).where(open_still).values({at: now, who: by})).rowcount == 1
    if written:
        stir(connection, site)
    held = connection.execute(select(at.label("at"), who.label("by")).where(care.c.fact == name)).one()
    return Done(written, held.at, held.by)


def _stated() -> Any:
    same = (appointment.c.site == fact.c.site) & (appointment.c.id == fact.c.about)
    known: Iterable[Any] = (
        *(appointment.c.unit, appointment.c.area, appointment.c.starts, appointment.c.practitioner),
        *(appointment.c.protected, arrival.c.at.label("arrival_at"), annulled.c.at.label("annulled_at")),
        *(care.c.seen_at, care.c.seen_by, care.c.taken_in_at, care.c.taken_in_by),
        matched.c.appointment.label("matched_to"),
    )
    return (
        select(*fact.c, *known)
        .join_from(fact, appointment, same, isouter=True)
        .join(arrival, arrival.c.fact == fact.c.id, isouter=True)
        .join(annulled, annulled.c.fact == fact.c.id, isouter=True)
        .join(care, care.c.fact == fact.c.id, isouter=True)
        .join(matched, matched.c.fact == fact.c.id, isouter=True)
    )


def _read(row: Row[Any]) -> Here:
    details = _DETAILS.decode(row.details)
    return Here(
        fact=row.id,
        source=_source(row),
        number=details.number,
        arrived_at=row.arrival_at or row.happened_at,
        received_at=row.received_at,
        offline=row.received_at - row.happened_at > LATE and not row.kiosk.startswith("@"),
        kiosk=row.kiosk,
        area=row.area or "",
        service=details.service,
        reason=details.reason,
        about=row.about or "",
        appointment=row.about if row.unit is not None else "",
        unit=row.unit or "",
        starts=row.starts,
        practitioner=row.practitioner or "",
        protected=bool(row.protected),
        sealed=bool(details.sealed),
        doubtful=row.clock == ClockQuality.DOUBTFUL.value and row.offset_ms is None,
        seen_at=row.seen_at,
        seen_by=row.seen_by or "",
        taken_in_at=row.taken_in_at,
        taken_in_by=row.taken_in_by or "",
        annulled_at=row.annulled_at,
        matched_to=row.matched_to or "",
        stands=row.arrival_at is not None,
        language=details.language,
    )


def _source(row: Row[Any]) -> Source:
    of_kind = {
        FactKind.UNMATCHED: Source.UNMATCHED,
        FactKind.WALKED_IN: Source.WALK_IN,
        FactKind.SENT_TO_DESK: Source.SENT,
        FactKind.NOTED_EARLY: Source.EARLY,
        FactKind.HELP_CALLED: Source.HELP,
    }
    if row.kind in of_kind:
        return of_kind[FactKind(row.kind)]
    for way, source in ((Way.DESK, Source.DESK), (Way.PHONE, Source.PHONE)):
        if row.kiosk == way.kiosk:
            return source
    return Source.OFFLINE if row.received_at - row.happened_at > LATE else Source.REGISTERED
