"""Sites and appointments, as a seed or a health record system brings them. Every real change is told to the kiosks."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.store import changes
from central.store.changes import Change
from central.store.database import chunks, insert
from central.store.tables import appointment, site
from kiosk.checkin.appointment import Status
from kiosk.sync.messages import SiteRecord, encode


@dataclass(frozen=True)
class Booking:
    """An appointment as the centre keeps it. ``people`` are keyed hashes in hex, never identifiers."""

    id: str
    people: tuple[str, ...]
    unit: str
    area: str
    starts: datetime
    status: Status


@dataclass(frozen=True)
class Loaded:
    """How many appointments were new, how many changed, and how many stood as they were."""

    new: int
    changed: int
    same: int


def load_site(connection: Connection, rules: SiteRecord, series: str) -> None:
    """Take the rules of a site. Its key is made when it is first seen, and never changes."""
    text = encode(rules).decode()
    fresh = {"id": rules.id, "key": secrets.token_hex(32), "rules": text, "series": series}
    if connection.execute(insert(connection, site).on_conflict_do_nothing(), fresh).rowcount == 1:
        return
    different = (site.c.id == rules.id) & ((site.c.rules != text) | (site.c.series != series))
    if connection.execute(update(site).where(different).values(rules=text, series=series)).rowcount == 1:
        changes.note(connection, {rules.id: [Change(changes.SITE, rules.id)]})


def site_key(connection: Connection, name: str) -> bytes:
    """The key of a site's hashes. Raises ``LookupError`` where the centre has no such site."""
    key = connection.execute(select(site.c.key).where(site.c.id == name)).scalar()
    if key is None:
        raise LookupError(name)
    return bytes.fromhex(key)


def load(connection: Connection, name: str, bookings: Sequence[Booking]) -> Loaded:
    """Add or replace the appointments of a site."""
    before = _bookings(connection, name, [booking.id for booking in bookings])
    new = {booking.id: booking for booking in bookings if booking.id not in before}
    changed = {booking.id: booking for booking in bookings if before.get(booking.id, booking) != booking}
    written = [
        {
            "site": name,
            "id": booking.id,
            "people": msgspec.json.encode(booking.people).decode(),
            "unit": booking.unit,
            "area": booking.area,
            "starts": booking.starts,
            "status": booking.status.value,
        }
        for booking in (*new.values(), *changed.values())
    ]
    if written:
        statement = insert(connection, appointment)
        replaced = {key: statement.excluded[key] for key in ("people", "unit", "area", "starts", "status")}
        keys = [appointment.c.site, appointment.c.id]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced), written)
    told = [Change(changes.APPOINTMENT, key) for key in new]
    told += [Change(changes.APPOINTMENT, key, before[key].starts) for key in changed]
    changes.note(connection, {name: told})
    return Loaded(len(new), len(changed), len(bookings) - len(new) - len(changed))


def cancel(connection: Connection, name: str, key: str) -> bool:
    """Cancel an appointment; ``False`` where it was cancelled before. Raises ``LookupError`` where there is none."""
    found = _bookings(connection, name, [key]).get(key)
    if found is None:
        raise LookupError(key)
    cancelled = replace(found, status=Status.CANCELLED)
    return load(connection, name, [cancelled]).changed == 1


def _bookings(connection: Connection, name: str, keys: Sequence[str]) -> dict[str, Booking]:
    found: dict[str, Booking] = {}
    for some in chunks(keys):
        statement = select(appointment).where(appointment.c.site == name, appointment.c.id.in_(some))
        for row in connection.execute(statement):
            people = msgspec.json.decode(row.people, type=tuple[str, ...])
            status = Status(row.status)
            found[row.id] = Booking(row.id, people, row.unit, row.area, row.starts, status)
    return found
