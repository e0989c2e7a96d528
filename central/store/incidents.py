"""Faults that stand, and who has taken them up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from central.machines import gravest_first, since
from central.store import kiosk_history
from central.store.database import insert
from central.store.tables import incident, kiosk


@dataclass(frozen=True)
class Incident:
    """A fault that stands. ``seen_by`` is empty where nobody has taken it up."""

    fault: str
    since: datetime
    seen_at: datetime | None = None
    seen_by: str = ""
    note: str = ""


def standing(connection: Connection, name: str, faults: list[str], at_latest: datetime) -> list[Incident]:
    """The faults that a kiosk has now, the gravest first."""
    begun = since(kiosk_history.of(connection, name, most=2000), faults, at_latest)
    taken = {
        (row.fault, row.since): row for row in connection.execute(select(incident).where(incident.c.kiosk == name))
    }
    found = []
    for code in gravest_first(faults):
        row = taken.get((code, begun[code]))
        told = {} if row is None else {"seen_at": row.seen_at, "seen_by": row.seen_by, "note": row.note}
        found.append(Incident(code, begun[code], **told))
    return found


def take_up(connection: Connection, name: str, one: Incident, by: str, note: str, now: datetime) -> bool:
    """Somebody looks after a fault; ``False`` where somebody else did before, who stays. Who did may write anew."""
    values = {"seen_at": now, "seen_by": by, "note": note}
    row = insert(connection, incident).values(kiosk=name, fault=one.fault, since=one.since, **values)
    own = incident.c.seen_by == by
    kept = row.on_conflict_do_update(index_elements=list(incident.primary_key), set_=values, where=own)
    return connection.execute(kept).rowcount == 1


def forget(connection: Connection, now: datetime) -> int:
    """Drop those of kiosks that are not enrolled any more, and those older than the history."""
    gone = incident.c.kiosk.not_in(select(kiosk.c.id)) | (incident.c.seen_at < now - kiosk_history.KEPT)
    return connection.execute(delete(incident).where(gone)).rowcount
