"""What a kiosk may forget, and when: held against true time, whatever its clocks show."""

from dataclasses import dataclass, field
from typing import Any

from kiosk.checkin.facts import Verdict

EMPTY = "{}"
SOONEST = 23.5 * 3600.0
"""Seconds after the centre's word before which nothing goes: a day, but for two looks and the error of a clock."""
SOONEST_DISPUTED = 30 * 86_400.0 - 1800.0
LOOKS = 310.0
"""Seconds in which the kiosk has surely looked once, and knows of every receipt."""
LATEST = 25.5 * 3600.0
"""Seconds after that look by which all is gone: the longest day there is, and a look."""

HELD = (Verdict.RECORDED.value, Verdict.DUPLICATE.value)


@dataclass
class Kept:
    """What one kiosk keeps. ``settled`` tells at which true second the centre's word on a fact was first seen."""

    details: dict[int, str] = field(default_factory=dict)
    settled: dict[int, tuple[float, str]] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)
    """Facts whose row may be gone."""
    days: set[tuple[int, int]] = field(default_factory=set)
    """First and last place of the days that were closed."""

    def look(self, eye: Any, now: float) -> str:
        """What is forgotten that must not be; nothing where all is well."""
        rows = eye.execute(
            "SELECT seq, details, verdict FROM fact LEFT JOIN receipt ON receipt.fact = fact.seq ORDER BY seq"
        ).fetchall()
        there = {seq: details for seq, details, _ in rows}
        for seq, _, verdict in rows:
            if verdict is not None:
                self.settled.setdefault(seq, (now, verdict))
        for seq, details in there.items():
            before = self.details.get(seq, details)
            if details != before and (details != EMPTY or not self._old(seq, now)):
                return f"fact {seq} was emptied"
        closed = eye.execute("SELECT first, last FROM day_close WHERE final OR ended").fetchall()
        self.days = {(first, last) for first, last in eye.execute("SELECT first, last FROM day_close")}
        newest = max(there, default=0)
        for seq in self.details.keys() - there.keys() - self.forgotten:
            counted = any(first <= seq <= last for first, last in closed)
            if seq < newest and counted and self._old(seq, now):
                self.forgotten.add(seq)
        self.details = there
        return ""

    def stays(self, eye: Any, seqs: set[int]) -> set[int]:
        """Of these facts those of which more is left than that they were there."""
        full = {row[0] for row in eye.execute("SELECT seq FROM fact WHERE details <> ?", (EMPTY,))}
        return seqs & (full | {row[0] for row in eye.execute("SELECT fact FROM arrival")})

    def confirmed(self) -> set[int]:
        """All facts that the centre has simply taken."""
        return {seq for seq, (_, verdict) in self.settled.items() if verdict in HELD}

    def _old(self, seq: int, now: float) -> bool:
        if seq not in self.settled:
            return False
        at, verdict = self.settled[seq]
        return now - at >= (SOONEST if verdict in HELD else SOONEST_DISPUTED)
