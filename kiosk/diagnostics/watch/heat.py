"""How hot the machine is (the kernel's ``/sys/class/thermal``: millidegrees Celsius)."""

from collections.abc import Collection
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault

ZONES = Path("/sys/class/thermal")
PLAUSIBLE = (-30.0, 150.0)
"""Degrees. A sensor that is switched off reports nonsense."""
COOLED_BY = 5.0
"""Degrees below the limit at which the fault goes."""


class HeatLook:
    """``hottest`` is the limit in degrees Celsius."""

    source = "heat"

    def __init__(self, hottest: float, zones: Path = ZONES) -> None:
        self._hottest = hottest
        self._zones = zones
        self._hot = False

    def look(self) -> Collection[Fault]:
        """Hot, or nothing."""
        self._hot = is_hot(temperatures(self._zones), self._hottest, before=self._hot)
        return (faults.MACHINE_HOT,) if self._hot else ()


def is_hot(degrees: Collection[float], hottest: float, *, before: bool) -> bool:
    """Whether any plausible sensor is at the limit, or has not yet cooled down from it."""
    limit = hottest - COOLED_BY if before else hottest
    return any(PLAUSIBLE[0] <= one <= PLAUSIBLE[1] and one >= limit for one in degrees)


def temperatures(zones: Path) -> list[float]:
    """Degrees Celsius of each sensor that answers."""
    found: list[float] = []
    for path in sorted(zones.glob("thermal_zone*/temp")):
        try:
            found.append(int(path.read_text()) / 1000)
        except (OSError, ValueError):
            continue
    return found
