"""What the kernel and the file system say of the machine, by numbers and classes: no text that somebody may have set.

Sources: ``/sys/bus/usb/devices`` (Documentation/ABI/testing/sysfs-bus-usb), ``/proc/bus/input/devices``,
``/sys/class/tty``, ``/sys/class/drm``.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_HEX = re.compile(r"[0-9a-f]{2,4}")
_TTY = re.compile(r"tty(?:USB|ACM|S|AMA)[0-9]{1,2}")
_BUS = re.compile(r"I: Bus=([0-9a-f]{4}) Vendor=([0-9a-f]{4}) Product=([0-9a-f]{4})")
_EVENT = re.compile(r"\bevent([0-9]{1,3})\b")
_CONNECTOR = re.compile(r"card[0-9]-([A-Z]{2,8})(?:-[A-Z])?-([0-9])")
_STATUSES = ("connected", "disconnected", "unknown")

USB_IDS = ("idVendor", "idProduct", "bcdDevice", "bDeviceClass")
"""Maker, product, version, class; never the strings and serial numbers beside them."""


def usb(devices: Path = Path("/sys/bus/usb/devices")) -> list[dict[str, str]]:
    """Each USB device by its numbers."""
    found = [{name: _number(folder / name) for name in USB_IDS} for folder in _inside(devices)]
    return [{name: value for name, value in one.items() if value} for one in found if one["idVendor"]]


def inputs(devices: Path = Path("/proc/bus/input/devices")) -> list[dict[str, str]]:
    """Each input device by bus, maker and product, and its event node."""
    listed = _text(devices)
    found: list[dict[str, str]] = []
    for device in listed.split("\n\n"):
        known, event = _BUS.search(device), _EVENT.search(device)
        if known is not None:
            numbers = dict(zip(("bus", "vendor", "product"), known.groups(), strict=True))
            found.append(numbers | ({"event": event[1]} if event else {}))
    return found


def serial_lines(ttys: Path = Path("/sys/class/tty")) -> list[str]:
    """The serial lines that may have something on them."""
    return [folder.name for folder in _inside(ttys) if _TTY.fullmatch(folder.name) and (folder / "device").exists()]


def displays(connectors: Path = Path("/sys/class/drm")) -> dict[str, str]:
    """Each connector with its status."""
    found: dict[str, str] = {}
    for folder in _inside(connectors):
        status = _text(folder / "status").strip()
        if _CONNECTOR.fullmatch(folder.name) and status in _STATUSES:
            found[folder.name] = status
    return found


def files(folder: Path, known: Collection[str]) -> list[dict[str, Any]]:
    """What lies in a folder: size in bytes, last change and mode of each; only a ``known`` name is told."""
    found: list[dict[str, Any]] = []
    for path in _inside(folder):
        try:
            seen = path.lstat()
        except OSError:
            continue
        found.append(
            {
                "file": path.name if path.name in known else f"<text:{len(path.name)}>",
                "bytes": seen.st_size,
                "changed": datetime.fromtimestamp(int(seen.st_mtime), UTC).isoformat(),
                "mode": seen.st_mode & 0o7777,
            }
        )
    return found


def _inside(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except OSError:
        return


def _number(path: Path) -> str:
    text = _text(path).strip()
    return text if _HEX.fullmatch(text) else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
