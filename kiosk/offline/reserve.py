"""Room on the disk that is kept for facts: taken up while there is enough, given up when the journal finds none left.

The roster gives way first: below a limit of free room it takes no news, so that it never uses up what facts need.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog
from sqlcipher3 import dbapi2

from kiosk.offline.connection import JOURNAL, ROSTER, Connection
from kiosk.offline.vault import DATABASE

log = structlog.get_logger()

FILE = f"{DATABASE}.reserve"
SIZE = 4 << 20
"""Bytes: some thousands of check-ins, days of them."""
LARGEST_SHARE = 4
"""No more than one in so many bytes of a small disk."""
PAGES_WHILE_FULL = 64
"""Pages of the log after which it is brought in on a full disk, so that it does not take what facts need."""
_WORTH_IT = 64 << 10
"""A log that is cut off by less makes no difference."""


class NoRoomError(dbapi2.OperationalError):  # type: ignore[misc, unused-ignore]
    """There is too little room left for anything but facts."""


class Reserve:
    """The file that holds the room. ``above`` is how many bytes must be free beside it before it is made."""

    def __init__(self, state: Path, above: int) -> None:
        self._path = state / FILE
        self._above = above

    def keep(self) -> bool:
        """Make it where there is none and room enough; whether there is one now."""
        try:
            told = os.statvfs(self._path.parent)
            size = min(SIZE, told.f_blocks * told.f_frsize // LARGEST_SHARE)
            if self._path.exists():
                if self._path.stat().st_blocks * 512 >= size:
                    return True
                # The power failed while it was made.
                self._path.unlink()
            if told.f_bavail * told.f_frsize - size <= self._above:
                return False
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(handle, 0, size)
            except OSError:
                self._path.unlink(missing_ok=True)
                return False
            finally:
                os.close(handle)
        except OSError:
            return False
        return True

    def give_up(self) -> bool:
        """Let the journal have it; whether there was one."""
        try:
            self._path.unlink()
        except OSError:
            return False
        log.warning("reserve_given_up")
        return True


def spend(state: Path) -> bool:
    """Give the reserve up where less is free than it holds; whether there is more room now."""
    try:
        told = os.statvfs(state)
    except OSError:
        return False
    return told.f_bavail * told.f_frsize < SIZE and Reserve(state, 0).give_up()


def room_for_news(state: Path, least: int) -> Callable[[], bool]:
    """Tells whether the roster may grow: at least so many bytes are free."""

    def is_there() -> bool:
        try:
            told = os.statvfs(state)
        except OSError:
            return True
        return told.f_bavail * told.f_frsize >= least

    return is_there


def room_maker(connection: Connection, state: Path) -> Callable[[BaseException | None], bool]:
    """What makes room for a fact after this error, if it is that the disk is full; whether there is more now."""
    reserve = Reserve(state, 0)

    def make(error: BaseException | None) -> bool:
        if not str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_FULL"):
            return False
        given_up = reserve.give_up()
        # While there is room to copy it: a log that has grown to where nothing is left can't be brought in any more.
        connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_WHILE_FULL}")
        return _cut_logs(connection) or given_up

    return make


def _cut_logs(connection: Connection) -> bool:
    """Bring the logs into their files, where much of them stands twice."""
    before = _logs(connection)
    for file in (ROSTER, JOURNAL):
        # The one may find no room, or somebody reading, and the other all the same.
        with suppress(dbapi2.Error):
            connection.execute(f"PRAGMA {file.schema}.wal_checkpoint(TRUNCATE)").fetchone()
    return before - _logs(connection) >= _WORTH_IT


def _logs(connection: Connection) -> int:
    paths = [Path(f"{row[2]}-wal") for row in connection.execute("PRAGMA database_list")]
    return sum(path.stat().st_size for path in paths if path.exists())
