"""A window with real pages and a finger."""

from PySide6.QtCore import QByteArray, QEvent, QPoint, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.checkin import visit
from kiosk.checkin.page import Frame, Page
from kiosk.ui import scene
from kiosk.ui.bridge import Bridge
from kiosk.ui.window import QML, KioskWindow
from tests.ui.every_page import every_page, frame_in

PORTRAIT = (1080, 1920)
LANDSCAPE = (1920, 1080)
PIXELS_PER_MM = 4.0


class Events(list[visit.Chosen | visit.Keyed | visit.LanguageChosen]):
    """What the screen sent."""


class StageSet:
    def __init__(self, app: QGuiApplication, events: Events) -> None:
        self.app = app
        self.touches = 0
        self.bridge = Bridge(events.append, self._touched)
        self.finger = QTest.createTouchDevice()
        self.window = self._raise(PORTRAIT)

    def _raise(self, size: tuple[int, int], pixels_per_mm: float = PIXELS_PER_MM) -> KioskWindow:
        window = KioskWindow(self.bridge, pixels_per_mm, closable=True, calm=True)
        window.resize(*size)
        window.show()
        self.app.processEvents()
        return window

    def turn(self, size: tuple[int, int], pixels_per_mm: float = PIXELS_PER_MM) -> None:
        """Put up a screen of another size."""
        self.strike()
        self.window = self._raise(size, pixels_per_mm)

    def strike(self) -> None:
        self.window.hide()
        self.window.deleteLater()
        self._sweep()
        self.app.processEvents()

    def _sweep(self) -> None:
        """Delete what is gone: without a loop that runs nobody else does, and pages would still follow every change."""
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        # Else every window of every test would stay in memory: outside a loop nothing is deleted later.
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _touched(self) -> None:
        self.touches += 1

    def show(self, name: str, language: str = "fi", around: Frame[str] | None = None) -> Page[str]:
        page = every_page(language)[name]
        self.put_up(page, around or frame_in(language))
        return page

    def put_up(self, page: Page[str], around: Frame[str]) -> None:
        self._sweep()
        self.window.show_page(page, around)
        # What the next frame would do before it draws.
        for item in list(scene.visible_items(self.window.root)):
            item.ensurePolished()

    def item(self, name: str) -> QQuickItem:
        item = scene.find(self.window.root, name)
        assert item is not None, f"{name} is not on the screen"
        return item

    def press(self, point: QPoint, finger: int = 0) -> None:
        QTest.touchEvent(self.window, self.finger).press(finger, point)

    def move(self, point: QPoint, finger: int = 0) -> None:
        QTest.touchEvent(self.window, self.finger).move(finger, point)
        self.app.processEvents()

    def release(self, point: QPoint, finger: int = 0) -> None:
        QTest.touchEvent(self.window, self.finger).release(finger, point)

    def touch(self, name: str) -> None:
        point = scene.centre(self.item(name))
        self.press(point)
        self.release(point)

    def rest(self) -> None:
        """Let the time pass in which a touch would be taken for a double strike."""
        component = QQmlComponent(self.window.engine())
        source = 'import QtQuick; import "components"; QtObject { property QtObject strike: DoubleStrike }'
        component.setData(QByteArray(source.encode()), QUrl.fromLocalFile(str(QML / "Probe.qml")))
        component.create().property("strike").setProperty("struckAt", 0.0)
