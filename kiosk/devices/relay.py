"""A relay on a serial line: the light or bell that tells staff that somebody at the kiosk needs help."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

from kiosk.checkin.faults import HELP_LIGHT_GONE, Fault
from kiosk.devices.supervisor import DeviceState
from kiosk.devices.transport import Transport, TransportError

log = structlog.get_logger(__name__)

WRITE_SECONDS = 2.0
SETTLE_SECONDS = 0.2


class Relay:
    """``kiosk.ports.Signal``: switches on for ``seconds`` when asked, in a thread of its own, without the centre.

    ``on_state`` is called in that thread when the relay was found gone and when it worked again.
    """

    def __init__(
        self,
        transport: Transport,
        on: bytes,
        off: bytes,
        seconds: float,
        *,
        on_state: Callable[[DeviceState], None] = lambda _: None,
    ) -> None:
        self._transport = transport
        self._on = on
        self._off = off
        self._seconds = seconds
        self._on_state = on_state
        self._state: DeviceState | None = None
        self._asked = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def give(self, *, listening: bool = False) -> None:
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
                log.info("relay_left", key=error.key)
                self._tell(HELP_LIGHT_GONE)
            else:
                self._tell(None)

    def _tell(self, fault: Fault | None) -> None:
        state = DeviceState("relay", fault is None, frozenset() if fault is None else frozenset({fault.code}))
        if state != self._state:
            self._state = state
            self._on_state(state)
