"""Rot: a page of the kiosk's files becomes noise, as a worn-out flash disk makes it.

A page of the journal or the roster is spoiled in the file itself, not in its log, whose copy would be the newer one:
so the log is brought in first. A frame of the log is spoiled where it lies (https://sqlite.org/fileformat2.html).
"""

import secrets
from pathlib import Path

from kiosk.offline.connection import JOURNAL, ROSTER, DatabaseError, File, StoreError
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key
from kiosk.offline.vault import ROSTER as ROSTER_FILE
from kiosk.scenario.stagehand import StageError, wait_until

LOG_HEADER, FRAME_HEADER = 32, 24
"""Bytes at the head of a log and of each of its frames."""
FOLDED_WITHIN = 10.0


def spoil_page(state: Path, file: File, page: int) -> None:
    """Overwrite a page, counted from 1, with noise. Raises ``StageError`` where the log can't be brought in."""
    fold(state)
    _overwrite(_path(state, file), (page - 1) * file.page_size, file.page_size)


def spoil_frame(state: Path, frame: int) -> None:
    """Overwrite a page in the journal's log, counted from 0; the log must not have been brought in."""
    _overwrite(log(state), LOG_HEADER + frame * (FRAME_HEADER + JOURNAL.page_size) + FRAME_HEADER, JOURNAL.page_size)


def pages_of(state: Path, file: File) -> int:
    """How many pages a file has."""
    return _path(state, file).stat().st_size // file.page_size


def frames_of(state: Path) -> int:
    """How many frames the journal's log has room for."""
    return (log(state).stat().st_size - LOG_HEADER) // (FRAME_HEADER + JOURNAL.page_size)


def log(state: Path) -> Path:
    """The journal's log."""
    return state / f"{DATABASE}-wal"


def fold(state: Path) -> None:
    """Bring both logs into their files, also while somebody reads them. Raises ``StageError``."""
    with Store(state / DATABASE, database_key(state)).connect() as connection:

        def folded() -> bool:
            told = [connection.execute(f"PRAGMA {one.schema}.wal_checkpoint(TRUNCATE)") for one in (JOURNAL, ROSTER)]
            return all(one.fetchone()[0] == 0 for one in told)

        try:
            wait_until(folded, FOLDED_WITHIN, "the logs are brought in")
        except (DatabaseError, StoreError) as error:
            raise StageError(f"the logs can't be brought in: {error}") from error


def _path(state: Path, file: File) -> Path:
    return state / (ROSTER_FILE if file is ROSTER else DATABASE)


def _overwrite(path: Path, offset: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(secrets.token_bytes(size))
