"""Draws every page for clients in each mode, small and at the right millimetres."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication, QImage

from kiosk.checkin.page import Frame, Page, Shape
from kiosk.texts import direction
from kiosk.ui import scene
from kiosk.ui.bridge import Bridge
from kiosk.ui.viewmodels import frame_view
from kiosk.ui.window import KioskWindow
from tests.pictures import fingerprint
from tests.pictures.modes import LAID_OUT_ALIKE, MODES
from tests.ui.every_page import every_page, frame_in

PIXELS_PER_MM = 2.0
"""Half as fine as a 21.5" screen: a quarter of the work, and the same millimetres."""

SIZES = {"portrait": (540, 960), "landscape": (960, 540)}
"""In pixels, of a 21.5" screen."""

LANGUAGES = ("fi", "sv", "en", "ru", "et", "so", "ar")


FOR_STAFF = frozenset({Shape.SERVICE, Shape.STAFF, Shape.CHECK, Shape.TOUCH})


def pages(language: str) -> Iterator[tuple[str, Page[str]]]:
    """What clients can see, by name."""
    for name, page in every_page(language).items():
        if page.shape not in FOR_STAFF and not page.name.startswith("service"):
            yield name, page


def around(language: str, mode: str) -> Frame[str]:
    """What stands around a page where a site offers all languages and the kiosk has a voice."""
    frame = frame_in(language, MODES[mode], LANGUAGES, speaks=True)
    return replace(frame, mirrored=direction(language) == "rtl")


class Stage:
    """A window without a screen; use it in ``with``. A ``fine`` one has the pixels of a real screen."""

    def __init__(self, orientation: str, *, fine: bool = False) -> None:
        scale = 2 if fine else 1
        self.window = KioskWindow(Bridge(lambda _: None), PIXELS_PER_MM * scale, closable=True, calm=True)
        self.window.resize(*(side * scale for side in SIZES[orientation]))

    def __enter__(self) -> "Stage":
        self.window.show()
        QGuiApplication.processEvents()
        self.window.show_time("8.50")
        return self

    def __exit__(self, *_: object) -> None:
        self.window.hide()
        self.window.deleteLater()
        QGuiApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QGuiApplication.processEvents()
        QGuiApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def drawn(self, page: Page[str], language: str, mode: str) -> QImage:
        """The first leaf of the page."""
        # Pages that are gone still follow every change until they are deleted, which would take longer and longer.
        QGuiApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        frame = around(language, mode)
        if mode in LAID_OUT_ALIKE:
            self.window.root.setProperty("frame", frame_view(frame))
        else:
            self.window.show_page(page, frame)
        return self.window.picture()

    def leaves(self) -> int:
        """In how many leaves the page lies."""
        body = scene.find(self.window.root, "page-body")
        return 1 if body is None else int(body.property("leafCount"))


def prints(language: str, orientation: str) -> dict[str, bytes]:
    """Fingerprints of all pages in all modes, by name, mode and orientation, those of one mode together."""
    found: dict[str, dict[str, bytes]] = {mode: {} for mode in MODES}
    with Stage(orientation) as stage:
        for name, page in pages(language):
            for mode in MODES:
                drawn = stage.drawn(page, language, mode)
                found[mode][f"{name}, {mode}, {orientation}"] = fingerprint.of(drawn, stage.leaves())
    return {name: one for each in found.values() for name, one in each.items()}
