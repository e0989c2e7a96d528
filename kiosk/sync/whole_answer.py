"""A time-out for the whole of an HTTP answer, status line to last byte.

A socket's own time-out counts anew with every byte: a peer that sends one now and then would hold a thread for ever.
"""

import io
import socket
import time
from collections.abc import Callable
from http.client import HTTPResponse
from typing import Any


class WholeAnswer(HTTPResponse):
    """An answer for all of which there is the time-out that the socket has when the wait for it begins."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(Deadline(raw, sock.settimeout, sock.gettimeout(), time.monotonic))


class Deadline(io.RawIOBase):
    """What ``raw`` gives, as long as ``patience`` seconds have not passed since now."""

    def __init__(
        self,
        raw: io.RawIOBase,
        set_timeout: Callable[[float | None], None],
        patience: float | None,
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__()
        self._raw = raw
        self._set_timeout = set_timeout
        self._patience = patience
        self._monotonic = monotonic
        self._ends = None if patience is None else monotonic() + patience

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        """Some bytes. Raises ``TimeoutError`` where the time is over."""
        if self._ends is None:
            return self._raw.readinto(buffer)
        left = self._ends - self._monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._set_timeout(left)
        try:
            return self._raw.readinto(buffer)
        finally:
            # The line may be used again, and the next request begins with a write.
            self._set_timeout(self._patience)

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()
