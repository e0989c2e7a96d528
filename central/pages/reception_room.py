"""What the reception page shows of a site: read once for all who look, and put in order by the time of the look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from central.lost import Care, Judged, WaitingRule, judge, waited
from central.store import Connection, call_backs, changes, conflicts, expected, waiting
from central.store.call_backs import CallBack
from central.store.conflicts import Conflict
from central.store.expected import Expected
from central.store.waiting import Here, Source
from kiosk.sync.messages import SiteRecord

SOON = timedelta(minutes=30)
"""How long before their time people are listed as expected."""
A_WEEK = timedelta(days=7)
"""How far back conflicts and repeated requests are looked for here; the commands list all."""
TO_THE_DESK = frozenset({Source.SENT, Source.HELP})


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits, and how that is to be taken."""

    here: Here
    judged: Judged
    waited: timedelta

    @property
    def sign(self) -> str:
        """The class of its row and sign."""
        return {Care.CALM: "", Care.ATTENTION: "waits", Care.ALARM: "grave"}[self.judged.care]


@dataclass(frozen=True)
class Group:
    """Those who wait in one place: an area of the site, ``desk``, or empty where nobody knows."""

    area: str
    waiting: Sequence[Waiting]


@dataclass(frozen=True)
class Room:
    """All that reception has before it."""

    rules: SiteRecord
    rule: WaitingRule
    came: Sequence[Here]
    expected: Sequence[Expected]
    conflicts: Sequence[Conflict]
    call_backs: Sequence[CallBack]

    def waiting(self, now: datetime) -> list[Waiting]:
        """Those who have not been taken in, in the order of their coming."""
        return [judged(one, self.rule, now) for one in self.came if one.taken_in_at is None]

    def groups(self, now: datetime) -> list[Group]:
        """The same by place: the worst first within each, and then who has waited longest."""
        by_area: dict[str, list[Waiting]] = {}
        for one in self.waiting(now):
            by_area.setdefault(self._area(one.here), []).append(one)
        order = ["", "desk", *(area.id for area in self.rules.areas)]
        places = sorted(by_area, key=lambda area: order.index(area) if area in order else len(order))
        return [
            Group(area, sorted(by_area[area], key=lambda one: (-one.judged.care, one.here.arrived_at)))
            for area in places
        ]

    def alarms(self, now: datetime) -> list[Waiting]:
        """Those whom somebody must look for now, the longest first."""
        found = [one for one in self.waiting(now) if one.judged.care is Care.ALARM]
        return sorted(found, key=lambda one: one.here.arrived_at)

    def gone(self) -> list[Here]:
        """Those who were taken in, the latest first."""
        done = [(one.taken_in_at, one) for one in self.came if one.taken_in_at is not None]
        return [one for _, one in sorted(done, key=lambda pair: pair[0], reverse=True)]

    def missing(self, now: datetime) -> list[Expected]:
        """Those who should be here by now or soon, and are not."""
        return [one for one in self.expected if one.arrived_at is None and one.starts <= now + SOON]

    def _area(self, one: Here) -> str:
        if one.source in TO_THE_DESK:
            return "desk"
        service = next((service for service in self.rules.services if service.id == one.service), None)
        return service.area if service is not None and one.source is Source.WALK_IN else one.area


def judged(one: Here, rule: WaitingRule, now: datetime) -> Waiting:
    """How the waiting of somebody is to be taken."""
    # Who was told to come back later waits at their own wish, till their time.
    seen = one.arrived_at if one.source is Source.EARLY else one.seen_at
    starts = None if one.source in TO_THE_DESK else one.starts
    return Waiting(one, judge(one.arrived_at, starts, seen, now, rule), waited(one.arrived_at, now))


def look(connection: Connection, site: str, now: datetime) -> Room:
    """The room of a site on the day that it is there."""
    rules = changes.rules(connection, site)
    begins = midnight(rules.zone, now)
    ends = midnight(rules.zone, begins + timedelta(hours=36))
    return Room(
        rules,
        waiting.rule(connection, site),
        once(waiting.here(connection, site, begins)),
        expected.between(connection, site, begins, ends),
        conflicts.listed(connection, site, since=begins - A_WEEK),
        call_backs.still_open(connection, site, begins - A_WEEK),
    )


def once(came: Sequence[Here]) -> list[Here]:
    """Without those who were sent away or to the desk, and have an arrival by now."""
    arrived = {one.about for one in came if one.stands}
    return [one for one in came if one.stands or not one.about or one.about not in arrived]


def midnight(zone: str, now: datetime) -> datetime:
    """The beginning of the day on the wall clock of a site."""
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
