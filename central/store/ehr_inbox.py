"""What health record systems tell of their appointments, kept in one transaction with how far they were read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from central.store import roster
from central.store.database import chunks, insert
from central.store.roster import Booking
from central.store.tables import appointment, ehr_link, ehr_refused


@dataclass(frozen=True)
class Taken:
    """One appointment of a record as it is to be kept here; ``booking`` is ``None`` where there is no visit any more.

    ``name`` is its id here, ``site`` where it is; both empty where it never was a visit to a site of ours.
    """

    remote: str
    version: str
    updated: datetime | None
    status: str
    site: str = ""
    name: str = ""
    booking: Booking | None = None
    sealed: str | None = None


@dataclass(frozen=True)
class Link:
    """What is known of an appointment of a record."""

    site: str
    appointment: str
    version: str
    updated: datetime | None
    status: str


def links(connection: Connection, ehr: str, remotes: Sequence[str]) -> dict[str, Link]:
    """Those of the record's appointments that are known here, by their ids there."""
    found: dict[str, Link] = {}
    for some in chunks(sorted(set(remotes))):
        statement = select(ehr_link).where(ehr_link.c.ehr == ehr, ehr_link.c.remote.in_(some))
        for row in connection.execute(statement):
            found[row.remote] = Link(row.site, row.appointment, row.version, row.updated, row.status)
    return found


def status_of(connection: Connection, ehr: str, remotes: Sequence[str]) -> Mapping[str, str]:
    """What the record last said of these."""
    return {name: link.status for name, link in links(connection, ehr, remotes).items()}


def take(connection: Connection, ehr: str, taken: Sequence[Taken]) -> int:
    """Keep what a record told; how many appointments that changed. What is older than what is known is left aside."""
    before = links(connection, ehr, [one.remote for one in taken])
    newest = {one.remote: one for one in taken if not _stale(before.get(one.remote), one)}
    changed = 0
    by_site: dict[str, list[Booking]] = {}
    kept: list[dict[str, Any]] = []
    for one in newest.values():
        link = before.get(one.remote)
        if link is not None and (one.booking is None or link.site != one.site):
            changed += _cancel(connection, link)
        if one.booking is not None:
            by_site.setdefault(one.site, []).append(one.booking)
        where = (one.site, one.name) if one.booking is not None or link is None else (link.site, link.appointment)
        if where[0]:
            kept.append(_row(ehr, one, *where))
    for site, bookings in sorted(by_site.items()):
        loaded = roster.load(connection, site, bookings)
        changed += loaded.new + loaded.changed
    _keep(connection, kept)
    _forgive(connection, ehr, list(newest))
    return changed


def refuse(connection: Connection, ehr: str, refused: Mapping[str, str], now: datetime) -> None:
    """Note appointments that could not be taken, and why."""
    statement = insert(connection, ehr_refused)
    again = {"reason": statement.excluded.reason, "at": statement.excluded.at}
    rows = [{"ehr": ehr, "remote": name, "reason": why[:400], "at": now} for name, why in sorted(refused.items())]
    if rows:
        kept = statement.on_conflict_do_update(index_elements=list(ehr_refused.primary_key), set_=again)
        connection.execute(kept, rows)


def owner_elsewhere(connection: Connection, ehr: str, site: str, names: Sequence[str]) -> set[str]:
    """Those of these ids at a site under which another record, or a seed, has an appointment already."""
    taken: set[str] = set()
    for some in chunks(sorted(set(names))):
        there = select(appointment.c.id).where(appointment.c.site == site, appointment.c.id.in_(some))
        mine = select(ehr_link.c.appointment).where(
            ehr_link.c.ehr == ehr, ehr_link.c.site == site, ehr_link.c.appointment.in_(some)
        )
        others = select(ehr_link.c.appointment).where(
            ehr_link.c.ehr != ehr, ehr_link.c.site == site, ehr_link.c.appointment.in_(some)
        )
        linked = set(connection.execute(others).scalars())
        taken |= (set(connection.execute(there).scalars()) & linked) - set(connection.execute(mine).scalars())
    return taken


def _stale(link: Link | None, one: Taken) -> bool:
    if link is None or link.updated is None or one.updated is None:
        return False
    return one.updated < link.updated


def _cancel(connection: Connection, link: Link) -> int:
    try:
        return int(roster.cancel(connection, link.site, link.appointment))
    except LookupError:
        return 0


def _row(ehr: str, one: Taken, site: str, name: str) -> dict[str, Any]:
    key = {"ehr": ehr, "remote": one.remote, "site": site, "appointment": name}
    said = {"version": one.version[:128], "updated": one.updated, "status": one.status}
    return key | said | {"sealed": one.sealed}


def _keep(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    statement = insert(connection, ehr_link)
    replaced: dict[str, Any] = {
        column.name: statement.excluded[column.name] for column in ehr_link.c if not column.primary_key
    }
    # What came without anything to repeat leaves what was kept before.
    replaced["sealed"] = func.coalesce(statement.excluded.sealed, ehr_link.c.sealed)
    kept = statement.on_conflict_do_update(index_elements=list(ehr_link.primary_key), set_=replaced)
    connection.execute(kept, [dict(row) for row in rows])


def _forgive(connection: Connection, ehr: str, remotes: Sequence[str]) -> None:
    for some in chunks(remotes):
        connection.execute(delete(ehr_refused).where(ehr_refused.c.ehr == ehr, ehr_refused.c.remote.in_(some)))
