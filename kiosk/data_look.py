"""The attendant's look at what it decides by: the roster, the clock, and the names in the site's rules. No Qt."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from kiosk.checkin import faults
from kiosk.checkin.clock_watch import ClockWord, judged
from kiosk.checkin.doubts import clock_doubts, roster_doubts, with_clock
from kiosk.checkin.faults import Fault
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.site import Site
from kiosk.ports import Clock, FaultBoard, Roster

log = structlog.get_logger()

LOOK_AT_THE_DATA_EVERY = 10.0
"""Seconds between looks at how far roster and clock may be trusted, while nobody is there."""
NAMES_FORGOTTEN_AFTER = 600.0
"""Seconds after which a name that the site's rules don't hold is believed mended, where no visit had it again."""


class DataLook:
    """Looks, and tells the board what it finds. Only for the thread that owns the roster, but for ``word``.

    ``word`` is the centre's last word on the time, as of the last look.
    """

    def __init__(self, roster: Roster, board: FaultBoard, clock: Clock) -> None:
        self._roster = roster
        self._board = board
        self._clock = clock
        self._next = 0.0
        self.word: ClockWord | None = None
        self._stand_in: tuple[datetime | None, ClockWord] | None = None
        self._unknown_names: dict[str, float] = {}

    @property
    def due(self) -> float:
        """When to look again, on the clock that only grows."""
        return self._next

    def quality(self, site: Site | None) -> DataQuality:
        """What the roster says of itself, and the centre's last word of the clock."""
        wall, passed = self._clock.now(), self._clock.monotonic()
        quality = self._roster.quality()
        self.word = self._roster.clock_word() or self._told_no_time(quality, wall, passed)
        clock = judged(self.word, wall, passed)
        quality = with_clock(quality, clock)
        self._tell("clock", clock_doubts(clock))
        self._tell("roster", roster_doubts(quality, site, wall, unread=self._roster.unread()))
        self._next = passed + LOOK_AT_THE_DATA_EVERY
        return quality

    def names(self, unknown: Sequence[str] = ()) -> None:
        """Which units and areas the site's rules lack: these now, and those of some minutes ago."""
        now = self._clock.monotonic()
        for name in unknown:
            if name not in self._unknown_names:
                log.warning("site_rules_lack", name=name)
            self._unknown_names[name] = now + NAMES_FORGOTTEN_AFTER
        self._unknown_names = {name: until for name, until in self._unknown_names.items() if until > now}
        self._tell("site-rules", (faults.SITE_RULES_INCOMPLETE,) if self._unknown_names else ())

    def other_rules(self) -> None:
        """The site has new rules, which may hold the names that the old ones lacked."""
        self._unknown_names.clear()

    def _told_no_time(self, quality: DataQuality, wall: datetime, passed: float) -> ClockWord:
        """A centre that never tells the time leaves it at this: the clock is right until it jumps."""
        if self._stand_in is None or self._stand_in[0] != quality.roster_as_of:
            self._stand_in = quality.roster_as_of, ClockWord(wall, passed, timedelta())
        return self._stand_in[1]

    def _tell(self, source: str, found: Sequence[Fault]) -> None:
        self._board.tell(source, [fault.code for fault in found])
