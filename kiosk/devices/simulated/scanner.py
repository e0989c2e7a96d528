"""A virtual barcode scanner on a serial line."""

from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.devices.simulated.pty_line import PtyLine


class VirtualScanner:
    """A scanner that can be plugged in, pulled out and made to read. Entering it plugs it in."""

    def __init__(self, link: Path) -> None:
        self._line = PtyLine(link)

    @property
    def port(self) -> str:
        """Where the driver finds it."""
        return str(self._line.link)

    def plug(self) -> None:
        """Put the plug in."""
        self._line.plug()

    def unplug(self) -> None:
        """Pull the plug out."""
        self._line.unplug()

    def scan(self, read: str | bytes) -> None:
        """Send what was read, as it is: the suffix is the caller's. Lost, as with a real one, while unplugged."""
        self._line.write(read.encode() if isinstance(read, str) else read)

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.unplug()
