"""Mending the files at a start, by whichever process is alone with them: the journal is salvaged, the roster dropped.

Both processes hold a shared lock for as long as they live. One that starts and finds itself alone looks the files over,
and what must be mended is mended before anybody opens them. One that meets damage while the other still has them open
leaves a mark, at which both end; whoever is started first mends. While the mark is there nobody opens the files who is
not alone with them.

The damaged file is kept aside under another name, with its log, for whoever comes to look; what is in the new file was
complete and on the disk before it takes the place of the old one in one step.
"""

import fcntl
import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from kiosk.offline import salvage
from kiosk.offline.connection import JOURNAL, ROSTER, DatabaseError, File, StoreError, opened, why
from kiosk.offline.examination import is_sound
from kiosk.offline.folder import sync_folder
from kiosk.offline.pages import unreadable
from kiosk.offline.salvage import Found, Salvaged
from kiosk.offline.spare import Spare, keep_spare, load_spare
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, LOCK
from kiosk.offline.vault import ROSTER as ROSTER_FILE

log = structlog.get_logger()

SUSPECT = f"{DATABASE}.suspect"
MAKING, MADE = f"{DATABASE}.making", f"{DATABASE}.new"
ASIDE = f"{DATABASE}.damaged-"
MOST_ASIDE = 3
LOOKS_AGAIN = 0.1
"""Seconds between two looks whether the other process has ended."""
MENDABLE = ("wrong-key", "damaged")
"""Why a file can't be read. Anything else, such as memory that has run out, is not the file's own trouble."""


class Hold:
    """A lock on the files of a state folder, shared with the other process; ``alone`` while nobody else has it."""

    def __init__(self, state: Path) -> None:
        self.alone = False
        self._state = state
        self._handle: int | None = None
        # On a disk that can't be written to nothing can be mended either.
        with suppress(OSError):
            self._handle = os.open(state / LOCK, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, patience: float = 0.0) -> None:
        """Try to be alone; else wait until nobody else is, who would be mending.

        While there is a mark of damage the other process is about to end: for so many seconds it is waited for.
        """
        if self._handle is None:
            return
        ends = time.monotonic() + patience
        while suspect(self._state) and not self._try_alone() and time.monotonic() < ends:
            time.sleep(LOOKS_AGAIN)
        # Twice: whoever was mending may have failed, and what it left is to be looked over anew.
        for _ in range(2):
            if self.alone or self._try_alone():
                return
            fcntl.flock(self._handle, fcntl.LOCK_SH)

    def share(self) -> None:
        """The files are in order: let the other process in."""
        self.alone = False
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_SH)

    def drop(self) -> None:
        """Nothing here has a connection any more."""
        self.alone = False
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _try_alone(self) -> bool:
        if self._handle is not None:
            with suppress(BlockingIOError):
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.alone = True
        return self.alone


@dataclass(frozen=True)
class Mended:
    """What was done: the journal ``salvaged``, with so much lost, and whether the roster was thrown away."""

    salvaged: Salvaged | None = None
    roster_dropped: bool = False


def mend(state: Path, key: bytes, now: datetime) -> Mended:
    """Look both files over, and mend what is damaged. Only for a process that is alone with them.

    Raises ``StoreError``: ``wrong-key`` where nothing shows that the key is theirs, ``damaged`` where nothing tells any
    more what this kiosk is, or why the disk would not take the new file. Then nothing has changed.
    """
    path, roster = state / DATABASE, state / ROSTER_FILE
    _finish(state)
    for leftover in state.glob(f"{MAKING}*"):
        leftover.unlink()
    # Somebody has met what a quick look may not find.
    thorough = suspect(state)
    found = _damaged(path, key, roster, thorough)
    salvaged = None
    if found is not None:
        salvaged = _salvage(state, key, found, now)
    dropped = roster.exists() and _is_lost(roster, key, thorough)
    if dropped:
        for name in ("", "-wal", "-shm"):
            roster.with_name(f"{ROSTER_FILE}{name}").unlink(missing_ok=True)
        log.error("roster_dropped")
    if salvaged is not None or any(state.glob(f"{ASIDE}*")):
        _note_how_far(path, key)
    (state / SUSPECT).unlink(missing_ok=True)
    return Mended(salvaged, dropped)


def suspect(state: Path) -> bool:
    """Whether somebody has met damage that is not mended yet."""
    return (state / SUSPECT).exists()


def leave_mark(state: Path) -> None:
    """Let both processes end, so that whoever is started first can mend."""
    with suppress(OSError):
        (state / SUSPECT).touch(mode=0o600)


def _damaged(path: Path, key: bytes, roster: Path, thorough: bool) -> Found | None:
    """What a damaged journal still holds; ``None`` for one in good order, or where there never was one."""
    spare = _spare(roster, key)
    if not path.exists() or path.stat().st_size == 0:
        found = salvage.search(path, key)
        return None if spare is None and not found.sound else found
    if salvage.begins_badly(path, key):
        return _proven(salvage.search(path, key), spare)
    trouble = None
    try:
        with opened(path, key) as connection:
            try:
                sound = is_sound(connection, thorough=thorough)
            except DatabaseError as error:
                sound, trouble = False, StoreError(why(error), str(error), JOURNAL.schema)
            if sound:
                return None
            if trouble is None or trouble.key in MENDABLE or _bad_sectors(path):
                # Before it is closed, which would write its log into it.
                return _proven(salvage.search(path, key), spare)
    except StoreError as error:
        trouble = error
    if trouble.key not in MENDABLE and not _bad_sectors(path):
        raise trouble
    return _proven(salvage.search(path, key), spare)


def _bad_sectors(path: Path) -> bool:
    """Whether the disk can't read all of a file and its log: SQLite says no more than that there was an I/O error."""
    return unreadable(path) or unreadable(path.with_name(f"{path.name}-wal"))


def _is_lost(roster: Path, key: bytes, thorough: bool) -> bool:
    trouble = _trouble(roster, key, ROSTER, thorough)
    return trouble in MENDABLE or (trouble != "" and _bad_sectors(roster))


def _proven(found: Found, spare: Spare | None) -> Found:
    """Raise ``StoreError`` where no page and no roster shows that the key is the right one."""
    if not found.sound and spare is None:
        raise StoreError("wrong-key", schema=JOURNAL.schema)
    return found


def _spare(roster: Path, key: bytes) -> Spare | None:
    """The spare in the roster file, where that can be read."""
    if not roster.exists():
        return None
    try:
        with opened(roster, key, ROSTER) as connection:
            return load_spare(connection)
    except (StoreError, DatabaseError, ValueError):
        return None


def _trouble(path: Path, key: bytes, file: File, thorough: bool) -> str:
    """Why a file can't be used: the key of a ``StoreError``; empty for one in good order."""
    try:
        with opened(path, key, file) as connection:
            return "" if is_sound(connection, thorough=thorough) else "damaged"
    except StoreError as error:
        return error.key
    except DatabaseError as error:
        return why(error)


def _salvage(state: Path, key: bytes, found: Found, now: datetime) -> Salvaged:
    spare = _spare(state / ROSTER_FILE, key)
    try:
        salvaged = salvage.rebuild(state / MAKING, key, found, spare, now, secrets.token_bytes(10))
        (state / MAKING).rename(state / MADE)
        sync_folder(state)
        _finish(state)
    except (DatabaseError, OSError) as error:
        for leftover in state.glob(f"{MAKING}*"):
            leftover.unlink()
        raise StoreError("unwritable", str(error), JOURNAL.schema) from error
    log.error(
        "journal_salvaged",
        saved=salvaged.saved,
        missing=salvaged.missing,
        next=salvaged.next,
        pages=found.sound,
        broken=found.broken,
    )
    return salvaged


def _note_how_far(path: Path, key: bytes) -> None:
    """Put into the spare how far a salvaged journal goes: it may be spoilt again before anybody else does."""
    try:
        with Store(path, key).connect() as connection:
            keep_spare(connection)
    except (StoreError, DatabaseError, ValueError) as error:
        # The journal is whole, and whoever keeps the spare by and by will tell of a roster that can't be written.
        log.warning("spare_not_kept", why=type(error).__name__)


def _finish(state: Path) -> None:
    """Put a file that is complete in the place of the damaged one, also where the power failed on the way."""
    path, made = state / DATABASE, state / MADE
    if not made.exists():
        return
    files = [path, path.with_name(f"{DATABASE}-wal")]
    aside = sorted(state.glob(f"{ASIDE}[0-9]*"))
    if path.exists() and not any(path.samefile(one) for one in aside):
        last = max((int(one.name.removeprefix(ASIDE).partition("-")[0]) for one in aside), default=0)
        for file in files:
            if file.exists():
                os.link(file, state / file.name.replace(DATABASE, f"{ASIDE}{last + 1}", 1))
        sync_folder(state)
    for file in (files[1], path.with_name(f"{DATABASE}-shm")):
        file.unlink(missing_ok=True)
    made.rename(path)
    sync_folder(state)
    drop_aside(state, MOST_ASIDE)


def drop_aside(state: Path, keep: int) -> int:
    """Delete all damaged files that were kept aside but the newest ``keep``; how many there were."""
    numbers = sorted({int(one.name.removeprefix(ASIDE).partition("-")[0]) for one in state.glob(f"{ASIDE}[0-9]*")})
    gone = numbers[: max(0, len(numbers) - keep)]
    for number in gone:
        for name in ("", "-wal"):
            (state / f"{ASIDE}{number}{name}").unlink(missing_ok=True)
    return len(gone)
