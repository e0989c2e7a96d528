"""Where refused facts are kept: for ever, but not more of one kiosk in a day than a person could look through.

A kiosk gone bad would else fill the disk of all. What finds no room stays at the kiosk, which is told so.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from central.store import bulk
from central.store.tables import parked

DAY = timedelta(days=1)
MOST_FACTS = 2000
"""Refused facts of one kiosk that are kept within any 24 hours."""
MOST_BYTES = 1024 * 1024
"""Bytes of them, as they came."""


class Parking:
    """The refused facts of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._held: dict[str, set[str]] = {}
        """By kiosk: the digests of what is kept of the last day."""
        self._bytes: Counter[str] = Counter()

    def take(self, row: Mapping[str, Any]) -> bool:
        """Keep a refused fact, a row of ``parked``; ``False`` where there is no room for it. The same twice is one."""
        kiosk, digest, size = row["kiosk"], row["digest"], len(row["raw"])
        if kiosk not in self._held:
            sizes = self._of_the_day(kiosk, row["received_at"])
            self._held[kiosk], self._bytes[kiosk] = set(sizes), sum(sizes.values())
        held = self._held[kiosk]
        if digest not in held:
            if len(held) >= MOST_FACTS or self._bytes[kiosk] + size > MOST_BYTES:
                return False
            held.add(digest)
            self._bytes[kiosk] += size
            self._rows[digest] = row
        return True

    def write(self) -> None:
        """Put down what was taken."""
        bulk.write(self._connection, parked, list(self._rows.values()))
        self._rows.clear()

    def _of_the_day(self, kiosk: str, now: datetime) -> dict[str, int]:
        recent = (parked.c.kiosk == kiosk) & (parked.c.received_at > now - DAY)
        rows = self._connection.execute(select(parked.c.digest, func.length(parked.c.raw)).where(recent))
        return {str(digest): int(size) for digest, size in rows}
