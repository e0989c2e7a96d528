"""A virtual lamp on a serial relay: what calls staff to somebody who needs help."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.devices.simulated.loop import Loop
from kiosk.devices.simulated.wires import PtyWire

ON, OFF = b"\xa0\x01\x01\xa2", b"\xa0\x01\x00\xa1"
"""The commands of the common relays with an LCUS-1 board."""


class VirtualLamp:
    """Obeys ``ON`` and ``OFF`` on a serial line at ``link``. Entering it plugs it in, dark.

    Calls may come from any thread, and have taken effect when they return.
    """

    def __init__(self, link: Path) -> None:
        self._link = link
        self._wire = PtyWire(link)
        self._loop = Loop("virtual-lamp")
        self._heard = b""
        self._plugged = False
        self._lit = threading.Event()
        self.times = 0
        """How often it was switched on."""

    @property
    def port(self) -> str:
        """Where the driver finds it."""
        return str(self._link)

    @property
    def lit(self) -> bool:
        """Whether it shines."""
        return self._lit.is_set()

    def plug(self) -> None:
        """Put the plug in."""
        self._loop.call(self._plug)

    def unplug(self) -> None:
        """Pull the plug out: it goes dark."""
        self._loop.call(self._unplug)

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
            self._heard = b""
            self._lit.clear()

    def _receive(self, data: bytes) -> None:
        self._heard += data
        while len(self._heard) >= len(ON):
            command, self._heard = self._heard[: len(ON)], self._heard[len(ON) :]
            if command == ON:
                self.times += 1
                self._lit.set()
            elif command == OFF:
                self._lit.clear()
