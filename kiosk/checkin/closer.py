"""The part of a floor that the way lies on, so that a small drawing shows it large. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from kiosk.checkin.plan import Line, Mark, Place, Point
from kiosk.checkin.plan_signs import BESIDE
from kiosk.checkin.sketch import Sheet, Sketch

W = TypeVar("W")

AROUND = 55
"""Units shown around what matters."""
LEAST = 380
"""Units that are shown at the least: a corridor alone tells nobody where they are."""
NEARLY_ALL = 0.85
"""Of a floor, from which on all of it is shown."""


@dataclass(frozen=True)
class _Window:
    left: int
    top: int
    right: int
    bottom: int

    def holds(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def moved(self, point: Point) -> Point:
        return point[0] - self.left, point[1] - self.top


def closer(sketch: Sketch[W], ratio: float) -> Sketch[W]:
    """The same way on the parts of its floors that matter, ``ratio`` times as high as wide where the floor allows it.

    All sheets show as much, so that a step is as long on each of them.
    """
    needed = [_needed(sheet) for sheet in sketch.sheets]
    wide = max(LEAST, *(box.right - box.left for box in needed), *((box.bottom - box.top) / ratio for box in needed))
    return replace(
        sketch,
        sheets=tuple(
            _cut(sheet, _window(sheet, box, wide, wide * ratio))
            for sheet, box in zip(sketch.sheets, needed, strict=True)
        ),
    )


def _needed(sheet: Sheet[W]) -> _Window:
    points = [*sheet.way, *sheet.target]
    # Beside the dot stands what it means.
    points += [(sheet.you[0] + side, sheet.you[1]) for side in (-BESIDE, BESIDE)] if sheet.you else []
    points += [sheet.lift.at] if sheet.lift else []
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _Window(min(xs) - AROUND, min(ys) - AROUND, max(xs) + AROUND, max(ys) + AROUND)


def _window(sheet: Sheet[W], box: _Window, wide: float, high: float) -> _Window:
    left, right = _span((box.left + box.right) / 2, wide, sheet.width)
    top, bottom = _span((box.top + box.bottom) / 2, high, sheet.height)
    return _Window(left, top, right, bottom)


def _span(middle: float, size: float, whole: int) -> tuple[int, int]:
    """So much of a side around its middle that lies on the floor; all of it where little would be left out."""
    if size >= whole * NEARLY_ALL:
        return 0, whole
    begin = round(max(0.0, min(middle - size / 2, whole - size)))
    return begin, begin + round(size)


def _cut(sheet: Sheet[W], window: _Window) -> Sheet[W]:
    if window == _Window(0, 0, sheet.width, sheet.height):
        return sheet

    def opened(lines: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(part for line in lines for part in _parts(line, window))

    def closed(lines: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(part for line in lines if len(part := _closed_part(line, window)) > 2)

    others = ((place, _closed_part(place.outline, window)) for place in sheet.others)
    return replace(
        sheet,
        width=window.right - window.left,
        height=window.bottom - window.top,
        rooms=closed(sheet.rooms),
        walls=opened(sheet.walls),
        details=opened(sheet.details),
        # A sign hangs in the middle of its area, and goes with what is left of that.
        others=tuple(
            Place(part, place.sign if all(map(window.holds, place.outline)) else "")
            for place, part in others
            if len(part) > 2
        ),
        marks=tuple(Mark(mark.kind, window.moved(mark.at)) for mark in sheet.marks if window.holds(mark.at)),
        way=tuple(map(window.moved, sheet.way)),
        target=_closed_part(sheet.target, window),
        you=window.moved(sheet.you) if sheet.you else None,
        lift=replace(sheet.lift, at=window.moved(sheet.lift.at)) if sheet.lift else None,
    )


def _parts(line: Line, window: _Window) -> Iterator[Line]:
    """What of an open line lies in the window, moved there (Liang and Barsky 1984)."""
    part: list[Point] = []
    for start, end in pairwise(line):
        inside = _inside(start, end, window)
        if inside is None:
            continue
        if part and part[-1] != inside[0]:
            yield tuple(part)
            part = []
        part = [*(part or inside[:1]), inside[1]]
    if len(part) > 1:
        yield tuple(part)


def _inside(start: Point, end: Point, window: _Window) -> tuple[Point, Point] | None:
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    enters, leaves = 0.0, 1.0
    for step, room in (
        *((-dx, x - window.left), (dx, window.right - x)),
        *((-dy, y - window.top), (dy, window.bottom - y)),
    ):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    if enters >= leaves:
        return None
    begin, stop = ((round(x + dx * t), round(y + dy * t)) for t in (enters, leaves))
    return (window.moved(begin), window.moved(stop)) if begin != stop else None


def _closed_part(outline: Line, window: _Window) -> Line:
    """What of a closed form lies in the window, moved there (Sutherland and Hodgman 1974); empty where nothing does."""
    form = [(float(x), float(y)) for x, y in outline]
    for axis, edge, sense in ((0, window.left, 1), (0, window.right, -1), (1, window.top, 1), (1, window.bottom, -1)):
        kept: list[tuple[float, float]] = []
        for before, point in zip([form[-1], *form[:-1]] if form else [], form, strict=True):
            was, comes = (sense * (one[axis] - edge) >= 0 for one in (before, point))
            if was != comes:
                t = (edge - before[axis]) / (point[axis] - before[axis])
                kept.append((before[0] + (point[0] - before[0]) * t, before[1] + (point[1] - before[1]) * t))
            if comes:
                kept.append(point)
        form = kept
    whole = [window.moved((round(x), round(y))) for x, y in form]
    return tuple(point for n, point in enumerate(whole) if n == 0 or point != whole[n - 1])
