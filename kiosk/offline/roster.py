"""The roster: the kiosk's own copy of the appointments, looked up by keyed hash."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.facts import Verdict
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.site import Queue, Site
from kiosk.offline.connection import Connection, transaction
from kiosk.offline.journal import standing_of
from kiosk.offline.numbers import numbers_left
from kiosk.ports import Lease, News, RosterRow

_FIND = """
SELECT appointment.body, iif(taken_back.number IS NULL, appointment.number, NULL), arrival.number, arrival.visit,
    receipt.verdict
FROM identifier
JOIN appointment ON appointment.id = identifier.appointment
LEFT JOIN arrival ON arrival.about = appointment.id
    AND (SELECT id FROM fact WHERE seq = arrival.fact) NOT IN (SELECT fact FROM annulled)
LEFT JOIN receipt ON receipt.fact = arrival.fact
LEFT JOIN taken_back ON taken_back.appointment = appointment.id AND taken_back.number = appointment.number
WHERE identifier.hash = ?
"""

_PUT = """
INSERT INTO appointment (id, starts, body, number, generation) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET starts = excluded.starts, body = excluded.body, number = excluded.number,
    generation = excluded.generation
"""

CLOCK_TRUSTED_WITHIN = 120.0
"""Seconds that the wall clock may be off the centre's."""


class SqlRoster:
    """``kiosk.ports.Roster``: what the attendant asks."""

    def __init__(self, connection: Connection, site_key: bytes) -> None:
        self._connection = connection
        self._site_key = site_key

    def site(self) -> Site | None:
        """The site as the centre last told it."""
        row = self._connection.execute("SELECT body FROM site").fetchone()
        if row is None:
            return None
        queues = self._connection.execute("SELECT service, body FROM queue")
        site = msgspec.json.decode(row[0], type=Site)
        return replace(site, queues={name: msgspec.json.decode(body, type=Queue) for name, body in queues})

    def find(self, claim: Claim) -> tuple[Appointment, ...]:
        """The appointments of whoever made the claim, with the arrivals known here."""
        rows = self._connection.execute(_FIND, (hashed(self._site_key, claim.identifier),))
        return tuple(_appointment(row) for row in rows)

    def unread(self) -> int:
        """Appointments whose record could not be read."""
        return int(self._connection.execute("SELECT count(*) FROM unread").fetchone()[0])

    def quality(self) -> DataQuality:
        """When the centre last said that this is all."""
        row = self._connection.execute("SELECT as_of, offset, centre_as_of FROM feed").fetchone()
        if row is None or row[0] is None:
            return DataQuality(None)
        trusted = row[1] is None or abs(row[1]) <= CLOCK_TRUSTED_WITHIN
        return DataQuality(datetime.fromisoformat(row[0]), trusted, datetime.fromisoformat(row[2]))


class SqlRosterStore:
    """``kiosk.ports.RosterStore``: what the sync process fills."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cursor(self) -> str | None:
        """Where the change feed goes on."""
        row = self._connection.execute("SELECT cursor FROM feed").fetchone()
        return None if row is None else str(row[0])

    def apply(self, news: News, fetched_from: str | None, now: datetime) -> bool:
        """One page of the feed in one transaction.

        A snapshot gives its rows a new generation; when it is complete, what the centre no longer has is dropped.
        """
        with transaction(self._connection):
            if self.cursor() != fetched_from:
                return False
            generation, in_snapshot, as_of, centre_as_of = self._feed()
            if news.snapshot and not in_snapshot:
                generation += 1
                self._connection.execute("DELETE FROM unread")
            for row in news.rows:
                self._put(row, generation)
            for gone in news.gone:
                self._drop("id = ?", (gone,))
            whole = self._whole(news)
            if news.complete:
                if whole:
                    as_of = now.astimezone(UTC).isoformat()
                    centre_as_of = (now - timedelta(seconds=news.clock_offset or 0.0)).astimezone(UTC).isoformat()
                if news.snapshot or in_snapshot:
                    # Only the centre says what is over: a wall clock that has jumped must not empty the roster.
                    self._drop("generation <> ?", (generation,))
            if news.site is not None:
                body = msgspec.json.encode(news.site).decode()
                self._connection.execute("INSERT OR REPLACE INTO site (one, body) VALUES (1, ?)", (body,))
            for service, queue in news.queues.items():
                body = msgspec.json.encode(queue).decode()
                self._connection.execute("INSERT OR REPLACE INTO queue (service, body) VALUES (?, ?)", (service, body))
            self._connection.execute(
                "INSERT OR REPLACE INTO feed (one, cursor, generation, in_snapshot, as_of, centre_as_of, offset)"
                " VALUES (1, ?, ?, ?, ?, ?, ?)",
                (
                    *(news.cursor, generation, int(news.snapshot and not news.complete)),
                    *(as_of, centre_as_of, news.clock_offset),
                ),
            )
        return True

    def lease(self, lease: Lease) -> None:
        """Keep a block of ticket numbers."""
        self._connection.execute(
            "INSERT INTO lease (id, day, asked, series, first, last) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING",
            (lease.id, lease.day.isoformat(), lease.asked, lease.series, lease.first, lease.last),
        )

    def numbers_left(self, day: date, asked: str = "") -> int:
        """Leased numbers of that day which nobody has got yet."""
        return numbers_left(self._connection, day, asked)

    def _feed(self) -> tuple[int, bool, str | None, str | None]:
        row = self._connection.execute("SELECT generation, in_snapshot, as_of, centre_as_of FROM feed").fetchone()
        return (0, False, None, None) if row is None else (row[0], bool(row[1]), row[2], row[3])

    def _whole(self, news: News) -> bool:
        """Whether no appointment is left whose record could not be read."""
        read = [(row.appointment.id,) for row in news.rows] + [(gone,) for gone in news.gone]
        self._connection.executemany("DELETE FROM unread WHERE appointment = ?", read)
        unread = [(name,) for name in news.unread]
        self._connection.executemany("INSERT OR IGNORE INTO unread (appointment) VALUES (?)", unread)
        return self._connection.execute("SELECT 1 FROM unread LIMIT 1").fetchone() is None

    def _put(self, row: RosterRow, generation: int) -> None:
        appointment = row.appointment
        starts = appointment.starts.astimezone(UTC).isoformat()
        body = msgspec.json.encode(appointment).decode()
        self._connection.execute(_PUT, (appointment.id, starts, body, row.number, generation))
        self._connection.executemany(
            "INSERT OR IGNORE INTO annulled (fact) VALUES (?)", [(fact,) for fact in row.annulled]
        )
        self._connection.execute("DELETE FROM identifier WHERE appointment = ?", (appointment.id,))
        self._connection.executemany(
            "INSERT OR IGNORE INTO identifier (hash, appointment) VALUES (?, ?)",
            [(value, appointment.id) for value in row.hashes],
        )

    def _drop(self, which: str, values: tuple[str | int, ...]) -> None:
        self._connection.execute(
            f"DELETE FROM identifier WHERE appointment IN (SELECT id FROM appointment WHERE {which})",  # noqa: S608
            values,
        )
        self._connection.execute(f"DELETE FROM appointment WHERE {which}", values)  # noqa: S608


_Row = tuple[str, str | None, str | None, int | None, str | None]


def _appointment(row: _Row) -> Appointment:
    body, centre_number, own_number, fact, verdict = row
    appointment = msgspec.json.decode(body, type=Appointment)
    return replace(appointment, arrival=_arrival(centre_number, own_number, fact, verdict))


def _arrival(centre_number: str | None, own: str | None, fact: int | None, verdict: str | None) -> Arrival | None:
    """The arrival taken here, unless the centre holds another one for this appointment: then that number is called."""
    if own is None or (verdict == Verdict.CONFLICT.value and centre_number is not None):
        return None if centre_number is None else Arrival(centre_number, Standing.REGISTERED)
    return Arrival(own, standing_of([verdict]), fact)
