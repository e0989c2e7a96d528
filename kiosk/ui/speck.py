"""Something that changes with every frame: a compositor may answer only frames in which something has changed.

Qt's software renderer commits a frame in which nothing was drawn as well, and then waits for the answer. wlroots 0.15
(cage 0.1.4) gives none to a commit without damage where it drives a real display: the page would stand still until
something else moves on it (docs/adr/0034). Other renderers tell the whole window as changed.
"""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBackingStore, QGuiApplication, QPainter, QRegion, QSurface, QWindow
from PySide6.QtQuick import QQuickView, QQuickWindow

SIDE = 1
"""Pixels."""


def asked_for() -> bool:
    """Whether the renderer may commit a frame without damage. It is known from the first window on."""
    return QGuiApplication.platformName().startswith("wayland") and QQuickWindow.sceneGraphBackend() == "software"


class Speck(QWindow):
    """A pixel in a corner of ``view``, a surface of its own in the colour of the page, committed with every frame."""

    def __init__(self, view: QQuickView) -> None:
        super().__init__(view)
        self._view = view
        self.setSurfaceType(QSurface.SurfaceType.RasterSurface)
        self.setFlags(Qt.WindowType.WindowTransparentForInput | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setGeometry(0, 0, SIDE, SIDE)
        self.store = QBackingStore(self)
        """What is in the pixel."""
        view.frameSwapped.connect(self._commit)

    def _commit(self) -> None:
        # A surface below another is there only when that one is.
        self.show()
        all_of_it = QRegion(QRect(0, 0, SIDE, SIDE))
        self.store.resize(self.size())
        self.store.beginPaint(all_of_it)
        painter = QPainter(self.store.paintDevice())
        painter.fillRect(0, 0, SIDE, SIDE, self._view.color())
        painter.end()
        self.store.endPaint()
        self.store.flush(all_of_it)
