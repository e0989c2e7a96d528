"""Looks at what is really on the screen: visible items, their words, where they are."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtQuick import QQuickItem

LAYOUT_ROUNDS = 6


def visible_items(root: QQuickItem) -> Iterator[QQuickItem]:
    """``root`` and everything below it that is shown, in drawing order."""
    if root.isVisible():
        yield root
        for child in root.childItems():
            yield from visible_items(child)


def lay_out(root: QQuickItem) -> None:
    """Give everything its place now rather than with the next frame.

    Words that wrap change the height of what holds them, which moves what stands beside it: a few rounds settle it.
    """
    layouts = [item for item in visible_items(root) if item.inherits("QQuickLayout")]
    for _ in range(LAYOUT_ROUNDS):
        for layout in layouts:
            layout.ensurePolished()


def is_text(item: QQuickItem) -> bool:
    """Whether the item shows words."""
    return item.inherits("QQuickText")


def too_wide(root: QQuickItem) -> Iterator[QQuickItem]:
    """Texts with a word that is wider than its place."""
    for item in visible_items(root):
        if is_text(item) and float(item.property("contentWidth")) > item.width() + 1:
            yield item


def words(root: QQuickItem) -> list[str]:
    """Every visible string, in drawing order."""
    return [str(item.property("text")) for item in visible_items(root) if is_text(item) and item.property("text")]


def find(root: QQuickItem, name: str) -> QQuickItem | None:
    """The visible item of that ``objectName``."""
    return next((item for item in visible_items(root) if item.objectName() == name), None)


def area(item: QQuickItem) -> QRectF:
    """Where the item lies in its window."""
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def centre(item: QQuickItem) -> QPoint:
    """The middle of the item in its window."""
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
