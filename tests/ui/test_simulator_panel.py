"""The simulator's panel, clicked for real."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtQuick import QQuickView
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.ui import scene
from kiosk.ui.simulator_panel import ExamplePerson, PanelActions, PanelArrival, PanelState, Worker, open_panel

PEOPLE = [ExamplePerson("Booked at 9.00", "dental care", "010190-900M")]


class Bench:
    def __init__(self, slip: Path) -> None:
        self.done: list[tuple[str, object]] = []
        self.network = True
        self.slip = slip

    def actions(self) -> PanelActions:
        def note(what: str) -> None:
            self.done.append(("scan", what))

        def network(up: bool) -> None:
            self.network = up

        def leave(on: bool) -> None:
            pass

        def fail(on: bool) -> None:
            raise OSError("no such printer")

        return PanelActions(note, network, leave, fail, leave)

    def look(self) -> PanelState:
        arrivals = [PanelArrival("B 042", "dental care", "registered")]
        return PanelState(self.network, paper=False, printer=True, scanner=True, slip=self.slip, arrivals=arrivals)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    Image.new("1", (40, 60), 1).save(tmp_path / "slip.png")
    return Bench(tmp_path / "slip.png")


@pytest.fixture
def worker(bench: Bench) -> Iterator[Worker]:
    worker = Worker(bench.look)
    yield worker
    worker.close()


@pytest.fixture
def panel(lettering: None, bench: Bench, worker: Worker, qtbot: QtBot) -> Iterator[QQuickView]:
    panel = open_panel(bench.actions(), PEOPLE, worker)
    panel.show()
    worker.look()
    qtbot.waitUntil(lambda: panel.rootObject().property("paper") is False)
    yield panel
    panel.hide()
    panel.deleteLater()


def click(panel: QQuickView, name: str) -> None:
    item = scene.find(panel.rootObject(), name)
    assert item is not None
    QTest.mouseClick(panel, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, scene.centre(item))


def test_it_shows_what_is_known(panel: QQuickView) -> None:
    assert {"out", "B 042", "registered", "Booked at 9.00"} <= set(scene.words(panel.rootObject()))


def test_it_scans_and_switches(panel: QQuickView, bench: Bench, qtbot: QtBot) -> None:
    click(panel, "scan:Booked at 9.00")
    click(panel, "switch:network")
    qtbot.waitUntil(lambda: not bench.network)
    assert bench.done == [("scan", "010190-900M")]


def test_it_scans_any_text(panel: QQuickView, bench: Bench, qtbot: QtBot) -> None:
    click(panel, "scan-text")
    for digit in (Qt.Key.Key_4, Qt.Key.Key_2, Qt.Key.Key_Return):
        QTest.keyClick(panel, digit)
    qtbot.waitUntil(lambda: bench.done == [("scan", "42")])


def test_what_goes_wrong_is_said(panel: QQuickView, qtbot: QtBot) -> None:
    click(panel, "switch:printer")
    qtbot.waitUntil(lambda: "no such printer" in str(panel.rootObject().property("trouble")))
