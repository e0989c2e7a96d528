"""What the pages look like when this machine draws them, and which of them a picture of the display is."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image, ImageChops

from kiosk.config import Config, ScannerConfig, ScreenConfig, dump
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.play import PIXELS_PER_MM
from kiosk.scenario.stage import Stage, new_folder, set_up
from kiosk.scenario.stagehand import Stagehand, wait_until
from tests.boot.centre import SITE
from tests.boot.computer import SIZE

PATIENCE = 60.0
COARSE = 4
"""Pixels of the display for one that is compared: how letters are smoothed is no difference."""
NEAR = 40
"""Of 255: a channel that differs by less is the same."""
SAME = 0.97
"""How much of a page must be the same. The time of day and an appointment's are others each time."""
SCREEN = ScreenConfig(width=SIZE[0], height=SIZE[1], pixels_per_mm=PIXELS_PER_MM, calm=True, first_run=True)
"""That of the machine. Here it is a window, or Qt takes the size of a display that is none."""
WINDOW = msgspec.structs.replace(SCREEN, windowed=True)


@dataclass(frozen=True)
class Seen:
    """Which page it is, and how much of it is the same, from 0 to 1. ``name`` is empty for none that is known."""

    name: str
    share: float


Known = dict[str, list[Path]]
"""Pages by name, each as it may look: while the slip is printed, and once it is there."""


def drawn(folder: Path, scans: tuple[str, str], roster: Sequence[Mapping[str, Any]]) -> Known:
    """The pages of a visit, of one without the centre, and of a machine that is no kiosk yet, as pictures."""
    return {"first-run": [_first_run(folder)], **_visits(folder, scans, roster)}


def recognised(picture: Path, known: Known) -> Seen:
    """Which of the ``known`` pages it is."""
    actual = _coarse(picture)
    most, name = max((_share(actual, _coarse(path)), name) for name, paths in known.items() for path in paths)
    return Seen(name if most >= SAME else "", most)


def share(one: Path, other: Path) -> float:
    """How much of two pictures is the same, from 0 to 1."""
    return _share(_coarse(one), _coarse(other))


def _coarse(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB").resize((SIZE[0] // COARSE, SIZE[1] // COARSE), Image.Resampling.BOX)


def _share(one: Image.Image, other: Image.Image) -> float:
    red, green, blue = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(most.histogram()[:NEAR]) / (one.width * one.height)


def _first_run(folder: Path) -> Path:
    state, pictures, door = folder / "no-kiosk", folder / "first-run", folder / "door"
    state.mkdir()
    config = folder / "no-kiosk.toml"
    config.write_bytes(dump(Config(state=state, run=state, screen=WINDOW, scanner=ScannerConfig(port="/dev/null"))))
    command = [sys.executable, "-m", "kiosk", "screen", "--config", str(config), "--stage", str(door)]
    with subprocess.Popen([*command, "--pictures", str(pictures)], env=_without_display()) as screen:
        try:
            wait_until(Stagehand(door).is_there, PATIENCE, "the first page is drawn")
        finally:
            screen.terminate()
    return next(pictures.glob("01-*.png"))


def _visits(folder: Path, scans: tuple[str, str], roster: Sequence[Mapping[str, Any]]) -> Known:
    with_centre, without = scans
    pictures = folder / "visit"
    plan = StagePlan(
        folder=new_folder(folder),
        site=SITE,
        moment=datetime.now(UTC),
        language="fi",
        screen=WINDOW,
        roster=tuple(roster),
        pictures=pictures,
    )
    with set_up(plan) as stage:
        _until(stage, "welcome")
        _check_in(stage, with_centre, "registered")
        stage.stagehand.touch("choice:finish", PATIENCE)
        stage.kill("central")
        _check_in(stage, without, "recorded")
    names = ("welcome", "confirm", "done-recorded", "done-registered")
    return {name: sorted(pictures.glob(f"*-{name}.png")) for name in names}


def _check_in(stage: Stage, scan: str, sign: str) -> None:
    """Until the page says so, and that the slip is there."""
    since, slips = len(stage.stagehand.shown()), len(stage.printer.slips)
    stage.scanner.scan(scan)
    stage.stagehand.touch("choice:check-in", PATIENCE)
    stage.printer.wait_for_slip(slips + 1, PATIENCE)
    _until(stage, "done", sign, since, times=2)


def _until(stage: Stage, page: str, sign: str | None = None, since: int = 0, times: int = 1) -> None:
    def there() -> bool:
        shown = stage.stagehand.shown(since)
        return sum(one.name == page and sign in (None, one.sign) for one in shown) >= times

    wait_until(there, PATIENCE, f"the page {page} is drawn")


def _without_display() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
