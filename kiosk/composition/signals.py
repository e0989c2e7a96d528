"""Several local signals as one."""

from collections.abc import Sequence

import structlog

from kiosk.ports import Signal

log = structlog.get_logger()


class Signals:
    """``kiosk.ports.Signal``: gives each of them. One that fails stops no other."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self._signals = signals

    def give(self, *, listening: bool = False) -> None:
        """Give all of them, and return at once."""
        for signal in self._signals:
            try:
                signal.give(listening=listening)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are to be given
                log.error("signal_failed", signal=type(signal).__name__, error=type(error).__name__)
