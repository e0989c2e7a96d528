"""A finger that never leaves: dirt, water or a broken touch screen holds a point pressed, and nobody else can press."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

HELD_MS = 30_000
"""No client presses one point for so long."""


class Held(QObject):
    """``on_stuck`` hears ``True`` when a press has lasted ``longest`` milliseconds, and ``False`` when it ends."""

    def __init__(self, parent: QObject, on_stuck: Callable[[bool], None], longest: int = HELD_MS) -> None:
        super().__init__(parent)
        self._on_stuck = on_stuck
        self._stuck = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(longest)
        self._timer.timeout.connect(self._too_long)

    def pressed(self, down: bool) -> None:
        """A press begins or ends."""
        if down:
            self._timer.start()
            return
        self._timer.stop()
        if self._stuck:
            self._stuck = False
            self._on_stuck(False)

    def _too_long(self) -> None:
        self._stuck = True
        self._on_stuck(True)
