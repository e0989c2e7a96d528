"""Blocks of ticket numbers: those that the centre lent, and what was asked of it and not answered yet.

The same id asked for again gets the same block, so that a kill between asking and keeping loses none.
"""

from datetime import date

from kiosk.offline.connection import Connection, transaction
from kiosk.ports import Lease, OpenRequest


def keep_lease(connection: Connection, lease: Lease) -> None:
    """Keep a block, and with it that its request is answered. The same block twice is one."""
    with transaction(connection):
        connection.execute(
            "INSERT INTO lease (id, day, asked, series, first, last, since)"
            " VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seq), 0) FROM fact)) ON CONFLICT (id) DO NOTHING",
            (lease.id, lease.day.isoformat(), lease.asked, lease.series, lease.first, lease.last),
        )
        connection.execute("DELETE FROM lease_request WHERE id = ?", (lease.id,))


def keep_request(connection: Connection, request: OpenRequest) -> None:
    """Keep what is about to be asked, in the place of any earlier request for this series."""
    connection.execute(
        "INSERT OR REPLACE INTO lease_request (asked, id, day, size) VALUES (?, ?, ?, ?)",
        (request.asked, request.id, request.day.isoformat(), request.size),
    )


def open_request(connection: Connection, asked: str) -> OpenRequest | None:
    """What was asked for this series and not answered yet."""
    row = connection.execute("SELECT id, day, size FROM lease_request WHERE asked = ?", (asked,)).fetchone()
    return None if row is None else OpenRequest(row[0], date.fromisoformat(row[1]), asked, row[2])
