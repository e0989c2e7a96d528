"""``decide``: the one answer to a claim. The order of the questions is ``QUESTIONS``, and the docs are made from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.checkin.appointment import Appointment, Channel, Status
from kiosk.checkin.outcome import (
    AlreadyIn,
    Cancelled,
    CannotTell,
    CheckIn,
    DeskFirst,
    Moved,
    NoMatch,
    NotLive,
    Outcome,
    Remote,
    TooEarly,
    TooLate,
    WrongDay,
    WrongSite,
)
from kiosk.checkin.site import Site, Unit


@dataclass(frozen=True)
class DataQuality:
    """How far the kiosk may trust its own copy. ``roster_as_of`` is when the centre last said "this is all".

    ``centre_as_of`` is the same moment on the centre's clock, where that is known to be another one. The clock is not
    ``clock_trusted`` where it is found to be wrong, and not ``clock_known`` where nothing tells: it is believed then,
    and nobody is sent away by it. ``clock_offset`` is how far it is ahead of the centre's, where that is known.
    """

    roster_as_of: datetime | None
    clock_trusted: bool = True
    centre_as_of: datetime | None = None
    clock_known: bool = True
    clock_offset: timedelta | None = None


def roster_age(quality: DataQuality, now: datetime) -> timedelta | None:
    """How old the roster is when the wall clock shows ``now``: by the centre's time, where that can be told."""
    if quality.roster_as_of is None:
        return None
    if quality.centre_as_of is not None and quality.clock_offset is not None:
        return now - quality.clock_offset - quality.centre_as_of
    return now - quality.roster_as_of


def is_fresh(quality: DataQuality, site: Site, now: datetime) -> bool:
    """Whether silence of the roster means anything. A roster from the future is as doubtful as an old one."""
    age = roster_age(quality, now)
    if age is None or not (quality.clock_trusted and quality.clock_known):
        return False
    return abs(age) <= site.roster_stale_after


@dataclass(frozen=True)
class _Case:
    """What the questions look at: the visits in the order in which a client would go to them."""

    site: Site
    now: datetime
    trusted: bool
    told: datetime
    """When the centre last spoke. Where this kiosk's clock is not trusted, it says which days can be meant."""
    appointments: tuple[Appointment, ...]

    def unit(self, appointment: Appointment) -> Unit:
        return self.site.units.get(appointment.unit, _UNKNOWN_UNIT)

    def today(self, appointment: Appointment) -> bool:
        return self.site.day(appointment.starts) == self.site.day(self.now)

    def may_be_today(self, appointment: Appointment) -> bool:
        """Whether it is today; where nobody knows the time, the day of the centre's last word or the one after it."""
        if self.trusted:
            return self.today(appointment)
        return 0 <= (self.site.day(appointment.starts) - self.site.day(self.told)).days <= 1

    def here(self) -> tuple[Appointment, ...]:
        """The booked visits of today at this site."""
        return tuple(
            appointment
            for appointment in self.appointments
            if appointment.site in ("", self.site.id)
            and appointment.status is Status.BOOKED
            and self.may_be_today(appointment)
        )

    def waiting(self) -> tuple[Appointment, ...]:
        """Those of them that have not been checked in and that need no other answer."""
        return tuple(
            appointment
            for appointment in self.here()
            if appointment.arrival is None
            and appointment.channel is Channel.ON_SITE
            and not appointment.desk_first
            and self.live(appointment)
        )

    def live(self, appointment: Appointment) -> bool:
        goes_live = self.unit(appointment).goes_live
        return goes_live is None or goes_live <= self.site.day(self.now)

    def opens(self, appointment: Appointment) -> datetime:
        return appointment.starts - self.unit(appointment).opens_before

    def closes(self, appointment: Appointment) -> datetime:
        return appointment.starts + self.unit(appointment).closes_after

    def in_window(self, appointment: Appointment) -> bool:
        return not self.trusted or self.opens(appointment) <= self.now <= self.closes(appointment)

    def elsewhere(self) -> tuple[Appointment, ...]:
        return tuple(
            appointment
            for appointment in self.appointments
            if appointment.site not in ("", self.site.id)
            and appointment.status is Status.BOOKED
            and self.today(appointment)
        )


GOES_ON = timedelta(hours=2)
"""How long after its start a visit that was checked in may still be waited for, where another one follows."""

_UNKNOWN_UNIT = Unit(id="", name={})


def _may_check_in(case: _Case) -> Outcome | None:
    now = tuple(appointment for appointment in case.waiting() if case.in_window(appointment))
    if not now:
        return None
    if not case.trusted:
        # Whatever the clock says, one visit is meant: the one nearest to it.
        return CheckIn((min(now, key=lambda appointment: abs(appointment.starts - case.now)),))
    later = tuple(appointment for appointment in case.here() if appointment.arrival is None and appointment not in now)
    return CheckIn(now, later)


def _has_checked_in(case: _Case) -> Outcome | None:
    """The visit that is going on: the morning's number is not told to who comes back for the afternoon's visit."""
    waiting = case.waiting()
    for appointment in reversed(case.here()):
        going_on = not case.trusted or case.now <= appointment.starts + GOES_ON
        if appointment.arrival is not None and (going_on or not waiting):
            later = tuple(one for one in case.here() if one.arrival is None and one.starts > appointment.starts)
            return AlreadyIn(appointment, appointment.arrival, later)
    return None


def _desk_is_asked_for(case: _Case) -> Outcome | None:
    return next((DeskFirst(one) for one in case.here() if one.desk_first and case.in_window(one)), None)


def _unit_is_not_live(case: _Case) -> Outcome | None:
    return next((NotLive(one) for one in case.here() if not case.live(one) and case.in_window(one)), None)


def _visit_is_remote(case: _Case) -> Outcome | None:
    return next((Remote(one) for one in case.here() if one.channel is not Channel.ON_SITE), None)


def _window_opens_later(case: _Case) -> Outcome | None:
    return next((TooEarly(one, case.opens(one)) for one in _coming(case) if case.now < case.opens(one)), None)


def _window_has_closed(case: _Case) -> Outcome | None:
    return next((TooLate(one) for one in reversed(_coming(case)) if case.now > case.closes(one)), None)


def _coming(case: _Case) -> tuple[Appointment, ...]:
    ordered = sorted((one for one in case.here() if one.arrival is None), key=lambda one: (one.starts, one.id))
    return tuple(one for one in ordered if one.channel is Channel.ON_SITE)


def _visit_is_elsewhere(case: _Case) -> Outcome | None:
    coming = sorted(case.elsewhere(), key=lambda one: (case.closes(one) < case.now, one.starts, one.id))
    if not coming:
        return None
    neighbour = case.site.neighbours.get(coming[0].site)
    if neighbour is None:
        return WrongSite(coming[0], None)
    arrives = case.now + timedelta(minutes=neighbour.minutes)
    return WrongSite(coming[0], arrives <= case.closes(coming[0]))


def _was_moved(case: _Case) -> Outcome | None:
    return next((Moved(one) for one in _today_anywhere(case) if one.status is Status.MOVED), None)


def _was_cancelled(case: _Case) -> Outcome | None:
    return next((Cancelled(one) for one in _today_anywhere(case) if one.status is Status.CANCELLED), None)


def _today_anywhere(case: _Case) -> tuple[Appointment, ...]:
    return tuple(one for one in case.appointments if case.today(one))


def _is_on_another_day(case: _Case) -> Outcome | None:
    booked = [one for one in case.appointments if one.status is Status.BOOKED and not case.today(one)]
    coming = [one for one in booked if one.starts > case.now]
    if coming:
        return WrongDay(min(coming, key=lambda one: (one.starts, one.id)))
    # A visit of a status not known here is one for the desk; it may well be over, as it should be.
    missed = [one for one in booked if one.arrival is None and not one.desk_first and one.site in ("", case.site.id)]
    return WrongDay(max(missed, key=lambda one: (one.starts, one.id)), passed=True) if missed else None


Question = Callable[[_Case], Outcome | None]

POSITIVE: tuple[tuple[str, Question], ...] = (
    ("May a visit be checked in now?", _may_check_in),
    ("Has the client checked in already?", _has_checked_in),
    ("Has the unit asked to see the client at the desk?", _desk_is_asked_for),
    ("Does the unit's service not check in here yet?", _unit_is_not_live),
)
"""Answers that stand whatever the age of the roster: nobody is sent away by them."""

SENDING_AWAY: tuple[tuple[str, Question], ...] = (
    ("Is the visit by phone or video?", _visit_is_remote),
    ("Does the window open later today?", _window_opens_later),
    ("Has the window closed?", _window_has_closed),
    ("Is the visit at another site today?", _visit_is_elsewhere),
    ("Was the visit moved?", _was_moved),
    ("Was the visit cancelled?", _was_cancelled),
    ("Is the visit on another day?", _is_on_another_day),
)
"""Answers that need a fresh roster and a trusted clock."""


def decide(appointments: tuple[Appointment, ...], site: Site, now: datetime, quality: DataQuality) -> Outcome:
    """The outcome for a client who holds ``appointments`` (any day, any site, any order) at ``now``.

    The first question that has an answer gives it. A roster that is old or a clock that is not trusted can only lead to
    a check-in, to the desk, or to ``CannotTell``. Non-disclosure is the client's: one mark holds for all the visits.
    """
    if any(one.protected for one in appointments):
        appointments = tuple(replace(one, protected=True) for one in appointments)
    ordered = sorted(appointments, key=lambda one: (_rank(one, site), one.starts, one.id))
    told = quality.centre_as_of or quality.roster_as_of or now
    case = _Case(site, now, quality.clock_trusted, told, tuple(ordered))
    for _, question in POSITIVE:
        if (answer := question(case)) is not None:
            return answer
    if not is_fresh(quality, site, now):
        return CannotTell()
    for _, question in SENDING_AWAY:
        if (answer := question(case)) is not None:
            return answer
    return NoMatch()


def _rank(appointment: Appointment, site: Site) -> int:
    return site.units.get(appointment.unit, _UNKNOWN_UNIT).rank
