"""Whose turn it is, who may be called where, and what a display shows. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LARGE_FOR = timedelta(minutes=10)
"""How long after it rang the newest call stands large."""
SHOWN_FOR = timedelta(minutes=45)
"""How long a call stands below: longer, and people take it for a new one."""
SHOWN_BELOW = 4

_ROOM = re.compile(r"([A-ZÅÄÖ]{0,2}) ?([0-9]{1,4}[A-Z]?)", re.IGNORECASE)
_NUMBER = re.compile(r"([A-Z]{1,2}) ?([0-9]{1,6})", re.IGNORECASE)


class Rule(StrEnum):
    """What the order of a line goes by."""

    APPOINTMENT = "appointment"
    ARRIVAL = "arrival"


class State(StrEnum):
    """What has become of a call."""

    CALLED = "called"
    CAME = "came"
    MISSED = "missed"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True)
class Line:
    """Those who wait for the same: in one area, for one unit or service, and one practitioner where one is booked."""

    area: str = ""
    unit: str = ""
    service: str = ""
    practitioner: str = ""

    @property
    def key(self) -> str:
        """By which a form names it."""
        return "|".join((self.area, self.unit, self.service, self.practitioner))


@dataclass(frozen=True)
class Client:
    """Somebody who waits to be called, by number."""

    fact: str
    number: str
    line: Line
    arrived_at: datetime
    starts: datetime | None = None
    language: str = ""
    missed: bool = False
    """Called once, and did not come."""


@dataclass(frozen=True)
class Call:
    """A number that was called to a room."""

    number: str
    room: str
    area: str
    state: State
    ring: str
    rings: int
    rang_at: datetime
    language: str = ""
    fact: str | None = None
    by: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """What a display shows: the newest call large, and those before it."""

    newest: Call | None
    before: Sequence[Call]


def place(client: Client, rule: Rule) -> tuple[datetime, datetime, str]:
    """Where somebody stands in their line.

    By appointment: the time that was booked. Who came after it stands where they came, and passes nobody who was there
    in time; who has none stands where they came too. By arrival: the time of coming, whatever was booked.
    """
    due = client.arrived_at
    if rule is Rule.APPOINTMENT and client.starts is not None:
        due = max(client.starts, client.arrived_at)
    return due, client.arrived_at, client.fact


def lines(waiting: Iterable[Client], rule: Rule) -> dict[Line, list[Client]]:
    """Those who wait by line, each in order. Who was called and did not come is in none: a person decides on them."""
    found: dict[Line, list[Client]] = {}
    for client in sorted(waiting, key=lambda one: place(one, rule)):
        if not client.missed:
            found.setdefault(client.line, []).append(client)
    return found


def shown(calls: Iterable[Call], area: str, now: datetime) -> Shown:
    """What the display of an area shows of the calls of a day. Calls without an area are for all of them."""
    here = [one for one in calls if one.state is not State.TAKEN_BACK and one.area in ("", area)]
    recent = [one for one in here if now - one.rang_at < SHOWN_FOR]
    recent.sort(key=lambda one: (one.rang_at, one.ring), reverse=True)
    newest = recent[0] if recent and now - recent[0].rang_at < LARGE_FOR else None
    return Shown(newest, recent[1 : SHOWN_BELOW + 1] if newest else recent[:SHOWN_BELOW])


def room_sign(written: str) -> str | None:
    """The sign of a room as it stands on its door (``12``, ``B 214``, ``3A``); ``None`` where it can be none.

    It is shown in public, so it can be neither a name nor any other word.
    """
    found = _ROOM.fullmatch(" ".join(written.split()))
    if found is None:
        return None
    letters, figures = found.groups()
    return f"{letters} {figures}".strip().upper()


def ticket(written: str) -> str | None:
    """A ticket number as it is shown (``A 042``), however it was typed; ``None`` where it is none."""
    found = _NUMBER.fullmatch(written.strip())
    if found is None:
        return None
    series, figures = found.groups()
    return f"{series.upper()} {figures.zfill(3)}"
