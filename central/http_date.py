"""The header ``Date`` (RFC 9110, 6.6.1), which changes once a second however many answers carry it."""

from datetime import datetime
from email.utils import format_datetime


class HttpDate:
    """Keeps the last one."""

    def __init__(self) -> None:
        self._second: datetime | None = None
        self._text = b""

    def now(self, moment: datetime) -> bytes:
        """The date of a moment in UTC."""
        second = moment.replace(microsecond=0)
        if second != self._second:
            self._second, self._text = second, format_datetime(second, usegmt=True).encode()
        return self._text
