"""A scanner that is a keyboard (USB HID): its input device, held so that no key of it reaches anybody else.

Nobody but whoever holds the device sees its keys: not the screen, not a console. So a hostile barcode types into the
kiosk's own framing and can press nothing. A device that cannot be held is not read at all.
"""

import errno
import fcntl
import os
import select
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic

from kiosk.devices.scanner.keys import Keys
from kiosk.devices.transport import TransportError

NOT_HELD = "not-held"
"""The key of the ``TransportError`` of a device that is there and cannot be held."""

EVIOCGRAB = 0x40044590
"""``_IOW('E', 0x90, int)`` of linux/input.h."""

EVENT = struct.Struct("@llHHi")
"""``struct input_event``: seconds, microseconds, type, code, value."""

_EVENTS = 64
_GONE = (errno.ENOENT, errno.ENODEV, errno.ENXIO)


def hold(descriptor: int) -> None:
    """Hold the device for oneself until it is closed.

    Raises ``OSError``: ``EBUSY`` where another does already, ``ENOTTY`` or ``EINVAL`` where it is no input device.
    """
    fcntl.ioctl(descriptor, EVIOCGRAB, 1)


@dataclass(frozen=True)
class KeyboardTransport:
    """An input device by its path, best one below ``/dev/input/by-id``; what it types comes out as UTF-8.

    ``layout`` is the keyboard layout that the scanner believes the host to have: ``us`` or ``fi``.
    """

    device: str
    layout: str = "us"
    grab: Callable[[int], None] = hold

    @property
    def bytes_per_second(self) -> float:
        """Keyboards report every 8 ms, a key down and a key up for each letter; the best ones every 1 ms."""
        return 60.0

    @contextmanager
    def open(self) -> Iterator["_Keyboard"]:
        """Hold the device.

        Raises ``TransportError("refused")`` where there is none, ``("not-held")`` where it is held by another,
        forbidden, or no input device.
        """
        try:
            descriptor = os.open(self.device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        except OSError as error:
            key = "refused" if error.errno in _GONE else NOT_HELD
            raise TransportError(key, device=self.device, errno=error.errno) from None
        try:
            try:
                self.grab(descriptor)
            except OSError as error:
                key = "refused" if error.errno in _GONE else NOT_HELD
                raise TransportError(key, device=self.device, errno=error.errno) from None
            yield _Keyboard(descriptor, self.device, self.layout)
        finally:
            with suppress(OSError):
                os.close(descriptor)


class _Keyboard:
    def __init__(self, descriptor: int, name: str, layout: str) -> None:
        self._descriptor = descriptor
        self._name = name
        self._keys = Keys(layout)
        self._part = b""
        self._typed = b""

    def read(self, most: int, timeout: float) -> bytes:
        """Letters typed, as UTF-8. Keys that type nothing are silence, whatever their number."""
        until = monotonic() + timeout
        while not self._typed:
            if not self._ready(max(0.0, until - monotonic())):
                return b""
            self._take(self._events())
            if monotonic() >= until:
                break
        typed, self._typed = self._typed[:most], self._typed[most:]
        return typed

    def write(self, data: bytes, timeout: float) -> None:
        """A keyboard is told nothing. Raises ``TransportError("refused")``."""
        raise TransportError("refused", device=self._name)

    def discard_input(self) -> None:
        """Drop whatever was typed."""
        while self._ready(0.0):
            self._take(self._events())
        self._typed = b""

    def _ready(self, timeout: float) -> bool:
        try:
            return bool(select.select([self._descriptor], [], [], timeout)[0])
        except OSError as error:
            raise self._gone(error.errno) from None

    def _events(self) -> bytes:
        try:
            data = os.read(self._descriptor, EVENT.size * _EVENTS)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._gone(error.errno) from None
        if not data:
            raise self._gone(errno.EPIPE)
        return data

    def _take(self, data: bytes) -> None:
        data = self._part + data
        whole = len(data) - len(data) % EVENT.size
        for _, _, kind, code, value in EVENT.iter_unpack(data[:whole]):
            self._typed += self._keys.take(kind, code, value).encode()
        self._part = data[whole:]

    def _gone(self, number: int | None) -> TransportError:
        return TransportError("gone", device=self._name, errno=number)
