"""What each version does for a change to another: whether it may be now, and the files of the database meanwhile.

The updater (``kiosk.updating``) knows neither the key nor the tables. It asks the version from before to keep a copy
and, after a failure, to give it back, and the new one to try itself on another copy: all of it as the kiosk's own user,
while nothing else runs. Copies lie in ``changeover`` in the state folder, encrypted as what they are copies of.
"""

import os
import shutil
from pathlib import Path

from kiosk.checkin.faults import Recheck, Severity
from kiosk.checkin.health import Trouble
from kiosk.clock import clock_from_environment
from kiosk.composition.guard import pending, stopped, told
from kiosk.config import Config
from kiosk.diagnostics import record
from kiosk.diagnostics.watch.idle import idle_for
from kiosk.offline.connection import JOURNAL, ROSTER, Connection, DatabaseError, StoreError, opened
from kiosk.offline.examination import is_sound
from kiosk.offline.folder import sync_folder
from kiosk.offline.migrations import STEPS, applied
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, KeyMissingError, database_key
from kiosk.offline.vault import ROSTER as ROSTER_FILE

FOLDER = "changeover"
KEPT, TRIED, WHOLE, RESTORING = "kept", "tried", "whole", "restoring"
FILES = (DATABASE, f"{DATABASE}-wal", ROSTER_FILE, f"{ROSTER_FILE}-wal")
IDLE_SECONDS = 120.0
"""Without anybody at the screen before it may be taken away."""


class NotReadyError(Exception):
    """Not now. ``key`` says why: ``facts-pending``, ``served``, ``runs``."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def ready(config: Config, *, screen_stopped: bool) -> None:
    """Return where nothing is pending and nobody is served. Raises ``NotReadyError``."""
    found = pending(config.state)
    if not found.none:
        raise NotReadyError("facts-pending", told(found))
    clock = clock_from_environment()
    screen = record.read_one("screen", config.run, config.state, clock)
    if not screen_stopped and screen.alive and not any(_serves_nobody(trouble) for trouble in screen.standing):
        idle = idle_for(config.run, clock.monotonic())
        if idle is None or idle < IDLE_SECONDS:
            raise NotReadyError("served", "somebody is at the screen, or was within the last two minutes")


def _serves_nobody(trouble: Trouble) -> bool:
    """Whether the screen has a closed page until it is started again, and no attendant."""
    return trouble.fault.severity is Severity.OUT_OF_ORDER and trouble.fault.recheck is Recheck.START


def keep(config: Config) -> None:
    """Keep a copy of the files, safe against a power cut. Raises ``InUseError`` and ``OSError``."""
    stopped(config, "changeover")
    forget(config.state)
    kept = config.state / FOLDER / KEPT
    kept.mkdir(parents=True, mode=0o700)
    for name in FILES:
        if (config.state / name).is_file():
            _copy(config.state / name, kept / name)
    for folder in (kept, kept.parent, config.state):
        sync_folder(folder)
    (kept.parent / WHOLE).touch(mode=0o600)
    sync_folder(kept.parent)


def try_out(config: Config) -> None:
    """Use a copy as this version does: open, migrate, look over. Raises whatever then goes wrong."""
    # All that runs in service can be loaded; the screen without a display.
    from kiosk.composition import screen, sync  # noqa: F401

    kept = config.state / FOLDER / KEPT
    if not (kept / DATABASE).is_file():
        return
    tried = _copies(config.state)
    try:
        with Store(tried / DATABASE, database_key(config.state)).connect() as connection:
            if not is_sound(connection):
                raise StoreError("damaged")
    finally:
        _remove(tried)


def restore(config: Config) -> bool:
    """Give the files back where this version can't read what the other one left; whether nothing is lost by that.

    False where facts, numbers or the enrolment are there that the copy lacks: then nothing is touched.
    """
    state = config.state
    folder = state / FOLDER
    if not (folder / WHOLE).is_file():
        return True
    if not (folder / RESTORING).is_file():
        try:
            if not _newer(state):
                return True
            if _mark(state, state) != _mark(_copies(state), state):
                return False
        except (StoreError, DatabaseError, KeyMissingError):
            # Neither can be compared; a start of the kiosk mends what is damaged.
            return True
        finally:
            _remove(folder / TRIED)
        # From here on it is gone through with, however often the power is cut.
        (folder / RESTORING).touch(mode=0o600)
        sync_folder(folder)
    for name in FILES:
        for old in (state / f"{name}-shm", state / name):
            if name.endswith("-wal") or old.name.endswith("-shm"):
                old.unlink(missing_ok=True)
    sync_folder(state)
    for name in FILES:
        if (folder / KEPT / name).is_file():
            made = folder / f"{name}.new"
            _copy(folder / KEPT / name, made)
            made.rename(state / name)
    sync_folder(state)
    return True


def forget(state: Path) -> None:
    """Remove all copies, the mark that they are whole first."""
    folder = state / FOLDER
    if folder.is_dir():
        (folder / WHOLE).unlink(missing_ok=True)
        sync_folder(folder)
        _remove(folder)
        sync_folder(state)


def _newer(state: Path) -> bool:
    key = database_key(state)
    for name, file in ((DATABASE, JOURNAL), (ROSTER_FILE, ROSTER)):
        if (state / name).is_file():
            with opened(state / name, key, file) as connection:
                # By itself, each file is the main one of its connection.
                if _steps(connection) - {step.__name__ for step in STEPS[file]}:
                    return True
    return False


def _steps(connection: Connection) -> set[str]:
    return applied(connection, JOURNAL)


def _mark(folder: Path, state: Path) -> tuple[object, ...]:
    """All of the journal that can't be had again: facts, numbers that were lent, what this kiosk is."""
    with opened(folder / DATABASE, database_key(state)) as connection:
        facts = connection.execute("SELECT count(*), coalesce(max(seq), 0) FROM fact").fetchone()
        lent = connection.execute("SELECT coalesce(max(slot), 0) FROM lease").fetchone()
        enrolment = connection.execute("SELECT body FROM enrolment").fetchone()
        return (tuple(facts), tuple(lent), None if enrolment is None else enrolment[0])


def _copies(state: Path) -> Path:
    """A folder with copies of the copies, that may be written to."""
    tried = state / FOLDER / TRIED
    _remove(tried)
    tried.mkdir(mode=0o700)
    for name in FILES:
        if (state / FOLDER / KEPT / name).is_file():
            _copy(state / FOLDER / KEPT / name, tried / name)
    return tried


def _remove(folder: Path) -> None:
    for place, _, files in os.walk(folder, topdown=False):
        for name in files:
            Path(place, name).unlink()
        sync_folder(Path(place))
        Path(place).rmdir()


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as read, os.fdopen(handle, "wb") as written:
        # By pieces: a roster may be large.
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(handle)
