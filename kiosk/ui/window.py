"""The window: QML in it, plain properties set on it, its signals joined to the bridge."""

import time
from pathlib import Path

import structlog
from PySide6.QtCore import QMetaObject, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QColor, QImage, QKeyEvent
from PySide6.QtQuick import QQuickItem, QQuickView

from kiosk.checkin.page import Frame, Page
from kiosk.ui import millimetres, scene
from kiosk.ui.announcing import announce, tell_typed, title
from kiosk.ui.bridge import Bridge
from kiosk.ui.viewmodels import frame_view, page_view, without_typing

log = structlog.get_logger()

QML = Path(__file__).parent / "qml"

SQUEEZES = tuple(percent / 100 for percent in range(100, 56, -4))
"""How much smaller words may get, from not at all to as far as the theme's least size lets them."""

FIELD = "field"
"""What an entry page calls the field that is typed into."""

FORGET_AFTER_MS = 500
"""Milliseconds after which the items of the page before are gone for certain."""


class KioskWindow(QQuickView):
    """Shows one page at a time. ``closable`` is false on a real kiosk: no key combination ends it.

    ``cramped`` tells when there is a page that does not fit on a small screen even with the smallest words that people
    can read, and when there is none any more. ``pressed`` tells when a press begins and ends, ``struck`` of each key
    that goes down: Qt's code for it, its modifiers, what it types, and whether it only repeats by itself.
    """

    cramped = Signal(bool)
    pressed = Signal(bool)
    struck = Signal(int, int, str, bool)

    def __init__(self, bridge: Bridge, pixels_per_mm: float, *, closable: bool, calm: bool = False) -> None:
        super().__init__()
        self._closable = closable
        self._fitted: Page[str] | None = None
        self._around: Frame[str] | None = None
        self._personal = False
        self._typed = ""
        self._capped = False
        self._sweep = QTimer(self, singleShot=True)
        self._sweep.timeout.connect(self._swept)
        self._pixels_per_mm = pixels_per_mm
        self._overfull: set[str] = set()
        self.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.setInitialProperties({"pxPerMm": pixels_per_mm, "calm": calm})
        self.setSource(QUrl.fromLocalFile(str(QML / "Main.qml")))
        if self.status() is not QQuickView.Status.Ready:
            raise RuntimeError("; ".join(error.toString() for error in self.errors()))
        root = self.rootObject()
        # Signals declared in QML are found by name at run time; the stubs cannot know them.
        root.chosen.connect(bridge.chosen)  # type: ignore[attr-defined]
        root.keyed.connect(bridge.keyed)  # type: ignore[attr-defined]
        root.languageChosen.connect(bridge.language_chosen)  # type: ignore[attr-defined]
        root.touched.connect(bridge.touched)  # type: ignore[attr-defined]
        root.pressedChanged.connect(self._press)  # type: ignore[attr-defined]
        root.colorChanged.connect(self._recolour)  # type: ignore[attr-defined]
        self._recolour()
        root.widthChanged.connect(self._resized)
        root.heightChanged.connect(self._resized)

    @property
    def root(self) -> QQuickItem:
        """The item that holds everything."""
        return self.rootObject()

    @property
    def resting(self) -> bool:
        """Whether a touch would be taken for a double strike now."""
        return time.time() * 1000 < self.rests_until

    @property
    def rests_until(self) -> float:
        """Until when, in milliseconds since 1970: it moves on whenever a control has acted."""
        return float(self.root.property("restsUntil"))

    def show_page(self, page: Page[str], frame: Frame[str]) -> None:
        """Show this page from now on."""
        self.root.setProperty("frame", frame_view(frame))
        self.root.setProperty("page", page_view(page))
        self._forget(page)
        typed = "" if page.entry is None else page.entry.shown
        tell_typed(scene.find(self.root, FIELD) if typed or self._typed else None, typed, self._typed)
        self._typed = typed
        essence = without_typing(page)
        # What stands at the edge of the first page takes room from it.
        if essence != self._fitted or frame != self._around:
            announce(self, essence, self._fitted)
            self._fitted, self._around = essence, frame
            self.setTitle(title(essence, frame))
            self.fit()

    def fit(self) -> None:
        """Lay the page out: with smaller words where it would not fit otherwise, else in leaves.

        Large words get no smaller, but where one of them is wider than the screen. What is too long is leafed through.
        """
        self.root.setProperty("leafed", False)
        if self._fits_drawn(SQUEEZES[0]):
            self._fits(True)
            return
        # Where a seated hand does not reach all of them however small the words, they may be as large as elsewhere.
        well = self._fits_with_smaller_words(in_reach=True) or self._fits_with_smaller_words(in_reach=False)
        squeeze = float(self.root.property("squeeze"))
        if well and squeeze < SQUEEZES[0] and not self._fits_drawn(squeeze):
            self._lay_out(squeeze)
        body = scene.find(self.root, "page-body")
        if body is not None and (self._large or not well):
            tried = SQUEEZES[SQUEEZES.index(float(self.root.property("squeeze"))) :] if well else SQUEEZES
            self.root.setProperty("leafed", True)
            low = self._around is not None and self._around.comfort.low
            well = (low and any(self._fits_in_leaves(body, squeeze, in_reach=True) for squeeze in tried)) or any(
                self._fits_in_leaves(body, squeeze) for squeeze in tried
            )
        self._fits(well)

    @property
    def _large(self) -> bool:
        return self._around is not None and self._around.comfort.large

    def _fits_drawn(self, squeeze: float) -> bool:
        """Whether there is a plan to draw, and room for it beside words of that size, which it never makes smaller."""
        card = None if self._fitted is None else self._fitted.card
        pictured = card is not None and (card.plan is not None or bool(card.photo))
        well = False
        if pictured and not self._large:
            self.root.setProperty("drawn", True)
            self._lay_out(squeeze)
            body = scene.find(self.root, "page-body")
            low = self._around is not None and self._around.comfort.low
            well = self._holds() and not (low and body is not None and not body.property("reached"))
        self.root.setProperty("drawn", well)
        return well

    def _fits_with_smaller_words(self, *, in_reach: bool) -> bool:
        low = self._around is not None and self._around.comfort.low
        if in_reach and not low:
            return False
        for squeeze in SQUEEZES:
            self._lay_out(squeeze)
            body = scene.find(self.root, "page-body")
            if self._holds() and not (in_reach and body is not None and not body.property("reached")):
                return True
        return False

    def _fits_in_leaves(self, body: QQuickItem, squeeze: float, *, in_reach: bool = False) -> bool:
        self._lay_out(squeeze)
        found = scene.leaves(body)
        if found is not None and len(found) > 1:
            # Once more with the buttons, for they take room themselves.
            body.setProperty("leaves", list(found))
            self._settle()
            found = scene.leaves(body)
        if found is None:
            return False
        body.setProperty("leaves", list(found))
        return self._holds() and not (in_reach and not body.property("reached"))

    def _holds(self) -> bool:
        least = float(self.root.property("leastLargeLetters")) * self._pixels_per_mm - 1 if self._large else 0.0
        return not (
            self.root.property("overfull")
            or any(scene.too_wide(self.root))
            or (self._large and any(scene.capped_below(self.root, least)))
        )

    def _lay_out(self, squeeze: float) -> None:
        self.root.setProperty("squeeze", squeeze)
        body = scene.find(self.root, "page-body")
        if body is not None:
            body.setProperty("leaves", [0.0])
        if self._capped:
            scene.free_words(self.root)
            self._capped = False
        self._settle()

    def _settle(self) -> None:
        scene.lay_out(self.root)
        if self._large:
            self._capped = True
            scene.cap_words(self.root)

    def _fits(self, well: bool) -> None:
        if self._fitted is None:
            return
        before = bool(self._overfull)
        if well:
            self._overfull.discard(self._fitted.name)
        elif self._fitted.name not in self._overfull:
            log.warning("page_does_not_fit", page=self._fitted.name)
            # On a screen of the usual size it is the words that are too many, not the millimetres too few.
            if min(self.width(), self.height()) < millimetres.REFERENCE_SHORT_SIDE * self._pixels_per_mm:
                self._overfull.add(self._fitted.name)
        if bool(self._overfull) != before:
            self.cramped.emit(not before)

    def _resized(self) -> None:
        # What did not fit before may fit now: only what is shown can be known.
        if self._overfull:
            self._overfull.clear()
            self.cramped.emit(False)
        self.fit()

    def _recolour(self) -> None:
        self.setColor(QColor(self.root.property("color")))

    def _press(self) -> None:
        self.pressed.emit(bool(self.root.property("pressed")))

    def _forget(self, page: Page[str]) -> None:
        """After a page of somebody: have what QML still holds of it swept out, once its items have gone."""
        if self._personal and not page.personal:
            self._sweep.start(FORGET_AFTER_MS)
        self._personal = page.personal

    def _swept(self) -> None:
        self.engine().collectGarbage()

    def show_time(self, words: str) -> None:
        """Set the time line."""
        self.root.setProperty("time", words)

    def picture(self) -> QImage:
        """What is shown, with whatever was moving at its end."""
        QMetaObject.invokeMethod(self.root, "settle")
        return self.grabWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Tell of the key. Nothing else hears it: a key moves no focus and edits no field."""
        event.accept()
        self.struck.emit(event.key(), event.modifiers().value, event.text(), event.isAutoRepeat())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Refuse to close on a real kiosk."""
        event.setAccepted(self._closable)
