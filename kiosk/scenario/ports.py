"""Ports for the processes of a stage."""

import secrets
import socket

LOOPBACK = "127.0.0.1"
FIRST_PORT, PORTS = 20_000, 12_000
"""Where a port is sought: Linux gives away those from 32768 on (``ip_local_port_range``)."""


def free_port() -> int:
    """A loopback port that nobody listens on now.

    It lies below those that the kernel gives away unasked, or a connection of somebody else could have got it before
    its process binds to it, or between two starts of that process.
    """
    while True:
        port = FIRST_PORT + secrets.randbelow(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        return port
