"""The database of a kiosk, ready to be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.offline.connection import Connection, DatabaseError, StoreError, opened, why
from kiosk.offline.migrations import migrate


class Store:
    """A reference to the database; connections are opened in a ``with``, one for each thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection with all migrations applied. Raises ``StoreError``."""
        with opened(self.path, self._key) as connection:
            try:
                migrate(connection)
            except DatabaseError as error:
                raise StoreError(why(error), str(error)) from error
            yield connection
