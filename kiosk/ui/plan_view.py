"""A floor plan as plain values for QML: lines as SVG paths in units of the plan, and where its signs stand."""

from collections.abc import Iterable

from kiosk.checkin.closer import closer
from kiosk.checkin.plan import Line, Mark, Place, Turn
from kiosk.checkin.plan_signs import free_corner, heading, middle, to_the_edge, words_left
from kiosk.checkin.sketch import Sheet, Sketch

View = dict[str, object]

RATIO_OF_ONE, RATIO_OF_SEVERAL = 0.6, 0.46
"""How high a drawing is beside its width."""
NOTHING: View = {"sheets": [], "turn": "", "eighths": 0, "told": "", "you": ""}


def plan_view(sketch: Sketch[str] | None) -> View:
    """The way to a place as QML draws it; without sheets where there is none."""
    if sketch is None:
        return NOTHING
    sketch = closer(sketch, RATIO_OF_SEVERAL if len(sketch.sheets) > 1 else RATIO_OF_ONE)
    eighths = tuple(Turn).index(sketch.turn)
    eighths = eighths if eighths <= 4 else eighths - 8
    return {
        "sheets": [_sheet_view(sheet, left=words_left(sketch.turn)) for sheet in sketch.sheets],
        "turn": sketch.turn.value,
        "eighths": eighths,
        "told": sketch.told,
        "you": sketch.you,
    }


def _sheet_view(sheet: Sheet[str], *, left: bool) -> View:
    way = to_the_edge(sheet.way, sheet.target)
    end = way[-1]
    corner = free_corner(sheet, left=left)
    return {
        "name": sheet.name,
        "width": sheet.width,
        "height": sheet.height,
        "rooms": _closed(sheet.rooms),
        "walls": _open(sheet.walls),
        "details": _open(sheet.details),
        "others": _closed(place.outline for place in sheet.others),
        "signs": [_sign_view(place) for place in sheet.others if place.sign],
        "marks": [_mark_view(mark) for mark in sheet.marks],
        "way": _open([way]),
        "ends": sheet.ends,
        "endX": end[0],
        "endY": end[1],
        "heading": heading(way),
        "target": _closed([sheet.target] if sheet.target else []),
        "sign": sheet.sign,
        "signX": middle(sheet.target)[0] if sheet.target else 0,
        "signY": middle(sheet.target)[1] if sheet.target else 0,
        "tagRight": corner[0] > 0,
        "tagBelow": corner[1] > 0,
        "youLeft": left,
        "here": sheet.you is not None,
        "youX": 0 if sheet.you is None else sheet.you[0],
        "youY": 0 if sheet.you is None else sheet.you[1],
        "lift": [] if sheet.lift is None else [_mark_view(sheet.lift)],
    }


def _sign_view(place: Place) -> View:
    x, y = middle(place.outline)
    return {"words": place.sign, "x": x, "y": y}


def _mark_view(mark: Mark) -> View:
    return {"kind": mark.kind.value, "x": mark.at[0], "y": mark.at[1]}


def _open(lines: Iterable[Line]) -> str:
    return " ".join("M " + " L ".join(f"{x} {y}" for x, y in line) for line in lines)


def _closed(lines: Iterable[Line]) -> str:
    return " ".join("M " + " L ".join(f"{x} {y}" for x, y in line) + " Z" for line in lines)
