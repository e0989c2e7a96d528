"""Disks that are full or give up, under the real programs: a tmpfs of one megabyte, and an ext4 that goes read-only.

The ext4 is made to abort as a kernel does that has met an I/O error (``mount -o remount,abort``, ext4(5)): from then on
every write fails, though the files stay open. It is mended as a technician would: stopped, checked, mounted again.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

from kiosk.offline.reserve import FILE as RESERVE
from kiosk.scenario.stagehand import wait_until
from tests.torture import images
from tests.torture.findings import Findings
from tests.torture.syscall_faults import WITHIN
from tests.torture.visitor import TELLING, Book, QuickStage, Visitor, plan_for, quick_stage

MEGABYTE = 1 << 20
LEFT_FREE = 40 * 1024
"""Bytes: room for a few check-ins."""
CLIENTS = 30


@cache
def why_not() -> str | None:
    """Why nothing can be mounted here; ``None`` where it can."""
    return images.why_not()


def full(folder: Path) -> tuple[int, Findings]:
    """Clients come until the disk is full; how many were told a number, and what did not hold."""
    plan = plan_for(folder, CLIENTS)
    plan.state.mkdir(parents=True)
    with _tmpfs(plan.state), quick_stage(plan) as stage:
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


def given_up(folder: Path) -> tuple[int, Findings]:
    """The disk goes read-only between two clients, and the second is told the truth."""
    plan = plan_for(folder, 3)
    plan.state.mkdir(parents=True)
    image = images.formatted(folder / "image")
    with images.mounted(image, plan.state), quick_stage(plan) as stage:
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


def _comes(stage: QuickStage, book: Book, place: int) -> bool:
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


def _heals(stage: QuickStage) -> None:
    # Whatever pauses the processes make after a failure.
    stage.let_pass(timedelta(minutes=3))
    if stage.stagehand.shown()[-1].name == "not-recorded":
        stage.stagehand.touch("choice:finish", 2.0)
    wait_until(lambda: stage.stagehand.shown()[-1].name == "welcome", WITHIN, "the kiosk serves again")


def _fill(folder: Path, leave: int) -> Path:
    (folder / RESERVE).unlink(missing_ok=True)
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
