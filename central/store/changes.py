"""The change log of each site: numbered without gaps in the order of commits, which a plain sequence is not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, Select, select, update

from central.store.database import chunks
from central.store.tables import appointment, arrival, change, site
from kiosk.sync.messages import AppointmentRecord, GoneRecord, Record, SiteRecord

SITE, APPOINTMENT = "site", "appointment"


@dataclass(frozen=True)
class Change:
    """One thing that changed. ``was`` is where an appointment stood in time before, if anywhere else."""

    kind: str
    key: str
    was: datetime | None = None


@dataclass(frozen=True)
class Window:
    """The moments from ``begins`` up to, not including, ``ends`` whose appointments a kiosk is sent."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether the moment lies inside."""
        return moment is not None and self.begins <= moment < self.ends


@dataclass(frozen=True)
class Found:
    """Records, the place up to which they tell everything, and whether there is more beyond it."""

    records: Sequence[Record]
    place: int
    more: bool


def note(connection: Connection, changes: Mapping[str, Sequence[Change]]) -> None:
    """Log the changes of each site. The row of the site is locked till the commit, so numbers follow commits."""
    for name in sorted(changes):
        raised = site.c.last_change + len(changes[name])
        statement = update(site).where(site.c.id == name).values(last_change=raised).returning(site.c.last_change)
        last: int = connection.execute(statement).scalar_one()
        first = last - len(changes[name]) + 1
        rows = [
            {"site": name, "seq": seq, "kind": one.kind, "key": one.key, "was": one.was}
            for seq, one in enumerate(changes[name], first)
        ]
        if rows:
            connection.execute(change.insert(), rows)


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
    # A later change of the same key comes later in the log, and its newest state is told once.
    earlier: dict[str, set[datetime | None]] = {}
    for row in looked_at:
        if row.kind == APPOINTMENT:
            earlier.setdefault(row.key, set()).add(row.was)
    now = {record.id: record for record in _appointments(connection, name, earlier)}
    for key, moments in earlier.items():
        record = now.get(key)
        if record is not None and window.holds(record.starts):
            records.append(record)
        elif any(window.holds(moment) for moment in moments):
            records.append(GoneRecord(id=key))
    return Found(records, looked_at[-1].seq if looked_at else place, len(rows) > limit)


def snapshot(
    connection: Connection, name: str, after: str | None, window: Window, limit: int
) -> list[AppointmentRecord]:
    """Up to ``limit`` appointments of the window in the order of their ids, after the id ``after``."""
    inside = _stated().where(
        appointment.c.site == name, appointment.c.starts >= window.begins, appointment.c.starts < window.ends
    )
    if after is not None:
        inside = inside.where(appointment.c.id > after)
    return [_record(row) for row in connection.execute(inside.order_by(appointment.c.id).limit(limit))]


def rules(connection: Connection, name: str) -> SiteRecord:
    """The rules of a site. Raises ``LookupError`` where the centre has no such site."""
    text = connection.execute(select(site.c.rules).where(site.c.id == name)).scalar()
    if text is None:
        raise LookupError(name)
    return msgspec.json.decode(text, type=SiteRecord)


def _appointments(connection: Connection, name: str, keys: Iterable[str]) -> list[AppointmentRecord]:
    found: list[AppointmentRecord] = []
    for some in chunks(sorted(keys)):
        statement = _stated().where(appointment.c.site == name, appointment.c.id.in_(some))
        found.extend(_record(row) for row in connection.execute(statement))
    return found


def _stated() -> Select[tuple[object, ...]]:
    same = (arrival.c.site == appointment.c.site) & (arrival.c.appointment == appointment.c.id)
    return select(*appointment.c, arrival.c.number).join_from(appointment, arrival, same, isouter=True)


def _record(row: Row[tuple[object, ...]]) -> AppointmentRecord:
    return AppointmentRecord(
        id=row.id,
        people=msgspec.json.decode(row.people, type=list[str]),
        unit=row.unit,
        area=row.area,
        starts=row.starts,
        status=row.status,
        number=row.number,
    )
