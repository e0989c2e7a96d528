"""Whether the wall clock can be believed: measured by the centre's words, and between them by time itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.checkin.hybrid_clock import ClockQuality

TOLERANCE = timedelta(seconds=120)
"""By how much the wall clock may be ahead of the centre's or behind it."""
JUMP = timedelta(seconds=120)
"""By how much the wall clock may part from the time that has passed since the centre's last word."""
LONGEST_SILENCE = timedelta(days=7)
"""How long a word counts. A clock may drift by 200 parts in a million: two minutes in a week."""
RENEWED_AFTER = 300.0
"""Seconds after which any new word is better than an old one."""
_MUCH = timedelta(seconds=1)
MOST_UNCERTAIN = TOLERANCE
"""A word that is less certain tells nothing, not even the day: a machine that slept had its answer a night later."""


@dataclass(frozen=True)
class ClockWord:
    """The centre's clock as one of its answers told it.

    ``wall`` and ``passed`` (seconds that only grow while the machine runs) are this machine's clocks at that moment;
    ``passed`` is ``None`` where the machine was started anew since. ``offset`` is by how much ``wall`` was ahead of the
    centre's, give or take ``uncertainty``.
    """

    wall: datetime
    passed: float | None
    offset: timedelta
    uncertainty: timedelta = timedelta()

    def centre(self, passed: float) -> datetime:
        """The centre's time when ``passed`` seconds have gone by on a machine that was not started anew."""
        return self.wall - self.offset + timedelta(seconds=passed - (passed if self.passed is None else self.passed))


def supersedes(new: ClockWord, old: ClockWord | None) -> bool:
    """Whether a new word takes the place of an old one.

    So it does where both can't be true (somebody moved the clock), where it is much less uncertain, or where the old
    one has served for a while: an answer that was held back tells the time badly, and a disk wears with each word. One
    that was held back for longer than any answer should be takes nobody's place.
    """
    if new.uncertainty > MOST_UNCERTAIN:
        return False
    if old is None or old.passed is None or new.passed is None:
        return True
    if new.passed < old.passed:
        # The machine was started anew; or another thread heard the centre meanwhile, and this is what is old.
        return new.wall > old.wall
    if new.passed - old.passed > RENEWED_AFTER:
        return True
    apart = abs(new.offset - old.offset)
    return apart > new.uncertainty + old.uncertainty or new.uncertainty + _MUCH < old.uncertainty


@dataclass(frozen=True)
class Judgement:
    """What may be said of the wall clock now. ``offset`` is how far it is ahead of the centre's, where that is known.

    ``jumped`` is set where somebody has moved it since the centre's last word.
    """

    quality: ClockQuality
    offset: timedelta | None = None
    jumped: bool = False


def judged(word: ClockWord | None, wall: datetime, passed: float) -> Judgement:
    """The wall clock at this moment, by the centre's last word.

    While the machine runs on, the time that has passed since the word tells the centre's time without the wall clock,
    so that the offset is known after a jump too. After a new start only a clock that went back can be found out.
    """
    if word is None:
        return Judgement(ClockQuality.UNKNOWN)
    if word.passed is None or passed < word.passed:
        # A clock that was far off may have been set right since: then the centre's time is what it must not be before.
        right = abs(word.offset) <= TOLERANCE + word.uncertainty
        back = wall < (word.wall if right else word.wall - word.offset)
        return Judgement(ClockQuality.DOUBTFUL if back else ClockQuality.UNKNOWN, jumped=back)
    gone_by = timedelta(seconds=passed - word.passed)
    if gone_by > LONGEST_SILENCE:
        return Judgement(ClockQuality.UNKNOWN)
    moved = (wall - word.wall) - gone_by
    offset = word.offset + moved
    if abs(moved) > JUMP:
        return Judgement(ClockQuality.DOUBTFUL, offset, jumped=True)
    within = abs(offset) <= TOLERANCE + word.uncertainty
    return Judgement(ClockQuality.TRUSTED if within else ClockQuality.DOUBTFUL, offset)


def moment(word: ClockWord | None, wall: datetime, passed: float) -> datetime | None:
    """What the time is at the centre; ``None`` where nothing tells."""
    offset = judged(word, wall, passed).offset
    return None if offset is None else wall - offset
