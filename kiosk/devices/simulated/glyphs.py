"""Letters as a 203 dpi thermal head burns them: one bit for each dot."""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from kiosk.devices.simulated.slip import CELLS, Style

_FONTS = Path(__file__).with_name("fonts")
REGULAR = _FONTS / "NotoSansMono-Regular.ttf"
BOLD = _FONTS / "NotoSansMono-Bold.ttf"

_FINE = 16
"""How much finer than a dot letters are drawn before they become dots."""
_ADVANCE, _CAPITAL = 0.6, 0.714
"""Of the font's size: the width of each letter, and the height of a capital (from the font's own tables)."""
_BASELINE, _CAPITAL_ROWS = 18 / 24, 17 / 24
"""Of the cell's height: printers' letters stand taller in their cell than a text font's."""
_SLIM = 0.9
_BLACK_ABOVE = 112


@lru_cache(maxsize=1024)
def glyph(letter: str, style: Style, regular: Path = REGULAR, bold: Path = BOLD) -> Image.Image:
    """One letter filling its cell, magnified; black is 255. Smoothed (``GS b 1``) it is drawn anew at its size."""
    wide, tall = style.cell
    if style.smooth:
        return _dots(letter, style.font, bold if style.bold else regular, wide, tall)
    small = _dots(letter, style.font, bold if style.bold else regular, *CELLS[style.font])
    return small.resize((wide, tall), Image.Resampling.NEAREST)


def _dots(letter: str, font: str, file: Path, wide: int, tall: int) -> Image.Image:
    cell_wide, _ = CELLS[font]
    size = round(cell_wide * _FINE / _ADVANCE)
    face = ImageFont.truetype(str(file), size)
    shown = "O" if letter == "0" else letter
    # The cell as tall as it is before it is stretched until capitals have a printer's height.
    cell = Image.new("L", (cell_wide * _FINE, round(size * _CAPITAL / _CAPITAL_ROWS)))
    baseline = round(cell.height * _BASELINE)
    above = max(baseline, -round(face.getbbox(shown, anchor="ls")[1]))
    drawn = Image.new("L", (cell.width, above + cell.height - baseline))
    ImageDraw.Draw(drawn).text((0, above), shown, fill=255, font=face, anchor="ls")
    # What is taller than the cell, as accented capitals are, is pressed into it, as printers do.
    upper = drawn.crop((0, 0, cell.width, above)).resize((cell.width, baseline), Image.Resampling.LANCZOS)
    cell.paste(upper, (0, 0))
    cell.paste(drawn.crop((0, above, cell.width, drawn.height)), (0, baseline))
    if letter == "0":
        cell = _narrowed(cell)
    fine = cell.resize((wide, tall), Image.Resampling.LANCZOS)
    return fine.point(lambda grey: 255 if grey > _BLACK_ABOVE else 0)


def _narrowed(cell: Image.Image) -> Image.Image:
    """A zero without a slash, as receipt printers have it: an O, but slim."""
    slim = cell.resize((round(cell.width * _SLIM), cell.height), Image.Resampling.LANCZOS)
    narrowed = Image.new("L", cell.size)
    narrowed.paste(slim, ((cell.width - slim.width) // 2, 0))
    return narrowed
