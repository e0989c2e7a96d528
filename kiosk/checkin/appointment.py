"""Appointments as the kiosk knows them: no name, no identity code, nothing clinical."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """What the centre says of the booking itself; whether the client is here is told by ``Arrival``."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MOVED = "moved"


class Channel(StrEnum):
    """Where the visit takes place."""

    ON_SITE = "on-site"
    PHONE = "phone"
    VIDEO = "video"


class Standing(StrEnum):
    """Who knows of an arrival. Only a receipt of the centre makes it ``REGISTERED``."""

    RECORDED = "recorded"
    REGISTERED = "registered"
    DISPUTED = "disputed"
    """The centre has answered, and did not take it as this kiosk told it: a person must look."""


@dataclass(frozen=True)
class Arrival:
    """That a client has checked in, and the number they are called by."""

    number: str
    standing: Standing
    fact: int | None = None
    """Place of the fact in this kiosk's journal; ``None`` where another machine or the desk took the arrival."""
    at: datetime | None = None
    """When it was written here."""


@dataclass(frozen=True)
class Appointment:
    """A booked visit. ``starts`` is aware; ``unit`` and ``area`` are keys into the site's own lists.

    ``site`` is empty for the kiosk's own site. ``moved_to`` is the new time of a visit that was moved. ``desk_first``
    is the unit's wish to see the client at the desk. ``protected`` marks a client under non-disclosure (turvakielto):
    nothing but a number is shown. ``reminder_unit`` is the unit that a reminder message named; the agreed one is
    ``unit``. ``phone`` is what may be shown of the client's phone number, such as ``•• 67``.
    """

    id: str
    unit: str
    area: str
    starts: datetime
    status: Status = Status.BOOKED
    arrival: Arrival | None = None
    site: str = ""
    channel: Channel = Channel.ON_SITE
    moved_to: datetime | None = None
    desk_first: bool = False
    protected: bool = False
    practitioner: str = ""
    reminder_unit: str = ""
    phone: str = ""

    @property
    def wrongly_reminded(self) -> bool:
        """Whether the reminder sent this client to another place than was agreed."""
        return self.reminder_unit not in ("", self.unit)
