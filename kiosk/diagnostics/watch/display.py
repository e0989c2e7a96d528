"""Whether a display is connected (the kernel's ``/sys/class/drm/<connector>/status``)."""

from collections.abc import Collection
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault

CONNECTORS = Path("/sys/class/drm")


class DisplayLook:
    """Only for a kiosk that is told to have one."""

    source = "display-cable"

    def __init__(self, connectors: Path = CONNECTORS) -> None:
        self._connectors = connectors

    def look(self) -> Collection[Fault]:
        """Gone, or nothing."""
        return (faults.DISPLAY_GONE,) if is_gone(statuses(self._connectors)) else ()


def is_gone(statuses: Collection[str]) -> bool:
    """Whether all of them are known to be empty: one that is ``unknown`` may well hold a display."""
    return bool(statuses) and all(status == "disconnected" for status in statuses)


def statuses(connectors: Path) -> list[str]:
    """What each connector says."""
    found: list[str] = []
    for path in sorted(connectors.glob("*/status")):
        try:
            found.append(path.read_text(errors="replace").strip())
        except OSError:
            continue
    return found
