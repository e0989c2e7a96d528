"""New rules of the site on probation: the screen that fails by them goes back to those before, by itself and once.

They were tried out before they were taken (``kiosk.checkin.rehearsal``). What that did not find shows in use: at once,
where the first page can't be made, or as a screen that begins again and again and never lasts.
"""

import structlog

from kiosk import __version__
from kiosk.offline import configuration
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.ports import Clock

log = structlog.get_logger()

LASTS = 600.0
"""Seconds of serving after which what fails is not the doing of new rules."""


class Probation:
    """Used in the attendant's thread, whose connection it has."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._digest = ""
        self._since = clock.monotonic()
        self._proven = ""

    def begin(self) -> None:
        """Before anything is shown."""
        try:
            if configuration.begin(self._connection, self._clock.now(), __version__):
                log.error("configuration_taken_back", why="the screen never lasted")
            self._digest = configuration.digest_in_use(self._connection)
        except DatabaseError as error:
            # Full or busy: the rules are served by all the same.
            log.warning("configuration_not_counted", error=type(error).__name__)

    def failed(self, error: Exception) -> bool:
        """Whether there are rules to go back to, after an error that the database has no part in."""
        if isinstance(error, DatabaseError):
            return False
        try:
            back = configuration.go_back(
                self._connection, self._clock.now(), __version__, configuration.digest_in_use(self._connection)
            )
        except DatabaseError:
            return False
        if back:
            log.error("configuration_taken_back", why=type(error).__name__)
        return back

    def tick(self) -> None:
        """Now and then, while nobody is served."""
        try:
            digest = configuration.digest_in_use(self._connection)
            if digest != self._digest:
                self._digest, self._since = digest, self._clock.monotonic()
            elif digest != self._proven and self._clock.monotonic() - self._since >= LASTS:
                configuration.prove(self._connection, digest)
                self._proven = digest
        except DatabaseError:
            # Another look comes soon.
            return

    def end(self) -> None:
        """The screen was asked to end."""
        try:
            configuration.ended_well(self._connection)
        except DatabaseError as error:
            log.warning("configuration_not_counted", error=type(error).__name__)
