"""Loading a day of appointments from a JSON, YAML or CSV file: all of it, or nothing with a word on what is wrong."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from central import site_files
from central.site_files import SiteFileError
from central.store import Connection, Store, changes, roster
from central.store.roster import Booking, Loaded
from kiosk.checkin import hetu
from kiosk.checkin.appointment import Status
from kiosk.checkin.hashing import hashed
from kiosk.sync.messages import Key, SiteRecord

COLUMNS = ("id", "person", "unit", "area", "starts", "status")
_OPTIONAL = {"status"}
_TIME_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")

Row = Mapping[str, str]


class SeedError(Exception):
    """The file cannot be loaded. The message names row and column, and never repeats what stands there."""


@dataclass(frozen=True)
class Seed:
    """A file as it was read: the site as it is written there, if it is, and the rows."""

    site: object | None
    rows: Sequence[Row]


def read(path: Path) -> Seed:
    """Read a seed file by its ending: ``.json``, ``.yaml``, ``.yml`` or ``.csv``. Raises ``SeedError``."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: {error.strerror if isinstance(error, OSError) else 'not UTF-8'}") from None
    if path.suffix.lower() == ".csv":
        return Seed(None, _csv_rows(text))
    if path.suffix.lower() not in (".json", ".yaml", ".yml"):
        raise SeedError(f"{path}: a seed is a .json, .yaml, .yml or .csv file")
    try:
        written = site_files.plain(text) if path.suffix.lower() != ".json" else msgspec.json.decode(text)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise SeedError(f"{path}: {error}") from None
    if not isinstance(written, dict) or not isinstance(written.get("appointments", []), list):
        raise SeedError(f"{path}: a seed holds `site` and a list of `appointments`")
    rows = written.get("appointments", [])
    return Seed(written.get("site"), [_row(number, row) for number, row in enumerate(rows, 1)])


def load(store: Store, seed: Seed, site: str | None, now: datetime) -> tuple[str, Loaded]:
    """Load a seed in one transaction; ``site`` (a name or a file) stands in for what the file says of it.

    Raises ``SeedError``, and then nothing is loaded.
    """
    try:
        with store.writing() as connection:
            rules, series = _site(connection, site if site is not None else seed.site)
            if series is not None:
                roster.load_site(connection, rules, series)
            key = roster.site_key(connection, rules.id)
            return rules.id, roster.load(connection, rules.id, list(_bookings(seed.rows, rules, key, now)))
    except SiteFileError as error:
        raise SeedError(str(error)) from error


def _site(connection: Connection, named: object) -> tuple[SiteRecord, str | None]:
    """The site that is meant; without a series where it is one that the store has already, and keeps as it is."""
    if isinstance(named, dict):
        return site_files.site(named)
    if not isinstance(named, str) or not named:
        raise SeedError("no site is named: add `site` to the file, or give --site")
    try:
        return changes.rules(connection, named), None
    except LookupError:
        pass
    written = site_files.example(named)
    if written is None and Path(named).suffix:
        written = site_files.from_file(Path(named))
    if written is None:
        raise SeedError(f"site: no site here and no example is called {named}")
    return site_files.site(written)


def _csv_rows(text: str) -> list[Row]:
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        return [_row(number, row) for number, row in enumerate(reader, 1)]
    except csv.Error:
        raise SeedError("the file is not CSV with a first line of column names") from None


def _row(number: int, written: object) -> Row:
    if not isinstance(written, dict) or None in written:
        raise SeedError(f"row {number}: it does not fit the columns {', '.join(COLUMNS)}")
    unknown = sorted(str(name) for name in written.keys() - set(COLUMNS))
    if unknown:
        raise SeedError(f"row {number}: unknown column {unknown[0][:40]!r}; there are {', '.join(COLUMNS)}")
    row: dict[str, str] = {}
    for column in COLUMNS:
        value = written.get(column)
        if not isinstance(value, str | None):
            raise _wrong(number, column, "it must be text")
        row[column] = (value or "").strip()
        if not row[column] and column not in _OPTIONAL:
            raise _wrong(number, column, "it is missing")
    return row


def _bookings(rows: Iterable[Row], rules: SiteRecord, key: bytes, now: datetime) -> Iterable[Booking]:
    today = now.astimezone(ZoneInfo(rules.zone)).date()
    units, areas = {unit.id for unit in rules.units}, {area.id for area in rules.areas}
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        try:
            appointment = msgspec.convert(row["id"], Key)
        except msgspec.ValidationError:
            raise _wrong(number, "id", "it takes 1 to 64 letters, digits and ._:-") from None
        if hetu.canonical(appointment, today) is not None:
            raise _wrong(number, "id", "an identity code is no id")
        if appointment in seen:
            raise _wrong(number, "id", "it stands in an earlier row too")
        seen.add(appointment)
        person = hetu.canonical(row["person"], today)
        if person is None:
            raise _wrong(number, "person", "not a valid identity code of anyone born by today")
        for column, known in (("unit", units), ("area", areas)):
            if row[column] not in known:
                raise _wrong(number, column, f"{rules.id} has only {', '.join(sorted(known))}")
        if row["status"] and row["status"] not in set(Status):
            raise _wrong(number, "status", f"it is one of {', '.join(Status)}")
        starts = _starts(row["starts"], today_at(rules.zone, now))
        if starts is None:
            raise _wrong(number, "starts", "it is HH:MM today, or a time with an offset as RFC 3339 has it")
        people = (hashed(key, person).hex(),)
        yield Booking(appointment, people, row["unit"], row["area"], starts, Status(row["status"] or Status.BOOKED))


def today_at(zone: str, now: datetime) -> datetime:
    """Midnight of today on the wall clock of a site."""
    return datetime.combine(now.astimezone(ZoneInfo(zone)).date(), time.min, ZoneInfo(zone))


def _starts(text: str, midnight: datetime) -> datetime | None:
    clock = _TIME_OF_DAY.fullmatch(text)
    if clock is not None:
        return midnight.replace(hour=int(clock[1]), minute=int(clock[2])).astimezone(UTC)
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _wrong(number: int, column: str, why: str) -> SeedError:
    return SeedError(f"row {number}, column {column}: {why}")
