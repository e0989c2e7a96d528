"""The tokens: contrast as WCAG counts it."""

from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QColor
from PySide6.QtQml import QQmlComponent

from kiosk.ui.window import QML
from tests.ui.stage_set import StageSet

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
    ("onDark", "action"),
    ("onDark", "actionPressed"),
    ("onDark", "ink"),
    ("secondOnDark", "ink"),
    ("onDark", "good"),
    ("onDark", "urgent"),
    ("onDark", "urgentPressed"),
    ("codeDark", "codeLight"),
    ("urgent", "strip"),
    ("urgent", "paper"),
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
]


def luminance(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = color.redF(), color.greenF(), color.blueF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast(stage_set: StageSet) -> None:
    component = QQmlComponent(stage_set.window.engine())
    source = 'import QtQuick; import "theme"; QtObject { property QtObject theme: Theme }'
    component.setData(QByteArray(source.encode()), QUrl.fromLocalFile(str(QML / "Probe.qml")))
    probe = component.create()
    theme = probe.property("theme")

    def of(pair: tuple[str, str]) -> float:
        return contrast(theme.property(pair[0]), theme.property(pair[1]))

    assert {pair: of(pair) for pair in TEXT if of(pair) < LEAST_FOR_TEXT} == {}
    assert {pair: of(pair) for pair in CONTROLS if of(pair) < LEAST_FOR_CONTROLS} == {}
