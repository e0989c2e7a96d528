"""A slip as a picture: white paper in its real proportions, one pixel for each dot of 1/8 mm."""

from PIL import Image, ImageDraw, ImageFilter

from kiosk.devices.simulated.glyphs import glyph
from kiosk.devices.simulated.slip import Line, Raster, Slip

_TABLE = (233, 235, 238)
_PAPER = (254, 254, 252)
_INK = (24, 24, 27)
_SHADOW = (120, 124, 132)
_MARGIN = 48
"""Dots of table around the paper."""
_TEETH = 12


def draw(slip: Slip) -> Image.Image:
    """The slip lying on a table. A torn one has a ragged lower edge."""
    edge = (slip.paper - slip.dots) // 2
    ink = Image.new("L", (slip.paper, slip.length))
    for piece in slip.printed:
        mark = _line(piece) if isinstance(piece, Line) else _raster(piece)
        left = piece.runs[0].x if isinstance(piece, Line) else piece.x
        ink.paste(mark, (edge + left, piece.y), mark)
    ink.paste(0, (edge + slip.dots, 0, slip.paper, slip.length))
    shape = _shape(slip)
    table = Image.new("RGB", (slip.paper + 2 * _MARGIN, slip.length + 2 * _MARGIN), _TABLE)
    table.paste(_SHADOW, mask=_shadow(shape, table.size))
    table.paste(_PAPER, (_MARGIN, _MARGIN), shape)
    table.paste(_INK, (_MARGIN, _MARGIN), Image.composite(ink, Image.new("L", ink.size), shape))
    return table


def _line(line: Line) -> Image.Image:
    left = line.runs[0].x
    mark = Image.new("L", (max(run.end for run in line.runs) - left, line.tall))
    for run in line.runs:
        wide, tall = run.style.cell
        piece = Image.new("L", (wide * len(run.text), tall))
        for at, letter in enumerate(run.text):
            piece.paste(glyph(letter, run.style), (at * wide, 0))
        if run.style.underline:
            ImageDraw.Draw(piece).rectangle((0, tall - run.style.underline, piece.width, tall), fill=255)
        if run.style.inverted:
            piece = piece.point(lambda dot: 255 - dot)
        # Letters of different heights share the line's foot.
        mark.paste(piece, (run.x - left, line.tall - tall))
    return mark.transpose(Image.Transpose.ROTATE_180) if line.runs[0].style.upside_down else mark


def _raster(raster: Raster) -> Image.Image:
    wide, tall = raster.row_bytes * 8, len(raster.rows) // raster.row_bytes
    dots = Image.frombytes("1", (wide, tall), raster.rows).convert("L")
    return dots.resize((wide * raster.scale_x, tall * raster.scale_y), Image.Resampling.NEAREST)


def _shape(slip: Slip) -> Image.Image:
    shape = Image.new("L", (slip.paper, slip.length), 255)
    if slip.torn:
        pencil = ImageDraw.Draw(shape)
        for left in range(0, slip.paper, 2 * _TEETH):
            # Uneven, and the same every time.
            deep = _TEETH // 2 + left * 7 % _TEETH
            foot = slip.length
            pencil.polygon([(left, foot), (left + _TEETH, foot - deep), (left + 2 * _TEETH, foot)], fill=0)
    return shape


def _shadow(shape: Image.Image, size: tuple[int, int]) -> Image.Image:
    shadow = Image.new("L", size)
    shadow.paste(shape.point(lambda inside: inside // 3), (_MARGIN, _MARGIN + 4))
    return shadow.filter(ImageFilter.GaussianBlur(9))
