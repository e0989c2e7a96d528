"""What systemd would hear: a real socket for the messages of sd_notify, which knows who sent each."""

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_CREDENTIALS = struct.Struct("3i")


@dataclass
class Ear:
    """``address`` is as ``NOTIFY_SOCKET`` names it."""

    socket: socket.socket
    address: str
    heard: list[tuple[int, str]] = field(default_factory=list)

    def listen(self, seconds: float = 0.0) -> list[tuple[int, str]]:
        """All messages so far, with the process of each, after having listened for so long."""
        ends = time.monotonic() + seconds
        while True:
            self.socket.settimeout(max(0.001, ends - time.monotonic()))
            try:
                said, more, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
            except TimeoutError:
                return self.heard
            (process, _, _) = _CREDENTIALS.unpack(more[0][2])
            self.heard.append((process, said.decode()))

    def wait_for(self, words: str, process: int, seconds: float, since: int = 0) -> int:
        """Wait until that process has said something with these words; how many messages there are then."""
        ends = time.monotonic() + seconds
        while not any(who == process and words in said for who, said in self.heard[since:]):
            assert time.monotonic() < ends, f"{words!r} was not said: {self.heard[since:]}"
            self.listen(0.1)
        return len(self.heard)

    def count(self, words: str, process: int, seconds: float) -> int:
        """How often that process says these words within so many seconds from now."""
        self.listen()
        before = len(self.heard)
        return sum(who == process and words in said for who, said in self.listen(seconds)[before:])


@contextmanager
def ear(path: Path | None = None, abstract: str = "") -> Iterator[Ear]:
    """Listen at a path, or at an abstract name."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        listening.bind("\0" + abstract if path is None else str(path))
        yield Ear(listening, "@" + abstract if path is None else str(path))
