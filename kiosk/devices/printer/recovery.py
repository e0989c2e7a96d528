"""Ending an error that the printer can end itself when it is told to (``DLE ENQ 2``). Pure.

A cutter's error stays until then, although the blade may have been freed; nothing but a try shows that. A blade that
still sticks is not to be tried for ever.
"""

from kiosk.devices.printer.status import PrinterStatus

COMMAND = b"\x10\x05\x02"
"""``DLE ENQ 2``: clear the buffers and go on after the error. Obeyed on arrival."""


class Recovery:
    """Says when to try, at most ``tries`` times ``every`` some seconds. Opening the cover makes it count anew."""

    def __init__(self, tries: int, every: float) -> None:
        self._tries = tries
        self._every = every
        self._left = tries
        self._last: float | None = None

    def due(self, status: PrinterStatus, now: float) -> bool:
        """Whether to send the command now; a true answer counts as a try."""
        if not status.unknown and (status.cover_open or not status.error):
            self._left, self._last = self._tries, None
        latched = (status.cutter or status.jam) and not status.unrecoverable
        if not latched or status.cover_open or status.paper_out or self._left <= 0:
            return False
        if self._last is not None and now - self._last < self._every:
            return False
        self._left, self._last = self._left - 1, now
        return True
