"""Many people at the wrong place within a short time: a reminder, or a sign, sends them there. No database here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST = 3
"""So many within ``SPAN`` are no chance any more."""
SPAN = timedelta(minutes=30)


class Scope(StrEnum):
    """What those who came wrong have in common."""

    SITE = "site"
    REMINDER = "reminder"


@dataclass(frozen=True)
class Misdirected:
    """A client who came to the wrong place.

    ``site`` is where they stood, ``right_site`` where they are expected; ``reminder_unit`` is the unit that the
    reminder named where it was another one than was agreed.
    """

    fact: str
    at: datetime
    site: str
    right_site: str
    reminder_unit: str = ""


@dataclass(frozen=True)
class Pattern:
    """A run of such clients. ``about`` is the site where they stood, or the unit that their reminders named."""

    scope: Scope
    about: str
    facts: tuple[Misdirected, ...]

    @property
    def sites(self) -> set[str]:
        """All whom it concerns."""
        return {one.site for one in self.facts} | {one.right_site for one in self.facts if one.right_site}


def patterns(clients: Iterable[Misdirected], most: int = MOST, span: timedelta = SPAN) -> list[Pattern]:
    """Every run in which any ``most`` that follow each other came within ``span``, in the order of their beginnings."""
    groups: dict[tuple[Scope, str], list[Misdirected]] = defaultdict(list)
    for one in sorted(clients, key=lambda client: (client.at, client.fact)):
        groups[Scope.SITE, one.site].append(one)
        if one.reminder_unit:
            groups[Scope.REMINDER, one.reminder_unit].append(one)
    found = [
        Pattern(scope, about, tuple(group[begin:end]))
        for (scope, about), group in groups.items()
        for begin, end in _runs([one.at for one in group], most, span)
    ]
    return sorted(found, key=lambda pattern: (pattern.facts[0].at, pattern.scope, pattern.about))


def begun(found: Iterable[Pattern], fresh: Collection[str], most: int = MOST) -> list[Pattern]:
    """The patterns that were none before the ``fresh`` facts came."""
    return [
        pattern
        for pattern in found
        if any(one.fact in fresh for one in pattern.facts)
        and not patterns([one for one in pattern.facts if one.fact not in fresh], most)
    ]


def _runs(moments: Sequence[datetime], most: int, span: timedelta) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for begin in range(len(moments) - most + 1):
        end = begin + most
        if moments[end - 1] - moments[begin] > span:
            continue
        if runs and begin < runs[-1][1]:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    return runs
