"""A virtual slip printer: it speaks ESC/POS on a wire, answers for its sensors, and keeps what it printed."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.devices.simulated.bezel import Bezel
from kiosk.devices.simulated.escpos_machine import EscposMachine
from kiosk.devices.simulated.loop import Loop
from kiosk.devices.simulated.slip import Slip
from kiosk.devices.simulated.wires import PtyWire, TcpWire

_QUERY = b"\x10\x04"
_NOISE = b"\xff\x81\xc3\x99\xfe"
"""Bytes that fail every mask."""
_SLOW_BYTES_PER_SECOND = 960.0


class VirtualPrinter:
    """A printer with ``dots`` printable dots, on TCP at 127.0.0.1, or on a serial line where ``link`` is given.

    With a ``presenter`` it is a kiosk printer with a mouth, as those of Custom and Pyramid are.

    Entering it switches it on with paper in it. Every call may come from any thread and has taken effect when it
    returns.
    """

    def __init__(self, *, port: int = 0, link: Path | None = None, dots: int = 576, presenter: bool = False) -> None:
        self._wire = TcpWire(port) if link is None else PtyWire(link)
        self._machine = EscposMachine(dots, presenter=presenter)
        self._loop = Loop("virtual-printer")
        self._changed = threading.Condition()
        self._plugged = False
        self._muted = False
        self._noisy = False
        self._noise = itertools.cycle(_NOISE)
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

    @property
    def retracted(self) -> tuple[Slip, ...]:
        """What a presenter has taken back in, whole or torn."""
        return () if self._machine.bezel is None else tuple(self._machine.bezel.retracted)

    @property
    def taken(self) -> tuple[Slip, ...]:
        """What people have taken from a presenter."""
        return () if self._machine.bezel is None else tuple(self._machine.bezel.taken)

    @property
    def in_mouth(self) -> Slip | None:
        """The slip that a presenter holds out."""
        return None if self._machine.bezel is None else self._machine.bezel.out

    @property
    def pressed_on(self) -> tuple[Slip, ...]:
        """Slips that came while another was in the way of a presenter."""
        return () if self._machine.bezel is None else tuple(self._machine.bezel.pressed_on)

    def paper_out(self) -> None:
        """The roll ends. A slip half printed on it is torn off."""
        self._loop.call(lambda: self._answer(self._machine.paper_out()))
        self._tell()

    def refill(self) -> None:
        """A new roll."""
        self._set(paper_out=False, paper_near_end=False)

    def near_end(self, low: bool = True) -> None:
        """The roll runs low."""
        self._set(paper_near_end=low)

    def cover(self, open: bool = True) -> None:  # noqa: A002 - reads as a switch
        """Open or close the cover."""
        self._set(cover_open=open)

    def cutter(self, stuck: bool = True) -> None:
        """The cutter sticks, or is freed. Freed, its error stays until the printer is told to recover."""
        self._break("cutter_stuck", "cutter_error", stuck)

    def jam(self, stuck: bool = True) -> None:
        """Paper is jammed, or pulled out. The error stays likewise."""
        self._break("jammed", "jam_error", stuck)

    def overheat(self, hot: bool = True) -> None:
        """The head is too hot, or has cooled down."""
        self._set(overheated=hot)

    def voltage(self, wrong: bool = True) -> None:
        """The power supply is out of bounds. Only a presenter says so; others call it an error."""
        self._set(voltage=wrong)

    def broken(self, broken: bool = True) -> None:
        """An error that nothing but a technician ends."""
        self._set(unrecoverable=broken)

    def offline(self, offline: bool = True) -> None:
        """Somebody holds the feed button: offline, and no reason given."""
        self._set(feeding=offline)

    def mute(self, silent: bool = True) -> None:
        """Answer nothing any more, as a printer with a broken return line: it still prints."""

        def change() -> None:
            self._muted = silent

        self._loop.call(change)

    def unmute(self) -> None:
        """Answer again."""
        self.mute(False)

    def noise(self, noisy: bool = True) -> None:
        """Answer, but with bytes that no printer sends, as over a line of the wrong speed."""

        def change() -> None:
            self._noisy = noisy

        self._loop.call(change)

    def slow(self, slow: bool = True) -> None:
        """Take bytes in at 9600 bit/s only, whatever the wire."""

        def change() -> None:
            self._wire.rate = _SLOW_BYTES_PER_SECOND if slow else None

        self._loop.call(change)

    def leave_slips(self, left: bool = True) -> None:
        """Nobody takes slips from the presenter any more, or people do. Raises ``ValueError`` where it has none."""
        self._loop.call(lambda: setattr(self._bezel(), "left", left))

    def has_bin(self, there: bool) -> None:
        """Whether the presenter can take slips back in. Raises ``ValueError`` likewise."""
        self._loop.call(lambda: setattr(self._bezel(), "bin", there))

    def take(self) -> None:
        """Somebody takes the slip that the presenter holds out."""
        self._loop.call(lambda: self._bezel().take())
        self._tell()

    def cut_line_after(self, count: int) -> None:
        """Pull the cable after ``count`` bytes of the next slip. ``plug`` puts it back in."""
        self.on_print(count, self.unplug)

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

    def _break(self, cause: str, error: str, broken: bool) -> None:
        # A presenter's errors go with their causes; another's stay.
        stays = not broken and self._machine.bezel is None
        self._set(**({cause: broken} if stays else {cause: broken, error: broken}))

    def _bezel(self) -> Bezel:
        if self._machine.bezel is None:
            raise ValueError("this printer has no presenter")
        return self._machine.bezel

    def _answer(self, replies: bytes) -> None:
        if self._noisy:
            replies = bytes(next(self._noise) for _ in replies)
        if replies and not self._muted and self._plugged:
            self._wire.send(replies)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
