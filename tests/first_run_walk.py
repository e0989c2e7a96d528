"""A technician's way through a first run, on real devices: from the code to serving.

``python -m tests.first_run_walk OUT`` leaves a picture of each page in ``OUT``; ``docs/pictures`` has them.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image

from kiosk.scenario.plan import StagePlan
from kiosk.scenario.stage import new_folder
from kiosk.scenario.stagehand import wait_until
from kiosk.scenario.wallet import can_be_had
from tests.bare_machine import PATIENCE, BareMachine, bare_machine
from tests.torture.visitor import plan_for

GOOD, ON, TRY = "choice:found:good", "choice:check-next", "choice:test"
MARKS = tuple(f"mark:{n}" for n in range(5))
KEYS = ("up", "down", "enter", "escape", "help", "volume-up", "f3", "f4", "f5")
"""One for each meaning, as a keypad usually sends them."""


def full_plan(folder: Path) -> StagePlan:
    """A machine that has everything, but for a card reader where this one cannot have one."""
    return replace(plan_for(new_folder(folder), 1), card=can_be_had(), help=True, speech=True)


def place(machine: BareMachine) -> None:
    """It is the right kiosk."""
    machine.wait_for("check-place")
    machine.wait_for_words("kiosk-1")
    machine.wait_for_words("Kalasataman")
    machine.touch(GOOD)


def marks(machine: BareMachine) -> None:
    """The corners and the middle are touched."""
    machine.wait_for("check-touch")
    machine.touch(*MARKS)
    machine.wait_for_words("koko näytöllä")
    machine.touch(ON)


def slip(machine: BareMachine) -> None:
    """A slip comes out, which cannot be read; another one can."""
    machine.wait_for("check-printer")
    for n, answer in enumerate(("illegible", "good"), len(machine.printer.slips) + 1):
        machine.touch(TRY)
        machine.printer.wait_for_slip(n, PATIENCE)
        machine.touch(f"choice:found:{answer}")
        if answer != "good":
            machine.wait_for_words("ei saa selvää")


def code(machine: BareMachine) -> None:
    """The code on the slip is shown to the scanner."""
    machine.wait_for("check-scanner")
    machine.scanner.scan("TEST PAGE\r")
    machine.wait_for_words("9 merkkiä")
    machine.touch(ON)


def card(machine: BareMachine) -> None:
    """A card is put in and taken out."""
    wallet = machine.props.wallet
    if wallet is None:
        return
    machine.wait_for("check-card-reader")
    wallet.insert("fineid-2023")
    machine.wait_for_words("Kortti")
    wallet.reader.remove()
    machine.wait_for_words("otettiin pois")
    machine.touch(ON)


def signal(machine: BareMachine) -> None:
    """Light and sound come."""
    machine.wait_for("check-help")
    machine.touch(TRY)
    assert machine.props.bell is not None
    wait_until(lambda: machine.props.bell.lamp.lit, PATIENCE, "the light comes on")  # type: ignore[union-attr]
    machine.touch(GOOD)


def voice(machine: BareMachine) -> None:
    """The page is read."""
    machine.wait_for("check-sound")
    before = len(machine.stagehand.heard())
    machine.touch(TRY)
    wait_until(lambda: any("puhe" in one for one in machine.stagehand.heard(before)), PATIENCE, "it is read")
    machine.touch(GOOD)


def keys(machine: BareMachine) -> None:
    """Each key is pressed once."""
    machine.wait_for("check-keypad")
    for key in KEYS:
        machine.stagehand.strike(key)
    machine.touch(ON)


def self_test(machine: BareMachine) -> None:
    """It runs by itself, and once more where the first list of the centre had not come yet."""
    machine.wait_for("check-self-test")

    def is_green() -> bool:
        green = any("Vihreä" in one for one in machine.words())
        if not green:
            machine.touch(TRY)
        return green

    wait_until(is_green, PATIENCE, "the self-test is green")
    machine.touch(ON)


STEPS: tuple[Callable[[BareMachine], None], ...] = (
    place,
    marks,
    slip,
    code,
    card,
    signal,
    voice,
    keys,
    self_test,
)


def serve(machine: BareMachine) -> None:
    """The end."""
    machine.wait_for("check-summary")
    machine.touch("choice:check-done")
    machine.wait_for("welcome")


def main(out: Path) -> None:
    """Walk it, and keep the fullest picture of each page."""
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plan = full_plan(Path(folder))
        plan = replace(plan, pictures=plan.folder / "pictures")
        with bare_machine(plan) as machine:
            machine.wait_for("first-run")
            before = _pages(plan)
            machine.enrolled()
            for step in STEPS:
                step(machine)
            serve(machine)
            _keep(before | _pages(plan), out)


def _pages(plan: StagePlan) -> dict[str, Path]:
    """The last picture of each page so far, by its name; of the marks one with some of them touched."""
    assert plan.pictures is not None
    found: dict[str, list[Path]] = {}
    for path in sorted(plan.pictures.glob("*.png"), key=lambda path: int(path.name.partition("-")[0])):
        found.setdefault(path.stem.partition("-")[2], []).append(path)
    half = {"check-touch": 3, "check-scanner": 1, "check-card-reader": 1, "check-keypad": 5}
    return {name: paths[min(half.get(name, len(paths)), len(paths)) - 1] for name, paths in found.items()}


def _keep(pages: dict[str, Path], out: Path) -> None:
    for name, path in pages.items():
        if name.startswith(("first-run", "check")) and name != "first-run-asking":
            picture = Image.open(path).convert("RGB").quantize(96)
            short = "code" if name == "first-run" else name.removeprefix("check-").removeprefix("first-run-")
            picture.save(out / f"first-run-{short}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
