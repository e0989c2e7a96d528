"""Ticket numbers: from the blocks that the centre lent for the day, then from the kiosk's own letter series."""

from dataclasses import dataclass
from datetime import date

from kiosk.offline.connection import Connection

LAST_OF_RESERVE = 999
"""After it the kiosk's own series begins anew: more than one kiosk gives in a day."""

# What was taken is told by the newest fact that took of the block, and by the counter where such facts are gone.
_BLOCKS = """
SELECT slot, series, last, id, max(counted, coalesce(taken + 1, 0)) AS place
FROM (
    SELECT lease.slot, lease.id, lease.series, lease.first, lease.last, coalesce(counter.next, lease.first) AS counted,
        (SELECT fact.place FROM fact WHERE fact.seq > lease.since AND fact.lease = lease.slot
            ORDER BY fact.seq DESC LIMIT 1) AS taken
    FROM lease LEFT JOIN counter ON counter.name = 'lease:' || lease.id
    WHERE lease.day = ? AND lease.asked = ? AND coalesce(counter.next, lease.first) <= lease.last
)
WHERE place <= last
"""

_NEXT = f"{_BLOCKS} ORDER BY series, first LIMIT 1"

_LEFT = f"SELECT coalesce(sum(last - place + 1), 0) FROM ({_BLOCKS})"  # noqa: S608 - no text from outside

_COUNT = "INSERT INTO counter (name, next) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next = excluded.next"


@dataclass(frozen=True)
class Number:
    """A ticket number, such as ``A 042``: ``place`` 42 of the block that is kept under ``lease``.

    Both are ``None`` for the kiosk's own series. A leased number is taken by the fact that carries them, so that taking
    it writes nothing of its own; the journal keeps what was taken when such a fact goes.
    """

    text: str
    lease: int | None = None
    place: int | None = None


NO_NUMBER = Number("")


def next_number(connection: Connection, day: date | None, reserve_series: str, asked: str = "") -> Number:
    """The next number of ``day``. Must run inside the transaction that writes the fact which takes it.

    ``asked`` is empty for the site's own numbers, or the letter of a service; when its lease is spent, that letter with
    the kiosk's own behind it (``LK 001``) is a series that no other kiosk has. It serves too where nobody can tell what
    ``day`` it is, and so does not begin anew with each: a clock that jumps makes no number come twice.
    """
    block = None if day is None else connection.execute(_NEXT, (day.isoformat(), asked)).fetchone()
    if block is not None:
        slot, series, last, name, place = block
        if place == last:
            # Nobody needs to look for its facts again.
            connection.execute(_COUNT, (f"lease:{name}", place + 1))
        return Number(f"{series} {place:03d}", slot, place)
    series = asked + reserve_series
    name = f"reserve:{series}"
    row = connection.execute("SELECT next FROM counter WHERE name = ?", (name,)).fetchone()
    number = 1 if row is None or row[0] > LAST_OF_RESERVE else row[0]
    connection.execute(_COUNT, (name, number + 1))
    return Number(f"{series} {number:03d}")


def numbers_left(connection: Connection, day: date, asked: str = "") -> int:
    """Leased numbers of ``day`` that nobody has got yet."""
    return int(connection.execute(_LEFT, (day.isoformat(), asked)).fetchone()[0])
