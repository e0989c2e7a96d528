"""Ticket numbers: from the blocks that the centre lent for the day, then from the kiosk's own letter series."""

from datetime import date

from kiosk.offline.connection import Connection

_FREE_LEASE = """
SELECT lease.id, lease.series, coalesce(counter.next, lease.first) AS next
FROM lease LEFT JOIN counter ON counter.name = 'lease:' || lease.id
WHERE lease.day = ? AND lease.asked = ? AND coalesce(counter.next, lease.first) <= lease.last
ORDER BY lease.series, lease.first LIMIT 1
"""

_LEFT = """
SELECT coalesce(sum(lease.last - coalesce(counter.next, lease.first) + 1), 0)
FROM lease LEFT JOIN counter ON counter.name = 'lease:' || lease.id
WHERE lease.day = ? AND lease.asked = ? AND coalesce(counter.next, lease.first) <= lease.last
"""


def take_number(connection: Connection, day: date, reserve_series: str, asked: str = "") -> str:
    """The next number of ``day``, such as ``A 042``. Must run inside the transaction that gives it to a client.

    ``asked`` is empty for the site's own numbers, or the letter of a service; when its lease is spent, that letter with
    the kiosk's own behind it (``LK 001``) is a series that no other kiosk has.
    """
    lease = connection.execute(_FREE_LEASE, (day.isoformat(), asked)).fetchone()
    if lease is not None:
        name, series, number = f"lease:{lease[0]}", lease[1], lease[2]
    else:
        series = asked + reserve_series
        name = f"reserve:{day.isoformat()}:{series}"
        row = connection.execute("SELECT next FROM counter WHERE name = ?", (name,)).fetchone()
        number = 1 if row is None else row[0]
    connection.execute(
        "INSERT INTO counter (name, next) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next = excluded.next",
        (name, number + 1),
    )
    return f"{series} {number:03d}"


def numbers_left(connection: Connection, day: date, asked: str = "") -> int:
    """Leased numbers of ``day`` that nobody has got yet."""
    return int(connection.execute(_LEFT, (day.isoformat(), asked)).fetchone()[0])
