"""A virtual slip printer: it speaks ESC/POS on a wire, answers for its sensors, and keeps what it printed."""

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.devices.simulated.escpos_machine import EscposMachine
from kiosk.devices.simulated.loop import Loop
from kiosk.devices.simulated.slip import Slip
from kiosk.devices.simulated.wires import PtyWire, TcpWire

_QUERY = b"\x10\x04"


class VirtualPrinter:
    """A printer with ``dots`` printable dots, on TCP at 127.0.0.1, or on a serial line where ``link`` is given.

    Entering it switches it on with paper in it. Every call may come from any thread and has taken effect when it
    returns.
    """

    def __init__(self, *, port: int = 0, link: Path | None = None, dots: int = 576) -> None:
        self._wire = TcpWire(port) if link is None else PtyWire(link)
        self._machine = EscposMachine(dots)
        self._loop = Loop("virtual-printer")
        self._changed = threading.Condition()
        self._plugged = False
        self._muted = False
        self._strike: Callable[[], None] | None = None
        self._bytes_to_strike = 0

    @property
    def port(self) -> int:
        """Its TCP port, once it is on. Raises ``AttributeError`` on a serial line."""
        return self._wire.port  # type: ignore[union-attr]

    @property
    def slips(self) -> tuple[Slip, ...]:
        """The slips that came out whole, oldest first."""
        return self._machine.slips

    @property
    def torn(self) -> tuple[Slip, ...]:
        """The slips that did not."""
        return self._machine.torn

    def wait_for_slip(self, count: int = 1, timeout: float = 5.0) -> Slip:
        """The slip number ``count``, as soon as it is out. Raises ``TimeoutError`` after ``timeout`` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.slips) >= count, timeout):
                raise TimeoutError(f"{len(self.slips)} slips came out, {count} were awaited")
        return self.slips[count - 1]

    def paper_out(self) -> None:
        """The roll ends. A slip half printed on it is torn off."""
        self._loop.call(self._machine.paper_out)
        self._tell()

    def refill(self) -> None:
        """A new roll."""
        self._set(paper_out=False, paper_near_end=False)

    def near_end(self, low: bool = True) -> None:
        """The roll runs low."""
        self._set(paper_near_end=low)

    def cover(self, open: bool) -> None:  # noqa: A002 - reads as a switch
        """Open or close the cover."""
        self._set(cover_open=open)

    def cutter_error(self, stuck: bool = True) -> None:
        """The cutter sticks, or is freed."""
        self._set(cutter_error=stuck)

    def mute(self, silent: bool = True) -> None:
        """Answer nothing any more, as a printer with a broken return line: it still prints."""

        def change() -> None:
            self._muted = silent

        self._loop.call(change)

    def unplug(self) -> None:
        """Pull the cable, power stays on: what was received is still printed."""
        self._loop.call(self._unplug)

    def plug(self) -> None:
        """Put the cable back in, at the same address."""
        self._loop.call(self._plug)

    def on_print(self, count: int, strike: Callable[[], None]) -> None:
        """Call ``strike`` after ``count`` bytes of the next slip, to break the printer in the middle of it.

        A slip begins with the first bytes that are no status query.
        """

        def change() -> None:
            self._bytes_to_strike, self._strike = count, strike

        self._loop.call(change)

    def __enter__(self) -> Self:
        self._loop.start()
        self.plug()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.unplug()
        self._loop.stop()

    def _plug(self) -> None:
        if not self._plugged:
            self._plugged = True
            self._wire.plug(self._loop, self._receive)

    def _unplug(self) -> None:
        if self._plugged:
            self._plugged = False
            self._wire.unplug(self._loop)

    def _receive(self, data: bytes) -> None:
        if self._strike is not None and data.startswith(_QUERY):
            pass
        elif self._strike is not None and len(data) >= self._bytes_to_strike:
            data, rest = data[: self._bytes_to_strike], data[self._bytes_to_strike :]
            strike, self._strike = self._strike, None
            self._take(data)
            strike()
            # A cable that was pulled carries no more.
            data = rest if self._plugged else b""
        elif self._strike is not None:
            self._bytes_to_strike -= len(data)
        self._take(data)

    def _take(self, data: bytes) -> None:
        self._answer(self._machine.feed(data))
        self._tell()

    def _set(self, **sensors: bool) -> None:
        def change() -> None:
            for name, value in sensors.items():
                setattr(self._machine.sensors, name, value)
            self._answer(self._machine.resume())

        self._loop.call(change)
        self._tell()

    def _answer(self, replies: bytes) -> None:
        if replies and not self._muted and self._plugged:
            self._wire.send(replies)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
