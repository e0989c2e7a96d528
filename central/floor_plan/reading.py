"""From a drawing to the plan that travels to the kiosks: lines in whole units, and the way to each waiting area."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, degrees

import msgspec

from central.floor_plan.drawing import DrawingError, Drawn, Form, floors
from central.floor_plan.ways import LIFT_RIDE, STAIRS, Floor, Network, Node, NoWayError, Spot, straightened
from kiosk.checkin.plan import UNITS, Landmark
from kiosk.sync.messages import (
    FloorMessage,
    KioskStandMessage,
    LegMessage,
    PlanMarkMessage,
    PlanMessage,
    PlanPlaceMessage,
    PlanPoint,
)

MOST_FLOORS = 8
MOST_POINTS = 4000
"""Of all lines together. A plan is read at a glance; more than this nobody sees on a hand's breadth."""
LONGEST_SIGN = 4

_AREA, _KIOSK = "area-", "kiosk-"
_LOOSE = 0.6
"""Units by which a line may run beside the drawn one: curves become few pieces."""


@dataclass(frozen=True)
class _Field:
    """Where a floor lies in the drawing, and how many units its drawn lengths are."""

    left: float
    top: float
    width: float
    height: float
    scale: float

    def place(self, spot: Spot) -> Spot:
        return (spot[0] - self.left) * self.scale, (spot[1] - self.top) * self.scale

    def line(self, line: Sequence[Spot]) -> list[Spot]:
        return [self.place(spot) for spot in line]


@dataclass(frozen=True)
class _Stand:
    floor: int
    kiosk: str
    at: Spot
    looks: int


def read(drawing: bytes) -> PlanMessage:
    """The plan in an SVG file. Raises ``DrawingError``, in words for whoever drew it."""
    try:
        return _read(drawing)
    except RecursionError:
        raise DrawingError("one of its lines has too many points") from None


def _read(drawing: bytes) -> PlanMessage:
    drawn = floors(drawing)
    if len(drawn) > MOST_FLOORS:
        raise DrawingError(f"it has more than {MOST_FLOORS} floors")
    _told_apart(drawn)
    fields = _fields(drawn)
    plan = PlanMessage(
        floors=[_floor(one, field) for one, field in zip(drawn, fields, strict=True)],
        kiosks=_kiosks(drawn, fields),
    )
    if not plan.kiosks:
        raise DrawingError('no kiosk stands on it: draw a short line, from the client to the screen, with "kiosk-" and'
                           " the kiosk's name as its id")  # fmt: skip
    points = sum(len(line) for floor in plan.floors for line in (*floor.rooms, *floor.walls, *floor.details))
    if points > MOST_POINTS:
        raise DrawingError(f"it has {points} points, more than {MOST_POINTS}: leave out what nobody finds the way by")
    try:
        # What the drawing says must fit what may be sent: a floor's name, the id of an area or of a kiosk.
        return msgspec.convert(msgspec.to_builtins(plan), PlanMessage)
    except msgspec.ValidationError as error:
        raise DrawingError(f"it holds what a plan cannot have: {error}") from None


def _told_apart(drawn: Sequence[Drawn]) -> None:
    names = [one.name for one in drawn]
    if len(set(names)) < len(names):
        raise DrawingError("two floors have one name")
    ids = [form.id for one in drawn for form in one.forms if form.id.startswith((_AREA, _KIOSK))]
    for name in ids:
        if ids.count(name) > 1:
            raise DrawingError(f"{name} is there twice")


def _fields(drawn: Sequence[Drawn]) -> list[_Field]:
    edges: list[tuple[float, float, float, float]] = []
    for one in drawn:
        spots = [spot for form in one.forms for line in form.lines for spot in line]
        if not spots:
            raise DrawingError(f"floor {one.name} is empty")
        xs, ys = [x for x, _ in spots], [y for _, y in spots]
        edges.append((min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
    longest = max(max(width, height) for _, _, width, height in edges)
    if longest <= 0:
        raise DrawingError("everything on it lies on one point")
    return [_Field(*edge, scale=UNITS / longest) for edge in edges]


def _floor(drawn: Drawn, field: _Field) -> FloorMessage:
    lines: dict[str, list[list[PlanPoint]]] = {"rooms": [], "walls": [], "details": []}
    places: list[PlanPlaceMessage] = []
    marks: list[PlanMarkMessage] = []
    for form in drawn.forms:
        kind = _landmark(form)
        if form.id.startswith(_AREA):
            places.append(_place(form, drawn, field))
        elif kind is not None:
            marks.append(PlanMarkMessage(kind=kind.value, at=_whole(field.place(_middle(form)))))
        elif not form.id.startswith(_KIOSK) and form.layer != "ways":
            into = lines[form.layer if form.layer in lines else "details"]
            into += [found for line in form.lines if len(found := _drawn(line, field)) > 1]
    return FloorMessage(
        name=drawn.name,
        width=max(1, round(field.width * field.scale)),
        height=max(1, round(field.height * field.scale)),
        rooms=lines["rooms"],
        walls=lines["walls"],
        details=lines["details"],
        places=places,
        marks=marks,
    )


def _place(form: Form, drawn: Drawn, field: _Field) -> PlanPlaceMessage:
    outline = form.lines[0]
    if len(form.lines) > 1 or len(set(outline)) < 3:
        raise DrawingError(f"floor {drawn.name}: {form.id} must be one closed form")
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    signs = [
        label.words for label in drawn.labels if min(xs) <= label.at[0] <= max(xs) and min(ys) <= label.at[1] <= max(ys)
    ]
    sign = signs[0] if signs and len(signs[0]) <= LONGEST_SIGN else ""
    return PlanPlaceMessage(area=form.id.removeprefix(_AREA), outline=_drawn(outline, field), sign=sign)


def _kiosks(drawn: Sequence[Drawn], fields: Sequence[_Field]) -> list[KioskStandMessage]:
    walked = [
        Floor(one.name, [field.line(line) for form in one.forms if form.layer == "ways" for line in form.lines])
        for one, field in zip(drawn, fields, strict=True)
    ]
    stands = list(_stands(drawn, fields))
    try:
        network = Network(walked)
        starts = [network.attach(one.floor, one.at, f"{_KIOSK}{one.kiosk}") for one in stands]
        areas, desks = _ends(drawn, fields, network)
        for cost, stops in _rides(drawn, fields, network):
            network.ride(stops, cost)
    except NoWayError as error:
        raise DrawingError(f"{error}: look at the layer of the ways") from None
    network.finished()
    told: list[KioskStandMessage] = []
    for stand, start in zip(stands, starts, strict=True):
        ways = network.ways(start)
        legs = {}
        for area, nodes in areas.items():
            way = ways.to(nodes)
            if way is None:
                raise DrawingError(
                    f"no way leads from {_KIOSK}{stand.kiosk} to {_AREA}{area}: the lines of the ways must join, end"
                    " in the area, and meet a lift or stairs that are on both floors"
                )
            legs[area] = _legs(way)
        told.append(
            KioskStandMessage(
                kiosk=stand.kiosk,
                floor=stand.floor,
                at=_whole(stand.at),
                looks=stand.looks,
                ways=legs,
                desk=_legs(ways.to(desks) or ()),
            )
        )
    return told


def _stands(drawn: Sequence[Drawn], fields: Sequence[_Field]) -> Iterator[_Stand]:
    for n, (one, field) in enumerate(zip(drawn, fields, strict=True)):
        for form in one.forms:
            if not form.id.startswith(_KIOSK):
                continue
            (x0, y0), (x1, y1) = form.lines[0][0], form.lines[0][-1]
            if len(form.lines) > 1 or (x0, y0) == (x1, y1):
                raise DrawingError(f"floor {one.name}: {form.id} must be one line, from the client to the screen")
            looks = round(degrees(atan2(x1 - x0, y0 - y1))) % 360
            yield _Stand(n, form.id.removeprefix(_KIOSK), field.place((x0, y0)), looks)


def _ends(
    drawn: Sequence[Drawn], fields: Sequence[_Field], network: Network
) -> tuple[Mapping[str, list[Node]], list[Node]]:
    """Where ways may end: in each area, and at the desk."""
    areas: dict[str, list[Node]] = {}
    desks: list[Node] = []
    for n, (one, field) in enumerate(zip(drawn, fields, strict=True)):
        for form in one.forms:
            if form.id.startswith(_AREA):
                name = form.id.removeprefix(_AREA)
                areas[name] = network.ends_in(n, field.line(form.lines[0]))
                if not areas[name]:
                    raise NoWayError(f"floor {one.name}: no line of the ways ends in {form.id}")
            elif _landmark(form) is Landmark.DESK:
                desks.append(network.attach(n, field.place(_middle(form)), form.id))
    return areas, desks


def _rides(drawn: Sequence[Drawn], fields: Sequence[_Field], network: Network) -> Iterator[tuple[float, list[Node]]]:
    """Lifts and stairs by their names, with what changing floors there costs and where that is."""
    for kind, cost in ((Landmark.LIFT, LIFT_RIDE), (Landmark.STAIRS, STAIRS)):
        stops: dict[str, list[Node]] = {}
        for n, (one, field) in enumerate(zip(drawn, fields, strict=True)):
            for form in one.forms:
                if _landmark(form) is kind:
                    # ``lift-main.2`` is the lift ``main`` on another floor: an id is there but once.
                    name = form.id.partition(".")[0]
                    stops.setdefault(name, []).append(network.attach(n, field.place(_middle(form)), form.id))
        yield from ((cost, some) for some in stops.values())


def _legs(way: Sequence[Node]) -> list[LegMessage]:
    legs: list[tuple[int, list[Spot]]] = []
    for floor, x, y in way:
        if not legs or legs[-1][0] != floor:
            legs.append((floor, []))
        legs[-1][1].append((x, y))
    return [LegMessage(floor=floor, line=_line(spots)) for floor, spots in legs]


def _line(spots: Sequence[Spot]) -> list[PlanPoint]:
    line = [_whole(spot) for spot in straightened(spots, 2 * _LOOSE)]
    # Who waits right beside the lift has no way to go, and stands there all the same.
    return line if len(line) > 1 else line * 2


def _drawn(line: Sequence[Spot], field: _Field) -> list[PlanPoint]:
    """The line in whole units, without points that change nothing."""
    placed = field.line(line)
    if len(placed) > 3 and placed[0] == placed[-1]:
        # A closed line has no two ends to straighten between.
        half = len(placed) // 2
        spots = straightened(placed[: half + 1], _LOOSE)[:-1] + straightened(placed[half:], _LOOSE)
    else:
        spots = straightened(placed, _LOOSE)
    whole = [_whole(spot) for spot in spots]
    return [whole[0], *(b for a, b in pairwise(whole) if a != b)]


def _whole(spot: Spot) -> PlanPoint:
    return round(spot[0]), round(spot[1])


def _middle(form: Form) -> Spot:
    xs = [x for line in form.lines for x, _ in line]
    ys = [y for line in form.lines for _, y in line]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _landmark(form: Form) -> Landmark | None:
    """What the form's id says that it is, as ``lift-main`` or ``desk`` do."""
    kind = form.id.partition("-")[0].partition(".")[0]
    return Landmark(kind) if kind in set(Landmark) else None
