"""The disk that holds the database: room, and whether it may be written to (statvfs(3), open(2))."""

import errno
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.ports import Clock

HEALED_ABOVE = 1.1
"""How many times a threshold must be free again before its fault goes, so that it does not come and go."""
TRY_EVERY = 60.0
"""Seconds between two tries to write. Each costs the disk a little, and a flash disk has only so much to give."""
WORST = (faults.DISK_READ_ONLY, faults.DISK_FULL, faults.DISK_LOW)


@dataclass(frozen=True)
class Room:
    """What a disk says of itself: bytes free for the kiosk, and whether it is mounted read-only."""

    free: int
    read_only: bool = False


class DiskLook:
    """``low`` and ``full`` are bytes of free room below which the fault comes.

    ``reserved`` tells whether facts have room of their own, and takes it up where there is enough.
    """

    source = "disk"

    def __init__(
        self, folder: Path, clock: Clock, *, low: int, full: int, reserved: Callable[[], bool] = lambda: False
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._low = low
        self._full = full
        self._reserved = reserved
        self._before: Fault | None = None
        self._refused: int | None = None
        self._try_at = 0.0

    def look(self) -> Collection[Fault]:
        """The one fault that says it all: read-only, full (but for the reserve) or low."""
        now = self._clock.monotonic()
        # While it refuses, every round tries, so that a mended disk is known at once.
        if now >= self._try_at or self._refused is not None:
            self._try_at = now + TRY_EVERY
            self._refused = try_to_write(self._folder)
        self._before = judge(room(self._folder), self._refused, low=self._low, full=self._full, before=self._before)
        reserved = self._before is not faults.DISK_READ_ONLY and self._reserved()
        if self._before is faults.DISK_FULL and reserved:
            return (faults.DISK_RESERVE,)
        return () if self._before is None else (self._before,)


def judge(room: Room, refused: int | None, *, low: int, full: int, before: Fault | None) -> Fault | None:
    """The fault that follows; ``refused`` is the errno of the last try to write, ``before`` the fault so far."""
    if room.read_only or refused in (errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.ENOENT):
        return faults.DISK_READ_ONLY
    if refused in (errno.ENOSPC, errno.EDQUOT) or room.free < full * _margin(faults.DISK_FULL, before):
        return faults.DISK_FULL
    return faults.DISK_LOW if room.free < low * _margin(faults.DISK_LOW, before) else None


def room(folder: Path) -> Room:
    """What the disk below ``folder`` says. A folder that is not there is a disk that was not mounted."""
    try:
        told = os.statvfs(folder)
    except OSError:
        return Room(0, read_only=True)
    return Room(told.f_bavail * told.f_frsize, bool(told.f_flag & os.ST_RDONLY))


def try_to_write(folder: Path) -> int | None:
    """The errno with which the disk refuses a new file; ``None`` where it takes one, or can't be asked this way.

    A disk with errors may refuse every write and still be mounted for writing. The file has no name and leaves nothing.
    """
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600))
    except OSError as error:
        # Some file systems have no files without a name.
        return None if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL) else error.errno
    return None


def _margin(threshold: Fault, before: Fault | None) -> float:
    """A fault that stands goes only with a margin, and so does every lesser one."""
    stands = before is not None and WORST.index(before) <= WORST.index(threshold)
    return HEALED_ABOVE if stands else 1.0
