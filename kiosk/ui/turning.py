"""Turns the pages. One that only says to wait comes up once somebody has waited: most waits are over before."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from kiosk.checkin.page import Shape
from kiosk.ui.bridge import Bridge, Showing

BUSY_AFTER_MS = 50
"""Milliseconds. A page that stood for less would flicker, and drawing it would hold up the one that is waited for."""


class Turning(QObject):
    """Puts up what waits at the bridge, in its order. ``look`` in the GUI thread, whenever something waits.

    With ``every`` no page is left out, for whoever keeps a record of them.
    """

    def __init__(self, parent: QObject, bridge: Bridge, put_up: Callable[[Showing], None], *, every: bool) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._put_up = put_up
        self._every = every
        self._held: Showing | None = None
        self._timer = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._timer.timeout.connect(self._waited)

    def look(self) -> None:
        """Take every page from the bridge."""
        for showing in self._bridge.pages():
            if showing[0].shape is Shape.BUSY and not self._every:
                if self._held is None:
                    self._timer.start()
                self._held = showing
                continue
            self._timer.stop()
            self._held = None
            self._put_up(showing)

    def _waited(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._put_up(held)
