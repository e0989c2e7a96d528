"""Every page on one picture for each language and orientation: ``python -m tests.contact_sheet OUT_DIR``."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PySide6.QtGui import QGuiApplication, QImage

from kiosk.ui.bridge import Bridge
from kiosk.ui.lettering import FONTS, register_fonts
from kiosk.ui.window import KioskWindow
from tests.ui.every_page import every_page, frame_in

SCREENS = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
COLUMNS = {"portrait": 13, "landscape": 9}
SHRINK = 5
GAP = 14
LABEL = 26
TABLE = "#C9C4B8"
INK = "#10222E"


def pages(language: str, size: tuple[int, int]) -> Iterator[tuple[str, Image.Image]]:
    """Each page as it stands on a screen of that size, by its name."""
    window = KioskWindow(Bridge(lambda _: None), 4.0, closable=True, calm=True)
    window.resize(*size)
    window.show()
    QGuiApplication.processEvents()
    window.show_time("8.50")
    for name, page in every_page(language).items():
        window.show_page(page, frame_in(language))
        yield name, as_picture(window.picture())
    window.hide()
    window.deleteLater()


def as_picture(shot: QImage) -> Image.Image:
    """What Qt drew, for Pillow."""
    plain = shot.convertToFormat(QImage.Format.Format_RGB888)
    stride = plain.bytesPerLine()
    return Image.frombuffer("RGB", (plain.width(), plain.height()), bytes(plain.constBits()), "raw", "RGB", stride, 1)


def sheet(language: str, orientation: str) -> Image.Image:
    """All pages side by side, each under its name."""
    wide, tall = (side // SHRINK for side in SCREENS[orientation])
    shots = list(pages(language, SCREENS[orientation]))
    columns = COLUMNS[orientation]
    rows = -(-len(shots) // columns)
    paper = Image.new("RGB", (GAP + columns * (wide + GAP), GAP + rows * (tall + LABEL + GAP)), TABLE)
    pencil = ImageDraw.Draw(paper)
    letters = ImageFont.truetype(str(FONTS / "NotoSans-Bold.ttf"), 15)
    for place, (name, shot) in enumerate(shots):
        x = GAP + place % columns * (wide + GAP)
        y = GAP + place // columns * (tall + LABEL + GAP)
        pencil.text((x, y), name, INK, letters)
        paper.paste(shot.resize((wide, tall), Image.Resampling.LANCZOS), (x, y + LABEL))
    return paper


def main(folder: Path) -> None:
    """Draw every sheet into ``folder``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    register_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("fi", "sv", "en"):
        for orientation in SCREENS:
            sheet(language, orientation).quantize(96).save(
                folder / f"pages-{language}-{orientation}.png", optimize=True
            )
    app.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
