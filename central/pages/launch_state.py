"""What is wrong today and was on other days, with what was published of it: read once for all who look."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from central import launch
from central.launch import Means, Spell
from central.store import Connection, alarms, ehr_letters, kiosk_history, published, reports, sites
from central.store.alarms import Alarm
from central.store.ehr_letters import Standing
from central.store.published import Word
from central.store.reports import Report
from kiosk.sync.messages import SiteRecord

ZONE = "Europe/Helsinki"
"""The clock of what concerns no single site, where there is none."""

A_MOMENT = timedelta(seconds=1)
"""What began now is of today."""


@dataclass(frozen=True)
class Line:
    """One thing that is or was wrong, what it was made of, and what was published of it."""

    spell: Spell
    word: Word | None = None
    report: Report | None = None
    alarms: Sequence[Alarm] = ()

    @property
    def shown(self) -> bool:
        """Whether the public may read it."""
        return self.word is not None and self.word.shown

    @property
    def faults(self) -> list[str]:
        """The codes of the faults that it was made of."""
        return [one.removeprefix("fault:") for one in self.spell.about if one.startswith("fault:")]


@dataclass(frozen=True)
class Day:
    """What was wrong on a day. ``now`` is when that was looked up; ``records`` how far each health record is."""

    day: date
    now: datetime
    sites: Mapping[str, SiteRecord]
    lines: Sequence[Line]
    records: Sequence[Standing] = ()

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """What the sites are called."""
        return {name: rules.name for name, rules in self.sites.items()}

    def at(self, site: str, *, public: bool = False) -> list[Line]:
        """What was so at a site, or everywhere where ``site`` is empty: the worst first."""
        return [one for one in self.lines if one.spell.site == site and (one.shown or not public)]

    def places(self, open_to: Collection[str], *, public: bool = False) -> list[str]:
        """The sites at which there is anything, and empty for what concerns them all."""
        return [site for site in ("", *sorted(open_to)) if self.at(site, public=public)]

    def zone(self, site: str) -> str:
        """The clock of a site."""
        return zone_of(self.sites, site)

    def bounds(self, site: str) -> tuple[datetime, datetime]:
        """When the day began at a site, and when it ended or until when it is known."""
        begins, ends = bounds(self.zone(site), self.day)
        return begins, min(ends, self.now)


def bounds(zone: str, day: date) -> tuple[datetime, datetime]:
    """The beginning and the end of a day on a clock: 23 or 25 hours where the clocks are moved."""
    here = ZoneInfo(zone)
    return (datetime.combine(day, time(), here), datetime.combine(day + timedelta(days=1), time(), here))


def today(connection: Connection, _site: str, now: datetime) -> Day:
    """The day that it is now, by the first site's clock."""
    rules = sites.all_rules(connection)
    return on(connection, now.astimezone(ZoneInfo(zone_of(rules))).date(), now)


def on(connection: Connection, day: date, now: datetime) -> Day:
    """A day."""
    rules = sites.all_rules(connection)
    each = {site: bounds(zone_of(rules, site), day) for site in ("", *rules)}
    begins, ends = min(one[0] for one in each.values()), min(max(one[1] for one in each.values()), now + A_MOMENT)
    told = {one.id: one for one in reports.between(connection, begins, ends)}
    rung = {one.id: one for one in alarms.between(connection, begins, ends)}
    spells = [spell for spell in _spells(connection, rules, day, begins, ends) if spell.overlaps(*each[spell.site])]
    spells += [
        Spell(Means.REPORTED, one.site, one.id, one.at, one.mended_at)
        for one in told.values()
        if one.site in rules and Spell(Means.REPORTED, one.site, "", one.at, one.mended_at).overlaps(*each[one.site])
    ]
    words = published.of(connection, [one.item for one in spells])
    lines = [
        Line(
            one,
            words.get(one.item),
            told.get(one.subject) if one.means is Means.REPORTED else None,
            [rung[name.removeprefix("alarm:")] for name in one.about if name.removeprefix("alarm:") in rung],
        )
        for one in launch.gravest_first(spells)
    ]
    return Day(day, now, rules, lines, ehr_letters.standing(connection))


def _spells(
    connection: Connection, rules: Mapping[str, SiteRecord], day: date, begins: datetime, ends: datetime
) -> list[Spell]:
    found: list[Spell] = []
    for past in kiosk_history.between(connection, begins, ends):
        if past.site in rules:
            found += launch.of_kiosk(past.site, past.kiosk, past.history, past.revoked_at)
    for one in alarms.between(connection, begins, ends):
        if not one.site or one.site in rules:
            found.append(launch.of_alarm(one.kind, one.site, one.data, one.id, one.opened_at, one.closed_at))
    for site, its in rules.items():
        for unit in its.units:
            if unit.goes_live is not None and unit.goes_live <= day < unit.goes_live + launch.NEW_FOR:
                since, until = bounds(its.zone, unit.goes_live)[0], bounds(its.zone, unit.goes_live + launch.NEW_FOR)[0]
                found.append(Spell(Means.BEGINS, site, unit.id, since, until))
    return launch.merged(found)


def zone_of(rules: Mapping[str, SiteRecord], site: str = "") -> str:
    """The clock of a site, or of what concerns no single one: that of the first."""
    if site in rules:
        return rules[site].zone
    return next((rules[name].zone for name in sorted(rules)), ZONE)
