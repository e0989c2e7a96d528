"""The devices of a kiosk looked at one by one, and what a technician found of each: kept over restarts.

The first run ends with it, and service mode can begin it anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault, Part
from kiosk.checkin.health import Health, Light, Trouble


class Station(StrEnum):
    """One thing that is looked at. The test slip comes before the scanner, which reads the code on it."""

    PLACE = "place"
    """Is this the right kiosk, at the right site?"""
    TOUCH = "touch"
    PRINTER = "printer"
    SCANNER = "scanner"
    CARD_READER = "card-reader"
    HELP = "help"
    """The light and the sound that call staff."""
    SOUND = "sound"
    """The voice that reads pages aloud."""
    KEYPAD = "keypad"
    SELF_TEST = "self-test"
    SUMMARY = "summary"


class Found(StrEnum):
    """What a technician says of a station; all but the first leave something to be done."""

    GOOD = "good"
    BROKEN = "broken"
    OFF = "off"
    """Touches land elsewhere."""
    ILLEGIBLE = "illegible"
    UNCUT = "uncut"
    ABSENT = "absent"
    """It is in the settings, and not there."""
    LATER = "later"
    """Nobody has looked at it."""


ALWAYS = (Station.PLACE, Station.TOUCH, Station.SELF_TEST)
PART_OF = {
    Station.TOUCH: Part.TOUCH,
    Station.PRINTER: Part.PRINTER,
    Station.SCANNER: Part.SCANNER,
    Station.CARD_READER: Part.CARD_READER,
    Station.HELP: Part.HELP,
}
VOICE = frozenset({faults.SPEECH_SILENT, faults.HEADPHONES_GONE})
MARKS = 5
"""What is to be touched: the four corners of the screen, and its middle as the last."""
LIGHTS = {Found.GOOD: Light.GREEN, Found.BROKEN: Light.RED, Found.OFF: Light.RED}


@dataclass(frozen=True)
class Walk:
    """How far a technician has come. ``first``: it belongs to the first run, and nobody is served before its end."""

    first: bool = False
    at: Station = Station.PLACE
    found: Mapping[Station, Found] = field(default_factory=dict)
    language: str = ""

    def with_found(self, station: Station, what: Found) -> "Walk":
        """The same, with this said of that station."""
        return replace(self, found={**self.found, station: what})

    def finished(self, stations: Sequence[Station]) -> "Walk":
        """At the end: nobody is held up any more, and what was passed over is left for later."""
        passed = {station: Found.LATER for station in stations if station not in self.found} if self.first else {}
        return replace(self, first=False, at=Station.PLACE, found={**self.found, **passed})


def way(fitted: Sequence[Station]) -> tuple[Station, ...]:
    """The stations of a kiosk that has these besides what each has, in their order, and the summary."""
    wanted = {*ALWAYS, *fitted, Station.SUMMARY}
    return tuple(station for station in Station if station in wanted)


def beside(at: Station, steps: int, stations: Sequence[Station]) -> Station | None:
    """The station so many further on; ``None`` beyond either end. One that is not fitted any more counts as first."""
    place = (stations.index(at) if at in stations else 0) + steps
    return stations[place] if 0 <= place < len(stations) else None


def light(walk: Walk, station: Station) -> Light | None:
    """How a station is; ``None`` while nobody has said."""
    found = walk.found.get(station)
    return None if found is None else LIGHTS.get(found, Light.YELLOW)


def left_to_do(walk: Walk | None, stations: Sequence[Station]) -> tuple[Fault, ...]:
    """The fault that stands while something that was looked at is not good, and is fitted still."""
    if walk is None:
        return ()
    looked_at = {station: found for station, found in walk.found.items() if station in stations}
    # The self-test tells its own faults.
    looked_at.pop(Station.SELF_TEST, None)
    open_ = any(found is not Found.GOOD for found in looked_at.values())
    return (faults.DEVICE_CHECK_OPEN,) if open_ else ()


def troubles(station: Station, health: Health) -> tuple[Trouble, ...]:
    """What stands against the device of a station, as the kiosk itself sees it."""
    if station is Station.SOUND:
        return tuple(one for one in health.standing if one.fault in VOICE)
    part = PART_OF.get(station)
    return () if part is None else health.of(part)


__all__ = ["Found", "Station", "Walk", "left_to_do", "way"]
