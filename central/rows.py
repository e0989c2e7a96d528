"""Rows of a seed: each an appointment, or an error that names row and column and never repeats what stands there."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

import msgspec

from central import moments
from central.store.roster import Booking
from kiosk.checkin import hetu, identifier
from kiosk.checkin.appointment import Channel, Status
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import LONGEST_CODE
from kiosk.sync.messages import Key, QueueRecord, SiteRecord

REQUIRED = ("id", "person", "unit", "area", "starts")
COLUMNS = (
    *REQUIRED,
    *("status", "site", "channel", "moved_to", "desk_first", "protected"),
    *("practitioner", "reminder_unit", "phone", "identifiers", "codes"),
)
QUEUE = ("service", "waiting", "minutes", "as_of")
DIGITS_SHOWN = 3
"""Of a phone number no more may be shown."""

_NOBODY = (
    "not a valid identity code of anyone born by today; other identifiers than a HETU begin with "
    f"{', '.join(f'{system}:' for system in identifier.SYSTEMS)}"
)

Row = Mapping[str, object]


class SeedError(Exception):
    """The file cannot be loaded. The message names row and column, and never repeats what stands there."""


@dataclass(frozen=True)
class Known:
    """What rows are read against: the rules of the sites by name, the key of each site's hashes, and the time."""

    sites: Mapping[str, SiteRecord]
    keys: Mapping[str, bytes]
    now: datetime


class _Cells:
    def __init__(self, where: str, row: object, columns: tuple[str, ...]) -> None:
        if not isinstance(row, Mapping) or None in row:
            raise SeedError(f"{where}: it does not fit the columns {', '.join(columns)}")
        unknown = sorted(str(name) for name in row.keys() - set(columns))
        if unknown:
            raise SeedError(f"{where}: unknown column {unknown[0][:40]!r}; there are {', '.join(columns)}")
        self._where, self._row = where, row

    def wrong(self, column: str, why: str) -> SeedError:
        return SeedError(f"{self._where}, column {column}: {why}")

    def text(self, column: str, *, needed: bool = False) -> str:
        value = self._row.get(column)
        if not isinstance(value, str | None):
            raise self.wrong(column, "it must be text")
        text = (value or "").strip()
        if needed and not text:
            raise self.wrong(column, "it is missing")
        return text

    def one_of(self, column: str, known: Iterable[str], default: str) -> str:
        text = self.text(column) or default
        if text not in set(known):
            raise self.wrong(column, f"it is one of {', '.join(sorted(known))}")
        return text

    def flag(self, column: str) -> bool:
        value = self._row.get(column)
        if isinstance(value, bool):
            return value
        return self.one_of(column, ("true", "false"), "false") == "true"

    def whole(self, column: str) -> int | None:
        value = self._row.get(column)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        text = self.text(column)
        if text and not (text.isascii() and text.isdigit() and len(text) < 6):
            raise self.wrong(column, "it is a whole number")
        return int(text) if text else None

    def moment(self, column: str, zone: str, now: datetime) -> datetime | None:
        text = self.text(column)
        moment = moments.read(text, zone, now)
        if text and moment is None:
            raise self.wrong(column, moments.FORMS)
        return moment

    def texts(self, column: str) -> list[str]:
        value = self._row.get(column)
        items = value if isinstance(value, list) else self.text(column).split()
        if not all(isinstance(item, str) and item.strip() for item in items):
            raise self.wrong(column, "it is a list of texts")
        return [item.strip() for item in items]


def sites_of(rows: Iterable[Row], known: Set[str]) -> list[str]:
    """The sites, other than that of the file, which rows are for. Raises ``SeedError`` where one is not ``known``."""
    named: set[str] = set()
    for number, row in enumerate(rows, 1):
        cells = _Cells(f"row {number}", row, COLUMNS)
        name = cells.text("site")
        if name and name not in known:
            raise cells.wrong("site", f"it is one of {', '.join(sorted(known))}")
        named.add(name)
    return sorted(named - {""})


def bookings(rows: Iterable[Row], home: str, known: Known) -> Iterator[tuple[str, Booking]]:
    """The appointments in the rows, each with its site. Raises ``SeedError``."""
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, 1):
        cells = _Cells(f"row {number}", row, COLUMNS)
        rules = known.sites[cells.text("site") or home]
        booking = _booking(cells, rules, known)
        if (rules.id, booking.id) in seen:
            raise cells.wrong("id", "it stands in an earlier row too")
        seen.add((rules.id, booking.id))
        yield rules.id, booking


def _booking(cells: _Cells, rules: SiteRecord, known: Known) -> Booking:
    for column in REQUIRED:
        cells.text(column, needed=True)
    starts = cells.moment("starts", rules.zone, known.now)
    if starts is None:
        raise cells.wrong("starts", moments.FORMS)
    status = Status(cells.one_of("status", Status, Status.BOOKED))
    moved_to = cells.moment("moved_to", rules.zone, known.now)
    if moved_to is not None and status is not Status.MOVED:
        raise cells.wrong("moved_to", "only an appointment with the status moved has it")
    everywhere, here = _identifiers(cells, rules, known.now)
    return Booking(
        id=_id(cells, rules, known.now),
        people={
            name: tuple(hashed(key, one).hex() for one in everywhere + (here if name == rules.id else []))
            for name, key in known.keys.items()
        },
        unit=_place(cells, "unit", rules, {unit.id for unit in rules.units}),
        area=_place(cells, "area", rules, {area.id for area in rules.areas}),
        starts=starts,
        status=status,
        channel=Channel(cells.one_of("channel", Channel, Channel.ON_SITE)),
        moved_to=moved_to,
        desk_first=cells.flag("desk_first"),
        protected=cells.flag("protected"),
        practitioner=_practitioner(cells),
        reminder_unit=_reminder_unit(cells, known),
        phone=_phone(cells),
    )


def _id(cells: _Cells, rules: SiteRecord, now: datetime) -> str:
    try:
        name = msgspec.convert(cells.text("id"), Key)
    except msgspec.ValidationError:
        raise cells.wrong("id", "it takes 1 to 64 letters, digits and ._:-") from None
    if hetu.canonical(name, moments.today(rules.zone, now)) is not None:
        raise cells.wrong("id", "an identity code is no id")
    return name


def _identifiers(cells: _Cells, rules: SiteRecord, now: datetime) -> tuple[list[str], list[str]]:
    """What the client is known by at every site, and at this one alone."""
    today = moments.today(rules.zone, now)
    codes = cells.texts("codes")
    if any(len(code) > LONGEST_CODE for code in codes):
        raise cells.wrong("codes", f"a code has at most {LONGEST_CODE} characters")
    if any(hetu.canonical(code, today) is not None or identifier.reserved(code) for code in codes):
        raise cells.wrong("codes", "an identity code is no appointment code")
    written = [("person", cells.text("person")), *(("identifiers", one) for one in cells.texts("identifiers"))]
    everywhere, here = list[str](), list[str]()
    for column, text in written:
        found = identifier.canonical(text, today, rules.policy.local_pattern)
        if found is None:
            raise cells.wrong(column, _NOBODY)
        (here if identifier.system(found) == identifier.LOCAL else everywhere).append(found)
    return list(dict.fromkeys([*everywhere, *codes])), list(dict.fromkeys(here))


def _place(cells: _Cells, column: str, rules: SiteRecord, there: set[str]) -> str:
    name = cells.text(column)
    if name not in there:
        raise cells.wrong(column, f"{rules.id} has only {', '.join(sorted(there))}")
    return name


def _practitioner(cells: _Cells) -> str:
    text = cells.text("practitioner")
    if len(text) > 80:
        raise cells.wrong("practitioner", "it has at most 80 characters")
    return text


def _reminder_unit(cells: _Cells, known: Known) -> str:
    # A reminder that went wrong may well have named a unit of another site.
    name = cells.text("reminder_unit")
    if name and not any(name == unit.id for rules in known.sites.values() for unit in rules.units):
        raise cells.wrong("reminder_unit", "no site here has such a unit")
    return name


def _phone(cells: _Cells) -> str:
    text = cells.text("phone")
    if len(text) > 20 or sum(character.isdigit() for character in text) > DIGITS_SHOWN:
        raise cells.wrong("phone", f"it is masked already, as •• 67: at most {DIGITS_SHOWN} digits of it may be shown")
    return text


def queues(rows: Iterable[object], rules: SiteRecord, now: datetime) -> Iterator[QueueRecord]:
    """The queues in the rows. Raises ``SeedError``."""
    services = {service.id for service in rules.services}
    for number, row in enumerate(rows, 1):
        cells = _Cells(f"queue {number}", row, QUEUE)
        waiting, minutes = cells.whole("waiting"), cells.whole("minutes")
        if waiting is None:
            raise cells.wrong("waiting", "it is missing")
        for column, value, most in (("waiting", waiting, 9999), ("minutes", minutes, 1440)):
            if value is not None and not 0 <= value <= most:
                raise cells.wrong(column, f"it is between 0 and {most}")
        yield QueueRecord(
            service=_place(cells, "service", rules, services),
            waiting=waiting,
            minutes=minutes,
            as_of=cells.moment("as_of", rules.zone, now) or now,
        )
