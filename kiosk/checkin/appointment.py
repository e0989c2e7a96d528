"""Appointments as the kiosk knows them: no name, no identity code, nothing clinical."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """What the centre says of the booking itself; whether the client is here is told by ``Arrival``."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """Who knows of an arrival. Only a receipt of the centre makes it ``REGISTERED``."""

    RECORDED = "recorded"
    REGISTERED = "registered"


@dataclass(frozen=True)
class Arrival:
    """That a client has checked in, and the number they are called by."""

    number: str
    standing: Standing
    fact: int | None = None
    """Place of the fact in this kiosk's journal; ``None`` where another machine or the desk took the arrival."""


@dataclass(frozen=True)
class Appointment:
    """A booked visit. ``starts`` is aware; ``unit`` and ``area`` are keys into the site's own lists."""

    id: str
    unit: str
    area: str
    starts: datetime
    status: Status = Status.BOOKED
    arrival: Arrival | None = None
