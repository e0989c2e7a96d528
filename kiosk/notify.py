"""Telling systemd how a service is: the protocol of sd_notify(3), without its library.

One datagram of ``NAME=value`` lines to the socket that ``NOTIFY_SOCKET`` names; where it names none, nothing happens.
A message that can't be sent is lost: a service never fails for want of somebody who listens.
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

SOCKET = "NOTIFY_SOCKET"
MICROSECONDS = "WATCHDOG_USEC"
PROCESS = "WATCHDOG_PID"


def ready(status: str = "") -> bool:
    """The service serves; ``status`` is one line for ``systemctl status``. Whether the message went out."""
    return send("READY=1", *([f"STATUS={_line(status)}"] if status else []))


def alive() -> bool:
    """Feed the watchdog. Whether the message went out."""
    return send("WATCHDOG=1")


def stopping() -> bool:
    """The service has begun to end. Whether the message went out."""
    return send("STOPPING=1")


def status(words: str) -> bool:
    """One line for ``systemctl status``, about nobody. Whether the message went out."""
    return send(f"STATUS={_line(words)}")


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether anybody listens."""
    return address(environment) is not None


def watchdog_seconds(environment: Mapping[str, str] = os.environ, process: int | None = None) -> float | None:
    """After how many seconds without ``alive`` systemd kills this process; ``None`` where it does not.

    ``process`` is the id of the process, its own where it is not given: a limit that is meant for another one
    (``WATCHDOG_PID``) is none (sd_watchdog_enabled(3)).
    """
    meant, limit = environment.get(PROCESS, ""), environment.get(MICROSECONDS, "")
    if meant and meant != str(os.getpid() if process is None else process):
        return None
    return int(limit) / 1e6 if limit.isascii() and limit.isdecimal() and int(limit) > 0 else None


def address(environment: Mapping[str, str] = os.environ) -> str | None:
    """The socket as Linux takes it: a path, or an abstract name with a zero byte in front where it begins with ``@``.

    ``None`` where there is none, or one of a kind that is not spoken here (``vsock:``).
    """
    named = environment.get(SOCKET, "")
    if named.startswith("@") and len(named) > 1:
        return "\0" + named[1:]
    return named if named.startswith("/") else None


def send(*lines: str) -> bool:
    """Send one message. Whether it went out; it never waits, for a full socket at the other end neither."""
    to = address()
    if to is None:
        return False
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
        door.setblocking(False)
        door.sendto("\n".join(lines).encode(), to)
        return True
    return False


def _line(words: str) -> str:
    """On one line, for the next one would be another message."""
    return " ".join(words.split())
