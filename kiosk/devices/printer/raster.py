"""Lines of text as images, for scripts that no code page of a printer holds: Arabic, Persian, Kurdish and others.

Letters are joined and set from right to left by Raqm (HarfBuzz and FriBidi), which Pillow brings.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from kiosk.devices.printer.layout import CELL_HEIGHT

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

log = structlog.get_logger(__name__)

_OWN = Path(__file__).with_name("fonts")
_SYSTEM = Path("/usr/share/fonts/truetype")
_FONTS = {
    False: (_OWN / "NotoSansArabic-Regular.ttf", _SYSTEM / "dejavu" / "DejaVuSans.ttf"),
    True: (_OWN / "NotoSansArabic-Bold.ttf", _SYSTEM / "dejavu" / "DejaVuSans-Bold.ttf"),
}
"""By boldness: the first that has every letter of a line draws all of it. DejaVu Sans comes from Debian, as
``fonts-dejavu-core``, and is wide enough for whole lines of two scripts."""
_FURTHER = ("NotoSans[A-Z]*-Regular.ttf", "NotoSerif[A-Z]*-Regular.ttf")
"""For scripts that neither has, such as Ethiopic and Thai: what there is where ``fonts-noto-core`` is installed."""
_SIZE = 1.25
"""Of a font, beside the height of a character cell: Arabic letters stand low in theirs."""
_SMALLEST = 14
_AIR = 3
"""Dots of white above and below, for each magnification."""
_BLACK_ABOVE = 120
_NOWHERE = "\U0010ffff"
_COMMAND = re.compile(rb"(?<=\x10)[\x04\x05\x14]")


def drawn(text: str, height: int, dots: int, *, bold: bool) -> "Image":
    """The text on one line, black on white, ``height`` times as tall as font A or as small as ``dots`` demand.

    A letter that no font has is drawn as a box.
    """
    from PIL import Image, ImageDraw

    size = round(CELL_HEIGHT * height * _SIZE)
    face = _face(text, size, bold)
    while face.getlength(text) > dots and size > _SMALLEST:
        size = max(_SMALLEST, min(size - 1, int(size * dots / face.getlength(text))))
        face = _face(text, size, bold)
    left, top, right, bottom = (round(edge) for edge in face.getbbox(text, anchor="ls"))
    air = _AIR * height
    wide = max(8, min(dots, -(-(right - left) // 8) * 8))
    grey = Image.new("L", (wide, max(1, bottom - top) + 2 * air))
    at = ((wide - (right - left)) // 2 - left, air - top)
    ImageDraw.Draw(grey).text(at, text, fill=255, font=face, anchor="ls")
    return grey.point(lambda shade: 255 if shade > _BLACK_ABOVE else 0).convert("1")


def command(image: "Image") -> bytes:
    """``GS v 0``: print the image where the paper stands. Its width is a multiple of 8 dots."""
    row_bytes, rows = image.width // 8, image.height
    header = b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
    return header + harmless(image.tobytes())


def harmless(rows: bytes) -> bytes:
    """The same dots but for one here and there: no printer can find a real-time command among them.

    ``DLE EOT``, ``DLE ENQ`` and ``DLE DC4`` are obeyed even inside an image (Epson's manuals warn of it).
    """
    return _COMMAND.sub(lambda found: bytes((found[0][0] | 0x08,)), rows)


def _face(text: str, size: int, bold: bool) -> "FreeTypeFont":
    from PIL import ImageFont

    letters = frozenset(letter for letter in text if letter.isprintable() and not letter.isspace())
    return ImageFont.truetype(str(_best(letters, bold)), size, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(maxsize=256)
def _best(letters: frozenset[str], bold: bool) -> Path:
    files = [file for file in _FONTS[bold] if file.exists()]
    for file in files:
        if letters <= _held(file, letters):
            return file
    further = (file for names in _FURTHER for file in sorted((_SYSTEM / "noto").glob(names)))
    best = max((*files, *further), key=lambda file: len(_held(file, letters)))
    missing = len(letters - _held(best, letters))
    if missing:
        log.warning("letters_missing", count=missing)
    return best


@cache
def _probe(file: Path) -> tuple["FreeTypeFont", bytes]:
    from PIL import ImageFont

    face = ImageFont.truetype(str(file), 24, layout_engine=ImageFont.Layout.BASIC)
    return face, bytes(face.getmask(_NOWHERE))


def _held(file: Path, letters: frozenset[str]) -> set[str]:
    """Those of the letters that the font has: the others look like one that nobody has."""
    face, nowhere = _probe(file)
    return {letter for letter in letters if bytes(face.getmask(letter)) != nowhere}
