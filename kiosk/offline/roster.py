"""The roster: the kiosk's own copy of the appointments, looked up by keyed hash."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.clock_watch import ClockWord, supersedes
from kiosk.checkin.facts import Verdict
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim
from kiosk.checkin.plan import seen_from
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.site import Queue, Site
from kiosk.offline.configuration import keep_refused, take
from kiosk.offline.connection import ROSTER, Connection, transaction
from kiosk.offline.journal import standing_of
from kiosk.offline.leases import keep_lease, keep_request, open_request
from kiosk.offline.numbers import numbers_left
from kiosk.offline.reserve import NoRoomError
from kiosk.offline.stamping import keep_word, read_word
from kiosk.ports import Lease, News, OpenRequest, RosterRow

_APPOINTMENT = msgspec.json.Decoder(Appointment)
_SITE_RULES = msgspec.json.Decoder(Site)
_QUEUE = msgspec.json.Decoder(Queue)

_FIND = """
SELECT appointment.body, iif(taken_back.number IS NULL, appointment.number, NULL), arrival.number, arrival.visit,
    receipt.verdict,
    (SELECT json_group_array(word.verdict) FROM arrival AS same LEFT JOIN receipt AS word ON word.fact = same.fact
        WHERE same.visit = arrival.visit)
FROM identifier
JOIN appointment ON appointment.place = identifier.place
LEFT JOIN arrival ON arrival.about = appointment.id
    AND (SELECT id FROM fact WHERE seq = arrival.fact) NOT IN (SELECT fact FROM annulled)
LEFT JOIN receipt ON receipt.fact = arrival.fact
LEFT JOIN taken_back ON taken_back.appointment = appointment.id AND taken_back.number = appointment.number
WHERE identifier.head = ? AND instr(appointment.hashes, ?)
"""

HASH_BYTES = 32

_SITE = "SELECT NULL, body FROM site WHERE one = 1 UNION ALL SELECT service, body FROM queue"

_PUT = """
INSERT INTO appointment (place, id, starts, body, number, generation, hashes) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (place) DO UPDATE SET starts = excluded.starts, body = excluded.body, number = excluded.number,
    generation = excluded.generation, hashes = excluded.hashes
"""


class SqlRoster:
    """``kiosk.ports.Roster``: what the attendant asks. ``kiosk`` is the name of this one, by which plans know it."""

    def __init__(self, connection: Connection, site_key: bytes, kiosk: str = "") -> None:
        self._connection = connection
        self._site_key = site_key
        self._kiosk = kiosk
        self._read: tuple[Sequence[tuple[str | None, str]], Site | None] = ((), None)

    def site(self) -> Site | None:
        """The site as the centre last told it."""
        rows = self._connection.execute(_SITE).fetchall()
        if rows != self._read[0]:
            # It is asked for at each check-in, and is read anew only when its words are others.
            self._read = rows, _site(rows, self._kiosk)
        return self._read[1]

    def find(self, claim: Claim) -> tuple[Appointment, ...]:
        """The appointments of whoever made the claim, with the arrivals known here."""
        value = hashed(self._site_key, claim.identifier)
        rows = self._connection.execute(_FIND, (_head(value), value))
        return tuple(_appointment(row) for row in rows)

    def unread(self) -> int:
        """Appointments whose record could not be read."""
        return int(self._connection.execute("SELECT count(*) FROM unread").fetchone()[0])

    def quality(self) -> DataQuality:
        """When the centre last said that this is all."""
        row = self._connection.execute("SELECT as_of, centre_as_of FROM feed").fetchone()
        if row is None or row[0] is None:
            return DataQuality(None)
        return DataQuality(datetime.fromisoformat(row[0]), centre_as_of=datetime.fromisoformat(row[1]))

    def clock_word(self) -> ClockWord | None:
        """The centre's last word on the time."""
        return read_word(self._connection)


class SqlRosterStore:
    """``kiosk.ports.RosterStore``: what the sync process fills, while there is ``room`` for more than facts."""

    def __init__(self, connection: Connection, room: Callable[[], bool] = lambda: True) -> None:
        self._connection = connection
        self._room = room

    def cursor(self) -> str | None:
        """Where the change feed goes on."""
        row = self._connection.execute("SELECT cursor FROM feed").fetchone()
        return None if row is None else str(row[0])

    def apply(self, news: News, fetched_from: str | None, now: datetime) -> bool:
        """One page of the feed in one transaction.

        A snapshot gives its rows a new generation; when it is complete, what the centre no longer has is dropped.
        Raises ``NoRoomError`` where the room that is left is for facts.
        """
        if not self._room():
            raise NoRoomError("no room for news")
        with transaction(self._connection, ROSTER):
            if self.cursor() != fetched_from:
                return False
            generation, in_snapshot, as_of, centre_as_of = self._feed()
            # One that was broken off and has expired begins anew: by then its first rows may be those of yesterday.
            if news.snapshot and (not in_snapshot or news.begins or news.site is not None):
                generation += 1
                self._connection.execute("DELETE FROM unread")
            self._put({row.appointment.id: row for row in news.rows}, generation)
            for gone in news.gone:
                drop(self._connection, "id = ?", (gone,))
            whole = self._whole(news)
            if news.complete:
                if whole:
                    as_of = now.astimezone(UTC).isoformat()
                    centre_as_of = (now - timedelta(seconds=news.clock_offset or 0.0)).astimezone(UTC).isoformat()
                if news.snapshot or in_snapshot:
                    # Only the centre says what is over: a wall clock that has jumped must not empty the roster.
                    drop(self._connection, "generation <> ?", (generation,))
            if news.refused is not None:
                keep_refused(self._connection, news.refused, now)
            if news.site is not None:
                take(self._connection, news.site, news.version, now)
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

    def hear(self, word: ClockWord) -> None:
        """Keep the centre's word on the time, where it says more than the one before."""
        if supersedes(word, read_word(self._connection)):
            with transaction(self._connection, ROSTER):
                keep_word(self._connection, word)

    def lease(self, lease: Lease) -> None:
        """Keep a block of ticket numbers."""
        keep_lease(self._connection, lease)

    def open_request(self, asked: str) -> OpenRequest | None:
        """What was asked for this series and not answered yet."""
        return open_request(self._connection, asked)

    def keep_request(self, request: OpenRequest) -> None:
        """Keep what is about to be asked."""
        keep_request(self._connection, request)

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

    def _put(self, rows: Mapping[str, RosterRow], generation: int) -> None:
        known = self._known(rows)
        free = self._connection.execute("SELECT coalesce(max(place), 0) + 1 FROM appointment").fetchone()[0]
        places = {name: known[name][0] if name in known else free + n for n, name in enumerate(rows)}
        self._connection.executemany(
            _PUT, [(places[name], *_columns(row), generation, b"".join(row.hashes)) for name, row in rows.items()]
        )
        before = {pair for place, hashes in known.values() for pair in _heads(place, hashes)}
        after = {pair for name, row in rows.items() for pair in _heads(places[name], b"".join(row.hashes))}
        _forget(self._connection, before - after)
        # In their order, so that neighbours are written together.
        self._connection.executemany("INSERT INTO identifier (head, place) VALUES (?, ?)", sorted(after - before))
        annulled = [(fact,) for row in rows.values() for fact in row.annulled]
        self._connection.executemany("INSERT OR IGNORE INTO annulled (fact) VALUES (?)", annulled)

    def _known(self, names: Collection[str]) -> dict[str, tuple[int, bytes]]:
        """The place and the hashes of those appointments that the roster has."""
        asked = ", ".join("?" * len(names))
        query = f"SELECT id, place, hashes FROM appointment WHERE id IN ({asked})"  # noqa: S608 - question marks
        return {name: (place, hashes) for name, place, hashes in self._connection.execute(query, tuple(names))}


def drop(connection: Connection, which: str, values: tuple[str | int, ...]) -> None:
    """Know of some appointments no more, nor of who they are for. Must run inside a transaction of the roster file."""
    query = f"SELECT place, hashes FROM appointment WHERE {which}"  # noqa: S608 - words of our own
    _forget(connection, {pair for place, hashes in connection.execute(query, values) for pair in _heads(place, hashes)})
    connection.execute(f"DELETE FROM appointment WHERE {which}", values)  # noqa: S608 - words of our own


def _forget(connection: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    connection.executemany("DELETE FROM identifier WHERE head = ? AND place = ?", sorted(pairs))


def _site(rows: Sequence[tuple[str | None, str]], kiosk: str) -> Site | None:
    queues = {name: _QUEUE.decode(body) for name, body in rows if name is not None}
    bodies = [body for name, body in rows if name is None]
    if not bodies:
        return None
    try:
        site = _SITE_RULES.decode(bodies[0])
    except msgspec.ValidationError:
        # Of another program. The screen goes back to what it can read, and until then has no rules.
        return None
    return seen_by(replace(site, queues=queues), kiosk)


def seen_by(site: Site, kiosk: str) -> Site:
    """The site as one of its kiosks sees it: of the plan, what is seen from where it stands."""
    here = None if site.plan is None else seen_from(site.plan, kiosk)
    on_plan = None if site.plan is None else here is not None
    return replace(site, plan=None, here=here, on_plan=on_plan)


def _columns(row: RosterRow) -> tuple[str, str, str, str | None]:
    booked = row.appointment
    return booked.id, booked.starts.astimezone(UTC).isoformat(), msgspec.json.encode(booked).decode(), row.number


def _head(value: bytes) -> int:
    """What a hash is looked up by: its first eight bytes, a quarter of it in a tree that is written all over."""
    return int.from_bytes(value[:8], signed=True)


def _heads(place: int, hashes: bytes) -> list[tuple[int, int]]:
    return [(_head(hashes[at : at + HASH_BYTES]), place) for at in range(0, len(hashes), HASH_BYTES)]


_Row = tuple[str, str | None, str | None, int | None, str | None, str]


def _appointment(row: _Row) -> Appointment:
    body, centre_number, own_number, fact, verdict, words = row
    appointment = _APPOINTMENT.decode(body)
    # Of the whole visit: the client is told one thing, and part of it may not have reached the centre.
    standing = standing_of(msgspec.json.decode(words, type=list[str | None]))
    return replace(appointment, arrival=_arrival(centre_number, own_number, fact, verdict, standing))


def _arrival(
    centre_number: str | None, own: str | None, fact: int | None, verdict: str | None, standing: Standing
) -> Arrival | None:
    """The arrival taken here, unless the centre holds another one for this appointment: then that number is called."""
    if own is None or (verdict == Verdict.CONFLICT.value and centre_number is not None):
        return None if centre_number is None else Arrival(centre_number, Standing.REGISTERED)
    return Arrival(own, standing, fact)
