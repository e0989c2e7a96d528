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
    "refused": faults.CENTRE_REFUSES,
    "nonsense": faults.CENTRE_NONSENSE,
}


class Reporter:
    """Tells the board of one thing, the line or the memory, as ``source`` sees it."""

    def __init__(self, board: FaultBoard, source: str) -> None:
        self._board = board
        self._source = source
        self._last: tuple[str, str] | None = None

    def failed(self, error: Exception) -> None:
        """It could not be used."""
        reason, detail, fault = _read(error)
        if (reason, detail) != self._last:
            # The board says what is broken; this says, as often as it changes, why.
            self._last = (reason, detail)
            log.info("failed", source=self._source, code=fault.code, reason=reason, detail=detail)
        self._board.tell(self._source, (fault.code,))

    def worked(self) -> None:
        """It does what it should."""
        self._last = None
        self._board.tell(self._source, ())


def _read(error: Exception) -> tuple[str, str, Fault]:
    if isinstance(error, CentreError):
        return error.key, error.detail, _OF_THE_LINE[error.key]
    return type(error).__name__, str(error), faults.JOURNAL_UNWRITABLE
