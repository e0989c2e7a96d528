"""A real screen in a process of its own, that shows the page it is told to and tells what was chosen.

One JSON object in a line of its input: ``{"page": "confirm", "language": "fi"}``, if wanted with ``"large": true`` or
``"cursor": "choice:back"``, the control that a keypad stands on. It answers ``shown`` when the page has been drawn, and
tells what is chosen as soon as it is, such as ``Chosen back`` or ``Keyed 7``.
"""

import json
import sys
import threading
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickView

from kiosk import logs
from kiosk.checkin.comfort import AS_USUAL, Comfort
from kiosk.ui.bridge import Bridge
from kiosk.ui.screen import ScreenOptions, run
from tests.ui.every_page import every_page, frame_in

GLANCE_MS = 10


class Told(QObject):
    """Brings to the GUI thread what is told from outside."""

    told = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.told.connect(self._set_cursor, Qt.ConnectionType.QueuedConnection)

    def _set_cursor(self, page: str, cursor: str) -> None:
        """Comes after the page, which was told before it; one that says to wait takes its time."""
        window = QGuiApplication.topLevelWindows()[0]
        assert isinstance(window, QQuickView)
        if not str(window.rootObject().property("scene")).startswith(page):
            QTimer.singleShot(GLANCE_MS, self, lambda: self._set_cursor(page, cursor))
            return
        window.rootObject().setProperty("cursor", cursor)
        window.frameSwapped.connect(
            lambda: print("shown", flush=True),
            Qt.ConnectionType(Qt.ConnectionType.QueuedConnection.value | Qt.ConnectionType.SingleShotConnection.value),
        )
        window.update()


def main() -> int:
    # What is logged goes elsewhere.
    logs.set_up("screen")
    app = QGuiApplication(sys.argv[:1])
    told = Told()
    bridge = Bridge(lambda event: print(type(event).__name__, *vars(event).values(), flush=True))

    def listen() -> None:
        for line in sys.stdin:
            wanted: dict[str, Any] = json.loads(line)
            comfort = Comfort(large=True) if wanted.get("large") else AS_USUAL
            language = wanted["language"]
            page = every_page(language)[wanted["page"]]
            bridge.show(page, frame_in(language, comfort))
            told.told.emit(page.name, wanted.get("cursor", ""))
        app.exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return run(ScreenOptions(windowed=True, pixels_per_mm=4.0, calm=True), bridge, lambda: "8.50")


if __name__ == "__main__":
    sys.exit(main())
