"""The closed set of outcomes: each has one reason, one page and one next step, and tells staff its reason code."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kiosk.checkin.appointment import Appointment, Arrival


@dataclass(frozen=True)
class CheckIn:
    """May check in now: ``now`` in the order of the visits, and ``later`` for the rest of the day."""

    reason: ClassVar[str] = "check-in"
    now: tuple[Appointment, ...]
    later: tuple[Appointment, ...] = ()

    @property
    def protected(self) -> bool:
        """Whether the client is under non-disclosure."""
        return any(one.protected for one in (*self.now, *self.later))


@dataclass(frozen=True)
class AlreadyIn:
    """Has checked in before; is told the same number again."""

    reason: ClassVar[str] = "already-in"
    appointment: Appointment
    arrival: Arrival
    later: tuple[Appointment, ...] = ()


@dataclass(frozen=True)
class DeskFirst:
    """The unit asked to see this client at the desk."""

    reason: ClassVar[str] = "desk-first"
    appointment: Appointment


@dataclass(frozen=True)
class NotLive:
    """The unit's clients do not check in here before ``goes_live``."""

    reason: ClassVar[str] = "not-live"
    appointment: Appointment


@dataclass(frozen=True)
class Remote:
    """The visit is by phone or video: nobody waits for the client here."""

    reason: ClassVar[str] = "remote"
    appointment: Appointment


@dataclass(frozen=True)
class TooEarly:
    """Check-in opens at ``opens``; the client is noted meanwhile."""

    reason: ClassVar[str] = "too-early"
    appointment: Appointment
    opens: datetime


@dataclass(frozen=True)
class TooLate:
    """The window has closed: a person at the desk decides."""

    reason: ClassVar[str] = "too-late"
    appointment: Appointment


@dataclass(frozen=True)
class WrongSite:
    """The visit is at another site; ``in_time`` where the way there allows it still (``None``: nobody knows)."""

    reason: ClassVar[str] = "wrong-site"
    appointment: Appointment
    in_time: bool | None


@dataclass(frozen=True)
class Cancelled:
    """The booking was cancelled."""

    reason: ClassVar[str] = "cancelled"
    appointment: Appointment


@dataclass(frozen=True)
class Moved:
    """The booking was moved to another time."""

    reason: ClassVar[str] = "moved"
    appointment: Appointment


@dataclass(frozen=True)
class WrongDay:
    """The booking is on another day; ``passed`` where that day is over and nobody came."""

    reason: ClassVar[str] = "wrong-day"
    appointment: Appointment
    passed: bool = False


@dataclass(frozen=True)
class NoMatch:
    """A fresh roster holds nothing for this claim: recorded, and reception is told."""

    reason: ClassVar[str] = "no-match"


@dataclass(frozen=True)
class CannotTell:
    """The roster is stale or missing, or the clock is not trusted: recorded, and reception is told.

    Nothing that would send somebody away may be said in its place.
    """

    reason: ClassVar[str] = "cannot-tell"


Outcome = (
    CheckIn
    | AlreadyIn
    | DeskFirst
    | NotLive
    | Remote
    | TooEarly
    | TooLate
    | WrongSite
    | Cancelled
    | Moved
    | WrongDay
    | NoMatch
    | CannotTell
)

ALL: tuple[type[Outcome], ...] = (
    CheckIn,
    AlreadyIn,
    DeskFirst,
    NotLive,
    Remote,
    TooEarly,
    TooLate,
    WrongSite,
    Cancelled,
    Moved,
    WrongDay,
    NoMatch,
    CannotTell,
)
