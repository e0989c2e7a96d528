"""A raw print queue of CUPS. Nothing comes back from the printer, so no slip through it is ever said to be printed.

A queue prints late by design. What has not left it within the time of a slip is cancelled.
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep

from kiosk.devices.transport import Connection, TransportError

_PATIENCE = 5.0
_GLANCE = 0.1
_JOB = re.compile(r"request id is (\S+)")
_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
_QUEUE_BYTES_PER_SECOND = 1_000_000.0


@dataclass(frozen=True)
class CupsTransport:
    """A queue by its name; ``server`` is a socket's path or ``host:port`` where it is not the machine's own."""

    queue: str
    server: str | None = None

    @property
    def bytes_per_second(self) -> float:
        """How fast the queue takes bytes in; it says nothing of the printer behind it."""
        return _QUEUE_BYTES_PER_SECOND

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """See whether the queue takes jobs. Raises ``TransportError("refused")`` where it does not."""
        connection = _Queue(self)
        if not connection.takes_jobs():
            raise TransportError("refused", queue=self.queue)
        yield connection

    def run(self, command: str, *arguments: str, data: bytes = b"", timeout: float = _PATIENCE) -> str | None:
        """What a command of CUPS prints; ``None`` where it fails, is not installed, or takes too long."""
        server = () if self.server is None else ("-h", self.server)
        try:
            done = subprocess.run(
                [command, *server, *arguments],
                input=data,
                capture_output=True,
                timeout=timeout,
                check=True,
                env=_ENVIRONMENT,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.decode(errors="replace")


class _Queue:
    def __init__(self, way: CupsTransport) -> None:
        self._way = way

    def takes_jobs(self) -> bool:
        """Whether it accepts jobs and is not stopped."""
        accepting = self._way.run("lpstat", "-a", self._way.queue)
        enabled = self._way.run("lpstat", "-p", self._way.queue)
        return accepting is not None and " accepting" in accepting and enabled is not None and "disabled" not in enabled

    def read(self, most: int, timeout: float) -> bytes:
        """Nothing, ever. Raises ``TransportError("gone")`` where the queue has gone or was stopped."""
        if not self.takes_jobs():
            raise TransportError("gone", queue=self._way.queue)
        return b""

    def write(self, data: bytes, timeout: float) -> None:
        """Queue the bytes as one job and wait until it has left; cancel it where it has not in time."""
        until = monotonic() + timeout
        said = self._way.run("lp", "-d", self._way.queue, "-o", "raw", data=data)
        job = _JOB.search(said or "")
        if job is None:
            raise TransportError("gone", queue=self._way.queue)
        while job[1] in (self._way.run("lpstat", "-o", self._way.queue) or ""):
            if monotonic() >= until:
                self._way.run("cancel", "-x", job[1])
                raise TransportError("timeout", queue=self._way.queue)
            sleep(_GLANCE)

    def discard_input(self) -> None:
        """Nothing ever comes."""
