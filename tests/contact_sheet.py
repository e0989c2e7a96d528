"""Every page on one picture for each language and orientation, and some in each mode of the screen.

``python -m tests.contact_sheet OUT_DIR`` draws all of them; with a second word ``pages``, ``modes`` or ``keypad`` these
alone. ``python -m tests.contact_sheet docs/pictures kept`` draws what is in the docs.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication, QImage

from kiosk.checkin.comfort import Comfort
from kiosk.texts import direction, languages
from kiosk.ui import scene
from kiosk.ui.bridge import Bridge
from kiosk.ui.lettering import FONTS, register_fonts
from kiosk.ui.window import KioskWindow
from tests.pictures.modes import MODES
from tests.ui.every_page import every_page, frame_in

SCREENS = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
COLUMNS = {"portrait": 13, "landscape": 9}
ACROSS = {"portrait": 9, "landscape": 5}
SHRINK = 5
GAP = 14
LABEL = 26
TABLE = "#C9C4B8"
STRIP = ("fi", "sv", "en", "ru", "et", "so", "ar")
KEPT_PAGES = (("fi", "portrait"), ("fi", "landscape"), ("sv", "portrait"), ("en", "portrait"))
KEPT_MODES = (
    ("usual", "fi", "portrait"),
    ("usual", "ar", "portrait"),
    ("dark", "fi", "landscape"),
    ("light", "fi", "portrait"),
    ("low", "fi", "portrait"),
    ("low", "fi", "landscape"),
    ("low", "ar", "portrait"),
    ("large", "fi", "portrait"),
    ("large", "ru", "landscape"),
    ("large-and-low", "fi", "portrait"),
    ("large-and-low", "so", "landscape"),
)
KEPT_KEYPADS = (("fi", "portrait"), ("en", "landscape"))
"""What is in ``docs/pictures``."""
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
        QGuiApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
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
    around = replace(frame_in(language, comfort, STRIP, speaks=True), mirrored=direction(language) == "rtl")
    for name in TELLING:
        QGuiApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        window.show_page(every_page(language)[name], around)
        body = scene.find(window.root, "page-body")
        count = int(body.property("leafCount")) if body is not None else 1
        for leaf in range(count):
            if body is not None:
                body.setProperty("leaf", leaf)
            yield name if count == 1 else f"{name} {leaf + 1}/{count}", as_picture(window.picture())
    window.hide()
    window.deleteLater()


def stops(language: str, size: tuple[int, int]) -> Iterator[tuple[str, Image.Image]]:
    """The ring around what a keypad stands on, from control to control of some pages that are read aloud."""
    window = KioskWindow(Bridge(lambda _: None), 4.0, closable=True, calm=True)
    window.resize(*size)
    window.show()
    QGuiApplication.processEvents()
    window.show_time("8.50")
    around = frame_in(language, Comfort(speech=True), STRIP, speaks=True)
    for name in ("welcome", "type-half", "confirm", "done-registered"):
        window.show_page(every_page(language)[name], around)
        offered = [item.objectName() for item in scene.visible_items(window.root) if item.inherits("QQuickRectangle")]
        own = [one for one in offered if one.startswith(("choice:", "key:")) and "comfort" not in one]
        for control in (own[0], own[-2], f"language:{language}", "choice:comfort-speech"):
            window.root.setProperty("cursor", control)
            yield f"{name}: {control.partition(':')[2]}", as_picture(window.picture())
        window.root.setProperty("cursor", "")
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
    """Draw every sheet into ``folder``, or the ``pages``, the ``modes``, the ``keypad``, or what is ``kept``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    register_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    every = sorted(languages())
    for language, orientation in KEPT_PAGES if what == "kept" else product(("fi", "sv", "en"), SCREENS):
        if what in {"", "pages", "kept"}:
            drawn = sheet(list(pages(language, SCREENS[orientation])), COLUMNS[orientation])
            drawn.quantize(96).save(folder / f"pages-{language}-{orientation}.png", optimize=True)
    for mode, language, orientation in KEPT_MODES if what == "kept" else product(MODES, every, SCREENS):
        if what in {"", "modes", "kept"}:
            drawn = sheet(list(leaves(language, SCREENS[orientation], MODES[mode])), ACROSS[orientation], 4)
            drawn.quantize(96).save(folder / f"modes-{mode}-{language}-{orientation}.png", optimize=True)
    for language, orientation in KEPT_KEYPADS if what == "kept" else product(every, SCREENS):
        if what in {"", "keypad", "kept"}:
            drawn = sheet(list(stops(language, SCREENS[orientation])), ACROSS[orientation], 4)
            drawn.quantize(96).save(folder / f"keypad-{language}-{orientation}.png", optimize=True)
    app.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
