"""The change feed, page by page, into the roster."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import structlog

from kiosk.checkin.configuration import Trust
from kiosk.ports import Clock, News, RosterStore
from kiosk.sync import messages, news
from kiosk.sync.client import Centre
from kiosk.sync.configuration import Believing, Judged

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
    """Where the roster takes its news from. ``languages`` are those that this kiosk speaks.

    ``believing`` judges the rules of the site; without it, or without a key, they are taken as they come.
    """

    def __init__(
        self,
        centre: Centre,
        roster: RosterStore,
        clock: Clock,
        languages: Collection[str],
        believing: Believing | None = None,
    ) -> None:
        self._centre = centre
        self._roster = roster
        self._clock = clock
        self._languages = languages
        self._believing = believing
        self._complained_of: object = None

    def take(self, wait: int) -> Taken:
        """Fetch and apply one page, which the centre may hold for ``wait`` seconds. Raises ``CentreError``."""
        cursor = self._roster.cursor()
        trust = None if self._believing is None else self._believing.trust()
        try:
            changes = self._changes(cursor, wait, trust)
        finally:
            # A centre that refuses tells the time too.
            word = self._centre.clock_word
            if word is not None:
                self._roster.hear(word)
        offset = None if word is None else word.offset.total_seconds()
        what, unread = news.read(changes, self._languages, offset, signed=trust is not None)
        if unread:
            self._complain(changes.cursor, unread)
        if self._believing is not None and trust is not None:
            for raw in news.configurations(changes):
                judged = self._believing.judge(raw, trust)
                # First by what the next one is judged, and then the page: a kill between them brings the page again.
                if not self._believing.keep(trust, judged):
                    return Taken(more=True, moved=False, empty=False)
                trust = judged.trust
                what = _with(what, judged)
        applied = self._roster.apply(what, cursor, self._clock.now())
        moved = self._roster.cursor() != cursor
        return Taken(changes.more or not applied, moved, not changes.records and not changes.more)

    def _changes(self, cursor: str | None, wait: int, trust: Trust | None) -> messages.Changes:
        return self._centre.changes(cursor, wait) if trust is None else self._centre.changes(cursor, wait, signed=True)

    def _complain(self, cursor: str, unread: Collection[news.Unread]) -> None:
        # The same page may come again and again.
        what = (cursor, news.summary(unread))
        if what != self._complained_of:
            self._complained_of = what
            log.warning("feed_records_not_understood", count=len(unread), records=what[1])


def _with(what: News, judged: Judged) -> News:
    if judged.refused is not None:
        log.warning("configuration_refused", reason=judged.refused.reason, number=judged.refused.number)
        return replace(what, refused=judged.refused)
    if judged.version is not None:
        log.info("configuration_believed", number=judged.version.number)
    return replace(what, site=judged.site, version=judged.version)
