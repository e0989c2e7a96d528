"""Disks that are full or give up, under the real programs: a tmpfs of one megabyte, and an ext4 that goes read-only.

The ext4 is made to abort as a kernel does that has met an I/O error (``mount -o remount,abort``, ext4(5)): from then on
every write fails, though the files stay open. It is mended as a technician would: stopped, checked, mounted again.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

from kiosk.checkin import faults
from kiosk.config import WatchConfig
from kiosk.offline.reserve import FILE as RESERVE
from kiosk.scenario.stagehand import StageError, wait_until
from tests.torture import images
from tests.torture.findings import Findings
from tests.torture.syscall_faults import WITHIN
from tests.torture.visitor import TELLING, Book, RoughStage, Visitor, plan_for, rough_stage

MEGABYTE = 1 << 20
LEFT_FREE = 40 * 1024
"""Bytes: room for a few check-ins."""
CLIENTS = 30
SERVED_ON_IT = 3
"""Clients, before somebody takes that room too."""


@cache
def why_not() -> str | None:
    """Why nothing can be mounted here; ``None`` where it can."""
    return images.why_not()


def full(folder: Path) -> tuple[int, Findings]:
    """Clients come until the disk is full; how many were told a number, and what did not hold."""
    plan = plan_for(folder, CLIENTS)
    plan.state.mkdir(parents=True)
    with _tmpfs(plan.state), rough_stage(plan) as stage:
        book, place = Book(stage), 0
        filler = _fill(plan.state, LEFT_FREE)
        while _comes(stage, book, place):
            place += 1
            # The kiosk makes room where it can; somebody else takes that too.
            _fill(plan.state, 0)
        filler.unlink()
        _heals(stage)
        assert _comes(stage, book, place)
        return book.told, book.settled()


class _Watched(RoughStage):
    watch = WatchConfig(disk_low=96 * 1024, disk_full=48 * 1024)
    """For a disk of a megabyte."""


def on_the_reserve(folder: Path) -> tuple[int, Findings]:
    """Somebody fills the disk but for what the kiosk keeps for facts; as ``full``, with the watch over the disk."""
    plan = plan_for(folder, CLIENTS)
    plan.state.mkdir(parents=True)
    with _tmpfs(plan.state), rough_stage(plan, _Watched) as stage:
        book, place = Book(stage), 0
        _stands(stage, lambda _: (plan.state / RESERVE).exists(), "room is kept for facts")
        filler = _take(plan.state, 0)
        _stands(stage, lambda codes: faults.DISK_RESERVE.code in codes, "the disk is full but for the reserve")
        while _comes(stage, book, place):
            place += 1
            if place >= SERVED_ON_IT:
                _take(plan.state, 0)
        if place < SERVED_ON_IT:
            raise StageError(f"{place} clients were served in the room that is kept for them")
        # The kiosk has made room where it could: with what it got it may serve again. Somebody takes that too.
        _stands(stage, lambda codes: bool(_take(plan.state, 0)) and faults.DISK_FULL.code in codes, "the disk is full")
        _leaves(stage)
        wait_until(lambda: stage.stagehand.shown()[-1].name == "out-of-order", WITHIN, "the page says so")
        filler.unlink()
        _heals(stage)
        _stands(stage, lambda codes: not any(code.startswith("disk-") for code in codes), "there is room again")
        assert _comes(stage, book, place)
        _stands(stage, lambda _: (plan.state / RESERVE).exists(), "room is kept for facts again")
        return book.told, book.settled()


def given_up(folder: Path) -> tuple[int, Findings]:
    """The disk goes read-only between two clients, and the second is told the truth."""
    plan = plan_for(folder, 3)
    plan.state.mkdir(parents=True)
    image = images.formatted(folder / "image")
    with images.mounted(image, plan.state), rough_stage(plan) as stage:
        book = Book(stage)
        assert _comes(stage, book, 0)
        subprocess.run(["mount", "-o", "remount,abort", str(plan.state)], check=True)
        if _comes(stage, book, 1):
            book.lie("V1 was told a number by a kiosk that can write nothing")
        for name in ("screen", "sync"):
            stage.strike(name)
        subprocess.run(["umount", str(plan.state)], check=True)
        # As a new disk: the old one may still be mounted in a namespace that somebody else made meanwhile.
        mended = Path(shutil.copyfile(image, folder / "mended"))
        subprocess.run(["e2fsck", "-p", "-f", str(mended)], check=False, capture_output=True)
        subprocess.run(["mount", "-o", "loop", str(mended), str(plan.state)], check=True)
        stage.raise_again(["screen", "sync"])
        _heals(stage)
        assert _comes(stage, book, 1)
        assert _comes(stage, book, 2)
        return book.told, book.settled()


def _comes(stage: RoughStage, book: Book, place: int) -> bool:
    """A client; whether they were told a number."""
    visitor = Visitor(stage, book, place)
    if not visitor.finds_it_open():
        return False
    visitor.scan()
    page = visitor.page("confirm", "out-of-order", *TELLING, within=WITHIN)
    if page.name == "confirm":
        visitor.touch("check-in")
        page = visitor.page("not-recorded", *TELLING, within=WITHIN)
    if page.name not in TELLING and book.recorded(visitor.about):
        book.lie(f"{visitor.about} is recorded though the client was told otherwise")
    return page.name in TELLING


def _heals(stage: RoughStage) -> None:
    # Whatever pauses the processes make after a failure.
    stage.let_pass(timedelta(minutes=3))
    _leaves(stage)
    wait_until(lambda: stage.stagehand.shown()[-1].name == "welcome", WITHIN, "the kiosk serves again")


def _leaves(stage: RoughStage) -> None:
    """Whoever was told that nothing is recorded goes; their page stands until they do."""
    if stage.stagehand.shown()[-1].name == "not-recorded":
        stage.stagehand.touch("choice:finish", 2.0)


def _stands(stage: RoughStage, met: Callable[[frozenset[str]], bool], what: str) -> None:
    def look() -> bool:
        health = stage.health()
        return health is not None and met(health.codes)

    wait_until(look, WITHIN, what)


def _fill(folder: Path, leave: int) -> Path:
    (folder / RESERVE).unlink(missing_ok=True)
    return _take(folder, leave)


def _take(folder: Path, leave: int) -> Path:
    room = os.statvfs(folder)
    filler = folder / "filler"
    with filler.open("ab") as file:
        file.write(bytes(max(0, room.f_bavail * room.f_frsize - leave)))
    return filler


@contextmanager
def _tmpfs(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTE},mode=700", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
