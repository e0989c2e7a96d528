"""Salvage: what a damaged journal file still holds, page by page, and a new file made of it.

A page that verifies is taken whatever has become of the pages that lead to it. Rows are told by their shape, since
nothing else is left to tell by where the page with a table's root is gone. What can't be known any more is stepped
over: places in the journal and numbers that may have been given are not given again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from string import ascii_uppercase

import msgspec

from kiosk.checkin import faults
from kiosk.checkin.facts import FactKind, uuid7
from kiosk.checkin.hybrid_clock import next_order
from kiosk.offline import log_frames, records
from kiosk.offline.connection import JOURNAL, Connection, StoreError, opened, salt, transaction
from kiosk.offline.enrolment import load_enrolment, save_enrolment
from kiosk.offline.migrations import STEPS, migrate
from kiosk.offline.numbers import LAST_OF_RESERVE
from kiosk.offline.pages import PageCipher, pages
from kiosk.offline.records import Row, Value
from kiosk.offline.spare import Spare

PLACES_AHEAD = 1000
"""Places in the journal that are left free behind the newest one known: more than were filled since the last note."""
NUMBERS_AHEAD = 100
"""The same of the own letter series: more than a kiosk gives of it between two looks of its sync process."""

_COUNTERS = ("lease:", "reserve:", "service:", "day-close:", "written")
_NEVER_SAVED = ("lease", "lease_request", "outbox", "ageing", "salvage")
"""What may say that something is still free, or when things were: nobody knows what is newest of it."""

_NEVER_EMPTY = (
    *(FactKind.CHECKED_IN, FactKind.UNMATCHED, FactKind.WALKED_IN, FactKind.CALL_BACK, FactKind.ANNULLED),
    *(FactKind.TICKET_PRINTED, FactKind.PRINT_FAILED),
)
"""Facts that say something when they are born."""


@dataclass
class Found:
    """What the pages hold. ``tables`` has the rows of each table, by the columns of its key.

    ``sound`` pages verified; ``broken`` ones did not, and hold what is missing. ``newer`` are steps of the schema that
    this program does not know.
    """

    tables: dict[str, dict[tuple[Value, ...], Row]] = field(default_factory=dict)
    sound: int = 0
    broken: int = 0
    newer: set[str] = field(default_factory=set)

    @property
    def facts(self) -> int:
        """How many facts there are."""
        return len(self.tables.get("fact", {}))


@dataclass(frozen=True)
class Salvaged:
    """``saved`` facts are in the new file; ``missing`` places before ``next``, the first new one, are not."""

    saved: int
    missing: int
    next: int


@dataclass(frozen=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    kinds: tuple[tuple[type, ...], ...]
    key: tuple[int, ...]
    rowid: int | None
    """Which column is the rowid; ``None`` in a table without one."""


def begins_badly(path: Path, key: bytes) -> bool:
    """Whether SQLite must not even open the file: it would drop what its log holds, or not know it for a database."""
    log = log_frames.read(path.with_name(f"{path.name}-wal"), JOURNAL.page_size)
    first = next((frame.content for frame in reversed(log.frames) if frame.page == 1), None)
    if first is None:
        first = next((page for number, page in pages(path, JOURNAL.page_size) if number == 1), b"")
    return _loses(log, path) or PageCipher(key, salt(key), JOURNAL.page_size).plain(1, first) is None


def log_loses(path: Path) -> bool:
    """Whether SQLite would drop something that the log of a file holds, and the file itself does not."""
    return _loses(log_frames.read(path.with_name(f"{path.name}-wal"), JOURNAL.page_size), path)


def _loses(log: log_frames.Log, path: Path) -> bool:
    if log.told or not log.loses:
        return log.loses
    # A power cut that spoils the header of a log which is begun anew leaves what has been brought in already.
    stored = dict(pages(path, JOURNAL.page_size))
    newest = {frame.page: frame.content for frame in log.frames if frame.follows}
    return any(stored.get(number) != content for number, content in newest.items())


def search(path: Path, key: bytes) -> Found:
    """All that can be read of a journal file and its log, which are only read."""
    log = log_frames.read(path.with_name(f"{path.name}-wal"), JOURNAL.page_size)
    stored = dict(pages(path, JOURNAL.page_size))
    cipher = PageCipher(key, salt(key), JOURNAL.page_size)
    history: dict[int, list[tuple[int, bytes | None]]] = {}
    found = Found()
    for number, page in stored.items():
        history.setdefault(number, []).append((0, cipher.plain(number, page)))
    for order, frame in enumerate(log.frames, start=1):
        history.setdefault(frame.page, []).append((order, cipher.plain(frame.page, frame.content)))
    shapes = _shapes()
    images = []
    for number, past in history.items():
        newest_bad = past[-1][1] is None
        found.broken += newest_bad
        found.sound += not newest_bad
        # What stood there before is better than nothing: a fact does not change.
        sound = [(order, number, plain) for order, plain in past if plain is not None]
        images += sound[-1:]
        if not log.told and len(sound) > 1 and sound[0][0] == 0:
            # Nobody knows which is newer, so that both count.
            images.append(sound[0])
    for order, number, plain in sorted(images):
        newest = history[number][-1][0] == order
        for rowid, row in records.rows(number, plain, _view(history, None if newest else order)):
            _sort_in(found, shapes, rowid, row)
    return found


def rebuild(path: Path, key: bytes, found: Found, spare: Spare | None, now: datetime, randomness: bytes) -> Salvaged:
    """Make a new journal file of what was found, complete and on the disk when this returns.

    Raises ``StoreError("damaged")`` where nothing tells what this kiosk is, and ``newer-database`` likewise.
    """
    if found.newer:
        raise StoreError("newer-database", ", ".join(sorted(found.newer)), JOURNAL.schema)
    with opened(path, key) as connection:
        migrate(connection, JOURNAL)
        with transaction(connection):
            _fill(connection, found)
            if load_enrolment(connection) is None:
                if spare is None:
                    raise StoreError("damaged", "no enrolment left", JOURNAL.schema)
                save_enrolment(connection, spare.enrolment)
            enrolment = load_enrolment(connection)
            if enrolment is None:  # pragma: no cover - it was written just now
                raise StoreError("damaged", "no enrolment left", JOURNAL.schema)
            _step_over_numbers(connection, found, spare, enrolment.reserve_series)
            salvaged = _step_over_places(connection, found, spare, now, randomness)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return salvaged


def _view(history: Mapping[int, list[tuple[int, bytes | None]]], until: int | None) -> Callable[[int], bytes | None]:
    """The pages as they were at a moment."""

    def content(number: int) -> bytes | None:
        past = [plain for order, plain in history.get(number, ()) if until is None or order <= until]
        return past[-1] if past else None

    return content


def _shapes() -> list[_Table]:
    """The tables of the journal file as this program makes it."""
    kinds = {"INTEGER": (int,), "TEXT": (str,), "REAL": (float, int), "BLOB": (bytes,)}
    with opened(Path(":memory:"), bytes(32)) as connection:
        migrate(connection, JOURNAL)
        listed = connection.execute("PRAGMA main.table_list").fetchall()
        shapes = []
        for _, name, kind, _, without_rowid, strict in listed:
            if kind != "table" or not strict:
                continue
            columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
            keyed = sorted((column[5], column[0]) for column in columns if column[5])
            allowed = tuple(
                kinds[column[2]] if column[3] or (without_rowid and column[5]) else (*kinds[column[2]], type(None))
                for column in columns
            )
            rowid = None if without_rowid or len(keyed) != 1 else keyed[0][1]
            key = tuple(place for _, place in keyed)
            shapes.append(_Table(name, tuple(column[1] for column in columns), allowed, key, rowid))
            if without_rowid and key != tuple(range(len(key))):
                raise AssertionError(f"{name}: a key that is not in front is stored in another order")
    return shapes


def _sort_in(found: Found, shapes: Sequence[_Table], rowid: int | None, row: Row) -> None:
    for table in shapes:
        whole = _as(table, rowid, row)
        if whole is not None:
            key = tuple(whole[place] for place in table.key) if table.key else (rowid,)
            found.tables.setdefault(table.name, {})[key] = whole
            return
    if rowid is not None and len(row) == 4 and row[1] == "kiosk" and isinstance(row[2], str):
        known = {step.__name__ for step in STEPS[JOURNAL]}
        found.newer |= {row[2]} - known


def _as(table: _Table, rowid: int | None, row: Row) -> Row | None:
    """The row where it is one of this table, else ``None``."""
    has_rowid = table.rowid is not None or not table.key
    if len(row) != len(table.columns) or has_rowid != (rowid is not None):
        return None
    if table.rowid is not None:
        if row[table.rowid] is not None:
            return None
        row = (*row[: table.rowid], rowid, *row[table.rowid + 1 :])
    if not all(isinstance(value, kinds) for value, kinds in zip(row, table.kinds, strict=True)):
        return None
    return row if _MEANS.get(table.name, _anything)(row) else None


def _anything(_: Row) -> bool:
    return True


def _is_fact(row: Row) -> bool:
    try:
        FactKind(str(row[2]))
        datetime.fromisoformat(str(row[3]))
        msgspec.json.decode(str(row[4]), type=dict[str, str])
    except (ValueError, msgspec.DecodeError):
        return False
    return True


_MEANS: dict[str, Callable[[Row], bool]] = {
    "fact": _is_fact,
    # The index of a table looks like it.
    "counter": lambda row: str(row[0]).startswith(_COUNTERS),
    "enrolment": lambda row: str(row[1]).startswith("{"),
}


_ARRIVALS_OF_FACTS = """
WITH told AS (
    SELECT seq, id, json_extract(details, '$.appointment') AS about, json_extract(details, '$.number') AS number
    FROM fact WHERE kind = ?1 AND details <> '{}'
)
INSERT OR IGNORE INTO arrival (about, number, fact, visit)
SELECT about, number, seq,
    (SELECT min(seq) FROM told AS beside
        WHERE beside.number = told.number AND beside.seq BETWEEN told.seq - 15 AND told.seq)
FROM told WHERE id NOT IN
    (SELECT json_extract(details, '$.arrival') FROM fact WHERE kind = ?2 AND json_extract(details, '$.arrival') <> '')
ORDER BY seq DESC
"""
"""Newest first: of an appointment that was checked in again after it was taken back, the last one counts.
A family that came as one visit has one number, and places side by side."""


def _fill(connection: Connection, found: Found) -> None:
    facts = {key[0] for key in found.tables.get("fact", {})}
    settled = {key[0] for key in found.tables.get("receipt", {})}
    for name, rows in found.tables.items():
        if name in _NEVER_SAVED or not rows:
            continue
        kept = list(rows.values())
        if name == "arrival":
            kept = [row for row in kept if row[2] in facts]
        elif name == "attempt":
            kept = [row for row in kept if row[0] in facts - settled]
        elif name == "set_aside":
            kept = [row for row in kept if row[0] in facts]
        elif name == "counter":
            kept = [row for row in kept if not str(row[0]).startswith("lease:")]
        if not kept:
            continue
        places = ", ".join("?" * len(kept[0]))
        connection.executemany(f"INSERT OR IGNORE INTO {name} VALUES ({places})", kept)  # noqa: S608 - a name of ours
    # The page of an arrival may be gone while its fact is there, which tells it all: who comes again is known.
    connection.execute(_ARRIVALS_OF_FACTS, (FactKind.CHECKED_IN.value, FactKind.ANNULLED.value))
    # Only what the centre has is ever emptied: its receipt is lost, not the centre's word.
    connection.executemany(
        "INSERT OR IGNORE INTO receipt (fact, verdict, at)"
        " SELECT seq, 'duplicate', at FROM fact WHERE kind = ? AND details = '{}'",
        [(kind.value,) for kind in _NEVER_EMPTY],
    )
    # The age of a receipt counts from a beginning that is lost.
    connection.execute("UPDATE receipt SET since = NULL")
    connection.execute("DELETE FROM arrival WHERE (about, number) IN (SELECT appointment, number FROM taken_back)")
    # With its fact gone nothing would ever end it: what the centre says of the arrival holds again.
    connection.execute(
        "DELETE FROM taken_back WHERE NOT EXISTS (SELECT 1 FROM fact WHERE kind = ?"
        " AND json_extract(details, '$.appointment') = appointment AND json_extract(details, '$.number') = number)",
        (FactKind.ANNULLED.value,),
    )
    # The blocks that they were taken of are given up.
    connection.execute("UPDATE fact SET lease = NULL, place = NULL")


def _step_over_numbers(connection: Connection, found: Found, spare: Spare | None, series: str) -> None:
    """The blocks of the centre are given up, since nobody knows how far they are used; the own series go on further."""
    known = dict(spare.counters) if spare is not None else {}
    for name, value in _counters(found):
        known[name] = max(value, known.get(name, 0))
    for letters, number in _numbers(found):
        if letters.endswith(series):
            known[f"reserve:{letters}"] = max(number + 1, known.get(f"reserve:{letters}", 0))
    for letter in ("", *ascii_uppercase):
        known.setdefault(f"reserve:{letter}{series}", 1)
    for name, value in known.items():
        if name.startswith("lease:"):
            continue
        ahead = value
        if name.startswith("reserve:"):
            ahead = (value + NUMBERS_AHEAD - 1) % LAST_OF_RESERVE + 1
        connection.execute("INSERT OR REPLACE INTO counter (name, next) VALUES (?, ?)", (name, ahead))


def _counters(found: Found) -> Iterator[tuple[str, int]]:
    for name, value in found.tables.get("counter", {}).values():
        if isinstance(name, str) and isinstance(value, int):
            yield name, value


def _numbers(found: Found) -> Iterator[tuple[str, int]]:
    """Letters and number of each ticket number that is told of anywhere."""
    told = [str(row[1]) for row in found.tables.get("arrival", {}).values()]
    facts = found.tables.get("fact", {}).values()
    told += [msgspec.json.decode(str(row[4]), type=dict[str, str]).get("number", "") for row in facts]
    for text in told:
        letters, _, number = text.rpartition(" ")
        if number.isascii() and number.isdigit():
            yield letters, int(number)


_PLACES = {"fact": (0,), "receipt": (0,), "attempt": (0,), "set_aside": (0,), "arrival": (2, 3), "outbox": (1,)}


def _step_over_places(
    connection: Connection, found: Found, spare: Spare | None, now: datetime, randomness: bytes
) -> Salvaged:
    """Go on behind every place that may have been given: with a fact that says what has happened."""
    places = [0 if spare is None else spare.newest]
    for name, columns in (*_PLACES.items(), ("day_close", (2,)), ("lease", (7,))):
        rows = found.tables.get(name, {}).values()
        places += [value for row in rows for place in columns if isinstance(value := row[place], int)]
    newest = max(places)
    closed = connection.execute("SELECT first, last FROM day_close WHERE final OR ended").fetchall()
    counted = {place for first, last in closed for place in range(first, last + 1)}
    facts = {key[0] for key in found.tables.get("fact", {})}
    salvages = set() if spare is None else set(spare.salvages)
    for row in found.tables.get("fact", {}).values():
        salvaged = row[2] == FactKind.SELF_TEST.value and faults.DATABASE_SALVAGED.code in str(row[4])
        if salvaged and isinstance(row[0], int):
            salvages.add(row[0])
    for place in salvages:
        # These were left free then.
        counted |= set(range(place - PLACES_AHEAD + 1, place))
    missing = len(set(range(1, newest + 1)) - facts - counted)
    following = newest + PLACES_AHEAD
    order = connection.execute("SELECT coalesce(max(ordering), 0) FROM fact").fetchone()[0]
    unix_ms = int(now.timestamp() * 1000)
    said = {"light": "yellow", "codes": faults.DATABASE_SALVAGED.code}
    connection.execute(
        "INSERT INTO fact (seq, id, kind, at, details, ordering) VALUES (?, ?, ?, ?, ?, ?)",
        (
            *(following, uuid7(unix_ms, randomness), FactKind.SELF_TEST.value, now.isoformat()),
            *(msgspec.json.encode(said).decode(), next_order(order, unix_ms)),
        ),
    )
    connection.execute(
        "INSERT OR REPLACE INTO salvage (one, at, saved, missing, next) VALUES (1, ?, ?, ?, ?)",
        (now.isoformat(), len(facts), missing, following),
    )
    return Salvaged(len(facts), missing, following)
