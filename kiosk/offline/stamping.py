"""When a fact was recorded, how far that can be believed, and its place in the order of this kiosk's facts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from kiosk.checkin.clock_watch import ClockWord, Judgement, judged
from kiosk.checkin.hybrid_clock import AGREED_STEP_MS, STEP_MS, ClockQuality, Stamp, next_order
from kiosk.offline.connection import Connection
from kiosk.ports import Clock

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_WORD = "SELECT heard_at, passed, boot, offset_ms, uncertainty_ms FROM clock_word"
_LAST_AND_WORD = """
SELECT (SELECT ordering FROM fact ORDER BY seq DESC LIMIT 1), heard_at, passed, boot, offset_ms, uncertainty_ms
FROM (VALUES (1)) LEFT JOIN clock_word
"""
_KEEP = """
INSERT OR REPLACE INTO clock_word (one, heard_at, passed, boot, offset_ms, uncertainty_ms) VALUES (1, ?, ?, ?, ?, ?)
"""


@dataclass(slots=True)
class Now:
    """One moment, judged once for all that a transaction writes.

    ``wall`` is this machine's clock, and ``centre`` what ``centre_time`` tells. ``last`` is the order of the newest
    fact, 0 where there is none.
    """

    wall: datetime
    centre: datetime | None
    judgement: Judgement
    last: int

    def stamp(self) -> Stamp:
        """The stamp of the next fact."""
        agreed, offset = self.judgement.quality is ClockQuality.TRUSTED, self.judgement.offset
        now_ms = ((self.centre or self.wall) - _EPOCH) // _MILLISECOND
        self.last = next_order(self.last, now_ms, AGREED_STEP_MS if agreed else STEP_MS)
        offset_ms = None if offset is None else round(offset / _MILLISECOND)
        return Stamp(self.wall, self.last, self.judgement.quality, offset_ms)


def read_now(connection: Connection, clock: Clock) -> Now:
    """The moment that it is. Must run inside the transaction that writes the facts which it stamps."""
    last, *row = connection.execute(_LAST_AND_WORD).fetchone()
    word = None if row[0] is None else _word(*row, _boot())
    wall = clock.now().astimezone(UTC)
    judgement = judged(word, wall, clock.monotonic())
    return Now(wall, _centre(word, wall, judgement), judgement, last or 0)


def centre_time(word: ClockWord | None, clock: Clock) -> datetime | None:
    """What time it is at the centre; ``None`` where the last word does not tell, as after a new start without the line.

    Where the centre has never told the time, this machine's clock is all there is to go by.
    """
    wall = clock.now().astimezone(UTC)
    return _centre(word, wall, judged(word, wall, clock.monotonic()))


def _centre(word: ClockWord | None, wall: datetime, judgement: Judgement) -> datetime | None:
    offset = timedelta() if word is None else judgement.offset
    return None if offset is None else wall - offset


def read_word(connection: Connection) -> ClockWord | None:
    """The centre's last word on the time."""
    row = connection.execute(_WORD).fetchone()
    return None if row is None else _word(*row, _boot())


@lru_cache(maxsize=1)  # It is read at each check-in, and is another every few minutes.
def _word(
    heard_at: str, passed: float | None, started: str, offset_ms: int, uncertainty_ms: int, boot: str
) -> ClockWord:
    return ClockWord(
        datetime.fromisoformat(heard_at),
        passed if started == boot else None,
        offset_ms * _MILLISECOND,
        uncertainty_ms * _MILLISECOND,
    )


def keep_word(connection: Connection, word: ClockWord) -> None:
    """Keep a word of the centre on the time in the place of the one before."""
    row = (
        word.wall.astimezone(UTC).isoformat(),
        word.passed,
        _boot(),
        round(word.offset / _MILLISECOND),
        round(word.uncertainty / _MILLISECOND),
    )
    connection.execute(_KEEP, row)


def start() -> str:
    """Which start of this machine this is: the seconds that pass are counted from it."""
    return _boot()


@cache
def _boot() -> str:
    """The start of this machine, since which seconds pass (Linux, Documentation/admin-guide/sysctl/kernel.rst)."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
