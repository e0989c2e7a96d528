"""A virtual barcode scanner on a serial line."""

import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from kiosk.devices.simulated.loop import Loop
from kiosk.devices.simulated.scanner_firmware import MAKERS, Firmware
from kiosk.devices.simulated.wires import PtyWire
from kiosk.devices.simulated.wrong_baud import heard_at

_WRONG = (115200, 9600)
"""How fast it sends and how fast the host listens, in bit/s, while the speeds are wrong."""
_NOISE_BYTES = 40
_NOISE_PAUSE = 0.05
_FLOOD_PIECE = 4096
_STUCK = b"8"


class VirtualScanner:
    """A scanner that can be plugged in, pulled out, made to read and broken. Entering it plugs it in.

    ``maker`` is a name of ``MAKERS``: whose questions it answers. Calls may come from any thread, and have taken effect
    when they return.
    """

    def __init__(self, link: Path, maker: str = "none") -> None:
        self._link = link
        self._wire = PtyWire(link)
        self._loop = Loop("virtual-scanner")
        self._firmware: Firmware = MAKERS[maker]()
        self._chance = Random(0)  # noqa: S311 - noise
        self._plugged = False
        self._silent = False
        self._deaf = False
        self._wrong_baud = False
        self._babbling: tuple[threading.Thread, threading.Event] | None = None

    @property
    def port(self) -> str:
        """Where the driver finds it."""
        return str(self._link)

    @property
    def reading(self) -> bool:
        """Whether the host has pulled its trigger."""
        return self._firmware.reading

    @property
    def firmware(self) -> Firmware:
        """What is inside, for tests."""
        return self._firmware

    def plug(self) -> None:
        """Put the plug in."""
        self._loop.call(self._plug)

    def unplug(self) -> None:
        """Pull the plug out."""
        self._loop.call(self._unplug)

    def scan(self, read: str | bytes, code: int = 0) -> None:
        """Send what was read, as it is: the suffix is the caller's. Lost, as with a real one, while unplugged.

        ``code`` is the symbology's number, for makers that tell it.
        """
        raw = read.encode() if isinstance(read, str) else read
        self._loop.call(lambda: self._send(self._firmware.sent(raw, code)))

    def half_line(self, read: str = "010594Y9032") -> None:
        """Send half of a code, and never the rest."""
        self.scan(read[: len(read) // 2])

    def silence(self, on: bool = True) -> None:
        """Die, with the plug still in: neither read nor answer; or live again."""
        self._set("_silent", on)

    def deaf(self, on: bool = True) -> None:
        """Answer no question, but go on reading."""
        self._set("_deaf", on)

    def wrong_baud(self, on: bool = True) -> None:
        """Speak and listen at another speed than the host; or at its own again."""
        self._set("_wrong_baud", on)

    def noise(self, on: bool = True, seconds: float | None = None) -> None:
        """Send random bytes, as a bad cable does, until told otherwise or for ``seconds``."""
        self._babble(on, seconds, lambda: self._chance.randbytes(_NOISE_BYTES), _NOISE_PAUSE)

    def flood(self, size: int = 1_000_000) -> None:
        """Send so many bytes without a pause, and return when they are sent."""
        self._loop.call(lambda: self._send(_STUCK * size))

    def flooding(self, on: bool = True, seconds: float | None = None) -> None:
        """Send without any pause, until told otherwise or for ``seconds``."""
        self._babble(on, seconds, lambda: _STUCK * _FLOOD_PIECE, 0.001)

    def __enter__(self) -> Self:
        self._loop.start()
        self.plug()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.noise(on=False)
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

    def _set(self, name: str, on: bool) -> None:
        self._loop.call(lambda: setattr(self, name, on))

    def _receive(self, data: bytes) -> None:
        if self._silent or self._deaf:
            return
        if self._wrong_baud:
            data = heard_at(data, *reversed(_WRONG))
        self._send(self._firmware.feed(data))

    def _send(self, data: bytes) -> None:
        if not data or self._silent or not self._plugged:
            return
        self._wire.send(heard_at(data, *_WRONG) if self._wrong_baud else data)

    def _babble(self, on: bool, seconds: float | None, source: Callable[[], bytes], pause: float) -> None:
        if self._babbling is not None:
            thread, ended = self._babbling
            ended.set()
            thread.join()
            self._babbling = None
        if not on:
            return
        ended = threading.Event()
        pieces = None if seconds is None else max(1, round(seconds / pause))

        def run() -> None:
            sent = 0
            while not ended.wait(pause) and (pieces is None or sent < pieces):
                self._loop.call(lambda: self._send(source()))
                sent += 1

        thread = threading.Thread(target=run, name="virtual-scanner-noise", daemon=True)
        thread.start()
        self._babbling = (thread, ended)
