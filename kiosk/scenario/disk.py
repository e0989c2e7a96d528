"""A small disk of its own for the kiosk's state, that can be filled and made read-only."""

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.config import WatchConfig
from kiosk.offline.reserve import FILE as RESERVE
from kiosk.scenario.stagehand import StageError

SIZE = 24 * 1024 * 1024
LOW, FULL = 8 * 1024 * 1024, 2 * 1024 * 1024
_BLOCK = 4096


class SmallDisk:
    """A tmpfs on ``folder``. Entering it mounts it; raises ``StageError`` where that is not permitted."""

    config = WatchConfig(disk_low=LOW, disk_full=FULL)
    """With what the kiosk calls this disk low and full."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._filler = folder / "filler"
        self._read_only = False

    def crowd(self) -> None:
        """Fill it to the brim, but for the room that the kiosk keeps for facts."""
        self._fill(0)

    def fill(self) -> None:
        """Fill it to the brim, and with it the room that the kiosk keeps for facts."""
        self._fill(0)
        (self._folder / RESERVE).unlink(missing_ok=True)
        self._fill(0)

    def _fill(self, leave: int) -> None:
        room = os.statvfs(self._folder)
        blocks = (room.f_bavail * room.f_frsize - leave) // _BLOCK
        try:
            with self._filler.open("ab", buffering=0) as filler:
                for _ in range(blocks):
                    filler.write(bytes(_BLOCK))
        except OSError:
            # Somebody else has written meanwhile; it is full all the same.
            return

    def low(self) -> None:
        """Leave little room."""
        self._fill((LOW + FULL) // 2)

    def free(self) -> None:
        """There is room again."""
        self._filler.unlink(missing_ok=True)

    def read_only(self) -> None:
        """Whatever is opened from now on cannot be written to. What is open stays so: no kernel takes that back."""
        if not self._read_only:
            _run("mount", "--bind", str(self._folder), str(self._folder))
            self._read_only = True
            _run("mount", "-o", "remount,ro,bind", str(self._folder))

    def writable(self) -> None:
        """It can be written to again."""
        if self._read_only:
            # Whoever looks at it just now may hold it for a moment; that look still ends.
            _run("umount", "--lazy", str(self._folder))
            self._read_only = False

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(self._folder))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.writable()
        _run("umount", str(self._folder))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StageError(f"no small disk: {done.stderr.strip() or command[0]}")
