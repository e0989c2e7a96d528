"""Every reference to ``None`` is given back as often as it is taken (docs/adr/0005-pyside-6-11.md)."""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtQuick import QQuickItem, QQuickView
from pytestqt.qtbot import QtBot

CALLS = 200
NOISE = 20
"""Other threads and caches take and give a few meanwhile."""


@pytest.mark.parametrize("call", ["title", "update", "timer", "polish", "name", "property"])
def test_calls_that_return_nothing_cost_no_reference(qtbot: QtBot, call: str) -> None:
    view, item, timer, thing = QQuickView(), QQuickItem(), QTimer(), QObject()
    calls: dict[str, Callable[[], object]] = {
        "title": lambda: view.setTitle("kiosk"),
        "update": view.update,
        "timer": timer.stop,
        "polish": item.ensurePolished,
        "name": lambda: thing.setObjectName("kiosk"),
        "property": lambda: thing.property("not-there"),
    }
    moved = []
    for _ in range(3):
        before = sys.getrefcount(None)
        for _ in range(CALLS):
            calls[call]()
        moved.append(abs(sys.getrefcount(None) - before))
    # What is not given back is not given back any time; what happens beside it happens once.
    assert min(moved) < NOISE
    view.destroy()
