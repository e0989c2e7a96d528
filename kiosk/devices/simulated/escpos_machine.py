"""An ESC/POS printer without wires: bytes go in, replies and printed slips come out. Pure.

It behaves like a real one where that matters to a driver: real-time status is answered at once, everything else waits
its turn; while it is offline nothing is printed and no turn comes; an unknown command is skipped.
"""

from collections.abc import Mapping

from kiosk.devices.simulated import commands, realtime
from kiosk.devices.simulated.bezel import Bezel
from kiosk.devices.simulated.interpreter import Interpreter
from kiosk.devices.simulated.sensors import Sensors
from kiosk.devices.simulated.slip import Slip
from kiosk.devices.simulated.tape import Tape

_BUFFER = 4 * commands.LONGEST
"""Bytes that wait while offline; what comes beyond them is lost."""
_WINDOW = 4096
_FULL_STATUS = 0x14
_MOVING_PAPER = (2, 3, 5, 32)
"""The ejector commands that cut first: retract, present, eject, present for a while."""


class EscposMachine:
    """A printer with ``dots`` printable dots across (576, 512 or 384).

    With a ``presenter`` it has a mouth with an ejector (``GS e``) and tells its full status, but knows neither how to
    clear its buffer, nor automatic status, nor ``DLE ENQ``.
    """

    def __init__(self, dots: int = 576, *, presenter: bool = False) -> None:
        self.sensors = Sensors()
        self.bezel = Bezel() if presenter else None
        self._tape = Tape(dots, self.bezel.cut if self.bezel else None)
        self._interpreter = Interpreter(self._tape)
        self._buffer = bytearray()
        self._realtime = realtime.RealTime()
        self._replies = bytearray()
        self._automatic = False
        self._told = b""

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
                self._replies += self._status(urgent)
            self._work()
            if urgent < 0 and not self.bezel:
                self._obey_at_once(urgent)
        return self._given()

    def resume(self) -> bytes:
        """Go on after a sensor changed: a printer that comes back online prints what waits, and replies to it."""
        self._work()
        return self._given()

    def paper_out(self) -> bytes:
        """The roll ends; what is half printed on it comes off with it."""
        self.sensors.paper_out = True
        self._tape.tear()
        return self._given()

    def _given(self) -> bytes:
        self._tell_by_itself()
        given = bytes(self._replies)
        self._replies.clear()
        return given

    def _status(self, n: int) -> bytes:
        if n == _FULL_STATUS and self.bezel:
            return self.sensors.full(ticket_out=self.bezel.out is not None)
        return self.sensors.real_time(n)

    def _obey_at_once(self, urgent: int) -> None:
        if urgent in (realtime.CLEARING, realtime.RECOVERING_CLEARED):
            self._buffer.clear()
            self._tape.drop_line()
        if urgent == realtime.CLEARING:
            self._replies += b"\x37\x25\x00"
        else:
            self.sensors.recover()
            self._work()

    def _work(self) -> None:
        done = 0
        while done < len(self._buffer) and not self.sensors.offline:
            command = commands.parse(bytes(self._buffer[done : done + _WINDOW]))
            if command is None and len(self._buffer) - done > _WINDOW:
                command = commands.parse(bytes(self._buffer[done:]))
            if command is None:
                break
            done += command.size
            match command.name:
                case "GS r" if command.args[0] in (1, 49):
                    self._replies += self.sensors.paper()
                case "GS a" if not self.bezel:
                    self._automatic, self._told = command.args[0] != 0, b""
                    self._tell_by_itself()
                case "GS e" if self.bezel:
                    self._eject(self.bezel, command.args)
                case _:
                    self._interpreter.obey(command)
        del self._buffer[:done]

    def _eject(self, bezel: Bezel, args: bytes) -> None:
        if args[0] in _MOVING_PAPER:
            self._tape.cut()
        match args[0]:
            case 2:
                bezel.retract()
            case 3 | 32:
                bezel.present()
            case 5:
                bezel.present()
                bezel.take()
            case 6:
                self._replies.append(0x08 if bezel.out else 0)

    def _tell_by_itself(self) -> None:
        packet = self.sensors.automatic()
        if self._automatic and packet != self._told:
            self._told = packet
            self._replies += packet
