"""What a kiosk knows of the health centre it stands in. The centre sends it; nothing of it is compiled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LocalText = Mapping[str, str]
"""Words by language code (``fi``, ``sv``, ``en`` …) for what a site names itself."""


@dataclass(frozen=True)
class Area:
    """A waiting area, and the way to it from this kiosk."""

    id: str
    name: LocalText
    directions: LocalText


@dataclass(frozen=True)
class Unit:
    """A reception unit, by the neutral name it shows in public, and its check-in window around the start time."""

    id: str
    name: LocalText
    opens_before: timedelta = timedelta(minutes=60)
    closes_after: timedelta = timedelta(minutes=10)


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

    def local(self, moment: datetime) -> datetime:
        """``moment`` on the wall clock of this site."""
        return moment.astimezone(ZoneInfo(self.zone))

    def day(self, moment: datetime) -> date:
        """The service day that ``moment`` belongs to: it changes at the site's own midnight."""
        return self.local(moment).date()
