"""``decide``: the one answer to a claim. A closed set; each member has one reason and one next step."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from kiosk.checkin.appointment import Appointment, Arrival, Status
from kiosk.checkin.site import Site, Unit


@dataclass(frozen=True)
class DataQuality:
    """How far the kiosk may trust its own copy. ``roster_as_of`` is when the centre last said "this is all"."""

    roster_as_of: datetime | None


@dataclass(frozen=True)
class CheckIn:
    """May check in now."""

    reason: ClassVar[str] = "check-in"
    appointment: Appointment


@dataclass(frozen=True)
class AlreadyIn:
    """Has checked in before; is told the same number again."""

    reason: ClassVar[str] = "already-in"
    appointment: Appointment
    arrival: Arrival


@dataclass(frozen=True)
class TooEarly:
    """Check-in opens at ``opens``."""

    reason: ClassVar[str] = "too-early"
    appointment: Appointment
    opens: datetime


@dataclass(frozen=True)
class TooLate:
    """The window has closed: a person at the desk decides."""

    reason: ClassVar[str] = "too-late"
    appointment: Appointment


@dataclass(frozen=True)
class Cancelled:
    """The booking was cancelled."""

    reason: ClassVar[str] = "cancelled"
    appointment: Appointment


@dataclass(frozen=True)
class NoMatch:
    """A fresh roster holds nothing for this claim today."""

    reason: ClassVar[str] = "no-match"


@dataclass(frozen=True)
class CannotTell:
    """Nothing was found, but the roster is missing or stale: this must never be told as "no appointment"."""

    reason: ClassVar[str] = "cannot-tell"


Outcome = CheckIn | AlreadyIn | TooEarly | TooLate | Cancelled | NoMatch | CannotTell


def decide(appointments: tuple[Appointment, ...], site: Site, now: datetime, quality: DataQuality) -> Outcome:
    """The outcome for a client who holds ``appointments`` (any day, any order) at ``now``.

    A visit that may be checked in now comes first; then one already checked in; then the nearest reason why not.
    """
    today = sorted((a for a in appointments if site.day(a.starts) == site.day(now)), key=lambda a: (a.starts, a.id))
    booked = [a for a in today if a.status is Status.BOOKED]
    waiting = [a for a in booked if a.arrival is None]
    for appointment in waiting:
        if _opens(appointment, site) <= now <= _closes(appointment, site):
            return CheckIn(appointment)
    for appointment in reversed(booked):
        if appointment.arrival is not None:
            return AlreadyIn(appointment, appointment.arrival)
    for appointment in waiting:
        if now < _opens(appointment, site):
            return TooEarly(appointment, _opens(appointment, site))
    if waiting:
        return TooLate(waiting[-1])
    if today:
        return Cancelled(today[-1])
    return NoMatch() if is_fresh(quality, site, now) else CannotTell()


def is_fresh(quality: DataQuality, site: Site, now: datetime) -> bool:
    """Whether silence of the roster means anything. A roster from the future is as doubtful as an old one."""
    if quality.roster_as_of is None:
        return False
    return abs(now - quality.roster_as_of) <= site.roster_stale_after


_UNKNOWN_UNIT = Unit(id="", name={})


def _opens(appointment: Appointment, site: Site) -> datetime:
    return appointment.starts - _window(appointment, site)[0]


def _closes(appointment: Appointment, site: Site) -> datetime:
    return appointment.starts + _window(appointment, site)[1]


def _window(appointment: Appointment, site: Site) -> tuple[timedelta, timedelta]:
    unit = site.units.get(appointment.unit, _UNKNOWN_UNIT)
    return unit.opens_before, unit.closes_after
