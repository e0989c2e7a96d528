"""An SVG file as the forms on each floor. What each form is, its id or the id of its layer says."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, isfinite
from typing import Any

from central.floor_plan.safety import DrawingError, check

__all__ = ["DrawingError", "Drawn", "Form", "floors"]

Spot = tuple[float, float]
LAYERS = ("rooms", "walls", "ways", "details")
"""Groups whose forms are alike; what is in none of them, and has no id that says what it is, is a detail."""
_FLOOR = "floor-"
_FLAT = 6.0
"""Length of the pieces into which curves are cut, in hundredths of the drawing's width. Forms are small."""
_MOST_PIECES = 24


@dataclass(frozen=True)
class Form:
    """One form: its id, the layer that it lies in, its lines, whether they close, and where it is named in errors."""

    id: str
    layer: str
    lines: tuple[tuple[Spot, ...], ...]


@dataclass(frozen=True)
class Label:
    """Words at a place."""

    words: str
    at: Spot


@dataclass
class Drawn:
    """One floor as it was drawn."""

    name: str
    forms: list[Form] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def floors(drawing: bytes) -> list[Drawn]:
    """The floors of a drawing, in its order. Raises ``DrawingError``."""
    check(drawing)
    import svgelements

    try:
        tree = svgelements.SVG.parse(io.BytesIO(drawing), reify=True)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError) as error:
        # A small library that trusts what it reads; which of these it meets says nothing to whoever drew it.
        raise DrawingError(f"it cannot be understood ({type(error).__name__}): save it as plain SVG") from None
    found: list[Drawn] = []
    for group in _groups(tree, svgelements):
        drawn = Drawn(_id(group).removeprefix(_FLOOR))
        try:
            _collect(group, "", drawn, svgelements)
        except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
            raise DrawingError(f"floor {drawn.name} cannot be understood ({type(error).__name__})") from None
        found.append(drawn)
    if not found:
        raise DrawingError('it has no floor: name the layer of each floor "floor-1", "floor-2" … as its id')
    return found


def _groups(tree: Any, svg: Any) -> Iterator[Any]:
    for child in tree:
        if isinstance(child, svg.Group):
            if _id(child).startswith(_FLOOR):
                yield child
            else:
                yield from _groups(child, svg)


def _collect(group: Any, layer: str, drawn: Drawn, svg: Any) -> None:
    for child in group:
        if isinstance(child, svg.Group):
            own = next((one for one in LAYERS if _id(child).startswith(one)), layer)
            _collect(child, own, drawn, svg)
        elif isinstance(child, svg.Text):
            if child.text and child.text.strip():
                drawn.labels.append(Label(" ".join(child.text.split()), _at(child, svg)))
        elif isinstance(child, svg.Shape):
            lines = tuple(_lines(svg.Path(child), svg))
            if lines:
                drawn.forms.append(Form(_id(child), layer, lines))


def _at(text: Any, svg: Any) -> Spot:
    point = svg.Point(text.x or 0.0, text.y or 0.0) * text.transform
    return _spot(point)


def _lines(path: Any, svg: Any) -> Iterator[tuple[Spot, ...]]:
    """Each part of a path as straight pieces."""
    line: list[Spot] = []
    for segment in path:
        if isinstance(segment, svg.Move):
            if len(line) > 1:
                yield tuple(line)
            line = [_spot(segment.end)]
        elif isinstance(segment, (svg.Line, svg.Close)):
            if segment.end is not None:
                line.append(_spot(segment.end))
        else:
            pieces = min(_MOST_PIECES, max(2, ceil(segment.length(error=1e-2) / _FLAT)))
            line += [_spot(segment.point(n / pieces)) for n in range(1, pieces + 1)]
    if len(line) > 1:
        yield tuple(line)


def _spot(point: Any) -> Spot:
    x, y = float(point.x), float(point.y)
    if not (isfinite(x) and isfinite(y) and abs(x) < 1e6 and abs(y) < 1e6):
        raise DrawingError("it has a point that lies nowhere")
    return x, y


def _id(element: Any) -> str:
    return str(element.id or "") if hasattr(element, "id") else ""
