"""Contrast as it is drawn: every word of every page 7:1, every edge of what can be touched 3:1, in each palette."""

from collections.abc import Iterator

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtQuick import QQuickItem

from kiosk.checkin.comfort import Contrast
from kiosk.ui import scene
from tests.contact_sheet import as_picture
from tests.pictures.drawing import Stage, pages
from tests.ui.test_theme import LEAST_FOR_CONTROLS, LEAST_FOR_TEXT, contrast

MODES = {Contrast.USUAL: "usual", Contrast.DARK: "dark", Contrast.LIGHT: "light"}
OUTSIDE, INSIDE = 3, 8
"""Pixels on either side of an edge."""

Rgb = tuple[int, int, int]


@pytest.mark.parametrize("palette", Contrast)
def test_every_word_and_every_edge_can_be_seen(lettering: None, palette: Contrast) -> None:
    faint: dict[str, float] = {}
    edges = 0
    with Stage("portrait", fine=True) as stage:
        for name, page in pages("fi"):
            stage.drawn(page, "fi", "usual")
            shot = as_picture(stage.drawn(page, "fi", MODES[palette]))
            for item in scene.visible_items(stage.window.root):
                # What cannot be chosen now may be fainter.
                if not item.isEnabled():
                    continue
                if scene.is_text(item) and item.property("text"):
                    best = of_words(shot, item)
                    if best < LEAST_FOR_TEXT:
                        faint[f"{item.property('text')!r} of {name}"] = best
                elif item.objectName().startswith(("choice:", "key:", "language:", "leaf:")):
                    edges += 1
                    worst = min(of_an_edge(shot, item))
                    if worst < LEAST_FOR_CONTROLS:
                        faint[f"{item.objectName()} of {name}"] = worst
    assert faint == {}
    assert edges > len(dict(pages("fi"))) * 13


def of_words(shot: Image.Image, words: QQuickItem) -> float:
    """The best contrast of a letter to the ground, which is what most of the field is."""
    area = scene.area(words).toRect()
    drawn = shot.crop((area.left(), area.top(), area.right() + 1, area.bottom() + 1))
    colours = drawn.getcolors(drawn.width * drawn.height) or []
    ground = QColor(*max(colours, key=lambda one: one[0])[1])  # type: ignore[misc]
    return max(contrast(ground, QColor(*colour)) for _, colour in colours)  # type: ignore[misc]


def of_an_edge(shot: Image.Image, control: QQuickItem) -> Iterator[float]:
    """The best contrast to the ground across the middle of each of the four edges."""
    area = scene.area(control).toRect()
    middle = area.center()
    for edge, step in (
        (QPoint(area.left(), middle.y()), QPoint(1, 0)),
        (QPoint(area.right(), middle.y()), QPoint(-1, 0)),
        (QPoint(middle.x(), area.top()), QPoint(0, 1)),
        (QPoint(middle.x(), area.bottom()), QPoint(0, -1)),
    ):
        ground = at(shot, edge - step * OUTSIDE)
        yield max(contrast(ground, at(shot, edge + step * n)) for n in range(INSIDE))


def at(shot: Image.Image, point: QPoint) -> QColor:
    colour: Rgb = shot.getpixel((point.x(), point.y()))  # type: ignore[assignment]
    return QColor(*colour)
