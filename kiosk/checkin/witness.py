"""The second witness: the arrivals that only this kiosk knows of, by number and waiting area. No name, ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.checkin.site import LocalText


@dataclass(frozen=True)
class Unreported:
    """Somebody who waits with a number of which the centre does not know, recorded here at ``at``.

    ``area`` and ``starts``, the time of the visit, are ``None`` under non-disclosure and where nobody knows them any
    more. ``refused``: the centre has heard of it and will not take it.
    """

    number: str
    at: datetime
    area: LocalText | None = None
    starts: datetime | None = None
    refused: bool = False


@dataclass(frozen=True)
class OnlyHere:
    """That there are such arrivals today, and have been for too long: how many, and when the oldest was recorded."""

    count: int
    since: datetime


Group = tuple[LocalText | None, tuple[Unreported, ...]]


def by_area(arrivals: Iterable[Unreported]) -> tuple[Group, ...]:
    """The same by waiting area, those without one at the end; in each as they came."""
    groups: dict[str, list[Unreported]] = {}
    for one in sorted(arrivals, key=lambda one: (_sign(one.area), one.at, one.number)):
        groups.setdefault(_sign(one.area), []).append(one)
    return tuple((found[0].area, tuple(found)) for found in groups.values())


def _sign(area: LocalText | None) -> str:
    """What areas are sorted by, the same in every language; the last of all for none."""
    return "\U0010ffff" if area is None else "|".join(area[language] for language in sorted(area))
