"""The device's end of a serial line: a pseudo-terminal at a stable path, like one under /dev/serial/by-id."""

import os
import pty
import select
import tty
from pathlib import Path
from time import monotonic

_PATIENCE = 5.0
"""Seconds after which a host that reads nothing is a mistake of whoever drives the twin."""


class PtyLine:
    """The device's end of a pseudo-terminal whose other end is found at ``link``."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.master: int | None = None
        self._slave: int | None = None

    def plug(self) -> None:
        """Appear at the link. Does nothing where it is plugged in already."""
        if self.master is not None:
            return
        # The slave stays open here: a device does not notice whether a program has opened it.
        self.master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self.link)

    def unplug(self) -> None:
        """Vanish: whoever has it open gets an error, as from a USB device that was pulled out."""
        if self.master is None or self._slave is None:
            return
        self.link.unlink(missing_ok=True)
        os.close(self.master)
        os.close(self._slave)
        self.master = self._slave = None

    def write(self, data: bytes) -> None:
        """Send bytes to the host. Raises ``TimeoutError`` where it reads none of them."""
        until = monotonic() + _PATIENCE
        while data and self.master is not None:
            if not select.select([], [self.master], [], max(0.0, until - monotonic()))[1]:
                raise TimeoutError("nobody reads the pseudo-terminal")
            try:
                data = data[os.write(self.master, data) :]
            except BlockingIOError:
                continue
