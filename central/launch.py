"""What is wrong, since when, and what that means for clients. Pure: no database, no clock, no words.

A fault that comes and goes within ``GAP`` is one thing to those who meet it, and so are two faults by which a kiosk
prints no slips.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from central.alarms.rules import Kind
from central.machines import Light, Was
from kiosk.checkin import faults
from kiosk.checkin.faults import Works

GAP = timedelta(minutes=15)
NEW_FOR = timedelta(days=7)
"""How long the beginning of a unit is told."""


class Means(StrEnum):
    """What something means for clients."""

    OUT_OF_ORDER = "out-of-order"
    SILENT = "silent"
    NO_SLIPS = "no-slips"
    OTHER_WAYS = "other-ways"
    HAND_OVER = "hand-over"
    LATER = "later"
    FELL_SCAN = "fell-scan"
    FELL_MATCH = "fell-match"
    FELL_CONFIRM = "fell-confirm"
    FELL_PRINT = "fell-print"
    FELL_SYNC = "fell-sync"
    WRONG_SITE = "wrong-site"
    WRONG_REMINDER = "wrong-reminder"
    RECORD = "record"
    SEEN_LATE = "seen-late"
    REPORTED = "reported"
    BEGINS = "begins"
    """No fault: the clients of a unit have begun to check in by kiosk."""
    NOTHING = "nothing"
    """A part needs a look, and clients notice nothing."""


_BY_WORKS = {
    Works.EVERYTHING: Means.NOTHING,
    Works.OTHER_MEANS: Means.OTHER_WAYS,
    Works.NUMBER_ON_SCREEN: Means.NO_SLIPS,
    Works.OFFLINE: Means.LATER,
    Works.HAND_OVER: Means.HAND_OVER,
    Works.DESK: Means.OUT_OF_ORDER,
}
_BY_KIND = {
    Kind.SILENT: Means.SILENT,
    Kind.UNSENT: Means.LATER,
    Kind.DEAD_LETTERS: Means.RECORD,
    Kind.RECORD_LATE: Means.RECORD,
    Kind.LOST_CLIENTS: Means.SEEN_LATE,
}


@dataclass(frozen=True)
class Spell:
    """One thing that is or was so, from ``began`` on before ``ended``.

    ``site`` is empty where it concerns all of them. ``subject`` is a kiosk, a record, a unit, or the id of a report;
    ``about`` are the faults and alarms it was made of, as ``fault:<code>`` and ``alarm:<id>``.
    """

    means: Means
    site: str
    subject: str
    began: datetime
    ended: datetime | None = None
    about: tuple[str, ...] = ()

    @property
    def item(self) -> str:
        """What it is known by for as long as it stands: its beginning never moves."""
        began = self.began.astimezone(UTC).isoformat(timespec="microseconds")
        text = "\x00".join((self.means.value, self.site, self.subject, began))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def can_be_published(self) -> bool:
        """Whether clients notice anything of it."""
        return self.means is not Means.NOTHING

    def within(self, begins: datetime, ends: datetime) -> timedelta:
        """How long it was so between two moments; below nothing where it was not."""
        return min(self.ended or ends, ends) - max(self.began, begins)

    def overlaps(self, begins: datetime, ends: datetime) -> bool:
        """Whether it was so at any moment of that time."""
        return self.began < ends and (self.ended is None or self.ended > begins)


def of_kiosk(site: str, kiosk: str, history: Sequence[Was], over: datetime | None = None) -> list[Spell]:
    """The spells of a kiosk. ``history`` is the oldest first; ``over`` is when it was revoked."""
    found: list[Spell] = []
    standing: dict[Means, Spell] = {}
    for was in history:
        meant = _meant(was)
        over_now = [means for means in standing if means not in meant]
        found += [replace(standing.pop(means), ended=was.at) for means in over_now]
        for means, about in meant.items():
            before = standing.get(means, Spell(means, site, kiosk, was.at))
            standing[means] = replace(before, about=_both(before.about, about))
    return found + [replace(one, ended=over) for one in standing.values()]


def of_alarm(
    kind: Kind, site: str, data: Mapping[str, str | int], name: str, began: datetime, ended: datetime | None
) -> Spell:
    """The spell of an alarm with the id ``name``."""
    subject = str(data.get("kiosk") or data.get("ehr") or data.get("about") or "")
    means = _BY_KIND.get(kind)
    if kind is Kind.STEP_FELL:
        means = Means(f"fell-{data['step']}")
    elif kind is Kind.WRONG_UNIT:
        means = Means(f"wrong-{data['scope']}")
    return Spell(means or Means.NOTHING, site, subject, began, ended, (f"alarm:{name}",))


def merged(spells: Iterable[Spell]) -> list[Spell]:
    """What follows itself within ``GAP`` is one; the oldest first."""
    by_key: dict[tuple[Means, str, str], list[Spell]] = defaultdict(list)
    for one in sorted(spells, key=lambda spell: spell.began):
        held = by_key[one.means, one.site, one.subject]
        if held and (held[-1].ended is None or one.began - held[-1].ended <= GAP):
            last = held[-1]
            ended = None if last.ended is None or one.ended is None else max(last.ended, one.ended)
            held[-1] = replace(last, ended=ended, about=_both(last.about, one.about))
        else:
            held.append(one)
    found = [one for group in by_key.values() for one in group]
    return sorted(found, key=lambda spell: (spell.began, spell.site, spell.means, spell.subject))


def gravest_first(spells: Iterable[Spell]) -> Iterator[Spell]:
    """In the order in which they are told: the worst first, then who has waited longest."""
    order = list(Means)
    yield from sorted(spells, key=lambda spell: (order.index(spell.means), spell.began, spell.subject))


def _meant(was: Was) -> dict[Means, tuple[str, ...]]:
    found: dict[Means, tuple[str, ...]] = {}
    for code in sorted(was.faults):
        known = faults.CATALOGUE.get(code)
        means = Means.NOTHING if known is None else _BY_WORKS[known.works]
        found[means] = (*found.get(means, ()), f"fault:{code}")
    # Of a fault that only a newer kiosk knows its light tells whether clients can be served.
    if was.light == Light.RED:
        found.setdefault(Means.OUT_OF_ORDER, ())
    return found


def _both(before: tuple[str, ...], now: Iterable[str]) -> tuple[str, ...]:
    return (*before, *(one for one in now if one not in before))
