"""A printer while it is open: looked at, kept well, and given one slip after another."""

from dataclasses import dataclass
from typing import Protocol

import structlog

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.checkin.ticket import PrintOutcome
from kiosk.devices.printer import recovery, status
from kiosk.devices.printer.conversation import Conversation
from kiosk.devices.printer.encode import automatic, clearing, parting
from kiosk.devices.printer.mouth import Mouth
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.status import SILENT, PrinterStatus
from kiosk.devices.supervisor import Hold
from kiosk.devices.transport import Connection
from kiosk.ports import Clock

log = structlog.get_logger(__name__)

End = tuple[PrintOutcome, Fault | None]
_SLOW = 10.0
"""Seconds of travel of one slip that are worth a word in the log: an image on a slow line."""
_GLANCE = 0.2
"""Seconds between looks at a mouth that is to become empty."""


@dataclass
class Remains:
    """What outlives one opening of the printer."""

    mouth: Mouth
    unfinished: bool = False
    """A slip was begun of which nobody knows that it was cut."""


class Session(Protocol):
    """One opening of a printer. All calls raise ``TransportError`` where it leaves."""

    status: PrinterStatus
    sending: bool
    """Whether any byte of the last slip may have reached the printer."""
    stuck: bool
    """The last slip went nowhere anybody can see: close the connection, and what is still in it goes too."""

    def look(self) -> None:
        """See how the printer is, tell it, and mend what can be mended."""

    def news(self) -> bool:
        """Whether the printer has said by itself that something changed; what it said has been told."""

    def print(self, slip: bytes) -> End:
        """Print it, and say what is known of it."""


class TwoWay:
    """A printer that answers."""

    def __init__(
        self,
        connection: Connection,
        profile: PrinterProfile,
        bytes_per_second: float,
        remains: Remains,
        hold: Hold,
        clock: Clock,
    ) -> None:
        self._printer = Conversation(connection, profile)
        self._profile = profile
        self._bytes_per_second = bytes_per_second
        self._remains = remains
        self._mouth = remains.mouth
        self._hold = hold
        self._clock = clock
        self._recovery = recovery.Recovery(profile.recovers, profile.recover_every)
        self._asked_to_tell = not profile.automatic_status
        self.status = SILENT
        self.sending = False
        self.stuck = False

    def look(self) -> None:
        """See how it is. What a broken-off slip left behind is cleared away as soon as the printer is well."""
        self._look()

    def news(self) -> bool:
        """Whether it has told by itself of anything new."""
        told = self._printer.told()
        if told is None or told == self.status:
            return False
        self._tell(told)
        return True

    def print(self, slip: bytes) -> End:
        """Print it, unless anything forbids that now: then nothing is sent."""
        self.sending = False
        fault = self._ready()
        if fault is not None:
            if fault is faults.PRINTER_SLIP_LEFT:
                self._mouth.refuse()
                self._tell(self.status)
            return PrintOutcome.FAILED, fault
        travel = len(slip) / self._bytes_per_second
        if travel > _SLOW:
            log.warning("slow_slip", seconds=round(travel))
        self.sending = self._remains.unfinished = True
        self._printer.send(slip, travel + self._profile.finish)
        done = self._printer.worked_off(travel, stopping=lambda: self._hold.stopping)
        if done and self._profile.presenter:
            # Only now, so that half a slip is never held out to anybody.
            self._printer.send(self._profile.presenter.present, self._profile.finish)
        fault = self._tell(self._ask())
        if fault is faults.PRINTER_SLIP_LEFT:
            fault = None
        self._remains.unfinished = not done
        self.stuck = not done and fault in (faults.PRINTER_SILENT, faults.PRINTER_NONSENSE)
        if not done and not self._hold.stopping:
            self._printer.send(clearing(self._profile), self._profile.finish)
        return judge(done=done, fault=fault)

    def _ready(self) -> Fault | None:
        fault = self._look()
        until = self._clock.monotonic() + self._mouth.policy.patience
        while fault is faults.PRINTER_SLIP_LEFT and self._clock.monotonic() < until and not self._hold.stopping:
            self._hold.pause(_GLANCE)
            fault = self._look()
        return fault

    def _look(self) -> Fault | None:
        seen = self._ask()
        if self._recovery.due(seen, self._clock.monotonic()):
            log.info("printer_recovery")
            self._printer.send(recovery.COMMAND, self._profile.finish)
            seen = self._ask()
        unwanted = self._remains.unfinished or (
            self._mouth.policy.retract and self._mouth.overdue(self._clock.monotonic())
        )
        if seen.slip_left and unwanted and self._mouth.pull():
            seen = self._retract()
        fault = self._tell(seen)
        if fault is None and self._remains.unfinished:
            self._printer.send(clearing(self._profile) + parting(self._profile), self._profile.finish)
            self._remains.unfinished = False
        if fault is None and not self._asked_to_tell:
            self._printer.send(automatic(self._profile), self._profile.finish)
            self._asked_to_tell = True
        return fault

    def _retract(self) -> PrinterStatus:
        assert self._profile.presenter is not None
        log.info("slip_retracted")
        self._printer.send(self._profile.presenter.retract, self._profile.finish)
        until = self._clock.monotonic() + self._profile.finish
        seen = self._ask()
        while seen.slip_left and self._clock.monotonic() < until and not self._hold.stopping:
            self._hold.pause(_GLANCE)
            seen = self._ask()
        return seen

    def _ask(self) -> PrinterStatus:
        seen = self._printer.status()
        self._mouth.see(seen.slip_left, self._clock.monotonic())
        return seen

    def _tell(self, seen: PrinterStatus) -> Fault | None:
        """Report a status; a slip in the mouth only once it stands there for too long."""
        self.status = seen
        fault = status.blocking(seen)
        shown = status.all_faults(seen)
        if fault is faults.PRINTER_SLIP_LEFT and not self._mouth.at_fault(self._clock.monotonic()):
            shown = (faults.PRINTER_PAPER_NEAR_END,) if seen.paper_near_end else ()
        self._hold.well(shown)
        return fault


class OneWay:
    """A way on which nothing comes back, such as a print queue: never is a slip said to be printed."""

    def __init__(self, connection: Connection, bytes_per_second: float, finish: float, hold: Hold) -> None:
        self._connection = connection
        self._bytes_per_second = bytes_per_second
        self._finish = finish
        self._hold = hold
        self.status = SILENT
        self.sending = False
        self.stuck = False

    def look(self) -> None:
        """See whether the way is still there. More cannot be known."""
        self._connection.read(1, 0)
        self._hold.well()

    def news(self) -> bool:
        """Never."""
        return False

    def print(self, slip: bytes) -> End:
        """Hand it over."""
        self.sending = False
        self.look()
        self.sending = True
        self._connection.write(slip, len(slip) / self._bytes_per_second + self._finish)
        return PrintOutcome.UNKNOWN, faults.PRINTER_SILENT


def judge(*, done: bool, fault: Fault | None) -> End:
    """What may be said of a slip that was sent: whether the printer worked it off, and what it says of itself after."""
    if fault is None:
        return (PrintOutcome.PRINTED, None) if done else (PrintOutcome.UNKNOWN, faults.PRINTER_SILENT)
    if done or fault in (faults.PRINTER_SILENT, faults.PRINTER_NONSENSE):
        return PrintOutcome.UNKNOWN, fault
    return PrintOutcome.FAILED, fault
