"""What a seed means: who comes when, and what breaks when. Everything else follows from it."""

import random
from dataclasses import dataclass
from datetime import datetime

from tests.simulation.network import Weather
from tests.simulation.people import CARD, WALK_IN
from tests.simulation.templates import BEFORE_MIDNIGHT, MORNING, PEOPLE

FAIR = Weather()
BAD = Weather(lost=0.08, unanswered=0.08, doubled=0.08, garbled=0.05, stale=0.03, slow=0.2)
AWFUL = Weather(lost=0.25, unanswered=0.25, doubled=0.2, garbled=0.15, stale=0.1, slow=1.0)


SEVERAL_DAYS = 0.08
"""The share of the runs that go on for days."""

_RIGHT = 100.0
"""Seconds by which a clock may be wrong that still counts as right."""
_SETTLED = 20.0
"""Seconds in which a visit is mostly over, and the centre's word on it is there."""
_A_LOOK = 400.0
"""Seconds in which a kiosk surely looks at what it keeps."""

ROTS = 0.06
"""The share of the runs in which pages of a journal are spoilt."""
NEWEST_ROTS = 0.7
"""The share of those in which the newest fact of a kiosk is surely on such a page."""

KINDS = (
    *("cut", "cut", "screen", "sync", "centre-cut", "centre-kill", "error", "centre-error"),
    *("line", "line", "weather", "clock", "choke", "poison", "annul", "staff"),
)
"""What may break, or be done, at any moment."""


@dataclass(frozen=True)
class Lie:
    """By how many seconds a kiosk's clock is ahead, and how fast it runs away."""

    ahead: float
    drift: float


@dataclass(frozen=True)
class Visit:
    """Somebody comes."""

    at: float
    kiosk: int
    person: int
    wish: str


@dataclass(frozen=True)
class Trouble:
    """Something breaks, is mended or is done by staff. ``kiosk`` is -1 where it is the centre's."""

    at: float
    kind: str
    kiosk: int = -1
    left: int = 0
    when: str = ""
    only_commits: bool = False
    seconds: float = 0.0
    weather: Weather | None = None
    of: str = ""
    """Whose statements count towards ``left``, where it is one process's."""


@dataclass(frozen=True)
class Leap:
    """Hours that go by in a moment. ``off`` are the kiosks that have no power meanwhile."""

    at: float
    seconds: float
    off: tuple[int, ...] = ()
    jump: float = 0.0
    """By how many seconds the clocks of those are further ahead afterwards: their batteries are empty."""


@dataclass(frozen=True)
class Plan:
    """A run."""

    seed: int
    begins: datetime
    ends: float
    kiosks: int
    clocks: tuple[Lie, ...]
    weather: tuple[Weather, ...]
    visits: tuple[Visit, ...]
    troubles: tuple[Trouble, ...]
    closes_days: bool
    """Whether the third loop of the agent runs: heartbeats and day closes."""
    leaps: tuple[Leap, ...] = ()
    """In a run of several days. Then the fourth loop runs too, which forgets."""
    rots: bool = False
    """Whether pages of a journal may be spoilt whenever a kiosk has lost its power."""

    @property
    def several_days(self) -> bool:
        """Whether it goes on for longer than anything is kept."""
        return bool(self.leaps)

    @property
    def forgets(self) -> bool:
        """Whether the fourth loop of the agent runs."""
        return self.several_days or self.rots


def plan(seed: int) -> Plan:
    """The run of a seed."""
    chance = random.Random(f"plan {seed}")
    ends = chance.uniform(30.0, 150.0)
    kiosks = chance.choice((1, 2, 2, 3, 3))
    calm = chance.random() < 0.1
    weather = tuple(chance.choice((FAIR, FAIR, BAD, AWFUL)) for _ in range(kiosks))
    begins = chance.choice((MORNING, MORNING, BEFORE_MIDNIGHT))
    visits = tuple(_visits(chance, ends, kiosks))
    troubles = [*_troubles(chance, ends, kiosks), *_at_the_worst_moment(chance, visits)]
    if chance.random() < 0.08:
        visits, troubles = _alone(chance, ends)
    troubles += _held_back_and_annulled(random.Random(f"held back {seed}"), visits)
    leaps = _leaps(random.Random(f"days {seed}"), ends, kiosks)
    closes_days = begins == BEFORE_MIDNIGHT or chance.random() < 0.2
    clocks = tuple(_lie(chance) for _ in range(kiosks))
    if leaps:
        leaps += _wrong_evening(random.Random(f"evening {seed}"), ends, visits, clocks, leaps)
    rotting = random.Random(f"rot {seed}")
    rots = rotting.random() < ROTS
    if rots:
        calm = False
        troubles += [
            Trouble(rotting.uniform(0.3, 1.0) * ends, "cut", place, rotting.randrange(8), "before")
            for place in range(kiosks)
        ]
        troubles += _newest_rots(random.Random(f"newest {seed}"), visits)
    return Plan(
        seed=seed,
        begins=begins,
        closes_days=closes_days or bool(leaps) or rots,
        ends=ends,
        kiosks=kiosks,
        clocks=clocks,
        weather=(FAIR,) * kiosks if calm else weather,
        visits=visits,
        troubles=() if calm else tuple(sorted(troubles, key=lambda one: one.at)),
        leaps=leaps,
        rots=rots,
    )


def _leaps(chance: random.Random, ends: float, kiosks: int) -> tuple[Leap, ...]:
    """Nights, and now and then a month, between what people do."""
    if chance.random() > SEVERAL_DAYS:
        return ()
    moments = sorted(chance.uniform(ends * 0.15, ends) for _ in range(chance.randint(1, 4)))
    hours = (3.0, 11.0, 24.2, 26.0, 26.0, 50.0, 24.0 * 31)
    lengths = [chance.choice(hours) * chance.uniform(0.98, 1.02) for _ in moments]
    off = [tuple(place for place in range(kiosks) if chance.random() < 0.3) for _ in moments]
    # Sometimes while the first snapshot comes in: when it goes on, none of what it told is of these days.
    early = (Leap(chance.uniform(0.08, 0.4), 9 * 86_400.0),) if chance.random() < 0.35 else ()
    jumps = [chance.choice((0.0, 0.0, 86_400.0 * 40, -86_400.0 * 3)) for _ in moments]
    told = zip(moments, lengths, off, jumps, strict=True)
    return early + tuple(Leap(at, length * 3600.0, some, jump) for at, length, some, jump in told)


def _wrong_evening(
    chance: random.Random, ends: float, visits: tuple[Visit, ...], clocks: tuple[Lie, ...], others: tuple[Leap, ...]
) -> tuple[Leap, ...]:
    """Hours without power that end with a clock far ahead, at a kiosk that knew what time it was and whom it has."""

    def suits(visit: Visit) -> bool:
        wrong = any(leap.at < visit.at and visit.kiosk in leap.off for leap in others)
        soon = any(0.0 < leap.at - visit.at < 2 * _SETTLED for leap in others)
        return not (wrong or soon) and abs(clocks[visit.kiosk].ahead) < _RIGHT

    found = [visit for visit in visits if visit.wish == CARD and visit.at < ends - 2 * _SETTLED and suits(visit)]
    if not found:
        return ()
    visit = chance.choice(found)
    # First it looks at what it keeps: what it never looked at has no age that could be wrong.
    quiet = visit.at + chance.uniform(0.4, 1.0) * _SETTLED
    hours, days = chance.uniform(1.0, 12.0), chance.choice((2.0, 40.0))
    evening = Leap(quiet + chance.uniform(2.0, 8.0), hours * 3600.0, (visit.kiosk,), days * 86_400.0)
    return Leap(quiet, _A_LOOK), evening


def _newest_rots(chance: random.Random, visits: tuple[Visit, ...]) -> list[Trouble]:
    """The power fails when a slip has been noted, before anything else tells of that place; then its page rots."""
    if chance.random() > NEWEST_ROTS:
        return []
    visit = chance.choice(visits)
    return [Trouble(visit.at, "rot", visit.kiosk, 1, "after", True, of="screen")]


def _lie(chance: random.Random) -> Lie:
    drift = chance.uniform(-2e-4, 2e-4)
    return Lie(chance.choice((0.0, chance.uniform(-2, 2), chance.uniform(-50, 50), _far(chance))), drift)


def _far(chance: random.Random) -> float:
    return chance.choice((-1, 1)) * chance.choice((200.0, 3600.0, 86_400.0, 86_400.0 * 40))


def _visits(chance: random.Random, ends: float, kiosks: int) -> list[Visit]:
    few = [chance.randrange(PEOPLE) for _ in range(chance.randint(2, 6))]
    found = []
    for _ in range(chance.randint(3, 5 + 4 * kiosks)):
        person = chance.choice(few) if chance.random() < 0.7 else chance.randrange(PEOPLE)
        wish = WALK_IN if chance.random() < 0.25 else CARD
        found.append(Visit(chance.uniform(1.0, ends * 0.95), chance.randrange(kiosks), person, wish))
    # Sometimes a crowd, which uses up what was lent.
    if chance.random() < 0.12:
        found += [Visit(5.0 + 6.0 * place, place % kiosks, 0, WALK_IN) for place in range(24)]
    return sorted(found, key=lambda one: one.at)


def _at_the_worst_moment(chance: random.Random, visits: tuple[Visit, ...]) -> list[Trouble]:
    """While a client is being served, at one of the few commits of the screen process."""
    found = []
    for visit in visits:
        if chance.random() < 0.12:
            kind, when = chance.choice(("cut", "screen")), chance.choice(("before", "during", "after"))
            found.append(Trouble(visit.at, kind, visit.kiosk, chance.choice((0, 0, 0, 1)), when, True, of="screen"))
    return found


def _held_back_and_annulled(chance: random.Random, visits: tuple[Visit, ...]) -> list[Trouble]:
    """A check-in cannot pass the line, and staff take it back meanwhile: its annulment gets there first."""
    cards = [visit for visit in visits if visit.wish == CARD]
    if not cards or chance.random() > 0.06:
        return []
    visit = chance.choice(cards)
    held = Trouble(visit.at - 0.01, "choke", visit.kiosk, left=chance.choice((400, 413, 422)))
    return [held, Trouble(visit.at + chance.uniform(3.0, 12.0), "annul", visit.kiosk)]


def _alone(chance: random.Random, ends: float) -> tuple[tuple[Visit, ...], list[Trouble]]:
    """A kiosk that is cut off, starts anew without the line, and whose clock is set meanwhile."""
    moments = sorted(chance.uniform(8.0, ends * 0.95) for _ in range(chance.randint(4, 10)))
    visits = tuple(Visit(at, 0, chance.randrange(PEOPLE), chance.choice((CARD, WALK_IN, WALK_IN))) for at in moments)
    first, second = sorted(chance.uniform(8.0, ends * 0.8) for _ in range(2))
    return visits, [
        Trouble(6.0, "line-down", 0, seconds=0.01),
        Trouble(first, "cut", 0, 0, "before"),
        Trouble(second, "clock", 0, seconds=chance.choice((-1, 1)) * 86_400.0),
    ]


def _troubles(chance: random.Random, ends: float, kiosks: int) -> list[Trouble]:
    found: list[Trouble] = []
    for _ in range(chance.randint(1, 9)):
        at, kiosk = chance.uniform(0.5, ends * 0.97), chance.randrange(kiosks)
        kind = chance.choice(KINDS)
        if kind == "line":
            found.append(Trouble(at, "line-down", kiosk, seconds=chance.choice((0.01, 3.0))))
            found.append(Trouble(chance.uniform(at, ends * 1.3), "line-up", kiosk))
        elif kind == "weather":
            found.append(Trouble(at, kind, kiosk, weather=chance.choice((FAIR, BAD, AWFUL))))
        elif kind == "clock":
            found.append(Trouble(at, kind, kiosk, seconds=_far(chance) if chance.random() < 0.7 else 90.0))
        elif kind == "choke":
            found.append(Trouble(at, kind, kiosk, left=chance.choice((400, 404, 413, 422, 500))))
        elif kind == "staff":
            found.append(Trouble(at, kind, when=chance.choice(("annul", "cancel", "book", "restore"))))
        else:
            commits = chance.random() < 0.5
            left = chance.randrange(4) if commits or kind.endswith("error") else chance.randrange(60)
            when = chance.choice(("before", "during", "after"))
            found.append(Trouble(at, kind, kiosk, left, when, commits))
    return found
