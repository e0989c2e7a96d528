"""What ``benchmarks.screen`` runs in processes of their own, on the display that it gives them.

``trivial`` shows the peer's window and says ``first_page`` when its first frame is out. ``touch`` presses the real
pages of the kiosk. ``confirm CONFIG`` is ``kiosk screen`` with a finger that confirms whatever is put before it: for
each line of its input, which says that a card is being shown, it answers how long the touch took; ``open`` comes first.

Times are taken in the thread of the screen: from the touch, as Qt's own delivery gets it, to the frame that shows what
came of it, swapped.
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QPoint, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickView, QQuickWindow
from PySide6.QtTest import QTest

HERE = Path(__file__).parent
SIZE = (1080, 1920)
PIXELS_PER_MM = 4.0
LOOKS = 3
"""Presses of each page before the heaviest is known."""
SETTLED_MS = 15
"""Milliseconds without a frame after which a page stands still."""
NOTHING_AFTER = 1.0
"""Seconds."""
PAUSE_MS = 60
"""Milliseconds between what a finger does."""


def trivial() -> int:
    """The peer: as anybody would write it who has read Qt's first example."""
    from PySide6.QtQml import QQmlApplicationEngine

    app = QGuiApplication(sys.argv[:1])
    engine = QQmlApplicationEngine()
    engine.load(QUrl.fromLocalFile(str(HERE / "trivial.qml")))
    window: QObject = engine.rootObjects()[0]
    said: list[bool] = []

    def first() -> None:
        if not said:
            said.append(True)
            print(json.dumps({"event": "first_page"}), flush=True)

    assert isinstance(window, QQuickWindow)
    window.frameSwapped.connect(first)
    return app.exec()


class Frames(QObject):
    """Knows when the last frame of a window was swapped, by ``time.perf_counter``."""

    def __init__(self, window: QQuickWindow) -> None:
        super().__init__()
        self.last = 0.0
        window.frameSwapped.connect(self._swapped)

    def _swapped(self) -> None:
        self.last = time.perf_counter()

    def settle(self) -> None:
        """Let everything be drawn that is to be drawn."""
        ends = time.perf_counter() + SETTLED_MS / 1000
        while time.perf_counter() < max(ends, self.last + SETTLED_MS / 1000):
            QGuiApplication.processEvents()

    def next(self, touch: Callable[[], object]) -> float:
        """Milliseconds from the touch to the next frame; 0 where none comes: what was touched looks as before."""
        began = time.perf_counter()
        touch()
        while self.last < began:
            if time.perf_counter() - began > NOTHING_AFTER:
                return 0.0
            QGuiApplication.processEvents()
        return (self.last - began) * 1000


def touch(rounds: int) -> int:
    """Press a control of each page, then the page that takes longest ``rounds`` times, and tell both."""
    from kiosk.ui import scene
    from kiosk.ui.bridge import Bridge
    from kiosk.ui.lettering import register_fonts
    from kiosk.ui.window import KioskWindow
    from tests.ui.every_page import every_page, frame_in

    app = QGuiApplication(sys.argv[:1])
    register_fonts()
    window = KioskWindow(Bridge(lambda _: None), PIXELS_PER_MM, closable=True, calm=True)
    window.resize(*SIZE)
    window.show()
    frames = Frames(window)
    finger = QTest.createTouchDevice()
    aside = QPoint(1, 1)

    def pressed() -> float:
        """One press of the first control of the page; slid off, so that nothing comes of it."""
        control = next(
            item
            for item in scene.visible_items(window.root)
            if item.objectName().startswith(("key:", "choice:")) and item.isEnabled()
        )
        point = scene.centre(control)
        taken = frames.next(lambda: QTest.touchEvent(window, finger).press(0, point))
        QTest.touchEvent(window, finger).move(0, aside)
        QTest.touchEvent(window, finger).release(0, aside)
        frames.settle()
        return taken

    def show(name: str) -> None:
        window.show_page(every_page("fi")[name], frame_in("fi"))
        frames.settle()

    heavy = (0.0, "")
    for name in every_page("fi"):
        show(name)
        heavy = max(heavy, (statistics.median(pressed() for _ in range(LOOKS)), name))
    show(heavy[1])
    print(json.dumps({"page": heavy[1], "ms": [pressed() for _ in range(rounds)]}))
    app.exit(0)
    return 0


class Confirming(QObject):
    """A finger in the kiosk's own process. It waits in the event loop as the kiosk does, and takes no time from others.

    Each line that is read has it confirm the next page that asks for it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked = threading.Semaphore(0)
        self._open = False
        self._window: QQuickView | None = None
        self._finger = QTest.createTouchDevice()
        self._began = self._busy = 0.0
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for _ in sys.stdin:
            self._asked.release()

    @property
    def _scene(self) -> str:
        return str(self._window.rootObject().property("scene")) if self._window else ""

    def _look(self) -> None:
        if self._window is None:
            shown = [window for window in QGuiApplication.topLevelWindows() if isinstance(window, QQuickView)]
            if shown and shown[0].rootObject() is not None:
                self._window = shown[0]
                self._window.frameSwapped.connect(self._drawn)
        elif not self._open and self._scene.startswith("welcome"):
            self._open = True
            print(json.dumps({"event": "open"}), flush=True)
        elif self._began == 0.0 and self._scene.startswith("confirm") and self._asked.acquire(blocking=False):
            _rest(self._window)
            QTest.touchEvent(self._window, self._finger).press(0, self._place)
            QTimer.singleShot(PAUSE_MS, self, self._release)

    @property
    def _place(self) -> QPoint:
        from kiosk.ui import scene

        control = None if self._window is None else scene.find(self._window.rootObject(), "choice:check-in")
        return QPoint(0, 0) if control is None else scene.centre(control)

    def _release(self) -> None:
        if self._window is not None:
            place = self._place
            self._began, self._busy = time.perf_counter(), time.thread_time()
            QTest.touchEvent(self._window, self._finger).release(0, place)

    def _drawn(self) -> None:
        if self._began and self._scene.startswith("done"):
            taken, busy = time.perf_counter() - self._began, time.thread_time() - self._busy
            print(json.dumps({"ms": taken * 1000, "cpu": busy * 1000}), flush=True)
            self._began = 0.0


def _rest(window: QQuickView) -> None:
    """Let the time be over in which a touch would be taken for a double strike: a benchmark has no trembling hand."""
    from PySide6.QtQml import QQmlComponent

    from kiosk.ui.window import QML

    component = QQmlComponent(window.engine())
    source = 'import QtQuick; import "components"; QtObject { property QtObject strike: DoubleStrike }'
    component.setData(QByteArray(source.encode()), QUrl.fromLocalFile(str(QML / "Probe.qml")))
    component.create().property("strike").setProperty("struckAt", 0.0)


def confirm(config: Path) -> int:
    """The whole ``kiosk screen``."""
    from kiosk.composition.screen import run_screen
    from kiosk.config import load

    QGuiApplication(sys.argv[:1])
    finger = Confirming()
    code = run_screen(load(config), stage=None, pictures=None)
    del finger
    return code


def main() -> None:
    os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["trivial", "touch", "confirm"])
    parser.add_argument("config", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=500)
    options = parser.parse_args()
    if options.part == "confirm":
        from kiosk.forgetting import overwrite_what_is_freed

        overwrite_what_is_freed()
    parts: dict[str, Callable[[], Any]] = {
        "trivial": trivial,
        "touch": lambda: touch(options.rounds),
        "confirm": lambda: confirm(options.config),
    }
    sys.exit(parts[options.part]())


if __name__ == "__main__":
    main()
