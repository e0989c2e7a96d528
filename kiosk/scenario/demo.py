"""The demo: a kiosk to try out. With a display in windows of its own, without one as a played visit."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.config import ScreenConfig
from kiosk.devices.simulated.card.office import SATU
from kiosk.scenario.plan import ScannerPlan, StagePlan
from kiosk.scenario.play import play
from kiosk.scenario.script import load
from kiosk.scenario.stage import Stage, new_folder, set_up
from kiosk.scenario.verbs import VERBS
from kiosk.scenario.wallet import Wallet, can_be_had
from kiosk.ui.simulator_panel import (
    ExampleCard,
    ExamplePerson,
    PanelActions,
    PanelArrival,
    PanelState,
    Switch,
    run_panel,
)

SITE = "kalasatama"
WINDOWED = "KIOSK_WINDOWED"
ASK_CENTRE_EVERY = 3.0
"""Seconds between looks at the centre's list."""
DISPATCHER = "speech-dispatcher"
"""What finds the voices of the machine."""
WINDOW = (540, 960)
"""Pixels of the kiosk's window: half of the real screen each way."""

PEOPLE = (
    ("010594Y9032", "In good time", "dental", "B2", 10),
    ("010594Y9021", "In good time too", "laboratory", "A1", 20),
    ("020594X903P", "Two hours early", "dental", "B2", 120),
    ("030594W903B", "Half an hour late", "dental", "B2", -30),
)
"""Test identities of DVV: code, what they show, unit, area, and minutes until their appointment."""
CODES = (
    *((f"Card {code}", note, code) for code, note, *_ in PEOPLE),
    ("Card 040594V9030", "Nobody expects them", "040594V9030"),
    ("ID card of 2023, front", "It names nobody", "123456"),
)
CARDS = {
    "Identity card": ("fineid-2023", None, SATU),
    "Unknown here": ("fineid-2025", None, "99900002P"),
    "Professional": ("professional", None, ""),
    "Bank card": ("unknown", None, ""),
    "Expired": ("fineid-2021", "expired", SATU),
    "Wrong way": ("fineid-2023", "mute", SATU),
    "Pulled early": ("fineid-2023", "pulled", SATU),
}
"""What the button says, and the card: kind, trouble, number."""


def run_demo(out: Path, script: Path) -> int:
    """Open the kiosk, or play ``script`` and leave what came of it in ``out``. The exit code."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return _open()
    return _play(out, script)


def _play(out: Path, script: Path) -> int:
    report = play(load(script, frozenset(VERBS)), out)
    for failure in report.failures:
        print(f"{failure.step}: expected {failure.expected}, got {failure.got}")
    print(f"{report.title}: {'held' if report.ok else 'BROKEN'}, {report.steps} steps in {report.seconds} s")
    pages = len(list(out.glob("[0-9]*.png")))
    print(f"{out}: {pages} pages, slip.png, arrivals.txt, report.json")
    print(report.summary())
    return 0 if report.ok else 1


def _open() -> int:
    windowed = os.environ.get(WINDOWED) == "1"
    moment = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="kiosk-") as temporary:
        plan = StagePlan(
            folder=new_folder(Path(temporary)),
            site=SITE,
            moment=moment,
            language="fi",
            screen=ScreenConfig(windowed=windowed, width=WINDOW[0], height=WINDOW[1]),
            roster=(*(_row(place, moment) for place in range(len(PEOPLE))), _card_row(moment)),
            headless=False,
            scanner=ScannerPlan("honeywell"),
            # A demonstration goes on without.
            card=can_be_had(),
            aloud=shutil.which(DISPATCHER) is not None,
        )
        with set_up(plan) as stage:
            panel = _Panel(stage)
            return run_panel(panel.actions(), panel.look)


def _row(place: int, moment: datetime) -> Mapping[str, str]:
    code, _, unit, area, minutes = PEOPLE[place]
    return _visit(f"A{place + 1}", code, unit, area, moment + timedelta(minutes=minutes))


def _card_row(moment: datetime) -> Mapping[str, str]:
    return _visit("C1", f"satu:{SATU}", "laboratory", "A1", moment + timedelta(minutes=15))


def _visit(name: str, person: str, unit: str, area: str, starts: datetime) -> Mapping[str, str]:
    whole = starts.replace(second=0, microsecond=0).isoformat()
    return {"id": name, "person": person, "unit": unit, "area": area, "starts": whole}


class _Panel:
    """What the panel switches and shows."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._broken: set[str] = set()
        self._slip = stage.plan.folder / "slip.png"
        self._slips = 0
        self._arrivals: tuple[PanelArrival, ...] = ()
        self._ask_again = 0.0

    def actions(self) -> PanelActions:
        """The buttons, and the switches, each remembering how it stands."""
        wallet = self._stage.props.wallet
        people = [ExamplePerson(label, note, f"{code}\r") for label, note, code in CODES]
        switches = self._switches()
        if wallet is None:
            return PanelActions(self._stage.scanner.scan, switches, people)
        return PanelActions(
            self._stage.scanner.scan,
            [*switches, *self._reader_switches(wallet)],
            people,
            [ExampleCard(label, label) for label in CARDS],
            lambda label: _insert(wallet, label),
            wallet.reader.remove,
        )

    def look(self) -> PanelState:
        """What the panel shows now."""
        slips = self._stage.printer.slips
        if len(slips) > self._slips:
            self._slips = len(slips)
            slips[-1].save(self._slip)
        if time.monotonic() > self._ask_again:
            self._arrivals = tuple(_arrival(row) for row in self._stage.arrivals())
            self._ask_again = time.monotonic() + ASK_CENTRE_EVERY
        wallet = self._stage.props.wallet
        return PanelState(
            frozenset(self._broken),
            card_in=wallet is not None and wallet.reader.occupied,
            slip=self._slip if self._slips else None,
            arrivals=self._arrivals,
        )

    def _switches(self) -> list[Switch]:
        printer, scanner, props = self._stage.printer, self._stage.scanner, self._stage.props
        return [
            self._switch("network", "Network", "up", "down", props.cable_in, props.cable_out),
            self._switch("scanner", "Scanner", "plugged in", "unplugged", scanner.plug, scanner.unplug),
            self._flag("scanner-answers", "Scanner's word", "answers", "silent", scanner.silence),
            self._flag("scanner-line", "Scanner's line", "clean", "noise", scanner.noise),
            self._switch("printer", "Printer", "plugged in", "unplugged", printer.plug, printer.unplug),
            self._switch("paper", "Paper", "loaded", "out", printer.refill, printer.paper_out),
            self._flag("cover", "Cover", "closed", "open", printer.cover),
            self._flag("jam", "Paper path", "free", "jammed", printer.jam),
            self._flag("cutter", "Cutter", "cuts", "stuck", printer.cutter),
            self._flag("head", "Print head", "cool", "too hot", printer.overheat),
        ]

    def _reader_switches(self, wallet: Wallet) -> list[Switch]:
        reader = wallet.reader
        return [
            self._switch("card-reader", "Card reader", "plugged in", "unplugged", reader.plug, reader.unplug),
            self._switch("card-service", "Card service", "runs", "stopped", reader.service_up, reader.service_down),
        ]

    def _flag(self, name: str, label: str, well: str, broken: str, wrong: Callable[[bool], None]) -> Switch:
        return self._switch(name, label, well, broken, lambda: wrong(False), lambda: wrong(True))

    def _switch(
        self, name: str, label: str, well: str, broken: str, mend: Callable[[], object], wreck: Callable[[], object]
    ) -> Switch:
        def turn(wanted: bool) -> None:
            (mend if wanted else wreck)()
            (self._broken.discard if wanted else self._broken.add)(name)

        return Switch(name, label, well, broken, turn)


def _insert(wallet: Wallet, label: str) -> None:
    kind, trouble, number = CARDS[label]
    wallet.insert(kind, trouble, number=number)


def _arrival(row: Mapping[str, Any]) -> PanelArrival:
    return PanelArrival(row["number"], row["appointment"], "registered")
