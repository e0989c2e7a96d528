"""Loading a day of appointments from a JSON, YAML or CSV file: all of it, or nothing with a word on what is wrong."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from central import rows as reading
from central import site_files
from central.rows import Known, Row, SeedError
from central.site_files import SiteFileError
from central.store import Connection, Store, changes, queues, roster, sites
from central.store.roster import Booking, Loaded
from central.store.sites import SeriesTakenError
from central.store.versions import Kind, Made
from kiosk.sync.messages import SiteRecord

__all__ = ["Seed", "SeedError", "load", "read"]


@dataclass(frozen=True)
class Seed:
    """A file as it was read: the site as it is written there, if it is, the rows, and the queues."""

    site: object | None
    rows: Sequence[Row]
    queues: Sequence[object] = ()


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
    lists = [written.get(name, []) for name in ("appointments", "queues")] if isinstance(written, dict) else []
    if not isinstance(written, dict) or not all(isinstance(one, list) for one in lists):
        raise SeedError(f"{path}: a seed holds `site`, a list of `appointments`, and maybe a list of `queues`")
    return Seed(written.get("site"), *lists)


def load(store: Store, seed: Seed, site: str | None, now: datetime) -> tuple[str, Loaded]:
    """Load a seed in one transaction; ``site`` (a name or a file) stands in for what the file says of it.

    Identifiers are hashed under the key of every site that the centre knows by then, so that a kiosk of any of them
    can tell whose visit is elsewhere. Raises ``SeedError``, and then nothing is loaded.
    """
    try:
        with store.writing() as connection:
            rules = _site(connection, site if site is not None else seed.site, now)
            if rules.id in site_files.EXAMPLES:
                for neighbour in site_files.EXAMPLES:
                    _known_site(connection, neighbour, now)
            for other in reading.sites_of(seed.rows, sites.keys(connection).keys() | set(site_files.EXAMPLES)):
                _known_site(connection, other, now)
            known = Known(sites.all_rules(connection), sites.keys(connection), now)
            by_site: dict[str, list[Booking]] = {rules.id: []}
            for name, booking in reading.bookings(seed.rows, rules.id, known):
                by_site.setdefault(name, []).append(booking)
            loaded = [roster.load(connection, name, bookings) for name, bookings in sorted(by_site.items())]
            queues.load(connection, rules.id, list(reading.queues(seed.queues, rules, now)))
    except (SiteFileError, SeriesTakenError) as error:
        raise SeedError(str(error)) from error
    return rules.id, roster.total(loaded)


def _site(connection: Connection, named: object, now: datetime) -> SiteRecord:
    """The site that is meant. One that is only named, and that the store has already, stays as it is there."""
    if isinstance(named, str) and named:
        return _known_site(connection, named, now)
    if not isinstance(named, Mapping):
        raise SeedError("no site is named: add `site` to the file, or give --site")
    rules, series = site_files.site(named)
    sites.load(connection, rules, series, Made(Kind.LOADED, now))
    return rules


def _known_site(connection: Connection, name: str, now: datetime) -> SiteRecord:
    try:
        return changes.rules(connection, name)
    except LookupError:
        rules, series = site_files.site(site_files.named(name))
        sites.load(connection, rules, series, Made(Kind.LOADED, now))
        return rules


def _csv_rows(text: str) -> list[Row]:
    try:
        return list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error:
        raise SeedError("the file is not CSV with a first line of column names") from None
