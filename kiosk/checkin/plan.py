"""Floor plans: where a client stands, where to go, and the way between, as lines to draw. Pure.

The centre reads a site's drawing and finds the ways (``central/floor_plan``); here a plan is turned so that what lies
ahead of whoever looks at the screen lies up, as people expect of a map on a wall (Levine 1982, "You-are-here maps").

Lengths are units of the plan: its longer side has ``UNITS``. ``x`` grows to the right and ``y`` down, angles clockwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from math import atan2, degrees, hypot

UNITS = 1000
"""Of the longer side of the largest floor."""
FIRST_STEPS = 150
"""Units of a way after which one goes where it really leads: before, one steps around the kiosk."""

Point = tuple[int, int]
Line = tuple[Point, ...]
"""At least two points, one after the other."""


class Turn(StrEnum):
    """Where the way begins, as seen by whoever looks at the screen."""

    AHEAD = "ahead"
    AHEAD_RIGHT = "ahead-right"
    RIGHT = "right"
    BEHIND_RIGHT = "behind-right"
    BEHIND = "behind"
    BEHIND_LEFT = "behind-left"
    LEFT = "left"
    AHEAD_LEFT = "ahead-left"


class Landmark(StrEnum):
    """What people find their way by."""

    LIFT = "lift"
    STAIRS = "stairs"
    DESK = "desk"
    ENTRANCE = "entrance"
    TOILET = "toilet"


@dataclass(frozen=True)
class Mark:
    """A landmark at its place."""

    kind: Landmark
    at: Point


@dataclass(frozen=True)
class Place:
    """The outline of a waiting area, closed, and what stands on its sign (``B2``), where it has one."""

    outline: Line
    sign: str = ""


@dataclass(frozen=True)
class Floor:
    """One floor. ``rooms`` are closed outlines, ``walls`` and ``details`` open or closed lines."""

    name: str
    width: int
    height: int
    rooms: tuple[Line, ...] = ()
    walls: tuple[Line, ...] = ()
    details: tuple[Line, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Leg:
    """The part of a way that lies on one floor, by its place in ``FloorPlan.floors``."""

    floor: int
    line: Line


@dataclass(frozen=True)
class Stand:
    """Where a kiosk's client stands: on which floor, at which point, and which way they look at it (0 is up)."""

    floor: int
    at: Point
    looks: int
    ways: Mapping[str, tuple[Leg, ...]] = field(default_factory=dict)
    """From here to each waiting area, by its id."""
    desk: tuple[Leg, ...] = ()
    """From here to the desk; empty where the plan has none."""

    def stands_on(self, floors: int) -> bool:
        """Whether a plan of so many floors has all of those that are named here."""
        legs = (*self.desk, *(leg for way in self.ways.values() for leg in way))
        return all(0 <= floor < floors for floor in (self.floor, *(leg.floor for leg in legs)))


@dataclass(frozen=True)
class FloorPlan:
    """The plan of a site. ``kiosks`` are by their names."""

    floors: tuple[Floor, ...]
    kiosks: Mapping[str, Stand] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """A site's plan as one kiosk sees it: what lies ahead lies up."""

    floors: tuple[Floor, ...]
    stand: Stand


def seen_from(plan: FloorPlan, kiosk: str) -> View | None:
    """The plan as this kiosk sees it; ``None`` where the kiosk does not stand on it: its place is never guessed."""
    stand = plan.kiosks.get(kiosk)
    if stand is None:
        return None
    quarters = round(stand.looks / 90) % 4
    floors = tuple(_turned_floor(floor, quarters) for floor in plan.floors)
    ways = {area: _turned_legs(legs, plan.floors, quarters) for area, legs in stand.ways.items()}
    turned = replace(
        stand,
        at=_turned(stand.at, plan.floors[stand.floor], quarters),
        looks=(stand.looks - 90 * quarters) % 360,
        ways=ways,
        desk=_turned_legs(stand.desk, plan.floors, quarters),
    )
    return View(floors, turned)


def turn(way: Line, looks: int) -> Turn:
    """Which way to begin, for somebody who stands where the way begins and looks in that direction, in degrees."""
    (x0, y0), (x1, y1) = way[0], _after(way, FIRST_STEPS)
    heading = degrees(atan2(x1 - x0, y0 - y1))
    return tuple(Turn)[round((heading - looks) / 45) % 8]


def _after(way: Line, length: float) -> tuple[float, float]:
    """The point of the way so far from its beginning, or its end."""
    left = length
    for (x0, y0), (x1, y1) in pairwise(way):
        step = hypot(x1 - x0, y1 - y0)
        if step >= left > 0:
            return x0 + (x1 - x0) * left / step, y0 + (y1 - y0) * left / step
        left -= step
    return way[-1]


def _turned_floor(floor: Floor, quarters: int) -> Floor:
    if quarters == 0:
        return floor

    def lines(some: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(_turned_line(line, floor, quarters) for line in some)

    width, height = (floor.width, floor.height) if quarters == 2 else (floor.height, floor.width)
    return Floor(
        floor.name,
        width,
        height,
        lines(floor.rooms),
        lines(floor.walls),
        lines(floor.details),
        {name: replace(one, outline=_turned_line(one.outline, floor, quarters)) for name, one in floor.places.items()},
        tuple(Mark(mark.kind, _turned(mark.at, floor, quarters)) for mark in floor.marks),
    )


def _turned_legs(legs: tuple[Leg, ...], floors: tuple[Floor, ...], quarters: int) -> tuple[Leg, ...]:
    return tuple(Leg(leg.floor, _turned_line(leg.line, floors[leg.floor], quarters)) for leg in legs)


def _turned_line(line: Line, floor: Floor, quarters: int) -> Line:
    return tuple(_turned(point, floor, quarters) for point in line)


def _turned(point: Point, floor: Floor, quarters: int) -> Point:
    """The point when the floor is turned to the left by so many quarters: what looked right looks up after one."""
    x, y = point
    return ((x, y), (y, floor.width - x), (floor.width - x, floor.height - y), (floor.height - y, x))[quarters]
