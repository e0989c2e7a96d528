"""Telling of a fault once when it comes and once when it goes, not at each try."""

import structlog

from kiosk.checkin import faults
from kiosk.sync.client import CentreError

log = structlog.get_logger()


class Reporter:
    """Logs the state of one thing: the line, or the memory."""

    def __init__(self) -> None:
        self._fault: str | None = None

    def failed(self, error: Exception) -> None:
        """It could not be used."""
        match error:
            case CentreError(key="unauthorised"):
                self._came(faults.CENTRE_REFUSES, error.key, error.detail)
            case CentreError():
                self._came(faults.CENTRE_UNREACHABLE, error.key, error.detail)
            case _:
                self._came(faults.JOURNAL_UNWRITABLE, type(error).__name__, str(error))

    def worked(self) -> None:
        """It does what it should."""
        if self._fault is not None:
            log.info("fault_gone", fault=self._fault)
            self._fault = None

    def _came(self, fault: faults.Fault, reason: str, detail: str) -> None:
        if fault.code != self._fault:
            self.worked()
            self._fault = fault.code
            log.warning("fault_came", fault=fault.code, reason=reason, detail=detail)
