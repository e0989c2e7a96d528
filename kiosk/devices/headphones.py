"""Headphones in the kiosk's jack: the sound card tells the kernel, and the kernel whoever reads its input device.

ALSA makes an input device for each jack that can tell (``CONFIG_SND_JACK_INPUT_DEV``): "HDA Intel PCH Headphone". Its
switch is ``SW_HEADPHONE_INSERT`` of ``EV_SW`` (linux/input-event-codes.h); how it stands now is asked once it is open
(``EVIOCGSW``), for only changes are told. It is read, never held: the sound server watches it too.
"""

import errno
import fcntl
import os
import random
import select
import struct
from collections.abc import Callable
from contextlib import suppress

from kiosk.checkin.faults import HEADPHONES_GONE
from kiosk.devices.supervisor import Backoff, DeviceState, Hold, Supervisor
from kiosk.devices.transport import TransportError
from kiosk.ports import Clock

EVENT = struct.Struct("@llHHi")
"""``struct input_event``: seconds, microseconds, type, code, value."""
EV_SYN, EV_SW = 0, 5
SYN_DROPPED = 3
SW_HEADPHONE_INSERT = 2
SWITCHES_BYTES = 8
EVIOCGSW = 0x80004500 | 0x1B | SWITCHES_BYTES << 16
"""``_IOC(_IOC_READ, 'E', 0x1b, len)`` of linux/input.h: the switches, one bit each."""

LOOK = 0.5
"""Seconds between two looks whether the kiosk closes."""
_EVENTS = 16


def plugged_in(switches: bytes) -> bool:
    """Whether headphones are in, from the bits of ``EVIOCGSW``."""
    return bool(int.from_bytes(switches, "little") >> SW_HEADPHONE_INSERT & 1)


def asked(descriptor: int) -> bool:
    """How the switch stands now. Raises ``OSError`` for what is no input device."""
    switches = bytearray(SWITCHES_BYTES)
    fcntl.ioctl(descriptor, EVIOCGSW, switches)
    return plugged_in(bytes(switches))


class Switch:
    """From the events of the device to the state of the switch."""

    def __init__(self) -> None:
        self._part = b""

    def take(self, data: bytes) -> list[bool | None]:
        """What ``data`` tells, in order: in, out, or ``None`` where the kernel dropped events and must be asked."""
        data = self._part + data
        whole = len(data) - len(data) % EVENT.size
        self._part = data[whole:]
        told: list[bool | None] = []
        for _, _, kind, code, value in EVENT.iter_unpack(data[:whole]):
            if (kind, code) == (EV_SW, SW_HEADPHONE_INSERT):
                told.append(bool(value))
            elif (kind, code) == (EV_SYN, SYN_DROPPED):
                told.append(None)
        return told


class Headphones:
    """Watches the jack at ``device`` in a thread of its own, however often it leaves.

    ``on_change`` hears in that thread of each change, and first of headphones that are in. A jack that has left counts
    as pulled out.
    """

    def __init__(
        self,
        device: str,
        on_change: Callable[[bool], None],
        *,
        clock: Clock,
        on_state: Callable[[DeviceState], None] = lambda _: None,
        ask: Callable[[int], bool] = asked,
        backoff: Backoff | None = None,
    ) -> None:
        self._device = device
        self._on_change = on_change
        self._ask = ask
        self._plugged = False
        self._supervisor = Supervisor(
            "headphones",
            self,
            HEADPHONES_GONE,
            clock=clock,
            chance=random.random,
            on_state=on_state,
            backoff=backoff or Backoff(),
        )

    @property
    def state(self) -> DeviceState:
        """What is known of the jack now."""
        return self._supervisor.state

    def start(self) -> None:
        """Begin."""
        self._supervisor.start()

    def stop(self) -> None:
        """End."""
        self._supervisor.stop()

    def reopen(self) -> None:
        """Close the device and open it again."""
        self._supervisor.reopen()

    def run(self, hold: Hold) -> None:
        """Watch it until the end. Raises ``TransportError`` where it leaves."""
        descriptor = self._open()
        try:
            self._tell(self._standing(descriptor))
            hold.well()
            switch = Switch()
            while not hold.stopping:
                for plugged in switch.take(self._read(descriptor)):
                    self._tell(self._standing(descriptor) if plugged is None else plugged)
        finally:
            with suppress(OSError):
                os.close(descriptor)

    def away(self) -> None:
        """Nobody can tell any more whether others hear."""
        self._tell(False)

    def closing(self) -> None:
        """Nothing is left to answer."""

    def _tell(self, plugged: bool) -> None:
        if plugged != self._plugged:
            self._plugged = plugged
            self._on_change(plugged)

    def _open(self) -> int:
        try:
            return os.open(self._device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        except OSError as error:
            raise self._gone(error.errno) from None

    def _standing(self, descriptor: int) -> bool:
        try:
            return self._ask(descriptor)
        except OSError as error:
            raise self._gone(error.errno) from None

    def _read(self, descriptor: int) -> bytes:
        """What it tells; nothing after a while of silence."""
        try:
            if not select.select([descriptor], [], [], LOOK)[0]:
                return b""
            data = os.read(descriptor, EVENT.size * _EVENTS)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._gone(error.errno) from None
        if not data:
            raise self._gone(errno.EPIPE)
        return data

    def _gone(self, number: int | None) -> TransportError:
        return TransportError("gone", device=self._device, errno=number)
