"""The simulator's panel for demonstrations: who comes with which card, and what is broken. English only."""

import sys
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem, QQuickView

from kiosk.ui import leaving
from kiosk.ui.lettering import register_fonts

PANEL = Path(__file__).parent / "qml" / "SimulatorPanel.qml"
POLL_MS = 300
SIZE = (680, 1000)


@dataclass(frozen=True)
class ExamplePerson:
    """A button that scans something. ``text`` is what the scanner reads."""

    label: str
    note: str
    text: str


@dataclass(frozen=True)
class ExampleCard:
    """A button that puts a card into the reader. ``name`` is what the action gets."""

    label: str
    name: str


@dataclass(frozen=True)
class Switch:
    """Something that is well or broken. ``turn`` gets whether it is to be well."""

    name: str
    label: str
    well: str
    broken: str
    turn: Callable[[bool], None]


@dataclass(frozen=True)
class PanelActions:
    """What the panel can do. Each is called in one background thread, one after the other, and may take its time.

    ``insert`` puts a card into the reader and ``remove`` takes it out; without ``cards`` there is no reader.
    """

    scan: Callable[[str], None]
    switches: Sequence[Switch]
    people: Sequence[ExamplePerson] = ()
    cards: Sequence[ExampleCard] = ()
    insert: Callable[[str], None] = lambda _: None
    remove: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class PanelArrival:
    """One arrival that the centre has."""

    number: str
    what: str
    standing: str


@dataclass(frozen=True)
class PanelState:
    """What the panel shows: the names of the switches that are ``broken``, whether a card is in the reader.

    ``slip`` is the picture of the last slip, wherever it lies.
    """

    broken: Collection[str] = ()
    card_in: bool = False
    slip: Path | None = None
    arrivals: Sequence[PanelArrival] = ()


class Worker(QObject):
    """Keeps whatever may block out of the GUI thread."""

    told = Signal(object)
    failed = Signal(str)

    def __init__(self, look: Callable[[], PanelState]) -> None:
        super().__init__()
        self._look = look
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="panel")
        self._looking: Future[None] | None = None

    def do(self, action: Callable[[], None]) -> None:
        """Do it when what was asked before is done."""
        self._pool.submit(self._safely, action)

    def look(self) -> None:
        """Ask for the state, unless the last question is still open."""
        if self._looking is None or self._looking.done():
            self._looking = self._pool.submit(self._safely, lambda: self.told.emit(self._look()))

    def close(self) -> None:
        """Finish what is being done and drop the rest."""
        self._pool.shutdown(cancel_futures=True)

    def _safely(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001 (a demonstration goes on; the panel says what went wrong)
            self.failed.emit(f"{type(error).__name__}: {error}")


def run_panel(actions: PanelActions, look: Callable[[], PanelState]) -> int:
    """Show the panel until it is closed. Needs a process of its own; ``look`` is asked every 300 ms."""
    instance = QGuiApplication.instance()
    app = instance if isinstance(instance, QGuiApplication) else QGuiApplication(sys.argv[:1])
    register_fonts()
    worker = Worker(look)
    view = open_panel(actions, worker)
    timer = QTimer(view)
    timer.timeout.connect(worker.look)
    timer.start(POLL_MS)
    worker.look()
    # At the right edge, so that it lies beside the kiosk's window rather than on it.
    view.setPosition(max(0, app.primaryScreen().availableGeometry().right() - SIZE[0]), 0)
    view.show()
    with leaving.on_signals(lambda: QTimer.singleShot(0, app, lambda: app.exit(0))):
        code = app.exec()
    timer.stop()
    worker.close()
    return code


def open_panel(actions: PanelActions, worker: Worker) -> QQuickView:
    """The panel's window, joined to ``actions`` and to what ``worker`` tells."""
    view = QQuickView()
    view.setTitle("Kiosk simulator")
    view.resize(*SIZE)
    view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
    view.setInitialProperties(
        {
            "people": [{"label": one.label, "note": one.note, "text": one.text} for one in actions.people],
            "cards": [{"label": one.label, "name": one.name} for one in actions.cards],
            "switches": [
                {"name": one.name, "label": one.label, "well": one.well, "broken": one.broken}
                for one in actions.switches
            ],
        }
    )
    view.setSource(QUrl.fromLocalFile(str(PANEL)))
    if view.status() is not QQuickView.Status.Ready:
        raise RuntimeError("; ".join(error.toString() for error in view.errors()))
    root = view.rootObject()
    turns = {one.name: one.turn for one in actions.switches}

    def scan(text: str) -> None:
        worker.do(lambda: actions.scan(text))

    def switch(name: str, on: bool) -> None:
        worker.do(lambda: turns[name](on))

    def insert(name: str) -> None:
        worker.do(lambda: actions.insert(name))

    # Signals declared in QML are found by name at run time; the stubs cannot know them.
    root.scanned.connect(scan)  # type: ignore[attr-defined]
    root.switched.connect(switch)  # type: ignore[attr-defined]
    root.inserted.connect(insert)  # type: ignore[attr-defined]
    root.removed.connect(lambda: worker.do(actions.remove))  # type: ignore[attr-defined]
    worker.told.connect(lambda state: show_state(root, state))
    worker.failed.connect(lambda words: root.setProperty("trouble", words))
    return view


def show_state(root: QQuickItem, state: PanelState) -> None:
    """Put what is known on the panel."""
    root.setProperty("trouble", "")
    root.setProperty("wrong", list(state.broken))
    root.setProperty("cardIn", state.card_in)
    root.setProperty("slip", _picture_url(state.slip))
    root.setProperty(
        "arrivals", [{"number": one.number, "what": one.what, "standing": one.standing} for one in state.arrivals]
    )


def _picture_url(path: Path | None) -> str:
    """The address changes with the file, or Qt would go on showing the one that it has."""
    try:
        return f"{QUrl.fromLocalFile(str(path)).toString()}?{path.stat().st_mtime_ns}" if path else ""
    except OSError:
        return ""
