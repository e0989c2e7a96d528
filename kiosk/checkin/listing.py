"""A list for staff on paper: who waits, by number, of whom the centre has not heard. As free of names as any slip."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from kiosk.checkin.site import LocalText
from kiosk.checkin.witness import Unreported, by_area
from kiosk.checkin.wording import Text, named

W = TypeVar("W")
V = TypeVar("V")

LONGEST = 40
"""Lines of arrivals and areas on one slip; more would be hard to handle as paper."""
MARK = "!"
"""Stands after what the centre has refused."""
Local = Callable[[datetime], datetime]


@dataclass(frozen=True)
class Row(Generic[W]):
    """One arrival: its number, when it was recorded, when the visit begins, and a mark or nothing."""

    number: str
    arrived: W
    starts: W | None = None
    mark: str = ""


@dataclass(frozen=True)
class Listing(Generic[W]):
    """One slip of the list. ``facts`` stand under the heading, ``columns`` name what is in a row, ``foot`` ends it."""

    heading: W
    facts: tuple[W, ...]
    columns: tuple[W, W, W]
    groups: tuple[tuple[W, tuple[Row[W], ...]], ...]
    foot: tuple[W, ...] = ()

    def map(self, say: Callable[[W], V]) -> "Listing[V]":
        """The same with every text put through ``say``."""

        def row(one: Row[W]) -> Row[V]:
            return Row(one.number, say(one.arrived), None if one.starts is None else say(one.starts), one.mark)

        number, arrived, starts = self.columns
        return Listing(
            heading=say(self.heading),
            facts=tuple(say(fact) for fact in self.facts),
            columns=(say(number), say(arrived), say(starts)),
            groups=tuple((say(area), tuple(row(one) for one in rows)) for area, rows in self.groups),
            foot=tuple(say(words) for words in self.foot),
        )


def area_name(area: LocalText | None) -> Text:
    """What an area is called, also where none may be told."""
    return Text("witness.no-area") if area is None else named(area)


def slips(
    arrivals: Sequence[Unreported], *, kiosk: str, site: LocalText | None, now: datetime, local: Local
) -> tuple[Listing[Text], ...]:
    """The whole list on as many slips as it takes, each with kiosk, time, how many in all, and which slip it is."""
    cut = _cut(arrivals)
    said = (*((named(site),) if site else ()), named({"fi": kiosk}), Text("witness.taken", {"now": local(now)}))
    return tuple(
        Listing(
            heading=Text("witness.heading"),
            facts=(
                *said,
                Text("witness.count", {"count": len(arrivals)}),
                Text("witness.slip", {"slip": place, "slips": len(cut)}),
            ),
            columns=(Text("witness.number"), Text("witness.arrived"), Text("witness.starts")),
            groups=tuple((area_name(area), tuple(_row(one, local) for one in rows)) for area, rows in groups),
            foot=_foot([one for _, rows in groups for one in rows]),
        )
        for place, groups in enumerate(cut, 1)
    )


def _cut(arrivals: Sequence[Unreported]) -> list[list[tuple[LocalText | None, list[Unreported]]]]:
    """By slip and area. An area that goes on is named anew, and no name of one stands alone at the end."""
    cut: list[list[tuple[LocalText | None, list[Unreported]]]] = [[]]
    used = 0
    for area, group in by_area(arrivals):
        left = list(group)
        while left:
            if used + 2 > LONGEST:
                cut.append([])
                used = 0
            room = LONGEST - used - 1
            cut[-1].append((area, left[:room]))
            used += 1 + len(left[:room])
            left = left[room:]
    return cut


def _row(one: Unreported, local: Local) -> Row[Text]:
    starts = None if one.starts is None else Text("time", {"time": local(one.starts)})
    return Row(one.number, Text("time", {"time": local(one.at)}), starts, MARK if one.refused else "")


def _foot(arrivals: Sequence[Unreported]) -> tuple[Text, ...]:
    refused = (Text("witness.refused-mark"),) if any(one.refused for one in arrivals) else ()
    return (*refused, Text("witness.later"))
