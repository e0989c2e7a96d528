"""Asking a printer for its status over an open connection."""

from collections.abc import Callable
from time import monotonic

from kiosk.devices.printer import status
from kiosk.devices.printer.encode import BARRIER
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.status import PrinterStatus
from kiosk.devices.transport import Connection

_TRIES = 3
_GLANCE = 0.25
"""Seconds between looks at a printer that works off a slip."""
_SILENCE = 2.0
"""Seconds without any reply after which waiting for the barrier makes no sense."""
_QUIET = 0.05
"""Seconds of silence after which no late reply is on its way."""


class Conversation:
    """Questions and answers with one printer. All calls raise ``TransportError`` once it has left.

    The seconds here are real ones, never those of a drill: they measure a device.
    """

    def __init__(self, connection: Connection, profile: PrinterProfile) -> None:
        self._connection = connection
        self._profile = profile

    def status(self) -> PrinterStatus:
        """Ask all four. A printer that leaves one unanswered is not asked the rest: late replies all look alike."""
        replies: dict[int, int | None] = {}
        for n in status.QUERIES:
            replies[n] = self._ask(n)
            if replies[n] is None:
                break
        return status.parse(replies)

    def send(self, data: bytes, timeout: float) -> None:
        """Hand bytes to the printer within ``timeout`` seconds."""
        self._connection.write(data, timeout)

    def worked_off(self, travel: float, *, stopping: Callable[[], bool]) -> bool:
        """Wait until the printer has reached the end of what was sent, which travels for ``travel`` seconds.

        ``False`` where it went offline before, fell silent, took too long, or ``stopping``. Without a barrier all
        that can be seen is that it stayed online for as long as a slip takes.
        """
        began = heard = monotonic()
        until = began + travel + self._profile.finish
        self._connection.discard_input()
        if self._profile.barrier:
            self._connection.write(BARRIER, self._profile.finish)
        while monotonic() < until and not stopping():
            reply = self._connection.read(1, _GLANCE)
            if not reply:
                if monotonic() - heard > travel + _SILENCE:
                    return False
                self._connection.write(status.query(1), self._profile.finish)
                continue
            heard = monotonic()
            if self._profile.barrier and status.is_paper_status(reply[0]):
                return True
            if status.valid(reply[0]) and status.parse({1: reply[0]}).offline:
                return False
        return not self._profile.barrier and not stopping()

    def _ask(self, n: int) -> int | None:
        late = False
        for _ in range(_TRIES):
            self._connection.discard_input()
            self._connection.write(status.query(n), self._profile.answer)
            reply = self._connection.read(1, self._profile.answer)
            if reply and status.valid(reply[0]):
                if late:
                    self._hush()
                return reply[0]
            if not reply and late:
                return None
            late = late or not reply
        return None

    def _hush(self) -> None:
        # The first question may still be answered; that answer must not pass for one to the next question.
        while self._connection.read(1, _QUIET):
            pass
