"""A network cable that can be pulled: a TCP proxy on the loopback interface."""

import contextlib
import socket
from types import TracebackType
from typing import Self

from kiosk.devices.simulated.loop import Loop

_CHUNK = 65536
_PATIENCE = 5.0


class Cable:
    """Carries connections from ``port`` to a target, until it is pulled. Entering it puts it in.

    Down, it ends every connection and refuses new ones, but keeps its port.
    """

    def __init__(self, target_host: str, target_port: int, port: int = 0) -> None:
        self._target = (target_host, target_port)
        self._port = port
        self._loop = Loop("cable")
        self._listener: socket.socket | None = None
        self._pairs: dict[socket.socket, socket.socket] = {}

    @property
    def port(self) -> int:
        """The port on 127.0.0.1 at which the target is found through the cable."""
        return self._port

    @property
    def is_up(self) -> bool:
        """Whether the cable is in."""
        return self._listener is not None

    def up(self) -> None:
        """Put the cable in."""
        self._loop.call(self._up)

    def down(self) -> None:
        """Pull it out."""
        self._loop.call(self._down)

    def __enter__(self) -> Self:
        # Bound and never listening: it keeps the port ours while the cable is out.
        self._holder = _bound(self._port)
        self._port = self._holder.getsockname()[1]
        self._loop.start()
        self.up()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.down()
        self._loop.stop()
        self._holder.close()

    def _up(self) -> None:
        if self._listener is None:
            self._listener = _bound(self._port)
            self._listener.listen()
            self._loop.watch(self._listener, self._accept)

    def _down(self) -> None:
        if self._listener is not None:
            self._loop.ignore(self._listener)
            self._listener.close()
            self._listener = None
        for end in list(self._pairs):
            self._close(end)

    def _accept(self) -> None:
        if self._listener is None:
            return
        near, _ = self._listener.accept()
        try:
            far = socket.create_connection(self._target, timeout=_PATIENCE)
        except OSError:
            near.close()
            return
        for end, other in ((near, far), (far, near)):
            end.settimeout(_PATIENCE)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pairs[end] = other
            self._loop.watch(end, lambda end=end: self._carry(end))  # type: ignore[misc]

    def _carry(self, end: socket.socket) -> None:
        try:
            data = end.recv(_CHUNK)
            if data:
                self._pairs[end].sendall(data)
                return
        except OSError:
            pass
        self._close(end)

    def _close(self, end: socket.socket) -> None:
        other = self._pairs.pop(end, None)
        if other is None:
            return
        self._pairs.pop(other, None)
        for each in (end, other):
            with contextlib.suppress(KeyError):
                self._loop.ignore(each)
            each.close()


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound
