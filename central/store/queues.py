"""How many wait for each service of a site, as somebody counted them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from central.store import changes
from central.store.changes import Change
from central.store.database import insert
from central.store.tables import queue
from kiosk.sync.messages import QueueRecord


def load(connection: Connection, name: str, records: Sequence[QueueRecord]) -> None:
    """Take the newest count of each service, and tell the kiosks of what is new in it."""
    before = {record.service: record for record in changes.queues(connection, name)}
    changed = {record.service: record for record in records if before.get(record.service) != record}
    for record in changed.values():
        values = {"waiting": record.waiting, "minutes": record.minutes, "as_of": record.as_of}
        fresh = insert(connection, queue).values(site=name, service=record.service, **values)
        connection.execute(fresh.on_conflict_do_update(index_elements=[queue.c.site, queue.c.service], set_=values))
    changes.note(connection, {name: [Change(changes.QUEUE, service) for service in changed]})
