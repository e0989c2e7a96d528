"""How a virtual printer is reached: a network board on TCP, or a serial line."""

import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk.devices.simulated.loop import Loop
from kiosk.devices.simulated.pty_line import PtyLine

_CHUNK = 4096
_TICK = 0.01
Receive = Callable[[bytes], None]


class Wire(Protocol):
    """One way in. All calls are made in the loop's thread."""

    rate: float | None
    """Bytes a second that it lets through; ``None`` for all there are."""

    def plug(self, loop: Loop, receive: Receive) -> None:
        """Be reachable; every piece of bytes that comes goes to ``receive``."""

    def unplug(self, loop: Loop) -> None:
        """Be gone."""

    def send(self, data: bytes) -> None:
        """Reply to whoever is connected; lost where nobody is."""


class TcpWire:
    """A network board on 127.0.0.1: one client at a time, as most have it. Port 0 takes any, and keeps it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.rate: float | None = None
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None

    def plug(self, loop: Loop, receive: Receive) -> None:
        """Listen."""
        if self._listener is not None:
            return
        self._receive = receive
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        self._listener = listener
        loop.watch(listener, lambda: self._accept(loop))

    def unplug(self, loop: Loop) -> None:
        """Hang up and listen no longer."""
        if self._client is not None:
            self._hang_up(loop, self._client)
        elif self._listener is not None:
            loop.ignore(self._listener)
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def send(self, data: bytes) -> None:
        """Reply to the client."""
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.send(data)

    def _accept(self, loop: Loop) -> None:
        if self._listener is None:
            return
        client, _ = self._listener.accept()
        client.setblocking(False)
        self._client = client
        # The next one waits until this one has left.
        loop.ignore(self._listener)
        loop.watch(client, lambda: self._read(loop, client))

    def _read(self, loop: Loop, client: socket.socket) -> None:
        try:
            data = client.recv(_share(self.rate))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._receive(data)
            if self.rate is not None and self._client is client:
                loop.ignore(client)
                loop.later(_TICK, lambda: self._go_on(loop, client))
        else:
            self._hang_up(loop, client)
            if self._listener is not None:
                loop.watch(self._listener, lambda: self._accept(loop))

    def _go_on(self, loop: Loop, client: socket.socket) -> None:
        if self._client is client:
            loop.watch(client, lambda: self._read(loop, client))

    def _hang_up(self, loop: Loop, client: socket.socket) -> None:
        with contextlib.suppress(KeyError):
            # Between two ticks of a slow line it is not watched.
            loop.ignore(client)
        client.close()
        self._client = None


class PtyWire:
    """A serial line, found at ``link``."""

    def __init__(self, link: Path) -> None:
        self.rate: float | None = None
        self._line = PtyLine(link)

    def plug(self, loop: Loop, receive: Receive) -> None:
        """Appear."""
        self._line.plug()
        if (master := self._line.master) is not None:
            loop.watch(master, lambda: self._read(loop, master, receive))

    def unplug(self, loop: Loop) -> None:
        """Vanish."""
        if self._line.master is not None:
            with contextlib.suppress(KeyError):
                loop.ignore(self._line.master)
            self._line.unplug()

    def send(self, data: bytes) -> None:
        """Reply."""
        self._line.write(data)

    def _read(self, loop: Loop, master: int, receive: Receive) -> None:
        with contextlib.suppress(BlockingIOError):
            receive(os.read(master, _share(self.rate)))
        if self.rate is not None and self._line.master == master:
            loop.ignore(master)
            loop.later(_TICK, lambda: self._go_on(loop, master, receive))

    def _go_on(self, loop: Loop, master: int, receive: Receive) -> None:
        if self._line.master == master:
            loop.watch(master, lambda: self._read(loop, master, receive))


def _share(rate: float | None) -> int:
    return _CHUNK if rate is None else max(1, round(rate * _TICK))
