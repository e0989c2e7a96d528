"""Where signs and words stand on a drawn plan, so that they cover nothing that matters. Pure; units of ``plan``."""

from itertools import pairwise
from math import atan2, degrees, hypot
from typing import TypeVar

from kiosk.checkin.plan import Line, Point, Turn
from kiosk.checkin.sketch import Sheet

W = TypeVar("W")

BESIDE = 165
"""Units that the words beside the client's dot may take."""
_ARRIVING = 40
"""Units before the end of a way that tell from where one comes."""
_TO_THE_RIGHT = (Turn.AHEAD, Turn.AHEAD_RIGHT, Turn.RIGHT, Turn.BEHIND_RIGHT)


def words_left(begins: Turn) -> bool:
    """Whether the words beside the client's dot stand to its left: the way leaves on the other side."""
    return begins in _TO_THE_RIGHT


def middle(outline: Line) -> Point:
    """The middle of a form, where its sign hangs."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    return (min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2


def free_corner(sheet: Sheet[W], *, left: bool) -> Point:
    """The corner that is farthest from all that matters."""
    points = [*sheet.way, *sheet.target, *(middle(place.outline) for place in sheet.others if place.sign)]
    if sheet.you is not None:
        points.append((sheet.you[0] - BESIDE if left else sheet.you[0] + BESIDE, sheet.you[1]))
    corners = [(x, y) for y in (0, sheet.height) for x in (0, sheet.width)]
    return max(corners, key=lambda corner: min(hypot(corner[0] - x, corner[1] - y) for x, y in points))


def to_the_edge(way: Line, target: Line) -> Line:
    """The way as far as the edge of where it leads to, so that its head stands at the door and the sign within."""
    for n, (start, end) in enumerate(pairwise(way)):
        crossings = [t for edge in pairwise((*target, *target[:1])) if (t := _crossing(start, end, edge)) is not None]
        if crossings:
            t = min(crossings)
            at = round(start[0] + (end[0] - start[0]) * t), round(start[1] + (end[1] - start[1]) * t)
            return (*way[: n + 1], at)
    return way


def _crossing(start: Point, end: Point, edge: tuple[Point, Point]) -> float | None:
    """How far, from 0 to 1, one comes from ``start`` until the edge is crossed."""
    (ax, ay), (bx, by) = edge
    dx, dy, ex, ey = end[0] - start[0], end[1] - start[1], bx - ax, by - ay
    area = dx * ey - dy * ex
    if area == 0:
        return None
    t = ((ax - start[0]) * ey - (ay - start[1]) * ex) / area
    u = ((ax - start[0]) * dy - (ay - start[1]) * dx) / area
    return t if 0 < t <= 1 and 0 <= u <= 1 else None


def heading(way: Line) -> float:
    """In which direction one arrives, in degrees clockwise from up."""
    (x1, y1) = way[-1]
    before = next((point for point in reversed(way) if hypot(x1 - point[0], y1 - point[1]) >= _ARRIVING), way[0])
    return degrees(atan2(x1 - before[0], before[1] - y1))
