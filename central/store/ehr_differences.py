"""Where a health record says otherwise than it was told: kept until it is mended, or a person has looked into it."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.store.database import insert
from central.store.tables import ehr_difference

OPEN, MENDED, CLOSED = "open", "mended", "closed"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference; ``there`` is what the record says. ``state``: ``open``, ``mended``, or ``closed`` by a person."""

    ehr: str
    fact: str
    kind: str
    site: str
    appointment: str
    there: str
    found_at: datetime
    seen_at: datetime
    state: str
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str | None = None


def note(connection: Connection, found: Difference) -> None:
    """Keep a difference, or that it is there still. One that a person has closed stays closed."""
    statement = insert(connection, ehr_difference)
    again = {"seen_at": found.seen_at, "there": found.there, "state": OPEN, "closed_at": None}
    kept = statement.on_conflict_do_update(
        index_elements=list(ehr_difference.primary_key), set_=again, where=ehr_difference.c.state != CLOSED
    )
    connection.execute(kept, msgspec.structs.asdict(found))


def mend(connection: Connection, ehr: str, facts: Collection[str], now: datetime) -> int:
    """Of these facts the record says by now what it was told."""
    there = (ehr_difference.c.ehr == ehr) & (ehr_difference.c.state == OPEN)
    known = set(connection.execute(select(ehr_difference.c.fact).where(there)).scalars()) & set(facts)
    for one in sorted(known):
        values = {"state": MENDED, "closed_at": now}
        connection.execute(update(ehr_difference).where(there, ehr_difference.c.fact == one).values(**values))
    return len(known)


def listed(
    connection: Connection, ehr: str | None = None, site: str | None = None, *, all_of_them: bool = False
) -> list[Difference]:
    """Those that are open, or all, the oldest first."""
    statement = select(ehr_difference).order_by(ehr_difference.c.found_at, ehr_difference.c.fact)
    if not all_of_them:
        statement = statement.where(ehr_difference.c.state == OPEN)
    if ehr is not None:
        statement = statement.where(ehr_difference.c.ehr == ehr)
    if site is not None:
        statement = statement.where(ehr_difference.c.site == site)
    return [Difference(**row._asdict()) for row in connection.execute(statement)]


def close(connection: Connection, ehr: str, fact: str, by: str, text: str, now: datetime) -> bool:
    """Note that a person has looked into what differs of one fact; ``False`` where nothing is open there."""
    this = (ehr_difference.c.ehr == ehr) & (ehr_difference.c.fact == fact) & (ehr_difference.c.state == OPEN)
    values = {"state": CLOSED, "closed_at": now, "closed_by": by, "note": text}
    return connection.execute(update(ehr_difference).where(this).values(**values)).rowcount > 0
