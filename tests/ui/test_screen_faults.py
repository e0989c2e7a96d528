"""What only the screen can see: a press without end, and too few millimetres."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from structlog.testing import capture_logs

from kiosk.checkin.visit import Chosen
from kiosk.ui import millimetres, scene
from kiosk.ui.held import HELD_MS, Held
from tests.ui.stage_set import PORTRAIT, Events, StageSet


def test_a_press_that_lasts_too_long_is_told_until_it_ends(stage_set: StageSet, qtbot: QtBot) -> None:
    stuck: list[bool] = []
    held = Held(stage_set.window, stuck.append, longest=60)
    stage_set.window.pressed.connect(held.pressed)
    stage_set.show("welcome")
    point = QPoint(5, 5)
    stage_set.press(point)
    qtbot.waitUntil(lambda: stuck == [True])
    # Somebody else may press meanwhile; the first point is still held.
    QTest.touchEvent(stage_set.window, stage_set.finger).stationary(0).press(1, QPoint(900, 900))
    QTest.touchEvent(stage_set.window, stage_set.finger).stationary(0).release(1, QPoint(900, 900))
    assert stuck == [True]
    stage_set.release(point)
    assert stuck == [True, False]


def test_a_client_who_takes_time_to_press_is_no_fault(stage_set: StageSet, events: Events, qtbot: QtBot) -> None:
    assert HELD_MS == 30_000
    stuck: list[bool] = []
    held = Held(stage_set.window, stuck.append, longest=100)
    stage_set.window.pressed.connect(held.pressed)
    stage_set.show("confirm")
    point = scene.centre(stage_set.item("choice:check-in"))
    stage_set.press(point)
    stage_set.release(point)
    qtbot.wait(150)
    assert stuck == []
    assert events == [Chosen("check-in")]


def test_a_screen_of_too_few_millimetres_is_told_and_a_large_one_is_not(stage_set: StageSet) -> None:
    told: list[bool] = []
    for pixels_per_mm, cramped in ((16.0, [True]), (4.0, [])):
        told.clear()
        stage_set.turn(PORTRAIT, pixels_per_mm)
        stage_set.window.cramped.connect(told.append)
        with capture_logs():
            stage_set.show("confirm")
        assert told == cramped


def test_a_screen_that_grows_is_looked_at_anew(stage_set: StageSet) -> None:
    told: list[bool] = []
    stage_set.turn((400, 700), 4.0)
    stage_set.window.cramped.connect(told.append)
    with capture_logs():
        stage_set.show("confirm")
        assert told == [True]
        stage_set.window.resize(*PORTRAIT)
        stage_set.app.processEvents()
    assert told[-1] is False


@pytest.mark.parametrize(
    ("configured", "dots_per_inch", "known"), [(3.2, 0.0, True), (None, 96.0, True), (None, 0.0, False)]
)
def test_the_size_is_known_where_it_is_configured_or_plausible(
    configured: float | None, dots_per_inch: float, known: bool
) -> None:
    assert millimetres.is_known(configured, dots_per_inch) is known
