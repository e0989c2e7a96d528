"""The way to a waiting area as a drawing on the slip: black on white, for thermal paper of 8 dots a millimetre."""

from collections.abc import Callable
from math import atan2, cos, pi, sin
from typing import TYPE_CHECKING

from kiosk.checkin.closer import closer
from kiosk.checkin.plan import Line, Point
from kiosk.checkin.plan_signs import free_corner, middle, to_the_edge, words_left
from kiosk.checkin.sketch import Sheet, Sketch
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.raster import drawn

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

NARROWEST = 512
"""Dots of paper on which a plan can be read. On less the words have to do."""
PATIENCE = 2.0
"""Seconds that the drawing may travel to the printer: nobody waits longer for a slip because of it."""

_RATIO, _HIGHEST = 0.42, 0.6
_GAP = 12
_DETAIL, _WALL, _WAY, _CASING = 2, 3, 9, 17
_DOT = 13
_HEAD = 22
_PATTERN = 4
"""Every so many dots one is black where a client is to sit."""


def plan(sketch: Sketch[str], profile: PrinterProfile, bytes_per_second: float) -> "Image | None":
    """The drawing, where this printer draws, its paper is wide enough, and the line to it is fast enough; else none.

    Where the line is too slow for all floors, the last one: the first is on the screen when the slip is taken.
    """
    if not profile.draws or profile.dots < NARROWEST:
        return None
    drawings = (picture(sketch, profile.dots, floors) for floors in (len(sketch.sheets), 1))
    return next((one for one in drawings if one.height * profile.dots / 8 <= PATIENCE * bytes_per_second), None)


def picture(sketch: Sketch[str], dots: int, floors: int) -> "Image":
    """The last so many sheets of the way, one below the other, on paper with that many printable dots."""
    from PIL import Image

    near, several, left = closer(sketch, _RATIO), len(sketch.sheets) > 1, words_left(sketch.turn)
    sheets = [_sheet(sheet, sketch.you, dots, several=several, left=left) for sheet in near.sheets[-floors:]]
    whole = Image.new("1", (dots, sum(one.height for one in sheets) + _GAP * (len(sheets) + 1)))
    top = _GAP
    for one in sheets:
        whole.paste(one, (0, top))
        top += one.height + _GAP
    return whole


def _sheet(sheet: Sheet[str], you: str, dots: int, *, several: bool, left: bool) -> "Image":
    from PIL import Image, ImageDraw

    scale = min((dots - 2 * _WALL) / sheet.width, dots * _HIGHEST / sheet.height)
    margin = round((dots - sheet.width * scale) / 2)
    image = Image.new("1", (dots, round(sheet.height * scale) + 2 * _WALL))
    pencil = ImageDraw.Draw(image)

    def at(point: Point) -> Point:
        return margin + round(point[0] * scale), _WALL + round(point[1] * scale)

    _house(image, pencil, sheet, at)
    way = [at(point) for point in to_the_edge(sheet.way, sheet.target)]
    pencil.line(way, fill=0, width=_CASING, joint="curve")
    pencil.line(way, fill=1, width=_WAY, joint="curve")
    if sheet.lift is not None:
        _lift(pencil, at(sheet.lift.at))
    if sheet.ends:
        _head(pencil, way)
        if sheet.sign and sheet.target:
            _words(image, sheet.sign, at(middle(sheet.target)))
    if sheet.you is not None:
        _here(image, pencil, at(sheet.you), you, left=left)
    if several:
        _words(image, sheet.name, at(free_corner(sheet, left=left)))
    return image


def _house(image: "Image", pencil: "ImageDraw", sheet: Sheet[str], at: Callable[[Point], Point]) -> None:
    """All that stands there, whoever goes where."""
    if sheet.target:
        _speckled(image, [at(point) for point in sheet.target])
    others = tuple(_closed(place.outline) for place in sheet.others)
    for lines, width in ((sheet.details, _DETAIL), (others, _DETAIL), (sheet.walls, _WALL)):
        for line in lines:
            pencil.line([at(point) for point in line], fill=1, width=width)
    if sheet.target:
        pencil.line([at(point) for point in _closed(sheet.target)], fill=1, width=5, joint="curve")
    for place in sheet.others:
        if place.sign:
            _words(image, place.sign, at(middle(place.outline)), framed=False)


def _closed(line: Line) -> Line:
    return (*line, line[0])


def _speckled(image: "Image", outline: list[Point]) -> None:
    """Grey for paper that knows black alone."""
    from PIL import Image, ImageChops, ImageDraw

    mask = Image.new("1", image.size)
    ImageDraw.Draw(mask).polygon(outline, fill=1)
    grain = Image.new("1", image.size)
    grain.putdata(
        [x % _PATTERN == (y // 2 % 2) * 2 and y % 2 == 0 for y in range(image.height) for x in range(image.width)]
    )
    image.paste(1, (0, 0), ImageChops.logical_and(mask, grain))


def _head(pencil: "ImageDraw", way: list[Point]) -> None:
    """The head of the arrow, where the way ends."""
    (x0, y0), (x, y) = _last_step(way)
    turn = atan2(y - y0, x - x0)
    corners = [(x + _HEAD * cos(turn + side), y + _HEAD * sin(turn + side)) for side in (0.0, 0.78 * pi, pi * 1.22)]
    pencil.polygon(corners, fill=1, outline=0)


def _last_step(way: list[Point]) -> tuple[Point, Point]:
    before = next((point for point in reversed(way) if point != way[-1]), (way[-1][0], way[-1][1] + 1))
    return before, way[-1]


def _lift(pencil: "ImageDraw", at: Point) -> None:
    """Up and down, as on the button of a lift."""
    (x, y), half = at, 22
    pencil.rounded_rectangle((x - half, y - half, x + half, y + half), 5, fill=1, outline=0, width=2)
    for sense in (-1, 1):
        tip, foot = y + sense * (half - 5), y + sense * 4
        pencil.polygon([(x, tip), (x - half + 9, foot), (x + half - 9, foot)], fill=0)


def _here(image: "Image", pencil: "ImageDraw", at: Point, you: str, *, left: bool) -> None:
    x, y = at
    for radius, ink in ((_DOT + 5, 0), (_DOT, 1), (4, 0)):
        pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)
    label = drawn(you, 1, image.width // 2, bold=True)
    beside, fits = label.width // 2 + _DOT + 12, label.width + _DOT + 16
    if fits <= (x if left else image.width - x):
        _words(image, you, (x - beside if left else x + beside, y))
    else:
        below = y + _DOT + 4 + label.height <= image.height
        _words(image, you, (x, y + _DOT + 4 + label.height // 2 if below else y - _DOT - 4 - label.height // 2))


def _words(image: "Image", words: str, middle: Point, *, framed: bool = True) -> None:
    """Words on white around that point, but never over the edge of the paper."""
    from PIL import ImageDraw

    label = drawn(words, 1, image.width // 2, bold=True)
    width, height = label.width + 8, label.height
    x = max(0, min(middle[0] - width // 2, image.width - width))
    y = max(0, min(middle[1] - height // 2, image.height - height))
    ImageDraw.Draw(image).rounded_rectangle(
        (x, y, x + width - 1, y + height - 1), 4, fill=0, outline=1 if framed else 0, width=2
    )
    image.paste(1, (x + 4, y), label)
