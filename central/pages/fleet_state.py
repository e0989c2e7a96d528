"""What the fleet page shows: read once for all who look, then for each only what is theirs to see."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from central.alarms.falling import Fall, fall
from central.machines import Light
from central.pages.reception_room import midnight
from central.people.roles import Person, Role
from central.steps import Step, Tally
from central.store import Connection, alarms, machines, sites, step_counts
from central.store.alarms import Alarm
from central.store.machines import Machine
from central.store.step_counts import HOUR, Counted
from kiosk.sync.messages import SiteRecord

SEES = (Role.TECHNICIAN, Role.OPERATOR, Role.ADMIN)
MOST = 200
"""Kiosks in one list, the worst of them."""
USUAL = timedelta(days=14)
EVERYWHERE = "all"


@dataclass(frozen=True)
class Chosen:
    """What somebody wants to see, of what they may. Empty is everything."""

    open_to: Collection[str]
    site: str = ""
    light: str = ""

    def has(self, site: str) -> bool:
        """Whether a site is among it."""
        return site in self.open_to and self.site in ("", site)

    def address(self, site: str, light: str) -> str:
        """The address with another choice."""
        given = "&".join(f"{name}={value}" for name, value in (("site", site), ("light", light)) if value)
        return f"/fleet?{given}" if given else "/fleet"

    @property
    def live(self) -> str:
        """Where the same is followed."""
        return f"/fleet/live/{self.site or EVERYWHERE}/{self.light or EVERYWHERE}"


@dataclass(frozen=True)
class Line:
    """One kiosk with its light at that moment."""

    machine: Machine
    light: Light


@dataclass(frozen=True)
class Rate:
    """How a step goes today, and how it went in the 14 days before."""

    step: Step
    today: Tally
    usual: Tally

    @property
    def fell(self) -> bool:
        """Whether it goes much worse than it usually does."""
        return fall(self.today, self.usual) is Fall.FELL


@dataclass(frozen=True)
class Fleet:
    """All kiosks, all that is open, and how the steps go."""

    sites: Mapping[str, SiteRecord]
    machines: Sequence[Machine]
    alarms: Sequence[Alarm]
    today: Sequence[Counted]
    before: Sequence[Counted]

    def lines(self, chosen: Chosen, now: datetime) -> list[Line]:
        """The kiosks that were chosen, the worst first."""
        order = list(Light)
        found = [Line(one, one.light(now)) for one in self.machines if chosen.has(one.site)]
        found = [one for one in found if chosen.light in ("", one.light.value)]
        return sorted(
            found,
            key=lambda one: (order.index(one.light), -_waits(one.machine, now), one.machine.site, one.machine.kiosk),
        )

    def lights(self, chosen: Chosen, now: datetime) -> Mapping[Light, int]:
        """How many have each light at the sites that were chosen."""
        counted = Counter(one.light(now) for one in self.machines if chosen.has(one.site))
        return {light: counted[light] for light in Light if counted[light]}

    def open(self, chosen: Chosen) -> list[Alarm]:
        """What is open there; what nobody looks into yet comes first."""
        found = [one for one in self.alarms if not one.site or chosen.has(one.site)]
        return sorted(found, key=lambda one: one.seen_at is not None)

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """What the sites are called."""
        return {name: rules.name for name, rules in self.sites.items()}

    def rates(self, chosen: Chosen, kiosk: str = "") -> list[Rate]:
        """How the steps go there, or at one kiosk."""
        both = [
            step_counts.together(one for one in counted if chosen.has(one.site) and kiosk in ("", one.kiosk))
            for counted in (self.today, self.before)
        ]
        return [Rate(step, both[0][step], both[1][step]) for step in Step]


def look(connection: Connection, _site: str, now: datetime) -> Fleet:
    """The fleet as it is."""
    rules = sites.all_rules(connection)
    # Where the sites have one clock, as they have here, today begins at one moment.
    begins = min((midnight(one.zone, now) for one in rules.values()), default=now)
    return Fleet(
        rules,
        machines.listed(connection),
        alarms.standing(connection),
        step_counts.since(connection, begins, now + HOUR),
        step_counts.since(connection, begins - USUAL, begins),
    )


def chosen(person: Person, rules: Collection[str], site: str, light: str) -> Chosen:
    """What somebody sees of what they ask for. Raises ``LookupError`` where there is no such thing for them."""
    open_to = [one for one in sorted(rules) if person.may_any(SEES, one)]
    if (site and site not in open_to) or (light and light not in list(Light)):
        raise LookupError(site or light)
    return Chosen(open_to, site, light)


def _waits(one: Machine, now: datetime) -> float:
    age = one.oldest_waits(now)
    return 0.0 if age is None else age.total_seconds()
