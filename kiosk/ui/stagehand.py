"""The stage door: lets a scenario touch the real screen and read what it shows, over a local socket.

Off unless a path is given; it is no part of a kiosk in service. One JSON object per line, one answer per line:

``{"do": "touch", "target": "choice:check-in"}`` presses and lets go in the middle of that control, through Qt's own
delivery, so that a control that is covered gets nothing. It waits until a touch would no longer be taken for a
double strike; with ``"hurry": true`` it does not. ``gesture:service`` is touched as often as it takes. The answer is
``{"ok": true}``, or ``{"ok": false, "why": …}`` with ``not-there``, ``disabled``, ``off-screen``, or ``moved-away``
where the page was drawn anew under the finger.

``{"do": "key", "key": "down"}`` strikes a key of a keypad (one of ``keypad.keys.NAMED``, or a character), through Qt's
own delivery too, as soon as it would not be taken for a double strike. ``{"do": "heard", "since": 3}`` gives ``{"ok":
true, "heard": […]}``: every utterance that was begun after the third.

``{"do": "shown", "since": 3}`` gives ``{"ok": true, "pages": […]}``: every page shown after the third.

``{"do": "picture", "path": "…"}`` saves what is shown now. ``{"do": "hang", "seconds": 9.0}`` has the screen hang.
"""

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import structlog
from PySide6.QtCore import QCoreApplication, QObject, QRect, Qt, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtTest import QTest

from kiosk.ui import scene
from kiosk.ui.album import Album
from kiosk.ui.keypad.keys import NAMED
from kiosk.ui.window import KioskWindow

Message = Mapping[str, object]
Answer = Callable[[Message], None]

LOOK_AGAIN_MS = 10
CONTROLS = ("choice:", "key:", "language:")


class Stagehand(QObject):
    """Listens at ``path`` from the moment it is made until it is deleted."""

    def __init__(self, path: Path, window: KioskWindow, album: Album) -> None:
        super().__init__()
        self._window = window
        self._album = album
        self._finger = QTest.createTouchDevice()
        self._heard: list[str] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        QLocalServer.removeServer(str(path))
        if not self._server.listen(str(path)):
            raise RuntimeError(f"the stage door {path} cannot be opened: {self._server.errorString()}")
        structlog.get_logger(__name__).warning("stage_door_open", path=str(path))

    def close(self) -> None:
        """Close the door."""
        self._server.close()

    def listen(self, words: str) -> None:
        """Something is being said."""
        self._heard.append(words)

    def _welcome(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.readyRead.connect(partial(self._hear, caller))
            caller.disconnected.connect(caller.deleteLater)
            self._hear(caller)

    def _hear(self, caller: QLocalSocket) -> None:
        while caller.canReadLine():
            line = bytes(caller.readLine().data())
            answer = partial(_answer, caller)
            try:
                message = json.loads(line)
            except ValueError:
                answer({"ok": False, "why": "not-json"})
                continue
            self._do(message if isinstance(message, dict) else {}, answer)

    def _do(self, message: Message, answer: Answer) -> None:
        match message:
            case {"do": "touch", "target": str(target), "hurry": True}:
                answer(self._touch(target)[0])
            case {"do": "touch", "target": str(target)}:
                self._touch_in_peace(target, answer)
            case {"do": "key", "key": str(name)}:
                self._strike_in_peace(name, answer)
            case {"do": "heard", **rest}:
                since = rest.get("since", 0)
                answer({"ok": True, "heard": self._heard[since if isinstance(since, int) else 0 :]})
            case {"do": "shown", **rest}:
                since = rest.get("since", 0)
                pages = self._album.pages[since if isinstance(since, int) else 0 :]
                answer({"ok": True, "pages": [page.as_message() for page in pages]})
            case {"do": "hang", "seconds": float(seconds)}:
                answer({"ok": True})
                # All that is on this thread stands still, as in a driver that does not come back.
                time.sleep(seconds)
            case {"do": "picture", "path": str(path)}:
                answer({"ok": self._window.picture().save(path)})
            case _:
                answer({"ok": False, "why": "not-understood"})

    def _touch_in_peace(self, target: str, answer: Answer) -> None:
        if self._window.resting:
            QTimer.singleShot(LOOK_AGAIN_MS, self, partial(self._touch_in_peace, target, answer))
            return
        before = self._window.rests_until
        said, acts = self._touch(target)
        if acts and self._window.rests_until == before:
            # A control that is drawn elsewhere between press and release does not act, as under a finger.
            said = {"ok": False, "why": "moved-away"}
        answer(said)

    def _strike_in_peace(self, name: str, answer: Answer) -> None:
        if self._window.resting:
            QTimer.singleShot(LOOK_AGAIN_MS, self, partial(self._strike_in_peace, name, answer))
        elif name in NAMED and not name.isdigit():
            QTest.keyClick(self._window, Qt.Key(min(NAMED[name])))
            answer({"ok": True})
        elif len(name) == 1 and name.isascii():
            QTest.keyClick(self._window, Qt.Key(ord(name.upper())))
            answer({"ok": True})
        else:
            answer({"ok": False, "why": "no-such-key"})

    def _touch(self, target: str) -> tuple[Message, bool]:
        """The answer, and whether a control must have acted."""
        item = scene.find(self._window.root, target)
        if item is None:
            return {"ok": False, "why": "not-there"}, False
        if not item.isEnabled():
            return {"ok": False, "why": "disabled"}, False
        point = scene.centre(item)
        if not QRect(0, 0, self._window.width(), self._window.height()).contains(point):
            return {"ok": False, "why": "off-screen"}, False
        for _ in range(int(item.property("taps") or 1)):
            # The stubs know only widgets as a third argument; for a window it may be left out of press and release.
            QTest.touchEvent(self._window, self._finger).press(0, point)
            QTest.touchEvent(self._window, self._finger).release(0, point)
        # What is left to a later turn of the loop, as where the page was drawn anew meanwhile.
        QCoreApplication.processEvents()
        return {"ok": True}, target.startswith(CONTROLS)


def _answer(caller: QLocalSocket, message: Message) -> None:
    caller.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
    caller.flush()
