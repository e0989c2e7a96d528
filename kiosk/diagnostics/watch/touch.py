"""Whether there is a touch screen (``/proc/bus/input/devices``; Documentation/input/event-codes.rst)."""

import struct
from collections.abc import Collection, Iterator
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault

DEVICES = Path("/proc/bus/input/devices")
WORD = struct.calcsize("l") * 8
"""Bits in a word of the kernel's bit maps."""

_ABS_X = 0x00
_ABS_MT_POSITION_X = 0x35
_PROP_POINTER = 0x00
_PROP_DIRECT = 0x01


class TouchLook:
    """Only for a kiosk that is told to have one."""

    source = "touch-screen"

    def __init__(self, devices: Path = DEVICES) -> None:
        self._devices = devices

    def look(self) -> Collection[Fault]:
        """Gone, or nothing; nothing too where the kernel's list can't be read."""
        try:
            listed = self._devices.read_text(errors="replace")
        except OSError:
            return ()
        return () if has_touch_screen(listed) else (faults.TOUCH_GONE,)


def has_touch_screen(listed: str, word: int = WORD) -> bool:
    """Whether the list holds a device that is touched where it shows: multi-touch, or single touch on the picture."""
    for maps in _bit_maps(listed):
        properties, axes = (_bits(maps.get(name, ""), word) for name in ("PROP", "ABS"))
        pointer = _PROP_POINTER in properties
        if (_ABS_MT_POSITION_X in axes and not pointer) or (_ABS_X in axes and _PROP_DIRECT in properties):
            return True
    return False


def _bit_maps(listed: str) -> Iterator[dict[str, str]]:
    """The lines ``B: NAME=hex hex …`` of each device; devices are parted by an empty line."""
    for device in listed.split("\n\n"):
        lines = [line[3:].partition("=") for line in device.splitlines() if line.startswith("B: ")]
        yield {name: words for name, _, words in lines}


def _bits(words: str, word: int) -> frozenset[int]:
    """The numbers of the bits that are set. The last word holds the lowest bits."""
    number = 0
    for part in words.split():
        try:
            number = number << word | int(part, 16)
        except ValueError:
            return frozenset()
    return frozenset(bit for bit in range(number.bit_length()) if number >> bit & 1)
