"""When a fact was recorded, how far that can be believed, and its place in the order of this kiosk's facts."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from kiosk.checkin.clock_watch import ClockWord, judged
from kiosk.checkin.hybrid_clock import AGREED_STEP_MS, STEP_MS, ClockQuality, Stamp, next_order
from kiosk.offline.connection import Connection
from kiosk.ports import Clock

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_LAST = "SELECT ordering FROM fact ORDER BY seq DESC LIMIT 1"
_WORD = "SELECT heard_at, passed, boot, offset_ms, uncertainty_ms FROM clock_word"
_KEEP = """
INSERT OR REPLACE INTO clock_word (one, heard_at, passed, boot, offset_ms, uncertainty_ms) VALUES (1, ?, ?, ?, ?, ?)
"""


class Stamper:
    """Stamps the facts of one connection."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def stamp(self) -> Stamp:
        """The stamp of a fact that is written now. Must run inside the transaction that writes it."""
        wall, passed = self._clock.now().astimezone(UTC), self._clock.monotonic()
        judgement = judged(read_word(self._connection), wall, passed)
        offset = judgement.offset
        centre = wall if offset is None else wall - offset
        newest = self._connection.execute(_LAST).fetchone()
        agreed = judgement.quality is ClockQuality.TRUSTED
        order = next_order(
            0 if newest is None else newest[0],
            (centre - _EPOCH) // _MILLISECOND,
            AGREED_STEP_MS if agreed else STEP_MS,
        )
        return Stamp(wall, order, judgement.quality, None if offset is None else round(offset / _MILLISECOND))


def centre_time(word: ClockWord | None, clock: Clock) -> datetime | None:
    """What time it is at the centre; ``None`` where the last word does not tell, as after a new start without the line.

    Where the centre has never told the time, this machine's clock is all there is to go by.
    """
    wall = clock.now().astimezone(UTC)
    offset = timedelta() if word is None else judged(word, wall, clock.monotonic()).offset
    return None if offset is None else wall - offset


def read_word(connection: Connection) -> ClockWord | None:
    """The centre's last word on the time."""
    row = connection.execute(_WORD).fetchone()
    if row is None:
        return None
    heard_at, passed, started, offset_ms, uncertainty_ms = row
    return ClockWord(
        datetime.fromisoformat(heard_at),
        passed if started == _boot() else None,
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
