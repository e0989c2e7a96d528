"""Cuts the power after every system call of a tape, in three ways, and has a witness look at what is left.

    result = replay(tape, MyWitness, torn=4, jobs=2)
    result.cuts, result.findings, result.failed

A witness is made anew for each replay. ``hear`` gets each acknowledgement as it went out, ``look`` the folder as the
cut left it, and tells what does not hold. Everything is drawn from ``seed``: a cut that failed fails again.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Protocol

from tests.torture.disk import LINK, Disk, Image, Mark
from tests.torture.findings import Findings
from tests.torture.recorder import Tape

MEMORY = Path("/dev/shm")
"""The fastest disk there is; each replay has a folder of its own below it."""
FAILURES_KEPT = 20


class Witness(Protocol):
    """Knows what was told, and can tell whether it still holds."""

    def hear(self, mark: Mark) -> None:
        """Something was acknowledged."""

    def look(self, state: Path) -> Findings:
        """Open what is left, and count. It may write: the folder is its own."""


@dataclass(frozen=True, order=True)
class Cut:
    """After operation number ``place``; ``mode`` is ``strict``, ``lax`` or ``torn-N``."""

    place: int
    mode: str


@dataclass
class Result:
    """``cuts`` were looked at; ``failed`` holds the first of those where something did not hold."""

    cuts: int = 0
    findings: Findings = field(default_factory=Findings)
    failed: list[tuple[Cut, Findings]] = field(default_factory=list)

    def add(self, cut: Cut, found: Findings) -> None:
        self.cuts += 1
        self.findings += found
        if not found.clean:
            self.failed = sorted([*self.failed, (cut, found)], key=lambda one: one[0])[:FAILURES_KEPT]

    def __add__(self, other: "Result") -> "Result":
        failed = sorted([*self.failed, *other.failed], key=lambda one: one[0])[:FAILURES_KEPT]
        return Result(self.cuts + other.cuts, self.findings + other.findings, failed)


@dataclass(frozen=True)
class Plan:
    """Which cuts: after each ``step``-th call, with ``torn`` draws of a torn disk; ``modes`` may leave some out."""

    torn: int = 1
    step: int = 1
    seed: int = 0
    modes: tuple[str, ...] = ("strict", "lax", "torn")


def replay(tape: Tape, witness: Callable[[], Witness], plan: Plan | None = None, jobs: int = 1) -> Result:
    """Every cut of the plan. What a strict cut leaves is looked at once for as long as it stays the same."""
    plan = plan or Plan()
    if jobs == 1:
        return _share(tape, witness, plan, 0, 1)
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        shares = [pool.submit(_share, tape, witness, plan, share, jobs) for share in range(jobs)]
        return sum((one.result() for one in shares), Result())


def left_of(tape: Tape, cut: Cut, seed: int = 0) -> Image:
    """What a cut leaves, to look at by hand."""
    disk = Disk(tape.start)
    for place, operation in enumerate(tape.operations[: cut.place + 1]):
        disk.do(place, operation)
    return _image(disk, cut, seed)


def _share(tape: Tape, witness: Callable[[], Witness], plan: Plan, share: int, shares: int) -> Result:
    disk, eye, result, count = Disk(tape.start), witness(), Result(), 0
    with tempfile.TemporaryDirectory(prefix="cut-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        for place, operation in enumerate(tape.operations):
            moved = disk.do(place, operation)
            if isinstance(operation, Mark):
                eye.hear(operation)
            for cut in _cuts(place, plan, moved):
                count += 1
                if count % shares == share:
                    _lay_out(Path(folder) / "state", _image(disk, cut, plan.seed))
                    result.add(cut, eye.look(Path(folder) / "state"))
    return result


def _cuts(place: int, plan: Plan, moved: bool) -> Iterator[Cut]:
    if moved and "strict" in plan.modes:
        yield Cut(place, "strict")
    if place % plan.step == 0:
        if "lax" in plan.modes:
            yield Cut(place, "lax")
        if "torn" in plan.modes:
            yield from (Cut(place, f"torn-{draw}") for draw in range(plan.torn))


def _image(disk: Disk, cut: Cut, seed: int) -> Image:
    match cut.mode:
        case "strict":
            return disk.strict()
        case "lax":
            return disk.lax()
    return disk.torn(Random(f"{seed}/{cut.place}/{cut.mode}"))


def _lay_out(folder: Path, image: Image) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in image.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if content.startswith(LINK):
            (folder / name).symlink_to(content.removeprefix(LINK).decode())
        else:
            (folder / name).write_bytes(content)
