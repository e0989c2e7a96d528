"""Joining: the rows of one machine-readable zone, which many readers send one by one. Pure, like framing.

Rows: two of 44 (TD3) or 36 (TD2), three of 30 characters (TD1): ICAO Doc 9303, parts 4 to 6. Rows that are a little
short or long are joined as well: that they were misread is for whoever reads the zone to say.
"""

import re

from kiosk.checkin.identity import Scan

JOIN_WITHIN = 0.3
"""Seconds of silence after which no further row of the same zone comes."""

_ROW = re.compile(r"[A-Z0-9<_]{28,46}")
_FIRST = re.compile(r"[PVIAC][A-Z0-9<_]*[<_][A-Z0-9<_]*")
_SHORT = 32
"""Characters up to which a row is one of three."""


class Joiner:
    """Holds the rows of a zone back until they are complete or the reader has fallen silent."""

    def __init__(self, within: float = JOIN_WITHIN) -> None:
        self._within = within
        self._rows: list[Scan] = []
        self._silence = 0.0

    @property
    def waiting(self) -> bool:
        """A zone has begun and not ended."""
        return bool(self._rows)

    def add(self, scan: Scan) -> list[Scan]:
        """Take what was scanned and give what is complete now, in order."""
        self._silence = 0.0
        ready: list[Scan] = []
        if self._rows and not self._continues(scan):
            ready += self.end()
        if self._rows or _begins(scan.text):
            self._rows.append(scan)
            if len(self._rows) == _awaited(self._rows[0].text):
                ready += self.end()
        else:
            ready.append(scan)
        return ready

    def quiet(self, seconds: float) -> list[Scan]:
        """Nothing came while somebody read for so long: whatever rows there are, once no more can come."""
        self._silence += seconds
        return self.end() if self._silence >= self._within else []

    def end(self) -> list[Scan]:
        """No further row belongs to these."""
        rows, self._rows = self._rows, []
        return [Scan("\n".join(row.text for row in rows), rows[0].symbology)] if rows else []

    def _continues(self, scan: Scan) -> bool:
        # The second row of a TD1 begins with a birth date, any other row may begin like a first one.
        alike = abs(len(scan.text) - len(self._rows[0].text)) <= 2
        return alike and _ROW.fullmatch(scan.text.upper()) is not None


def _begins(text: str) -> bool:
    text = text.upper()
    return _ROW.fullmatch(text) is not None and _FIRST.fullmatch(text) is not None


def _awaited(first: str) -> int:
    return 3 if len(first) <= _SHORT else 2
