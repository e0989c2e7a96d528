"""What is to be thought of a kiosk, and since when something is the matter with it. Pure: no database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.checkin import faults
from kiosk.checkin.faults import Severity
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.sync.messages import Heartbeat


class Light(StrEnum):
    """How a kiosk is, the worst first."""

    RED = "red"
    SILENT = "silent"
    """It has not been heard for some minutes: what it said last may not hold any more."""
    YELLOW = "yellow"
    UNKNOWN = "unknown"
    """It was enrolled and has not said anything yet."""
    GREEN = "green"


class Paper(StrEnum):
    """What the faults say of the printer's paper."""

    THERE = "there"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Was:
    """How a kiosk was from ``at`` on."""

    at: datetime
    light: str
    faults: frozenset[str]
    program: str = ""
    schema: str = ""


@dataclass(frozen=True)
class Change:
    """What was different from ``at`` on."""

    at: datetime
    light: str
    came: Sequence[str] = ()
    gone: Sequence[str] = ()
    program: str = ""
    """The new version of the program, where that has changed."""


def light_of(said: Heartbeat | None, silent: bool, waits_too_long: bool = False) -> Light:
    """The light of a kiosk by its last word. Facts that wait too long and a doubtful clock are yellow at the least."""
    if silent:
        return Light.SILENT
    if said is None:
        return Light.UNKNOWN
    if said.light == Light.GREEN:
        return Light.YELLOW if waits_too_long or said.clock == ClockQuality.DOUBTFUL else Light.GREEN
    # A light of a newer kiosk is none that all is well.
    return Light(said.light) if said.light in (Light.RED, Light.YELLOW) else Light.UNKNOWN


def oldest_waits(said: Heartbeat | None, heard_at: datetime | None, now: datetime) -> timedelta | None:
    """How long the oldest unsent fact has waited, by the kiosk's own clock and since it told of it."""
    if said is None or heard_at is None or not said.waiting or said.oldest_waiting_at is None:
        return None
    return abs(said.at - said.oldest_waiting_at) + max(now - heard_at, timedelta())


def roster_age(said: Heartbeat | None, heard_at: datetime | None, now: datetime) -> timedelta | None:
    """How old the roster is on which the kiosk works; ``None`` where it has none, or did not tell."""
    if said is None or heard_at is None or said.roster_as_of is None:
        return None
    return max(said.at - said.roster_as_of, timedelta()) + max(now - heard_at, timedelta())


def paper_of(said: Heartbeat | None) -> Paper:
    """What is known of the paper."""
    told = set() if said is None else set(said.faults)
    if "printer-paper-out" in told:
        return Paper.OUT
    if said is None or told & {"printer-gone", "printer-silent", "printer-nonsense"}:
        return Paper.UNKNOWN
    return Paper.LOW if "printer-paper-near-end" in told else Paper.THERE


def gravest_first(codes: Iterable[str]) -> list[str]:
    """Faults in the order in which somebody should look; those that this centre does not know come first."""
    order = list(Severity)

    def rank(code: str) -> tuple[int, str]:
        known = faults.CATALOGUE.get(code)
        return (-len(order) if known is None else -order.index(known.severity), code)

    return sorted(set(codes), key=rank)


def since(history: Sequence[Was], now_there: Iterable[str], at_latest: datetime) -> Mapping[str, datetime]:
    """Since when each fault of now has stood without a break. ``history`` is the newest first.

    Where the history does not reach so far, it is since ``at_latest``, or longer.
    """
    found: dict[str, datetime] = {}
    for code in now_there:
        found[code] = at_latest
        for was in history:
            if code not in was.faults:
                break
            found[code] = was.at
    return found


def changes(history: Sequence[Was]) -> list[Change]:
    """What changed, the newest first, as is ``history``; the oldest row is how it began."""
    found = []
    for place, was in enumerate(history):
        before = history[place + 1] if place + 1 < len(history) else None
        known = frozenset[str]() if before is None else before.faults
        program = was.program if before is None or before.program != was.program else ""
        came, gone = gravest_first(was.faults - known), gravest_first(known - was.faults)
        found.append(Change(was.at, was.light, came, gone, program))
    return found
