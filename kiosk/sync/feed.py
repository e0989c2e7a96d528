"""The change feed, page by page, into the roster."""

from collections.abc import Collection
from dataclasses import dataclass

import structlog

from kiosk.ports import Clock, RosterStore
from kiosk.sync import news
from kiosk.sync.client import Centre

log = structlog.get_logger()

MOST_PAGES = 100
"""Pages taken one right after another. Three weeks of the largest site are fewer; a centre that never ends is not
obeyed."""


@dataclass(frozen=True)
class Taken:
    """How a page came: whether there is ``more`` at once, whether the cursor ``moved``, and whether it said nothing."""

    more: bool
    moved: bool
    empty: bool


class Feed:
    """Where the roster takes its news from. ``languages`` are those that this kiosk speaks."""

    def __init__(self, centre: Centre, roster: RosterStore, clock: Clock, languages: Collection[str]) -> None:
        self._centre = centre
        self._roster = roster
        self._clock = clock
        self._languages = languages
        self._complained_of: object = None

    def take(self, wait: int) -> Taken:
        """Fetch and apply one page, which the centre may hold for ``wait`` seconds. Raises ``CentreError``."""
        cursor = self._roster.cursor()
        try:
            changes = self._centre.changes(cursor, wait)
        finally:
            # A centre that refuses tells the time too.
            word = self._centre.clock_word
            if word is not None:
                self._roster.hear(word)
        what, unread = news.read(changes, self._languages, None if word is None else word.offset.total_seconds())
        if unread:
            self._complain(changes.cursor, unread)
        applied = self._roster.apply(what, cursor, self._clock.now())
        moved = self._roster.cursor() != cursor
        return Taken(changes.more or not applied, moved, not changes.records and not changes.more)

    def _complain(self, cursor: str, unread: Collection[news.Unread]) -> None:
        # The same page may come again and again.
        what = (cursor, news.summary(unread))
        if what != self._complained_of:
            self._complained_of = what
            log.warning("feed_records_not_understood", count=len(unread), records=what[1])
