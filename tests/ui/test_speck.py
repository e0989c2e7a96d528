"""The speck is drawn anew with every frame, in the colour of the page, and takes nothing from the window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtQuick import QQuickView
from pytestqt.qtbot import QtBot

from kiosk.ui import speck
from kiosk.ui.speck import Speck


def test_only_a_display_that_asks_for_it_has_one() -> None:
    assert not speck.asked_for()


def test_it_follows_each_frame(qtbot: QtBot) -> None:
    view = QQuickView()
    view.setColor(QColor("#f6f2ec"))
    small = Speck(view)
    view.show()
    with qtbot.waitSignal(view.frameSwapped):
        view.update()
    qtbot.waitUntil(small.isVisible)
    assert (small.width(), small.height()) == (1, 1)
    for colour in ("#102030", "#f6f2ec"):
        view.setColor(QColor(colour))
        with qtbot.waitSignal(view.frameSwapped):
            view.update()
        drawn = small.store.paintDevice()
        assert isinstance(drawn, QImage)
        assert drawn.pixelColor(0, 0).name() == colour
    flags = small.flags()
    assert flags & Qt.WindowType.WindowTransparentForInput
    assert flags & Qt.WindowType.WindowDoesNotAcceptFocus
    view.destroy()
