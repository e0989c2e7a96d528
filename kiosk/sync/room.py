"""How many facts the next batch may have: all that fit, fewer after a failure, and never again so soon what failed."""

from kiosk.sync import messages

LEAST = 2
"""Facts in a batch that tries whether the line is back: the newest, and the oldest."""
GROWTH = 8
REMEMBERED = 600.0
"""Seconds for which a size that was too large is not tried again."""
_SLOW = 64
"""A smaller batch than this is never the reason why an answer did not come in time."""


class Room:
    """The room of the next batch. ``now`` is always the monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._size = messages.MOST_FACTS
        self._ceiling = messages.MOST_FACTS
        self._until = 0.0

    def size(self, now: float) -> int:
        """Facts that the next batch may have."""
        return min(self._size, self._ceiling if now < self._until else messages.MOST_FACTS)

    def went_through(self) -> None:
        """The line carries: more at a time."""
        self._size = min(messages.MOST_FACTS, self._size * GROWTH)

    def line_failed(self, count: int, now: float, *, slow: bool) -> None:
        """The line failed over so many facts: first a few, to see whether it is back.

        ``slow`` where no answer came at all: on a line that is only slow, less may come through.
        """
        self._size = LEAST
        if slow and count >= _SLOW:
            self.too_large(count, now)

    def too_large(self, count: int, now: float) -> None:
        """So many facts were too many. Where it was one, that fact is too large, and no batch."""
        self._ceiling = count // 2 if count > 1 else messages.MOST_FACTS
        self._until = now + REMEMBERED
