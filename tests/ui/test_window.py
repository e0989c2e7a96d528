"""The window and the way into it."""

import threading

import pytest
from PySide6.QtGui import QAccessible, QCloseEvent

from kiosk.ui import millimetres
from kiosk.ui.bridge import Bridge
from kiosk.ui.window import KioskWindow
from tests.ui.every_page import every_page, frame_in
from tests.ui.stage_set import Events, StageSet


def test_no_page_is_lost_before_the_screen_stands_or_between_threads() -> None:
    bridge = Bridge(Events().append)
    pages = every_page("en")
    frame = frame_in("en")

    def show_all() -> None:
        for page in pages.values():
            bridge.show(page, frame)

    sender = threading.Thread(target=show_all)
    sender.start()
    sender.join()
    assert [page for page, _, _ in bridge.pages()] == list(pages.values())
    assert list(bridge.pages()) == []


@pytest.mark.parametrize("closable", [True, False])
def test_only_a_window_on_a_desk_can_be_closed(stage_set: StageSet, closable: bool) -> None:
    window = KioskWindow(stage_set.bridge, 4.0, closable=closable)
    event = QCloseEvent()
    window.closeEvent(event)
    assert event.isAccepted() is closable
    window.deleteLater()


@pytest.mark.parametrize(
    ("configured", "dots_per_inch", "expected"),
    [(3.2, 96.0, 3.2), (None, 101.6, 4.0), (None, 0.0, 4.0), (None, 5000.0, 4.0), (None, 254.0, 10.0)],
)
def test_a_screen_is_believed_only_where_it_is_plausible(
    configured: float | None, dots_per_inch: float, expected: float
) -> None:
    assert millimetres.pixels_per_mm(configured, dots_per_inch) == pytest.approx(expected)


def test_every_control_has_a_role_and_a_name_for_assistive_techniques(stage_set: StageSet) -> None:
    stage_set.show("confirm")
    for name, role, words in (
        ("choice:check-in", QAccessible.Role.Button, "Kyllä, ilmoittaudu"),
        ("language:sv", QAccessible.Role.RadioButton, "Svenska"),
        ("choice:comfort-large", QAccessible.Role.CheckBox, "Suurempi"),
    ):
        told = QAccessible.queryAccessibleInterface(stage_set.item(name))
        assert told.role() is role
        assert told.text(QAccessible.Text.Name) == words
