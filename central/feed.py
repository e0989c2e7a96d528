"""The change feed: a snapshot in pages, then changes, by a cursor that only this centre reads."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from central.configurations import Signing
from central.store import Connection, Store, changes
from central.store.changes import Part, Window
from kiosk.sync.messages import Changes, Record, SiteRecord, encode

PAGE = 500
"""Records, or changes looked at, in one answer."""
DAYS_BACK = 7
DAYS_AHEAD = 14
"""Days around today whose visits a kiosk is sent, so that whoever comes on a wrong day hears which is the right one.
Most have mistaken the day or the week; visits farther off would only lie in a lobby."""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A place in the feed of one site on one service day.

    ``place`` is the change up to which the reader has everything, or will have once the snapshot is read to its
    end; ``after`` is the last appointment sent of a snapshot that goes on.
    """

    store: str
    site: str
    day: date
    place: int
    after: str | None = None

    def text(self) -> str:
        """As it travels."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    @staticmethod
    def read(text: str) -> "Cursor | None":
        """The cursor in a text, or ``None`` where it is not one of this version."""
        try:
            return _CURSOR.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, msgspec.MsgspecError):
            return None


_CURSOR = msgspec.json.Decoder(Cursor)


@dataclass(frozen=True)
class Page:
    """One answer of the feed."""

    snapshot: bool
    cursor: Cursor
    more: bool
    records: Sequence[Record]

    @property
    def says_something(self) -> bool:
        """Whether the reader should have it at once."""
        return bool(self.snapshot or self.more or self.records)

    def message(self, since: str) -> Changes:
        """As it goes over the wire, in answer to the cursor ``since``."""
        records = [msgspec.Raw(encode(record)) for record in self.records]
        return Changes(since=since, snapshot=self.snapshot, cursor=self.cursor.text(), more=self.more, records=records)


def page(store: Store, site: str, cursor: Cursor | None, now: datetime, signing: Signing | None = None) -> Page:
    """The page after ``cursor`` for a kiosk of ``site``; with ``signing``, its rules are a signed configuration.

    A cursor of another store, site or day, or from the future of a database that was put back, has expired. With
    the day the window of appointments moves on, and the snapshot of the new day also heals whatever had gone wrong.
    Raises ``LookupError`` where the centre has no such site.
    """
    with store.reading() as connection:
        rules = changes.rules(connection, site)
        today = now.astimezone(ZoneInfo(rules.zone)).date()
        window = _window(today, rules.zone)
        # Read before the rows: what changes meanwhile is told once more afterwards, and nothing is left out.
        place = changes.places(connection)[site]
        if cursor is None or not _holds(cursor, store.identity, site, today, place):
            part = changes.snapshot(connection, site, None, window, PAGE)
            first: list[Record] = [_signed(connection, rules, signing), *changes.queues(connection, site)]
            return _of_snapshot(Cursor(store.identity, site, today, place), first, part)
        if cursor.after is not None:
            part = changes.snapshot(connection, site, cursor.after, window, PAGE)
            return _of_snapshot(cursor, [], part)
        found = changes.since(connection, site, cursor.place, window, PAGE)
        records = [_signed(connection, one, signing) if isinstance(one, SiteRecord) else one for one in found.records]
        return Page(False, msgspec.structs.replace(cursor, place=found.place), found.more, records)


def _signed(connection: Connection, rules: SiteRecord, signing: Signing | None) -> Record:
    """What is sent of the rules. Where they can't be signed they go bare, so that all else of the feed goes on."""
    record = None if signing is None else signing.record(connection, rules.id)
    return rules if record is None else record


def _of_snapshot(cursor: Cursor, first: Sequence[Record], part: Part) -> Page:
    onward = msgspec.structs.replace(cursor, after=part.after)
    return Page(True, onward, part.after is not None, [*first, *part.records])


def _holds(cursor: Cursor, identity: str, site: str, today: date, place: int) -> bool:
    return (cursor.store, cursor.site, cursor.day) == (identity, site, today) and 0 <= cursor.place <= place


def _window(today: date, zone: str) -> Window:
    days = (-DAYS_BACK, 0, 1, 2, DAYS_AHEAD + 1)
    midnights = (datetime.combine(today + timedelta(days=some), time.min, ZoneInfo(zone)) for some in days)
    return Window(*(midnight.astimezone(UTC) for midnight in midnights))
