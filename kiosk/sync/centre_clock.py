"""What the time is at the centre, from the ``Date`` of its answers (RFC 9110, section 6.6.1)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from kiosk.checkin.clock_watch import ClockWord, supersedes
from kiosk.ports import Clock

RESOLUTION = timedelta(seconds=1)
"""A ``Date`` has whole seconds, cut off."""
MATTERS = timedelta(seconds=30)
"""A difference below this is never why the centre does not believe an assertion."""


def measured(date: str | None, seconds: float, wall: datetime, passed: float) -> ClockWord | None:
    """The centre's word in an answer that came just now, at ``wall`` and ``passed``; ``None`` where it tells no time.

    ``seconds`` is how long the exchange took. The centre looked at its clock somewhere in between: the middle is taken,
    and half of it is the uncertainty (RFC 5905, section 8, has the same reckoning with one clock reading more).
    """
    try:
        told = parsedate_to_datetime(date or "")
        told = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
        half = (timedelta(seconds=seconds) + RESOLUTION) / 2
        return ClockWord(wall, passed, wall - (told + half), half)
    except (ValueError, TypeError, OverflowError):
        return None


class CentreClock:
    """The centre's clock, as its answers tell it. Not shared between threads.

    ``assumed`` is the time that an assertion is made with: this machine's own, until the centre believes it no more and
    its answer tells another time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_centre = False
        self._signed_with = clock.now()
        self.word: ClockWord | None = None

    def asking(self) -> Callable[[str | None], None]:
        """A question leaves now; call the result with the ``Date`` of its answer when its head has come."""
        began = self._clock.monotonic()

        def heard(date: str | None) -> None:
            passed = self._clock.monotonic()
            word = measured(date, passed - began, self._clock.now(), passed)
            if word is not None and supersedes(word, self.word):
                self.word = word

        return heard

    def assumed(self) -> datetime:
        """The time to sign with."""
        by_centre = self._by_centre and self.word is not None
        self._signed_with = self._centre() if by_centre else self._clock.now()
        return self._signed_with

    def turn(self) -> bool:
        """What was signed is not believed: assume another time from now on. ``False`` where there is none to try."""
        if self.word is None:
            return False
        # What the refusal itself told comes first; where that was signed with already, it may be what is wrong.
        by_centre = abs(self._centre() - self._signed_with) >= MATTERS
        if not by_centre and abs(self._clock.now() - self._signed_with) < MATTERS:
            return False
        self._by_centre = by_centre
        return True

    def _centre(self) -> datetime:
        return self._clock.now() if self.word is None else self.word.centre(self._clock.monotonic())
