"""Ends the Qt loop when the system asks the process to end."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from PySide6.QtCore import QSocketNotifier

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def on_signals(leave: Callable[[], None]) -> Iterator[None]:
    """Call ``leave`` in the main thread when SIGTERM or SIGINT comes.

    Python runs its handlers only between its own instructions and Qt may not give it any for long, so the signal
    also writes a byte to a socket that wakes Qt.
    """

    def heard(number: int, frame: FrameType | None) -> None:
        leave()

    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(lambda: ours.recv(64))
        before = {number: signal.signal(number, heard) for number in SIGNALS}
        woken_before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(woken_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            notifier.setEnabled(False)
