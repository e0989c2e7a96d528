"""The window: QML in it, plain properties set on it, its signals joined to the bridge."""

from pathlib import Path

from PySide6.QtCore import QMetaObject, QUrl
from PySide6.QtGui import QCloseEvent, QColor, QImage
from PySide6.QtQuick import QQuickItem, QQuickView

from kiosk.checkin.page import Frame, Page
from kiosk.ui import scene
from kiosk.ui.bridge import Bridge
from kiosk.ui.viewmodels import frame_view, page_view, without_typing

QML = Path(__file__).parent / "qml"

SQUEEZES = tuple(percent / 100 for percent in range(100, 56, -4))
"""How much smaller words may get, from not at all to as far as the theme's least size lets them."""


class KioskWindow(QQuickView):
    """Shows one page at a time. ``closable`` is false on a real kiosk: no key combination ends it."""

    def __init__(self, bridge: Bridge, pixels_per_mm: float, *, closable: bool, calm: bool = False) -> None:
        super().__init__()
        self._closable = closable
        self._fitted: Page[str] | None = None
        self.setColor(QColor("#F7F4EE"))
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
        root.widthChanged.connect(self.fit)
        root.heightChanged.connect(self.fit)

    @property
    def root(self) -> QQuickItem:
        """The item that holds everything."""
        return self.rootObject()

    @property
    def resting(self) -> bool:
        """Whether a touch would be taken for a double strike now."""
        return bool(self.root.property("resting"))

    def show_page(self, page: Page[str], frame: Frame[str]) -> None:
        """Show this page from now on."""
        self.root.setProperty("frame", frame_view(frame))
        self.root.setProperty("page", page_view(page))
        essence = without_typing(page)
        if essence != self._fitted:
            self._fitted = essence
            self.fit()

    def fit(self) -> None:
        """Lay the page out, with smaller words where it would not fit otherwise."""
        for squeeze in SQUEEZES:
            self.root.setProperty("squeeze", squeeze)
            scene.lay_out(self.root)
            if not self.root.property("overfull") and not any(scene.too_wide(self.root)):
                return

    def show_time(self, words: str) -> None:
        """Set the time line."""
        self.root.setProperty("time", words)

    def picture(self) -> QImage:
        """What is shown, with whatever was moving at its end."""
        QMetaObject.invokeMethod(self.root, "settle")
        return self.grabWindow()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Refuse to close on a real kiosk."""
        event.setAccepted(self._closable)
