"""What a kiosk knows of the health centre it stands in. The centre sends it; nothing of it is compiled in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kiosk.checkin.plan import FloorPlan, View

LocalText = Mapping[str, str]
"""Words by language code (``fi``, ``sv``, ``en`` …) for what a site names itself."""


@dataclass(frozen=True)
class Area:
    """A waiting area, and the way to it from this kiosk. ``photo`` is a JPEG of it in base64, or empty."""

    id: str
    name: LocalText
    directions: LocalText
    photo: str = field(default="", repr=False)


@dataclass(frozen=True)
class Unit:
    """A reception unit, by the neutral name it shows in public.

    ``opens_before`` and ``closes_after`` are the check-in window around the start. ``goes_live`` is the first day on
    which this unit's clients check in here (``None``: it has long been so). Of several visits on a day a lower ``rank``
    comes first whatever its time, as the laboratory does.
    """

    id: str
    name: LocalText
    opens_before: timedelta = timedelta(minutes=60)
    closes_after: timedelta = timedelta(minutes=10)
    goes_live: date | None = None
    rank: int = 10


@dataclass(frozen=True)
class Hours:
    """An opening on one day of the week (Monday is 1), in the site's own time. ``until`` itself is closed."""

    weekday: int
    since: time
    until: time


@dataclass(frozen=True)
class Service:
    """Something that one can come to without a booking. ``series`` is the letter of its own numbers."""

    id: str
    name: LocalText
    area: str
    series: str
    hours: tuple[Hours, ...] = ()

    def open_at(self, local: datetime) -> bool:
        """Whether it is open at this moment of the site's own time."""
        return any(
            opening.weekday == local.isoweekday() and opening.since <= local.time() < opening.until
            for opening in self.hours
        )


@dataclass(frozen=True)
class Queue:
    """How many wait for a service and how long it may take, as the centre saw it at ``as_of``."""

    waiting: int
    minutes: int | None
    as_of: datetime


@dataclass(frozen=True)
class Neighbour:
    """Another site, for those who came to the wrong one. ``minutes`` is the way there from here."""

    id: str
    name: LocalText
    address: LocalText
    way: LocalText
    minutes: int
    map_url: str = ""


class Severity(StrEnum):
    """How much a bulletin matters."""

    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True)
class Bulletin:
    """What the city has to say at this site from ``since`` until ``until``. Without ``units`` it concerns everybody."""

    id: str
    text: LocalText
    since: datetime
    until: datetime
    severity: Severity = Severity.NOTE
    units: tuple[str, ...] = ()

    def concerns(self, unit: str | None, now: datetime) -> bool:
        """Whether it is to be shown now, on the welcome page (``unit`` is ``None``) or to clients of a unit."""
        return self.since <= now < self.until and (not self.units or (unit is not None and unit in self.units))


@dataclass(frozen=True)
class Portal:
    """A service of the city on the client's own phone, shown as a QR code."""

    id: str
    name: LocalText
    url: str


@dataclass(frozen=True)
class Policy:
    """What a site has decided for itself.

    ``code_pattern`` is a regular expression that a whole appointment code of the portal or a message matches, and
    ``local_pattern`` one for the temporary identifiers that the organisation gives to people without a HETU.
    ``desk_tickets`` gives those who are sent to the desk a number. So many ``failures`` to identify hand a client over
    to a person.
    """

    names_practitioner: bool = False
    family: bool = False
    contact_check: bool = False
    desk_tickets: bool = False
    call_back_services: tuple[str, ...] = ()
    code_pattern: str = ""
    local_pattern: str = ""
    failures: int = 3


@dataclass(frozen=True)
class Site:
    """A health centre. ``languages`` are offered in this order; the first is what the kiosk returns to."""

    id: str
    name: LocalText
    zone: str
    languages: tuple[str, ...]
    desk: LocalText
    units: Mapping[str, Unit]
    areas: Mapping[str, Area]
    roster_stale_after: timedelta = timedelta(minutes=30)
    services: Mapping[str, Service] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    neighbours: Mapping[str, Neighbour] = field(default_factory=dict)
    bulletins: tuple[Bulletin, ...] = ()
    portals: tuple[Portal, ...] = ()
    policy: Policy = Policy()
    plan: FloorPlan | None = field(default=None, repr=False)
    here: View | None = field(default=None, repr=False)
    """The plan as this kiosk sees it; set by whoever knows which kiosk this is."""
    on_plan: bool | None = None
    """Whether this kiosk is drawn on the site's plan; ``None`` where there is none. Set likewise."""

    def spoken_in(self, languages: Collection[str]) -> "Site":
        """The same site with only those of its languages that are among these."""
        return replace(self, languages=tuple(one for one in self.languages if one in languages))

    def local(self, moment: datetime) -> datetime:
        """``moment`` on the wall clock of this site."""
        return moment.astimezone(ZoneInfo(self.zone))

    def day(self, moment: datetime) -> date:
        """The service day that ``moment`` belongs to: it changes at the site's own midnight."""
        return self.local(moment).date()
