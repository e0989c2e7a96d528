"""``kiosk wipe``: makes a kiosk forget everything, so that no person and no key is left on it."""

import os
from contextlib import suppress
from pathlib import Path

from kiosk.composition.changeover import forget
from kiosk.composition.guard import guard, stopped
from kiosk.composition.kept_check import FILE as CHECK
from kiosk.composition.last_words import close_for_good
from kiosk.composition.memory import OutOfOrderError, enrolled_store
from kiosk.composition.noting import note
from kiosk.config import Config
from kiosk.offline.connection import DatabaseError, StoreError
from kiosk.offline.folder import sync_folder
from kiosk.offline.vault import DATABASE, KEY_FILE, ROSTER


def wipe_kiosk(config: Config, force: str = "") -> tuple[list[str], bool]:
    """The names of the files that were removed, and whether the centre has heard the last day close.

    Raises ``InUseError``, ``PendingError``, and ``StoreError`` where a file can't be removed.
    """
    stopped(config, "wipe")
    reason = guard(config.state, "wipe", force)
    heard = _last_words(config, reason)
    # The key first: without it the rest is noise, whatever becomes of this process meanwhile.
    try:
        removed = [KEY_FILE] if _overwrite(config.state / KEY_FILE) else []
        for start in (DATABASE, ROSTER, "health-", CHECK):
            for path in sorted(config.state.glob(f"{start}*")):
                path.unlink()
                removed.append(path.name)
        forget(config.state)
        if removed:
            sync_folder(config.state)
    except OSError as error:
        raise StoreError("unwritable", str(error)) from error
    if removed:
        note("wipe", "wiped", files=len(removed), heard=heard)
    return removed, heard


def _last_words(config: Config, reason: str) -> bool:
    try:
        store, enrolment = enrolled_store(config.state)
        with store.connect() as connection:
            return close_for_good(config, connection, enrolment, reason)
    except (OutOfOrderError, StoreError, DatabaseError) as error:
        note("wipe", "day_close_not_kept", reason=type(error).__name__)
        return False


def _overwrite(path: Path) -> bool:
    """Overwrite a file in place, see it on the disk, and remove it; whether there was one."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            length = file.seek(0, os.SEEK_END)
            for filling in (os.urandom(length), bytes(length)):
                file.seek(0)
                file.write(filling)
                file.flush()
                os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)
        return True
    return False
