"""The shortest way over the lines along which people walk. Pure; lengths are units of the plan.

Lines join where they cross and where they touch. A lift joins floors, and so do stairs, which are taken only where no
lift leads: whoever comes in a wheelchair or with a pram is never sent up a staircase.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, count, pairwise
from math import hypot

Spot = tuple[float, float]
Node = tuple[int, float, float]
"""A floor, by its place in the drawing, and a point on it."""

TOUCH = 12.0
"""So near is joined: nobody draws to the hair."""
REACH = 80.0
"""So far from a line a kiosk, a lift or the desk may stand."""
MOST_SEGMENTS = 500
LIFT_RIDE = 200.0
STAIRS = 5000.0


class NoWayError(ValueError):
    """There is no way between two places. The message says what to draw."""


@dataclass(frozen=True)
class Floor:
    """The lines of one floor along which people walk."""

    name: str
    lines: Sequence[Sequence[Spot]]


@dataclass
class Network:
    """All ways of a site, joined."""

    floors: Sequence[Floor]
    _joined: dict[Node, dict[Node, float]] = field(default_factory=dict)
    _segments: list[list[tuple[Spot, Spot]]] = field(default_factory=list)
    _cuts: list[list[set[float]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for n, floor in enumerate(self.floors):
            segments = [(a, b) for line in floor.lines for a, b in pairwise(line) if a != b]
            if len(segments) > MOST_SEGMENTS:
                raise NoWayError(f"floor {floor.name}: the ways have more than {MOST_SEGMENTS} pieces")
            self._segments.append(segments)
            self._cuts.append([{0.0, 1.0} for _ in segments])
            self._cross(n)

    def attach(self, floor: int, at: Spot, what: str) -> Node:
        """Join a place to the nearest line. Raises ``NoWayError`` where none is near."""
        near = self._nearest(floor, at)
        if near is None or near[0] > REACH:
            raise NoWayError(f"floor {self.floors[floor].name}: no line of the ways comes near {what}")
        length, n, t = near
        self._cuts[floor][n].add(t)
        node, beside = _node(floor, at), _node(floor, _along(self._segments[floor][n], t))
        self._join(node, beside, length)
        return node

    def ends_in(self, floor: int, outline: Sequence[Spot]) -> list[Node]:
        """The points of ways that lie in an area, or at its edge."""
        points = sorted({point for segment in self._segments[floor] for point in segment})
        inside = [point for point in points if _within(point, outline)]
        return [_node(floor, one) for one in inside or (one for one in points if _touches(one, outline))]

    def ride(self, stops: Iterable[Node], cost: float) -> None:
        """Join places on different floors by a lift or by stairs."""
        for one, other in combinations(stops, 2):
            self._join(one, other, cost)

    def finished(self) -> None:
        """Cut all lines where something was joined to them. Before the first search."""
        for floor, (segments, cuts) in enumerate(zip(self._segments, self._cuts, strict=True)):
            for segment, places in zip(segments, cuts, strict=True):
                spots = [_along(segment, t) for t in sorted(places)]
                for a, b in pairwise(spots):
                    self._join(_node(floor, a), _node(floor, b), _distance(a, b))

    def ways(self, start: Node) -> "Ways":
        """All ways from one place."""
        ticks = count()
        reached: dict[Node, tuple[float, Node | None]] = {}
        waiting: list[tuple[float, int, Node, Node | None]] = [(0.0, next(ticks), start, None)]
        while waiting:
            cost, _, node, before = heapq.heappop(waiting)
            if node in reached:
                continue
            reached[node] = cost, before
            for beside, length in self._joined.get(node, {}).items():
                if beside not in reached:
                    heapq.heappush(waiting, (cost + length, next(ticks), beside, node))
        return Ways(reached)

    def _cross(self, floor: int) -> None:
        segments, cuts = self._segments[floor], self._cuts[floor]
        for i, j in combinations(range(len(segments)), 2):
            if met := _meeting(segments[i], segments[j]):
                cuts[i].add(met[0])
                cuts[j].add(met[1])
                continue
            for here, there in ((i, j), (j, i)):
                for end, t in ((segments[here][0], 0.0), (segments[here][1], 1.0)):
                    away, at = _beside(end, segments[there])
                    if away <= TOUCH:
                        cuts[here].add(t)
                        cuts[there].add(at)
                        self._join(_node(floor, end), _node(floor, _along(segments[there], at)), away)

    def _nearest(self, floor: int, at: Spot) -> tuple[float, int, float] | None:
        found = ((*_beside(at, segment), n) for n, segment in enumerate(self._segments[floor]))
        best = min(found, default=None)
        return None if best is None else (best[0], best[2], best[1])

    def _join(self, one: Node, other: Node, length: float) -> None:
        if one == other:
            return
        for a, b in ((one, other), (other, one)):
            beside = self._joined.setdefault(a, {})
            beside[b] = min(length, beside.get(b, length))


@dataclass(frozen=True)
class Ways:
    """What can be reached from one place, and through which point one comes there."""

    _reached: Mapping[Node, tuple[float, Node | None]]

    def to(self, nodes: Iterable[Node]) -> list[Node] | None:
        """The points of the shortest way to the nearest of these; ``None`` where none can be reached."""
        ends = [node for node in nodes if node in self._reached]
        if not ends:
            return None
        return list(self._back(min(ends, key=lambda node: self._reached[node][0])))[::-1]

    def _back(self, node: Node | None) -> Iterator[Node]:
        while node is not None:
            yield node
            node = self._reached[node][1]


def straightened(line: Sequence[Spot], loose: float) -> list[Spot]:
    """The line without the points that lie within ``loose`` of it otherwise (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return list(line)
    away, n = max((_beside(point, (line[0], line[-1]))[0], n) for n, point in enumerate(line[1:-1], 1))
    if away <= loose:
        return [line[0], line[-1]]
    return straightened(line[: n + 1], loose)[:-1] + straightened(line[n:], loose)


def _node(floor: int, at: Spot) -> Node:
    return floor, round(at[0], 1), round(at[1], 1)


def _distance(a: Spot, b: Spot) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _along(segment: tuple[Spot, Spot], t: float) -> Spot:
    (ax, ay), (bx, by) = segment
    return ax + (bx - ax) * t, ay + (by - ay) * t


def _beside(point: Spot, segment: tuple[Spot, Spot]) -> tuple[float, float]:
    """How far the point is from the segment, and where on it, from 0 to 1, that is."""
    (ax, ay), (bx, by) = segment
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else max(0.0, min(1.0, ((point[0] - ax) * dx + (point[1] - ay) * dy) / square))
    return _distance(point, (ax + dx * t, ay + dy * t)), t


def _meeting(one: tuple[Spot, Spot], other: tuple[Spot, Spot]) -> tuple[float, float] | None:
    """Where two segments cross, on each of them from 0 to 1."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    area = ux * vy - uy * vx
    if abs(area) < 1e-9:
        return None
    t = ((cx - ax) * vy - (cy - ay) * vx) / area
    u = ((cx - ax) * uy - (cy - ay) * ux) / area
    return (t, u) if 0 <= t <= 1 and 0 <= u <= 1 else None


def _touches(point: Spot, outline: Sequence[Spot]) -> bool:
    return any(_beside(point, edge)[0] <= TOUCH for edge in pairwise((*outline, outline[0])))


def _within(point: Spot, outline: Sequence[Spot]) -> bool:
    """Whether the point lies in the outline, by how often a line from it to the right crosses that."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in pairwise((*outline, outline[0])):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside
