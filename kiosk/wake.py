"""Waking the other process: a datagram on a local socket, so that nobody polls hot and nobody waits long.

A message may be lost (nobody listens, the buffer is full); whoever waits also looks by itself now and then.
"""

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LONGEST = 64


class Wake:
    """The listening end. Its own process can ring it too, to end a wait."""

    def __init__(self, listening: socket.socket, path: Path) -> None:
        self._socket = listening
        self._path = path

    def wait(self, seconds: float) -> set[str]:
        """The messages that came; returns at the first one, with all that wait behind it."""
        came: set[str] = set()
        self._socket.settimeout(max(0.001, seconds))
        with contextlib.suppress(TimeoutError):
            came.add(self._socket.recv(_LONGEST).decode("ascii", "replace"))
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                came.add(self._socket.recv(_LONGEST).decode("ascii", "replace"))
        return came

    def ring(self, message: str) -> None:
        """Wake whoever waits here."""
        ring(self._path, message)


@contextmanager
def listening(path: Path) -> Iterator[Wake]:
    """Listen at ``path``; a socket left over from a crash is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        path.chmod(0o660)
        try:
            yield Wake(listener, path)
        finally:
            path.unlink(missing_ok=True)


def ring(path: Path, message: str) -> None:
    """Wake whoever listens at ``path``; nobody there is no error."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        sender.setblocking(False)
        sender.sendto(message.encode("ascii"), str(path))


class LineToSync:
    """``kiosk.ports.Line`` over the socket of ``kiosk sync``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def new_fact(self) -> None:
        """A fact was recorded."""
        ring(self._path, "fact")

    def pull(self, mark: int) -> None:
        """Ask the centre for news at once; ``pulled`` comes back with the same mark."""
        ring(self._path, f"pull:{mark}")
