"""What a failed try says of the line or of the memory, on the board: once when it comes and once when it goes."""

import structlog

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.ports import FaultBoard
from kiosk.sync.client import CentreError

log = structlog.get_logger()

_OF_THE_LINE = {
    "unreachable": faults.CENTRE_UNREACHABLE,
    "busy": faults.CENTRE_UNREACHABLE,
    "untrusted": faults.CERTIFICATE_INVALID,
    "unauthorised": faults.CENTRE_REFUSES,
    "revoked": faults.KIOSK_REVOKED,
    "refused": faults.CENTRE_REFUSES,
    "nonsense": faults.CENTRE_NONSENSE,
}


class Reporter:
    """Tells the board of one thing, the line or the memory, as ``source`` sees it.

    ``unwritable`` is the fault that it is when that memory can't be written.
    """

    def __init__(self, board: FaultBoard, source: str, unwritable: Fault = faults.JOURNAL_UNWRITABLE) -> None:
        self._board = board
        self._source = source
        self._unwritable = unwritable
        self._last: tuple[str, str] | None = None

    def failed(self, error: Exception) -> None:
        """It could not be used."""
        reason, detail, fault = _read(error, self._unwritable)
        if (reason, detail) != self._last:
            # The board says what is broken; this says, as often as it changes, why.
            self._last = (reason, detail)
            log.info("failed", source=self._source, code=fault.code, reason=reason, detail=detail)
        self._board.tell(self._source, (fault.code,))

    def worked(self) -> None:
        """It does what it should."""
        self._last = None
        self._board.tell(self._source, ())


def _read(error: Exception, unwritable: Fault) -> tuple[str, str, Fault]:
    if isinstance(error, CentreError):
        return error.key, error.detail, _OF_THE_LINE[error.key]
    name = str(getattr(error, "sqlite_errorname", ""))
    # A page that can't be read, or a file that is no database any more (https://sqlite.org/rescode.html).
    damaged = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    return type(error).__name__, str(error), faults.DATABASE_DAMAGED if damaged else unwritable
