"""Every page on one picture for each language and orientation, and some in each mode of the screen.

``python -m tests.contact_sheet OUT_DIR`` draws all of them, ``python -m tests.contact_sheet OUT_DIR modes`` the modes.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PySide6.QtGui import QGuiApplication, QImage

from kiosk.checkin.comfort import Comfort, Contrast
from kiosk.texts import direction, languages
from kiosk.ui import scene
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
STRIP = ("fi", "sv", "en", "ru", "et", "so", "ar")
MODES = {
    "usual": Comfort(),
    "dark": Comfort(contrast=Contrast.DARK),
    "light": Comfort(contrast=Contrast.LIGHT),
    "large": Comfort(large=True),
    "low": Comfort(low=True),
    "large-and-low": Comfort(large=True, low=True),
}
TELLING = (
    "welcome",
    "type-half",
    "type-code",
    "phone",
    "confirm",
    "day-plan",
    "done-registered",
    "done-recorded",
    "too-late-number",
    "walk-in",
    "turn-card",
    "more-time",
)
"""Pages that differ most from each other."""
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


def leaves(language: str, size: tuple[int, int], comfort: Comfort) -> Iterator[tuple[str, Image.Image]]:
    """Some pages as that mode shows them, each leaf of them."""
    window = KioskWindow(Bridge(lambda _: None), 4.0, closable=True, calm=True)
    window.resize(*size)
    window.show()
    QGuiApplication.processEvents()
    window.show_time("8.50")
    around = replace(frame_in(language, comfort, STRIP), mirrored=direction(language) == "rtl")
    for name in TELLING:
        window.show_page(every_page(language)[name], around)
        body = scene.find(window.root, "page-body")
        count = int(body.property("leafCount")) if body is not None else 1
        for leaf in range(count):
            if body is not None:
                body.setProperty("leaf", leaf)
            yield name if count == 1 else f"{name} {leaf + 1}/{count}", as_picture(window.picture())
    window.hide()
    window.deleteLater()


def as_picture(shot: QImage) -> Image.Image:
    """What Qt drew, for Pillow."""
    plain = shot.convertToFormat(QImage.Format.Format_RGB888)
    stride = plain.bytesPerLine()
    return Image.frombuffer("RGB", (plain.width(), plain.height()), bytes(plain.constBits()), "raw", "RGB", stride, 1)


def sheet(shots: Sequence[tuple[str, Image.Image]], columns: int, shrink: float = SHRINK) -> Image.Image:
    """Pictures of one size side by side, each under its name."""
    wide, tall = (int(side / shrink) for side in shots[0][1].size)
    columns = min(columns, len(shots))
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


def main(folder: Path, what: str = "") -> None:
    """Draw every sheet into ``folder``, or the ``pages``, or the ``modes``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    register_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    if what in {"", "pages"}:
        for language in ("fi", "sv", "en"):
            for orientation, size in SCREENS.items():
                drawn = sheet(list(pages(language, size)), COLUMNS[orientation])
                drawn.quantize(96).save(folder / f"pages-{language}-{orientation}.png", optimize=True)
    if what in {"", "modes"}:
        for language in {"fi", "ar"} & set(languages()):
            for mode, comfort in MODES.items():
                for orientation, size in SCREENS.items():
                    drawn = sheet(
                        list(leaves(language, size, comfort)), {"portrait": 9, "landscape": 5}[orientation], 4
                    )
                    drawn.quantize(96).save(folder / f"modes-{mode}-{language}-{orientation}.png", optimize=True)
    app.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
