"""The picture for a kiosk that can't start: made while all is well, shown by a program without Qt or Python.

It says in each language of the site that the machine is out of order and that the desk helps, and nothing of anybody.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QImage, QPainter, QPen

from kiosk.ui.lettering import ARABIC, FAMILY, register_fonts

PAPER, INK, URGENT = QColor("#F7F4EE"), QColor("#10222E"), QColor("#8C1D18")
"""As on the pages (``qml/theme/Colours.qml``)."""


class Size(NamedTuple):
    """Pixels."""

    width: int
    height: int


Words = tuple[str, str, str]
"""What is wrong, what to do, and the way that the language is written: ``ltr`` or ``rtl``."""


def screen_size() -> Size:
    """The first screen's size. For the GUI thread."""
    size = QGuiApplication.primaryScreen().size()
    return Size(size.width(), size.height())


def save(path: Path, words: Sequence[Words], size: Size) -> None:
    """Draw the picture and put it at ``path`` as PNG, whole or not at all. Raises ``OSError``.

    Needs the letters of a running application (``started`` makes one); any thread may draw.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new.png")
    if not draw(words, size).save(str(new), "PNG"):  # type: ignore[call-overload]
        raise OSError(f"{new} can't be written")
    new.replace(path)


def started() -> QGuiApplication:
    """An application without a screen, with the letters of the kiosk. Keep it while you draw."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication.instance()
    made = app if isinstance(app, QGuiApplication) else QGuiApplication([])
    register_fonts()
    return made


def draw(words: Sequence[Words], size: Size) -> QImage:
    """The picture: a sign, then the words in each language, as large as all of them together may be."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(PAPER)
    painter = QPainter(image)
    try:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        short, wide = min(size.width, size.height), size.width > size.height
        edge = short // 12
        sign = short // (5 if wide else 4)
        across = QRect(edge, edge, sign, size.height - 2 * edge) if wide else QRect(0, edge, size.width, sign)
        middle = across.center()
        _sign(painter, QRect(middle.x() - sign // 2, middle.y() - sign // 2, sign, sign))
        left, top = (across.right() + edge, edge) if wide else (edge, across.bottom() + edge)
        _words(painter, words, QRect(left, top, size.width - left - edge, size.height - top - edge))
    finally:
        painter.end()
    return image


def _sign(painter: QPainter, place: QRect) -> None:
    """A circle with a bar across it: known without reading."""
    line = place.width() // 9
    painter.setPen(QPen(URGENT, line, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    ring = place.adjusted(line // 2, line // 2, -line // 2, -line // 2)
    painter.drawEllipse(ring)
    painter.drawLine(
        ring.left() + ring.width() // 4, ring.center().y(), ring.right() - ring.width() // 4, ring.center().y()
    )


def _words(painter: QPainter, words: Sequence[Words], place: QRect) -> None:
    room = place.height() // max(1, len(words))
    fits = (n for n in range(room // 3, 8, -2) if all(_height(one, n, place.width()) <= room for one in words))
    letters = next(fits, 8)
    for row, one in enumerate(words):
        wrong, what_to_do, way = one
        top = place.top() + row * room + (room - _height(one, letters, place.width())) // 2
        for text, font in ((wrong, _font(letters, bold=True)), (what_to_do, _font(letters, bold=False))):
            painter.setFont(font)
            painter.setPen(INK)
            flags = _flags(way)
            high = QFontMetrics(font).boundingRect(QRect(0, 0, place.width(), 1 << 14), flags, text).height()
            painter.drawText(QRect(place.left(), top, place.width(), high), flags, text)
            top += high


def _height(one: Words, letters: int, width: int) -> int:
    wrong, what_to_do, way = one
    metrics = ((wrong, QFontMetrics(_font(letters, bold=True))), (what_to_do, QFontMetrics(_font(letters, bold=False))))
    tall = 0
    for text, font in metrics:
        taken = font.boundingRect(QRect(0, 0, width, 1 << 14), _flags(way), text)
        if taken.width() > width:
            return 1 << 14
        tall += taken.height()
    return tall + letters // 2


def _flags(way: str) -> int:
    side = Qt.AlignmentFlag.AlignRight if way == "rtl" else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


def _font(letters: int, *, bold: bool) -> QFont:
    font = QFont([FAMILY, ARABIC])
    font.setPixelSize(letters)
    font.setBold(bold)
    return font
