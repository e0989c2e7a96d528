"""Playing a scenario from the first step to the last, and what is left of it: pictures, slips, a report."""

import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kiosk.config import ScreenConfig
from kiosk.scenario.actor import Actor, ExpectationError
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.script import Script, ScriptError, Step, load
from kiosk.scenario.stage import Stage, new_folder, set_up
from kiosk.scenario.stagehand import StageError
from kiosk.scenario.verbs import VERBS

PIXELS_PER_MM = 4.0
"""Of a 21.5-inch screen with 1920 pixels on its long side."""


@dataclass(frozen=True)
class Failure:
    """Why a scenario did not hold. ``step`` is ``None`` for what the house itself expects of every play."""

    step: str | None
    expected: Any
    got: Any


@dataclass
class Report:
    """What came of a scenario. ``lost`` counts acknowledged check-ins that neither kiosk nor centre has."""

    title: str
    steps: int
    ok: bool = False
    failures: list[Failure] = field(default_factory=list)
    registered: int = 0
    recorded: int = 0
    printed: int = 0
    lost: int = 0
    seconds: float = 0.0

    def summary(self) -> str:
        """The last line of a demo."""
        return f"registered {self.registered}, recorded {self.recorded}, printed {self.printed}, lost {self.lost}"


def play_files(files: Sequence[Path], out: Path | None, *, headless: bool) -> bool:
    """Play each file; whether all held. What is kept goes to ``out``, below the file's name where there are several."""
    held = True
    for file in files:
        folder = None if out is None else out if len(files) == 1 else out / file.stem
        try:
            report = play(load(file, frozenset(VERBS)), folder, headless=headless)
        except ScriptError as error:
            print(f"not a scenario  {error}")
            held = False
            continue
        print(f"{'held    ' if report.ok else 'BROKEN  '} {file.stem}: {report.title} ({report.seconds:.1f} s)")
        for failure in report.failures:
            print(
                f"    {failure.step or 'in the end'}\n      expected {failure.expected}\n      got      {failure.got}"
            )
        held = held and report.ok
    return held


def play(script: Script, out: Path | None, *, headless: bool = True) -> Report:
    """Play one scenario on a stage of its own."""
    document = script.document
    width, _, height = document.screen.partition("x")
    report = Report(document.title, len(script.steps))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-") as temporary:
        folder = new_folder(Path(temporary))
        plan = StagePlan(
            folder=folder,
            site=document.site,
            moment=document.clock,
            language=document.language,
            screen=ScreenConfig(
                windowed=True, width=int(width), height=int(height), pixels_per_mm=PIXELS_PER_MM, calm=True
            ),
            roster=tuple(document.roster),
            queues=tuple(document.queues),
            pictures=None if out is None else _clean(out),
            headless=headless,
            printer=document.printer,
            scanner=document.scanner,
            card=script.has("card"),
            help=script.has("help"),
            small_disk=script.has("disk"),
            record=script.has("record"),
            self_test=document.self_test,
            service_code=document.service_code,
            speech=script.has("key") or script.has("headphones"),
        )
        try:
            with set_up(plan) as stage:
                actor = Actor(stage)
                _play_steps(actor, script.steps, report)
                _reckon(stage, report)
                _keep(stage, out)
        except StageError as error:
            report.failures.append(Failure(None, "a stage that stands", str(error)))
        else:
            _search_logs(
                folder, actor.identifiers | {str(entry.get("person", "")) for entry in document.roster}, report
            )
        if out is not None:
            for log in folder.glob("*.log"):
                shutil.copy(log, out)
    report.ok = not report.failures
    report.seconds = round(time.monotonic() - started, 1)
    if out is not None:
        (out / "report.json").write_text(json.dumps(asdict(report), indent=2, ensure_ascii=False) + "\n")
    return report


def _play_steps(actor: Actor, steps: Sequence[Step], report: Report) -> None:
    for step in steps:
        try:
            VERBS[step.verb](actor, step.given)
        except ExpectationError as error:
            report.failures.append(Failure(str(step), error.expected, error.got))
            return
        except (StageError, OSError) as error:
            report.failures.append(Failure(str(step), "to do this", str(error)))
            return


def _reckon(stage: Stage, report: Report) -> None:
    recorded = stage.recorded()
    at_centre = stage.facts_at_the_centre()
    waiting = set(stage.waiting())
    report.recorded = len(recorded)
    report.registered = sum(fact in at_centre for fact in recorded)
    report.printed = len(stage.printer.slips)
    report.lost = sum(fact not in at_centre and fact not in waiting for fact in recorded)
    if report.lost:
        report.failures.append(Failure(None, "no acknowledged check-in lost", report.lost))


def _keep(stage: Stage, out: Path | None) -> None:
    if out is None:
        return
    for place, slip in enumerate(stage.printer.slips, start=1):
        slip.image().save(out / ("slip.png" if place == 1 else f"slip-{place}.png"))
    (out / "arrivals.json").write_text(json.dumps(stage.arrivals(), indent=2, ensure_ascii=False) + "\n")
    (out / "arrivals.txt").write_text(stage.central("arrivals"))


def _search_logs(folder: Path, identifiers: set[str], report: Report) -> None:
    """No log line of any process may hold what a client presented."""
    for log in sorted(folder.glob("*.log")):
        text = log.read_text(errors="replace")
        if any(identifier and identifier in text for identifier in identifiers):
            report.failures.append(Failure(None, f"nothing that a client presented in {log.name}", "it is there"))


def _clean(out: Path) -> Path:
    """The folder, without what an earlier play left in it."""
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.png"), *out.glob("*.log"), *out.glob("arrivals.*"), *out.glob("report.json")):
        old.unlink()
    return out
