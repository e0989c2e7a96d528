"""An ESC/POS printer without wires: bytes go in, replies and printed slips come out. Pure.

It behaves like a real one where that matters to a driver: real-time status is answered at once, everything else waits
its turn; while it is offline nothing is printed and no turn comes; an unknown command is skipped.
"""

from collections.abc import Mapping

from kiosk.devices.simulated import commands
from kiosk.devices.simulated.interpreter import Interpreter
from kiosk.devices.simulated.realtime import RealTime
from kiosk.devices.simulated.sensors import Sensors
from kiosk.devices.simulated.slip import Slip
from kiosk.devices.simulated.tape import Tape

_BUFFER = 4 * commands.LONGEST
"""Bytes that wait while offline; what comes beyond them is lost."""
_WINDOW = 4096
_PAPER_STATUS = "GS r"


class EscposMachine:
    """A printer with ``dots`` printable dots across (576, 512 or 384)."""

    def __init__(self, dots: int = 576) -> None:
        self.sensors = Sensors()
        self._tape = Tape(dots)
        self._interpreter = Interpreter(self._tape)
        self._buffer = bytearray()
        self._realtime = RealTime()
        self._replies = bytearray()

    @property
    def slips(self) -> tuple[Slip, ...]:
        """The slips that were printed to their end, in order."""
        return tuple(self._tape.slips)

    @property
    def torn(self) -> tuple[Slip, ...]:
        """The slips that were not."""
        return tuple(self._tape.torn)

    @property
    def unknown(self) -> Mapping[bytes, int]:
        """How often each command came that it does not know, by its first bytes."""
        return self._interpreter.unknown

    def feed(self, data: bytes) -> bytes:
        """Take bytes in, print what can be printed, and give the replies."""
        for piece, urgent in self._realtime.feed(data):
            self._buffer += piece[: max(0, _BUFFER - len(self._buffer))]
            if urgent > 0:
                self._replies += self.sensors.real_time(urgent)
            self._work()
            if urgent < 0:
                self._buffer.clear()
                self._tape.drop_line()
                self._replies += b"\x37\x25\x00"
        return self._given()

    def resume(self) -> bytes:
        """Go on after a sensor changed: a printer that comes back online prints what waits, and replies to it."""
        self._work()
        return self._given()

    def paper_out(self) -> None:
        """The roll ends; what is half printed on it comes off with it."""
        self.sensors.paper_out = True
        self._tape.tear()

    def _given(self) -> bytes:
        given = bytes(self._replies)
        self._replies.clear()
        return given

    def _work(self) -> None:
        done = 0
        while done < len(self._buffer) and not self.sensors.offline:
            command = commands.parse(bytes(self._buffer[done : done + _WINDOW]))
            if command is None and len(self._buffer) - done > _WINDOW:
                command = commands.parse(bytes(self._buffer[done:]))
            if command is None:
                break
            done += command.size
            if command.name == _PAPER_STATUS and command.args[0] in (1, 49):
                self._replies += self.sensors.paper()
            else:
                self._interpreter.obey(command)
        del self._buffer[:done]
