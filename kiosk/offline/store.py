"""The database of a kiosk, ready to be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.offline.connection import JOURNAL, ROSTER, Connection, DatabaseError, File, StoreError, attach, opened, why
from kiosk.offline.migrations import migrate
from kiosk.offline.vault import ROSTER as ROSTER_FILE


class Store:
    """A reference to the database; connections are opened in a ``with``, one for each thread.

    ``path`` is the journal file; the roster file is beside it.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self.roster_path = path.with_name(ROSTER_FILE)
        self._key = key

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection to both files with all migrations applied. Raises ``StoreError``."""
        with opened(self.path, self._key, JOURNAL) as connection:
            _migrate(connection, JOURNAL)
            # Held until it is attached, or closing it would sweep away the log that attaching makes anew.
            with opened(self.roster_path, self._key, ROSTER) as roster:
                _migrate(roster, ROSTER)
                attach(connection, self.roster_path, self._key)
            yield connection


def _migrate(connection: Connection, file: File) -> None:
    try:
        migrate(connection, file)
    except DatabaseError as error:
        raise StoreError(why(error), str(error), file.schema) from error
