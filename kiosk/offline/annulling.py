"""Check-ins that staff take back at this kiosk: found by the number on the slip, and gone from here at once.

The centre hears of it later. Until then ``taken_back`` hides what the roster still says of the same arrival.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.facts import FactKind
from kiosk.checkin.servicing.events import FoundVisit
from kiosk.checkin.site import Site
from kiosk.offline.connection import Connection

_APPOINTMENT = msgspec.json.Decoder(Appointment)

_OWN = """
SELECT arrival.about, fact.id, fact.at, appointment.body
FROM arrival
JOIN fact ON fact.seq = arrival.fact
LEFT JOIN appointment ON appointment.id = arrival.about
WHERE arrival.number = ? AND fact.kind = ? AND fact.id NOT IN (SELECT fact FROM annulled)
ORDER BY arrival.fact
"""

_ELSEWHERE = """
SELECT id, body FROM appointment
WHERE number = ? AND NOT EXISTS
    (SELECT 1 FROM taken_back WHERE taken_back.appointment = appointment.id AND taken_back.number = appointment.number)
ORDER BY starts, id
"""


@dataclass(frozen=True)
class Numbered:
    """A check-in under a number. ``fact`` and ``at`` are set where this kiosk took it; ``booked`` while it is known."""

    appointment: str
    fact: str | None = None
    at: datetime | None = None
    booked: Appointment | None = None


def numbered(connection: Connection, number: str, now: datetime, site: Site) -> tuple[Numbered, ...]:
    """The check-ins of this service day that have the number, taken here or anywhere else, and stand."""
    own = {
        about: Numbered(about, fact, datetime.fromisoformat(at), _booked(body))
        for about, fact, at, body in connection.execute(_OWN, (number, FactKind.CHECKED_IN.value))
        if site.day(datetime.fromisoformat(at)) == site.day(now)
    }
    elsewhere = [Numbered(name, booked=_booked(body)) for name, body in connection.execute(_ELSEWHERE, (number,))]
    # A number is one client's for a day; on another day it is somebody else's.
    today = [one for one in elsewhere if one.booked is not None and site.day(one.booked.starts) == site.day(now)]
    return (*own.values(), *(one for one in today if one.appointment not in own))


def found(numbered: Sequence[Numbered], site: Site) -> tuple[FoundVisit, ...]:
    """What may be shown of them: under non-disclosure only when it was recorded."""
    return tuple(_found(one, site) for one in numbered)


def forget(connection: Connection, appointment: str, number: str) -> None:
    """Know of this arrival no more, whatever the roster says of it."""
    connection.execute("DELETE FROM arrival WHERE about = ? AND number = ?", (appointment, number))
    connection.execute(
        "INSERT INTO taken_back (appointment, number) VALUES (?, ?) ON CONFLICT DO NOTHING", (appointment, number)
    )


def _found(one: Numbered, site: Site) -> FoundVisit:
    if one.booked is None or one.booked.protected:
        return FoundVisit(None, at=one.at)
    unit = site.units.get(one.booked.unit)
    return FoundVisit(one.booked.starts, None if unit is None else unit.name, one.at)


def _booked(body: str | None) -> Appointment | None:
    return None if body is None else _APPOINTMENT.decode(body)
