"""The way from a kiosk to a place as a page or a slip shows it: sheets to draw, and words not yet said. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from typing import Generic, TypeVar

from kiosk.checkin.plan import Landmark, Leg, Line, Mark, Place, Point, Turn, View, turn
from kiosk.checkin.wording import Text

W = TypeVar("W")
V = TypeVar("V")


@dataclass(frozen=True)
class Sheet(Generic[W]):
    """One floor with the part of the way that lies on it, to be drawn.

    ``you`` is where the client stands, ``lift`` where they change floors: each where that is here. ``target`` is the
    outline of the waiting area, and empty on other floors. ``ends`` says that the way ends here.
    """

    name: W
    width: int
    height: int
    rooms: tuple[Line, ...]
    walls: tuple[Line, ...]
    details: tuple[Line, ...]
    others: tuple[Place, ...]
    marks: tuple[Mark, ...]
    way: Line
    ends: bool
    target: Line = ()
    sign: str = ""
    you: Point | None = None
    lift: Mark | None = None


@dataclass(frozen=True)
class Sketch(Generic[W]):
    """The way from this kiosk to one place: ``sheets`` in the order in which they are walked.

    ``told`` says in words which way to begin, for those who don't see the arrow, and ``you`` where one is.
    """

    turn: Turn
    told: W
    you: W
    sheets: tuple[Sheet[W], ...]

    def map(self, say: Callable[[W], V]) -> "Sketch[V]":
        """The same sketch with every text put through ``say``."""
        sheets = tuple(_map_sheet(sheet, say) for sheet in self.sheets)
        return Sketch(self.turn, say(self.told), say(self.you), sheets)


def _map_sheet(sheet: Sheet[W], say: Callable[[W], V]) -> Sheet[V]:
    # ``replace`` would keep the type of the words.
    return Sheet(
        name=say(sheet.name),
        width=sheet.width,
        height=sheet.height,
        rooms=sheet.rooms,
        walls=sheet.walls,
        details=sheet.details,
        others=sheet.others,
        marks=sheet.marks,
        way=sheet.way,
        ends=sheet.ends,
        target=sheet.target,
        sign=sheet.sign,
        you=sheet.you,
        lift=sheet.lift,
    )


def to_area(view: View | None, area: str) -> Sketch[Text] | None:
    """The way to a waiting area; ``None`` where there is no plan, or none with that area."""
    return None if view is None else _sketch(view, view.stand.ways.get(area, ()), area)


def to_desk(view: View | None) -> Sketch[Text] | None:
    """The way to the desk; ``None`` where there is no plan, or none with a desk."""
    return None if view is None else _sketch(view, view.stand.desk, None)


def _sketch(view: View, legs: tuple[Leg, ...], area: str | None) -> Sketch[Text] | None:
    if not legs:
        return None
    begins = turn(legs[0].line, view.stand.looks)
    sheets = tuple(_sheet(view, leg, n, len(legs), area) for n, leg in enumerate(legs))
    return Sketch(begins, Text(f"plan.begins-{begins.value}"), Text("plan.you"), sheets)


def _sheet(view: View, leg: Leg, n: int, count: int, area: str | None) -> Sheet[Text]:
    floor, way = view.floors[leg.floor], leg.line
    ends = n == count - 1
    place = floor.places.get(area) if ends and area is not None else None
    changes = [way[0]] if n > 0 else []
    changes += [] if ends else [way[-1]]
    lift = min(
        (mark for mark in floor.marks if changes and mark.kind in (Landmark.LIFT, Landmark.STAIRS)),
        key=lambda mark: min(_distance(mark.at, point) for point in changes),
        default=None,
    )
    return Sheet(
        name=Text("plan.floor", {"floor": floor.name}),
        width=floor.width,
        height=floor.height,
        rooms=floor.rooms,
        walls=floor.walls,
        details=floor.details,
        others=tuple(other for other in floor.places.values() if other is not place),
        marks=tuple(mark for mark in floor.marks if mark is not lift),
        way=way,
        ends=ends,
        target=place.outline if place else (),
        sign=place.sign if place else "",
        you=view.stand.at if n == 0 else None,
        lift=lift,
    )


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
