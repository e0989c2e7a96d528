"""Mains or battery, and whether the power was cut.

The kernel's ``/sys/class/power_supply`` (Documentation/ABI/testing/sysfs-class-power); the random id that Linux gives
each boot (random(4), ``boot_id``).
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault

SUPPLIES = Path("/sys/class/power_supply")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
MARKER = "running"

Supply = Mapping[str, str]
"""The attributes of one supply: ``type``, ``online``, ``status``, ``scope``."""


class PowerLook:
    """Whether the machine lives on its battery."""

    source = "power"

    def __init__(self, supplies: Path = SUPPLIES) -> None:
        self._supplies = supplies

    def look(self) -> Collection[Fault]:
        """On battery, or nothing."""
        return (faults.POWER_ON_BATTERY,) if on_battery(read_supplies(self._supplies)) else ()


def on_battery(supplies: Iterable[Supply]) -> bool:
    """Whether there is a battery and no mains. A battery of a mouse or keyboard (scope ``Device``) is none of ours."""
    own = [supply for supply in supplies if supply.get("scope") != "Device"]
    batteries = [supply for supply in own if supply.get("type") in ("Battery", "UPS")]
    mains = [supply for supply in own if supply.get("type") in ("Mains", "USB")]
    if not batteries:
        return False
    if mains:
        return all(supply.get("online") == "0" for supply in mains)
    return any(supply.get("status") == "Discharging" for supply in batteries)


def read_supplies(folder: Path) -> list[Supply]:
    """What the kernel says of each supply; what can't be read is left out."""
    try:
        supplies = sorted(folder.iterdir())
    except OSError:
        return []
    return [
        {name: words for name in ("type", "online", "status", "scope") if (words := _words(supply / name))}
        for supply in supplies
    ]


class PowerCutLook:
    """Leaves a marker that only a clean end takes away; one from another boot tells that the power was cut.

    A process that merely crashed finds the marker of the same boot, which says nothing of the power.
    """

    source = "power-cut"

    def __init__(self, state: Path, boot_id: Path = BOOT_ID) -> None:
        self._marker = state / MARKER
        self._boot = _words(boot_id)
        self._found: tuple[Fault, ...] | None = None

    def look(self) -> Collection[Fault]:
        """Cut before this start, or nothing; the same until the next start."""
        if self._found is None:
            before = _words(self._marker)
            self._found = (faults.POWER_WAS_CUT,) if was_cut(before, self._boot) else ()
            _write(self._marker, self._boot)
        return self._found

    def clean_end(self) -> None:
        """The process ends in good order."""
        try:
            self._marker.unlink(missing_ok=True)
        except OSError:
            return


def was_cut(marker: str, boot: str) -> bool:
    """Whether the marker of another boot was left. Where the boots can't be told apart, nothing is said."""
    return bool(marker) and bool(boot) and marker != boot


def _words(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _write(path: Path, words: str) -> None:
    try:
        path.write_text(words)
    except OSError:
        return
