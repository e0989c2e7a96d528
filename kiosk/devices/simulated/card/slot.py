"""One slot of the virtual reader: a card in it, connected to vpcd, the reader driver of vsmartcard, over TCP.

The protocol: two bytes of length, big-endian, then a message. A message of one byte is a control (0 power off, 1 power
on, 2 reset, 4 asks for the answer to reset); any other is a command to the card. Closing the connection takes the card
out. Source: vsmartcard, ``vpcd.c``.
"""

import contextlib
import socket
import struct
import threading
from typing import NoReturn

from kiosk.devices.simulated.card.card import LooseError, PulledError, VirtualCard

_LENGTH = struct.Struct(">H")
_POWER_ON, _RESET, _ANSWER_TO_RESET = 1, 2, 4
_AGAIN = 0.02
"""Seconds between tries to reach the service, while it does not run."""


class Slot:
    """Empty at first. ``port`` is where vpcd listens for this slot's card."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._thread: threading.Thread | None = None
        self._out = threading.Event()
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._fresh = True

    @property
    def occupied(self) -> bool:
        """A card is in it. One that is pulled in the middle of a command leaves by itself."""
        return self._thread is not None and self._thread.is_alive()

    def insert(self, card: VirtualCard) -> None:
        """Put a card in, instead of the one before. It stays in when the service stops and starts."""
        self.remove()
        self._out = threading.Event()
        self._thread = threading.Thread(
            target=self._stay, args=(card, self._out, self._fresh), name="virtual-card", daemon=True
        )
        self._fresh = False
        self._thread.start()

    def remove(self) -> None:
        """Take the card out."""
        if self._thread is None:
            return
        self._out.set()
        with self._lock:
            if self._line is not None:
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._thread = None

    def _stay(self, card: VirtualCard, out: threading.Event, empty: bool) -> None:
        """``empty``: the service knows that nothing is in the slot.

        Where another card was in before, it may not: pcscd, about to power that one down, finds it gone, takes the
        next connection for the same card, and never tells of the change. A hand is not so quick. So first a connection
        that ends when it is asked for its answer to reset, which is how vpcd finds a slot empty.
        """
        while not out.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=5) as line:
                    with self._lock:
                        self._line = line
                    if out.is_set():
                        return
                    if empty:
                        _serve(line, card, out)
                    _receive(line, _LENGTH.size + 1)
                    empty = True
            except PulledError:
                return
            except (LooseError, OSError):
                out.wait(_AGAIN)
            finally:
                with self._lock:
                    self._line = None


def _serve(line: socket.socket, card: VirtualCard, out: threading.Event) -> NoReturn:
    line.settimeout(None)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        message = _receive(line, _LENGTH.unpack(_receive(line, _LENGTH.size))[0])
        if len(message) == 1:
            if message[0] in (_POWER_ON, _RESET):
                card.reset()
            answer = card.answer_to_reset if message[0] == _ANSWER_TO_RESET else None
        else:
            answer = card.answer(message, out)
        if answer is not None:
            line.sendall(_LENGTH.pack(len(answer)) + answer)


def _receive(line: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        # vpcd may send length and message apart; without this the second waits 40 ms for a delayed acknowledgement.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = line.recv(count - len(received))
        if not part:
            raise ConnectionResetError
        received += part
    return received
