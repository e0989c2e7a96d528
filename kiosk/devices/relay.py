"""A relay on a serial line: the light or bell that tells staff that somebody at the kiosk needs help."""

import threading
from types import TracebackType
from typing import Self

import structlog

from kiosk.devices.transport import Transport, TransportError

log = structlog.get_logger(__name__)

WRITE_SECONDS = 2.0
SETTLE_SECONDS = 0.2


class Relay:
    """``kiosk.ports.Signal``: switches on for ``seconds`` when asked, in a thread of its own, without the centre."""

    def __init__(self, transport: Transport, on: bytes, off: bytes, seconds: float) -> None:
        self._transport = transport
        self._on = on
        self._off = off
        self._seconds = seconds
        self._asked = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def give(self) -> None:
        """Switch on, and return at once. Asked again meanwhile it stays on longer."""
        self._asked.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ending.set()
        self._asked.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._asked.wait()
            self._asked.clear()
            if self._ending.is_set():
                return
            try:
                with self._transport.open() as connection:
                    connection.write(self._on, WRITE_SECONDS)
                    while self._asked.wait(self._seconds) and not self._ending.is_set():
                        self._asked.clear()
                    connection.write(self._off, WRITE_SECONDS)
                    # Closing the line drops what has not left it yet.
                    threading.Event().wait(SETTLE_SECONDS)
            except TransportError as error:
                log.warning("fault_came", code="signal-gone", key=error.key)
