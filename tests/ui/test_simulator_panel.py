"""The simulator's panel, clicked for real."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtQuick import QQuickView
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.ui import scene
from kiosk.ui.simulator_panel import (
    ExampleCard,
    ExamplePerson,
    PanelActions,
    PanelArrival,
    PanelState,
    Switch,
    Worker,
    open_panel,
)

PEOPLE = [ExamplePerson("Booked at 9.00", "dental care", "010190-900M")]
CARDS = [ExampleCard("Identity card", "fineid-2023"), ExampleCard("Bank card", "unknown")]

PATIENCE = 20_000
"""Milliseconds; on a busy machine the first picture of a window takes a while."""


class Bench:
    def __init__(self, slip: Path) -> None:
        self.done: list[tuple[str, object]] = []
        self.broken: set[str] = {"paper"}
        self.card_in = False
        self.slip = slip

    def actions(self) -> PanelActions:
        def note(what: str) -> None:
            self.done.append(("scan", what))

        def network(up: bool) -> None:
            (self.broken.discard if up else self.broken.add)("network")

        def fail(on: bool) -> None:
            raise OSError("no such printer")

        def insert(name: str) -> None:
            self.done.append(("insert", name))
            self.card_in = True

        def remove() -> None:
            self.done.append(("remove", None))
            self.card_in = False

        switches = [
            Switch("network", "Network", "up", "down", network),
            Switch("paper", "Paper", "loaded", "out", lambda _: None),
            Switch("printer", "Printer", "plugged in", "unplugged", fail),
        ]
        return PanelActions(note, switches, PEOPLE, CARDS, insert, remove)

    def look(self) -> PanelState:
        arrivals = [PanelArrival("B 042", "dental care", "registered")]
        return PanelState(frozenset(self.broken), self.card_in, slip=self.slip, arrivals=arrivals)


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
    panel = open_panel(bench.actions(), worker)
    panel.show()
    worker.look()
    qtbot.waitUntil(lambda: panel.rootObject().property("wrong") == ["paper"], timeout=PATIENCE)
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
    qtbot.waitUntil(lambda: "network" in bench.broken, timeout=PATIENCE)
    assert bench.done == [("scan", "010190-900M")]


def test_it_scans_any_text(panel: QQuickView, bench: Bench, qtbot: QtBot) -> None:
    click(panel, "scan-text")
    for digit in (Qt.Key.Key_4, Qt.Key.Key_2, Qt.Key.Key_Return):
        QTest.keyClick(panel, digit)
    qtbot.waitUntil(lambda: bench.done == [("scan", "42")], timeout=PATIENCE)


def test_what_goes_wrong_is_said(panel: QQuickView, qtbot: QtBot) -> None:
    click(panel, "switch:printer")
    qtbot.waitUntil(lambda: "no such printer" in str(panel.rootObject().property("trouble")), timeout=PATIENCE)


def test_a_card_is_put_in_and_taken_out(panel: QQuickView, bench: Bench, worker: Worker, qtbot: QtBot) -> None:
    click(panel, "insert:unknown")
    qtbot.waitUntil(lambda: bench.card_in, timeout=PATIENCE)
    worker.look()
    qtbot.waitUntil(lambda: panel.rootObject().property("cardIn") is True, timeout=PATIENCE)
    click(panel, "remove-card")
    qtbot.waitUntil(lambda: bench.done == [("insert", "unknown"), ("remove", None)], timeout=PATIENCE)


def test_without_a_reader_there_are_no_cards(bench: Bench, worker: Worker, lettering: None) -> None:
    panel = open_panel(replace(bench.actions(), cards=()), worker)
    panel.show()
    assert "Take it out" not in scene.words(panel.rootObject())
    panel.hide()
    panel.deleteLater()
