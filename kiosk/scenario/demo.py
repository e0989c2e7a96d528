"""The demo: a kiosk to try out. With a display in windows of its own, without one as a played visit."""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.config import ScreenConfig
from kiosk.scenario.play import play
from kiosk.scenario.script import load
from kiosk.scenario.stage import Stage, StagePlan, new_folder, set_up
from kiosk.scenario.verbs import VERBS
from kiosk.ui.simulator_panel import ExamplePerson, PanelActions, PanelArrival, PanelState, run_panel

SITE = "kalasatama"
WINDOWED = "KIOSK_WINDOWED"
ASK_CENTRE_EVERY = 3.0
"""Seconds between looks at the centre's list."""
WINDOW = (540, 960)
"""Pixels of the kiosk's window: half of the real screen each way."""

PEOPLE = (
    ("010594Y9032", "In good time", "dental", "B2", 10),
    ("010594Y9021", "In good time too", "laboratory", "A1", 20),
    ("020594X903P", "Two hours early", "dental", "B2", 120),
    ("030594W903B", "Half an hour late", "dental", "B2", -30),
)
"""Test identities of DVV: code, what they show, unit, area, and minutes until their appointment."""


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
            roster=tuple(_row(place, moment) for place in range(len(PEOPLE))),
            headless=False,
        )
        people = [ExamplePerson(f"Card {code}", note, f"{code}\r") for code, note, *_ in PEOPLE]
        people.append(ExamplePerson("Card 040594V9030", "Nobody expects them", "040594V9030\r"))
        people.append(ExamplePerson("ID card of 2023, front", "Its code names nobody", "123456\r"))
        with set_up(plan) as stage:
            panel = _Panel(stage)
            return run_panel(panel.actions(), people, panel.look)


def _row(place: int, moment: datetime) -> Mapping[str, str]:
    code, _, unit, area, minutes = PEOPLE[place]
    starts = (moment + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    return {"id": f"A{place + 1}", "person": code, "unit": unit, "area": area, "starts": starts.isoformat()}


class _Panel:
    """What the panel switches and shows."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._on = dict.fromkeys(("network", "paper", "printer", "scanner"), True)
        self._slip = stage.plan.folder / "slip.png"
        self._slips = 0
        self._arrivals: tuple[PanelArrival, ...] = ()
        self._ask_again = 0.0

    def actions(self) -> PanelActions:
        """The switches, each remembering how it stands."""
        stage = self._stage
        return PanelActions(
            scan=stage.scanner.scan,
            network=self._switch("network", stage.cable.up, stage.cable.down),
            paper=self._switch("paper", stage.printer.refill, stage.printer.paper_out),
            printer=self._switch("printer", stage.printer.plug, stage.printer.unplug),
            scanner=self._switch("scanner", stage.scanner.plug, stage.scanner.unplug),
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
        return PanelState(**self._on, slip=self._slip if self._slips else None, arrivals=self._arrivals)

    def _switch(self, name: str, on: Callable[[], None], off: Callable[[], None]) -> Callable[[bool], None]:
        def switch(wanted: bool) -> None:
            (on if wanted else off)()
            self._on[name] = wanted

        return switch


def _arrival(row: Mapping[str, Any]) -> PanelArrival:
    return PanelArrival(row["number"], row["appointment"], "registered")
