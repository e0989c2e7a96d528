"""Looks at what is really on the screen: visible items, their words, where they are."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtQuick import QQuickItem

from kiosk.ui.leaves import Span, starts

LAYOUT_ROUNDS = 6
CAP_ROUNDS = 4


def visible_items(root: QQuickItem) -> Iterator[QQuickItem]:
    """``root`` and everything below it that is shown, in drawing order."""
    # A list rather than generators in each other: a page is gone through a dozen times before it is shown.
    waiting = [root]
    while waiting:
        item = waiting.pop()
        if item.isVisible():
            yield item
            waiting += reversed(item.childItems())


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


def free_words(root: QQuickItem) -> None:
    """Let every text have the size that its page gives it, also one that is hidden now."""
    if is_text(root) and root.property("cap"):
        root.setProperty("cap", 0)
    for child in root.childItems():
        free_words(child)


def cap_words(root: QQuickItem) -> None:
    """Make each text smaller whose longest word is wider than its place, and no other."""
    for _ in range(CAP_ROUNDS):
        wide = list(too_wide(root))
        if not wide:
            return
        for item in wide:
            size, room = item.property("font").pixelSize(), item.width()
            item.setProperty("cap", max(1, int(size * room / float(item.property("contentWidth")))))
        lay_out(root)


def capped_below(root: QQuickItem, least: float) -> Iterator[QQuickItem]:
    """Texts that ``cap_words`` made smaller than that, in pixels of the size of the letters."""
    for item in visible_items(root):
        if is_text(item) and 0 < int(item.property("cap") or 0) < least:
            yield item


def leaves(body: QQuickItem) -> tuple[float, ...] | None:
    """Where the leaves of a page's sheet begin, in pixels; ``None`` where a line is higher than the room for it."""
    sheet: QQuickItem = body.property("sheet")
    room = float(body.property("viewHeight"))
    whole = [span for item in visible_items(sheet) for span in _whole(item, sheet, room)]
    whole += [span for item in visible_items(sheet) if item.property("ground") for span in _edge(item, sheet, room)]
    return starts(whole, sheet.height(), room)


def _whole(item: QQuickItem, sheet: QQuickItem, room: float) -> Iterator[Span]:
    """What of the item must be seen whole: each line of words, and a picture that is no higher than the room."""
    place = item.mapRectToItem(sheet, QRectF(0, 0, item.width(), item.height()))
    if is_text(item):
        # A sentence that fits is not torn.
        count = 1 if place.height() <= room / 2 else int(item.property("lineCount"))
        high = place.height() / max(1, count)
        for n in range(count):
            yield place.top() + n * high, place.top() + (n + 1) * high
    elif (item.inherits("QQuickShape") or item.property("whole")) and place.height() <= room:
        yield place.top(), place.bottom()


def _edge(ground: QQuickItem, sheet: QQuickItem, room: float) -> Iterator[Span]:
    """From the upper edge of a ground to the first that stands on it: no leaf ends with an empty strip of it."""
    top = ground.mapRectToItem(sheet, QRectF(0, 0, ground.width(), ground.height())).top()
    first = min((span for item in visible_items(ground) for span in _whole(item, sheet, room)), default=None)
    if first is not None and first[0] > top and first[1] - top <= room:
        yield top, first[1]


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
