"""The change log of each site: numbered without gaps in the order of commits, which a plain sequence is not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, case, or_, select

from central.store import bulk
from central.store.database import chunks
from central.store.tables import annulled, appointment, arrival, change, queue, roster, site
from kiosk.checkin.appointment import Channel, Status
from kiosk.sync.messages import AppointmentRecord, GoneRecord, QueueRecord, Record, SiteRecord

_SITE_RECORD = msgspec.json.Decoder(SiteRecord)

SITE, APPOINTMENT, QUEUE = "site", "appointment", "queue"
DESK = "desk"
"""Something that only staff see: it wakes who follows the site, and no kiosk is told of it."""


class Change(msgspec.Struct, frozen=True):
    """One thing that changed. ``was`` is where an appointment stood in time before, if anywhere else."""

    kind: str
    key: str
    was: datetime | None = None


@dataclass(frozen=True)
class Window:
    """The moments, all but the last midnights, whose appointments a kiosk is sent.

    Of its own site all from ``today`` on before ``far``; beyond these, from ``begins`` on before ``ends``, only what
    can still answer "which day?": booked visits on site, and of the past ones those to which nobody came. Of other
    sites those from ``today`` on before ``tomorrow``.
    """

    begins: datetime
    today: datetime
    tomorrow: datetime
    far: datetime
    ends: datetime

    def may_hold(self, moment: datetime | None, *, here: bool) -> bool:
        """Whether an appointment at this moment, of this site or of another one, may have been sent."""
        if moment is None:
            return False
        return self.begins <= moment < self.ends if here else self.today <= moment < self.tomorrow


@dataclass(frozen=True)
class Found:
    """Records, the place up to which they tell everything, and whether there is more beyond it."""

    records: Sequence[Record]
    place: int
    more: bool


_RAISE = {
    "sqlite": """
UPDATE site SET last_change = last_change + told.value FROM json_each(?) AS told WHERE site.id = told.key
RETURNING site.id, site.last_change""",
    # In the order of their names, so that two transactions wait for each other in one direction only.
    "postgresql": """
WITH told AS (SELECT * FROM unnest(%s::text[], %s::bigint[]) AS told (id, count)),
held AS (SELECT site.id FROM site JOIN told ON told.id = site.id ORDER BY site.id FOR UPDATE OF site)
UPDATE site SET last_change = last_change + told.count FROM told JOIN held ON held.id = told.id WHERE site.id = told.id
RETURNING site.id, site.last_change""",
}


def note(connection: Connection, changes: Mapping[str, Sequence[Change]]) -> None:
    """Log the changes of each site. The row of the site is locked till the commit, so numbers follow commits."""
    counts = {name: len(told) for name, told in changes.items() if told}
    if not counts:
        return
    dialect = connection.dialect.name
    given = (msgspec.json.encode(counts).decode(),) if dialect == "sqlite" else (list(counts), list(counts.values()))
    last = {str(name): int(place) for name, place in connection.exec_driver_sql(_RAISE[dialect], given)}
    rows = [
        {"site": name, "seq": seq, "kind": one.kind, "key": one.key, "was": one.was}
        for name in sorted(counts)
        for seq, one in enumerate(changes[name], last[name] - counts[name] + 1)
    ]
    try:
        bulk.add(connection, change, rows)
    except bulk.TakenError as error:
        raise RuntimeError("changes of a site are numbered twice") from error


def places(connection: Connection) -> dict[str, int]:
    """The number of the last change of every site: one small query, cheap enough to ask again and again."""
    return {row.id: row.last_change for row in connection.execute(select(site.c.id, site.c.last_change))}


def since(connection: Connection, name: str, place: int, window: Window, limit: int) -> Found:
    """The newest state of what changed after ``place``, looking at no more than ``limit`` changes."""
    statement = select(change).where(change.c.site == name, change.c.seq > place).order_by(change.c.seq)
    rows = connection.execute(statement.limit(limit + 1)).all()
    looked_at = rows[:limit]
    records: list[Record] = []
    if any(row.kind == SITE for row in looked_at):
        records.append(rules(connection, name))
    counted = {row.key for row in looked_at if row.kind == QUEUE}
    records.extend(record for record in queues(connection, name) if record.service in counted)
    # A later change of the same key comes later in the log, and its newest state is told once.
    earlier: dict[str, set[datetime | None]] = {}
    for row in looked_at:
        if row.kind == APPOINTMENT:
            earlier.setdefault(row.key, set()).add(row.was)
    now = {record.id: record for record in _appointments(connection, name, earlier, window)}
    here = _starts_here(connection, name, earlier.keys() - now.keys())
    for key, moments in earlier.items():
        # Where it stands counts too: a past visit is no longer told once an arrival for it has come late.
        if key in now:
            records.append(now[key])
        elif any(window.may_hold(moment, here=key in here) for moment in (*moments, here.get(key))):
            records.append(GoneRecord(id=key))
    return Found(records, looked_at[-1].seq if looked_at else place, len(rows) > limit)


@dataclass(frozen=True)
class Part:
    """A piece of a snapshot; ``after`` is where the next one begins, ``None`` where there is none."""

    records: Sequence[AppointmentRecord]
    after: str | None


def snapshot(connection: Connection, name: str, after: str | None, window: Window, limit: int) -> Part:
    """Up to ``limit`` appointments of the window in the order of their ids, after the id ``after``."""
    inside = _stated(name, window)
    if after is not None:
        inside = inside.where(roster.c.appointment > after)
    rows = connection.execute(inside.limit(limit)).all()
    return Part(_records(connection, name, rows), rows[-1].id if len(rows) == limit else None)


def queues(connection: Connection, name: str) -> list[QueueRecord]:
    """The queues of a site."""
    rows = connection.execute(select(queue).where(queue.c.site == name).order_by(queue.c.service))
    return [QueueRecord(service=row.service, waiting=row.waiting, minutes=row.minutes, as_of=row.as_of) for row in rows]


def rules(connection: Connection, name: str) -> SiteRecord:
    """The rules of a site. Raises ``LookupError`` where the centre has no such site."""
    text = connection.execute(select(site.c.rules).where(site.c.id == name)).scalar()
    if text is None:
        raise LookupError(name)
    return _SITE_RECORD.decode(text)


def _appointments(connection: Connection, name: str, keys: Iterable[str], window: Window) -> list[AppointmentRecord]:
    found: list[AppointmentRecord] = []
    for some in chunks(sorted(keys)):
        rows = connection.execute(_stated(name, window).where(roster.c.appointment.in_(some))).all()
        found.extend(_records(connection, name, rows))
    return found


def _starts_here(connection: Connection, name: str, keys: Iterable[str]) -> dict[str, datetime]:
    """When those of the appointments start that are at the site itself."""
    found: dict[str, datetime] = {}
    for some in chunks(sorted(keys)):
        here = (appointment.c.site == name) & appointment.c.id.in_(some)
        rows = connection.execute(select(appointment.c.id, appointment.c.starts).where(here))
        found.update((row.id, row.starts) for row in rows)
    return found


def _stated(name: str, window: Window) -> Select[tuple[object, ...]]:
    """What a site's kiosks may read. Of appointments with one id its own comes first, as nearer to its clients."""
    same = (appointment.c.site == roster.c.site) & (appointment.c.id == roster.c.appointment)
    here = roster.c.site == roster.c.reader
    arrived = (arrival.c.site == roster.c.site) & (arrival.c.appointment == roster.c.appointment) & here
    starts = roster.c.starts
    booked = (appointment.c.status == Status.BOOKED.value) & (appointment.c.channel == Channel.ON_SITE.value)
    missed = (starts < window.today) & arrival.c.number.is_(None)
    today = (starts >= window.today) & (starts < window.tomorrow)
    own = here & (starts >= window.begins) & (starts < window.ends)
    near = (starts >= window.tomorrow) & (starts < window.far)
    in_time = or_(today, own & or_(near, booked & or_(missed, starts >= window.far)))
    return (
        select(*appointment.c, roster.c.people, arrival.c.number)
        .join_from(roster, appointment, same)
        .join(arrival, arrived, isouter=True)
        .where(roster.c.reader == name, in_time)
        .order_by(roster.c.appointment, case((here, 0), else_=1), roster.c.site)
    )


def _records(connection: Connection, name: str, rows: Sequence[Row[Any]]) -> list[AppointmentRecord]:
    first: dict[str, Row[Any]] = {}
    for row in rows:
        first.setdefault(row.id, row)
    taken_back: dict[str, list[str]] = {}
    for some in chunks([row.id for row in first.values() if row.site == name]):
        statement = select(annulled).where(annulled.c.site == name, annulled.c.appointment.in_(some))
        for row in connection.execute(statement.order_by(annulled.c.fact)):
            taken_back.setdefault(row.appointment, []).append(row.fact)
    return [_own(row, taken_back.get(row.id, [])) if row.site == name else _elsewhere(row) for row in first.values()]


def _own(row: Row[Any], taken_back: list[str]) -> AppointmentRecord:
    return msgspec.structs.replace(
        _elsewhere(row),
        site="",
        number=row.number,
        annulled=taken_back,
        practitioner=row.practitioner,
        phone=row.phone,
    )


def _elsewhere(row: Row[Any]) -> AppointmentRecord:
    """No more than it takes to show somebody the way: who sees them there, and how to reach them, is left out."""
    return AppointmentRecord(
        id=row.id,
        people=msgspec.json.decode(row.people, type=list[str]),
        unit=row.unit,
        area=row.area,
        starts=row.starts,
        status=row.status,
        site=row.site,
        channel=row.channel,
        moved_to=row.moved_to,
        desk_first=row.desk_first,
        protected=row.protected,
        reminder_unit=row.reminder_unit,
    )
