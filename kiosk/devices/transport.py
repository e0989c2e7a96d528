"""Ways to a device. A transport is only a reference; the connection is opened in a ``with`` and closed at its end.

Closing drops whatever has not left yet: a slip that is stuck on the way must not come out when the way is mended.
"""

import errno
import select
import socket
import struct
import termios
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

import serial

_CHUNK = 4096
_DRAIN_CHUNKS = 64
_NO_LINGERING = struct.pack("ii", 1, 0)
"""On, for no time: see socket(7)."""
_ETHERNET_BYTES_PER_SECOND = 1_000_000.0
"""What a printer's network board takes in at the least; far above what its head can print."""


class TransportError(Exception):
    """The way to a device failed. ``key`` is ``refused``, ``gone`` or ``timeout``; ``data`` names the address."""

    def __init__(self, key: str, **data: str | int | None) -> None:
        super().__init__(key)
        self.key = key
        self.data = data


class Connection(Protocol):
    """An open way to a device. Every call raises ``TransportError("gone")`` once the device has left."""

    def read(self, most: int, timeout: float) -> bytes:
        """At least one and at most ``most`` bytes; ``b""`` where none came within ``timeout`` seconds."""

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all bytes within ``timeout`` seconds. Raises ``TransportError("timeout")``."""

    def discard_input(self) -> None:
        """Drop whatever has come and was not read."""


class Transport(Protocol):
    """A reference to a device that can be opened."""

    @property
    def bytes_per_second(self) -> float:
        """How fast bytes travel, for reckoning time-outs."""

    def open(self) -> AbstractContextManager[Connection]:
        """Connect. Raises ``TransportError("refused")`` or ``("timeout")`` where nobody is there."""


def _drain(connection: Connection) -> None:
    # Bounded: a device that never stops talking must not hold its thread here.
    for _ in range(_DRAIN_CHUNKS):
        if not connection.read(_CHUNK, 0):
            break


@dataclass(frozen=True)
class SerialTransport:
    """A serial line or USB-CDC device, 8N1, held exclusively. ``port`` is best a by-id path; ``baud`` in bit/s."""

    port: str
    baud: int = 9600

    @property
    def bytes_per_second(self) -> float:
        """Ten bits on the line for each byte."""
        return self.baud / 10

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """Open the port. Raises ``TransportError("refused")`` where it is missing or somebody else holds it."""
        try:
            port = serial.Serial(self.port, self.baud, timeout=0, write_timeout=0, exclusive=True)
        except (OSError, termios.error) as error:
            raise TransportError("refused", port=self.port, errno=getattr(error, "errno", None)) from None
        try:
            yield _SerialConnection(port, self.port)
        finally:
            # Closing a port whose device has left may itself fail; it is closed all the same.
            with suppress(OSError, termios.error):
                port.reset_output_buffer()
            with suppress(OSError, termios.error):
                port.close()


class _SerialConnection:
    def __init__(self, port: serial.Serial, name: str) -> None:
        self._port = port
        self._name = name

    def read(self, most: int, timeout: float) -> bytes:
        try:
            if not select.select([self._port.fileno()], [], [], timeout)[0]:
                return b""
            return self._port.read(most)
        except (OSError, termios.error) as error:
            raise self._gone(error) from None

    def write(self, data: bytes, timeout: float) -> None:
        until = monotonic() + timeout
        left = memoryview(data)
        try:
            while left:
                if not select.select([], [self._port.fileno()], [], max(0.0, until - monotonic()))[1]:
                    raise TransportError("timeout", port=self._name)
                left = left[self._port.write(left[:_CHUNK]) or 0 :]
        except (OSError, termios.error) as error:
            raise self._gone(error) from None

    def discard_input(self) -> None:
        _drain(self)

    def _gone(self, error: Exception) -> TransportError:
        return TransportError("gone", port=self._name, errno=getattr(error, "errno", None))


@dataclass(frozen=True)
class TcpTransport:
    """A device with a network board. ``host`` is a name, an IPv4 or an IPv6 address; ``patience`` in seconds."""

    host: str
    port: int = 9100
    patience: float = 1.5

    @property
    def bytes_per_second(self) -> float:
        """The network is never what a printer waits for."""
        return _ETHERNET_BYTES_PER_SECOND

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """Connect within ``patience``. Raises ``TransportError("refused")`` or ``("timeout")``."""
        try:
            line = socket.create_connection((self.host, self.port), timeout=self.patience)
        except TimeoutError:
            raise TransportError("timeout", host=self.host, port=self.port) from None
        except OSError as error:
            raise TransportError("refused", host=self.host, port=self.port, errno=error.errno) from None
        with line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
            line.setblocking(False)
            yield _TcpConnection(line, self.host, self.port)


class _TcpConnection:
    def __init__(self, line: socket.socket, host: str, port: int) -> None:
        self._line = line
        self._host = host
        self._port = port

    def read(self, most: int, timeout: float) -> bytes:
        try:
            if not select.select([self._line], [], [], timeout)[0]:
                return b""
            data = self._line.recv(most)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._gone(error.errno) from None
        if not data:
            raise self._gone(errno.EPIPE)
        return data

    def write(self, data: bytes, timeout: float) -> None:
        until = monotonic() + timeout
        left = memoryview(data)
        while left:
            try:
                if not select.select([], [self._line], [], max(0.0, until - monotonic()))[1]:
                    raise TransportError("timeout", host=self._host, port=self._port)
                left = left[self._line.send(left) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._gone(error.errno) from None

    def discard_input(self) -> None:
        _drain(self)

    def _gone(self, number: int | None) -> TransportError:
        return TransportError("gone", host=self._host, port=self._port, errno=number)
