"""The door for SIU messages: each is kept before it is acknowledged."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import BoundedSemaphore, Event, Thread

import structlog

from central.ehr.config import Listen
from central.ehr.hl7.framing import Deframer, Message, Noise, framed
from central.ehr.hl7.sockets import server_context

log = structlog.get_logger()

MOST_LINES = 32
GLANCE = 0.5
"""Seconds after which an idle line looks whether it is to end."""
HANDSHAKE_SECONDS = 5.0


class Listener:
    """A port and its lines.

    ``answer`` takes the bytes of a message, ``None`` for one that was too large, and gives those of its
    acknowledgement; where it gives ``None``, the line is closed, and the sender will try again.
    """

    def __init__(self, name: str, listen: Listen, answer: Callable[[bytes | None], bytes | None]) -> None:
        self._name, self._listen, self._answer = name, listen, answer
        self._context = None if listen.tls is None else server_context(listen.tls)
        self._bound: socket.socket | None = None
        self._free = BoundedSemaphore(MOST_LINES)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._bound is not None
        port: int = self._bound.getsockname()[1]
        return port

    def open(self) -> None:
        """Begin to listen. Raises ``OSError``."""
        family = socket.AF_INET6 if ":" in self._listen.host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((self._listen.host, self._listen.port))
            bound.listen(16)
            bound.settimeout(GLANCE)
        except OSError:
            bound.close()
            raise
        self._bound = bound
        log.info("listening", ehr=self._name, port=self.port)

    def run(self, stop: Event) -> None:
        """Take lines till ``stop`` is set; each has a thread of its own."""
        assert self._bound is not None
        lines: list[Thread] = []
        try:
            while not stop.is_set():
                try:
                    line, _ = self._bound.accept()
                except TimeoutError:
                    continue
                if not self._free.acquire(blocking=False):
                    log.warning("too_many_lines", ehr=self._name)
                    line.close()
                    continue
                thread = Thread(target=self._serve, args=(line, stop), daemon=True, name=f"ehr-line-{self._name}")
                lines = [*(one for one in lines if one.is_alive()), thread]
                thread.start()
        finally:
            self._bound.close()
            self._bound = None
            for thread in lines:
                thread.join(5.0)

    def _serve(self, line: socket.socket, stop: Event) -> None:
        try:
            line.settimeout(HANDSHAKE_SECONDS)
            with self._context.wrap_socket(line, server_side=True) if self._context is not None else line as safe:
                self._talk(safe, stop)
        except (OSError, ssl.SSLError) as error:
            log.info("line_ended", ehr=self._name, error=type(error).__name__)
        finally:
            with suppress(OSError):
                line.close()
            self._free.release()

    def _talk(self, line: socket.socket, stop: Event) -> None:
        line.settimeout(GLANCE)
        deframer = Deframer(self._listen.largest_kib << 10)
        idle = 0.0
        while not stop.is_set() and idle < self._listen.idle_seconds:
            try:
                data = line.recv(65_536)
            except TimeoutError:
                idle += GLANCE
                continue
            if not data:
                return
            idle = 0.0
            for piece in deframer.feed(data):
                if isinstance(piece, Noise):
                    log.warning("noise", ehr=self._name, bytes=piece.count)
                    continue
                answer = self._answer(piece.content if isinstance(piece, Message) else None)
                if answer is None:
                    return
                line.settimeout(HANDSHAKE_SECONDS)
                line.sendall(framed(answer))
                line.settimeout(GLANCE)
