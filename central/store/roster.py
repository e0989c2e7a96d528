"""Appointments, as a seed or a health record system brings them. Every real change is told to all who can read it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from central.store import changes
from central.store.changes import Change
from central.store.database import chunks, insert
from central.store.tables import appointment, roster
from kiosk.checkin.appointment import Channel, Status


@dataclass(frozen=True)
class Booking:
    """An appointment as the centre keeps it; ``kiosk.checkin.appointment`` says what each value means.

    ``people`` are keyed hashes in hex, never identifiers, by the site under whose key they are: a kiosk finds those
    of its own site only.
    """

    id: str
    people: Mapping[str, tuple[str, ...]]
    unit: str
    area: str
    starts: datetime
    status: Status = Status.BOOKED
    channel: Channel = Channel.ON_SITE
    moved_to: datetime | None = None
    desk_first: bool = False
    protected: bool = False
    practitioner: str = ""
    reminder_unit: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Loaded:
    """How many appointments were new, how many changed, and how many stood as they were."""

    new: int
    changed: int
    same: int


def total(loaded: Sequence[Loaded]) -> Loaded:
    """All of it together."""
    return Loaded(sum(one.new for one in loaded), sum(one.changed for one in loaded), sum(one.same for one in loaded))


def load(connection: Connection, name: str, bookings: Sequence[Booking]) -> Loaded:
    """Add or replace the appointments of a site."""
    before = _bookings(connection, name, [booking.id for booking in bookings])
    new = {booking.id: booking for booking in bookings if booking.id not in before}
    changed = {booking.id: booking for booking in bookings if before.get(booking.id, booking) != booking}
    _write(connection, name, [*new.values(), *changed.values()])
    told: dict[str, list[Change]] = {}
    for key, booking in (new | changed).items():
        was = before[key].starts if key in before else None
        for reader in booking.people:
            told.setdefault(reader, []).append(Change(changes.APPOINTMENT, key, was))
    changes.note(connection, told)
    return Loaded(len(new), len(changed), len(bookings) - len(new) - len(changed))


def cancel(connection: Connection, name: str, key: str) -> bool:
    """Cancel an appointment; ``False`` where it was cancelled before. Raises ``LookupError`` where there is none."""
    found = _bookings(connection, name, [key]).get(key)
    if found is None:
        raise LookupError(key)
    cancelled = replace(found, status=Status.CANCELLED, moved_to=None)
    return load(connection, name, [cancelled]).changed == 1


def _write(connection: Connection, name: str, bookings: Sequence[Booking]) -> None:
    if not bookings:
        return
    written, read = list[dict[str, Any]](), list[dict[str, Any]]()
    for booking in bookings:
        row = asdict(booking) | {"site": name, "status": booking.status.value, "channel": booking.channel.value}
        del row["people"]
        written.append(row)
        for reader, people in booking.people.items():
            place = {"reader": reader, "site": name, "appointment": booking.id}
            hashes = msgspec.json.encode(people).decode()
            read.append(place | {"people": hashes, "starts": booking.starts})
    for table, rows in ((appointment, written), (roster, read)):
        statement = insert(connection, table)
        replaced = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
        connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=replaced), rows)


def _bookings(connection: Connection, name: str, keys: Sequence[str]) -> dict[str, Booking]:
    people: dict[str, dict[str, tuple[str, ...]]] = {}
    found: dict[str, Booking] = {}
    for some in chunks(keys):
        hashes = select(roster).where(roster.c.site == name, roster.c.appointment.in_(some))
        for row in connection.execute(hashes):
            under = people.setdefault(row.appointment, {})
            under[row.reader] = msgspec.json.decode(row.people, type=tuple[str, ...])
        statement = select(appointment).where(appointment.c.site == name, appointment.c.id.in_(some))
        for row in connection.execute(statement):
            found[row.id] = _booking(row, people.get(row.id, {}))
    return found


def _booking(row: Row[Any], people: Mapping[str, tuple[str, ...]]) -> Booking:
    values = {name: value for name, value in row._asdict().items() if name != "site"}
    values |= {"people": people, "status": Status(row.status), "channel": Channel(row.channel)}
    return Booking(**values)
