"""The palettes: contrast as WCAG counts it, of the tokens. ``tests/pictures/test_contrast.py`` looks at the pages."""

import re
from itertools import combinations

import pytest
from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QColor
from PySide6.QtQml import QQmlComponent

from kiosk.checkin.comfort import Comfort, Contrast
from kiosk.ui import scene
from kiosk.ui.window import QML
from tests.contact_sheet import as_picture
from tests.ui.every_page import frame_in
from tests.ui.stage_set import PIXELS_PER_MM, StageSet

RING_MM = 3.0

LEAST_FOR_TEXT = 7.0
LEAST_FOR_CONTROLS = 3.0

TEXT = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "strip"),
    ("ink", "waitingTint"),
    ("ink", "actionTint"),
    ("secondInk", "paper"),
    ("secondInk", "card"),
    ("action", "card"),
    ("action", "actionTint"),
    ("inverse", "action"),
    ("inverse", "actionPressed"),
    ("inverse", "ink"),
    ("secondNumberInk", "number"),
    ("inverse", "good"),
    ("inverse", "urgent"),
    ("inverse", "urgentPressed"),
    ("codeDark", "codeLight"),
    ("urgent", "strip"),
    ("urgent", "paper"),
    ("urgent", "card"),
    ("secondInk", "strip"),
    ("ink", "goodTint"),
    ("ink", "urgentTint"),
    ("ink", "light"),
    ("numberInk", "number"),
    ("inverse", "ink"),
    ("cautionInk", "caution"),
]
CONTROLS = [
    ("action", "actionTint"),
    ("action", "light"),
    ("closedLine", "card"),
    ("urgent", "strip"),
    ("urgent", "card"),
    ("action", "paper"),
    ("good", "paper"),
    ("waiting", "paper"),
    ("waiting", "waitingTint"),
    ("waiting", "card"),
    ("ink", "paper"),
    ("cursorRing", "aroundCursor"),
    ("numberEdge", "paper"),
    ("detail", "card"),
    # A floor plan: walls beside rooms, and the way over them.
    ("detail", "planRoom"),
    ("action", "planRoom"),
    ("action", "planTarget"),
]


def luminance(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = color.redF(), color.greenF(), color.blueF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", Contrast)
def test_contrast_of_the_tokens(stage_set: StageSet, palette: Contrast) -> None:
    stage_set.show("confirm", around=frame_in("fi", Comfort(contrast=palette)))
    component = QQmlComponent(stage_set.window.engine())
    source = 'import QtQuick; import "theme"; QtObject { property QtObject theme: Theme }'
    component.setData(QByteArray(source.encode()), QUrl.fromLocalFile(str(QML / "Probe.qml")))
    probe = component.create()
    theme = probe.property("theme")

    def of(pair: tuple[str, str]) -> float:
        return contrast(theme.property(pair[0]), theme.property(pair[1]))

    assert {pair: of(pair) for pair in TEXT if of(pair) < LEAST_FOR_TEXT} == {}
    assert {pair: of(pair) for pair in CONTROLS if of(pair) < LEAST_FOR_CONTROLS} == {}


@pytest.mark.parametrize("palette", Contrast)
def test_the_faces_of_truth_differ_in_greyscale(stage_set: StageSet, palette: Contrast) -> None:
    drawn = []
    for name in ("done-registered", "done-recorded", "too-late-number"):
        stage_set.show(name, around=frame_in("fi", Comfort(contrast=palette)))
        area = scene.area(stage_set.item("sign")).toRect()
        grey = as_picture(stage_set.window.picture()).convert("L")
        field = grey.crop((area.left(), area.top(), area.right(), area.bottom())).resize((32, 32))
        drawn.append(field.tobytes())
    for one, other in combinations(drawn, 2):
        different = sum(abs(here - there) > 60 for here, there in zip(one, other, strict=True))
        assert different > len(one) / 8


@pytest.mark.parametrize("palette", Contrast)
def test_the_cursor_is_a_ring_that_can_be_seen_on_both_its_sides(stage_set: StageSet, palette: Contrast) -> None:
    stage_set.show("confirm", around=frame_in("fi", Comfort(contrast=palette)))
    for control in ("choice:check-in", "choice:not-mine", "language:fi", "language:sv", "choice:call-staff"):
        stage_set.window.root.setProperty("cursor", control)
        ring = scene.area(stage_set.item("cursor"))
        area = scene.area(stage_set.item(control))
        shot = as_picture(stage_set.window.picture())
        y = int(area.center().y())
        across = [QColor(*shot.getpixel((x, y))) for x in range(int(ring.left()), int(area.left()) + 6)]  # type: ignore[misc]
        inside = [n for n, colour in enumerate(across) if contrast(colour, across[0]) >= LEAST_FOR_CONTROLS]
        band = next(n for n in range(inside[0], len(across)) if contrast(across[n], across[0]) < LEAST_FOR_CONTROLS)
        assert band - inside[0] >= RING_MM * PIXELS_PER_MM, control
        assert contrast(across[band - 1], across[band]) >= LEAST_FOR_CONTROLS, control
    stage_set.window.root.setProperty("cursor", "")
    assert scene.find(stage_set.window.root, "cursor") is None


def test_no_colour_is_named_outside_the_palettes() -> None:
    for path in QML.rglob("*.qml"):
        if not path.name.endswith("Colours.qml"):
            assert not re.search(r'"#[0-9A-Fa-f]{3,8}"', path.read_text(encoding="utf-8")), path.name
