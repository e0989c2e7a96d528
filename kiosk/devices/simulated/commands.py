"""Cutting a stream of bytes into ESC/POS commands. Pure; it knows lengths, not meanings.

Source: Epson's ESC/POS command reference; Pyramid's for ``GS e`` and ``FS }``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 1 << 20
"""Bytes. A header that announces more than this is noise, not an image."""
_LONGEST_BARCODE = 256

_PRINTABLE = re.compile(rb"[\x20-\x7E\x80-\xFF]+")
TEXT = "text"
UNKNOWN = "unknown"

_ESC = {
    "@": 0, " ": 1, "!": 1, "$": 2, "%": 1, "+": 1, "-": 1, "2": 0, "3": 1, "=": 1, "?": 1, "A": 1, "B": 2, "E": 1,
    "G": 1, "J": 1, "K": 1, "L": 0, "M": 1, "R": 1, "S": 0, "T": 1, "V": 1, "W": 8, "\\": 2, "a": 1, "c": 2, "d": 1,
    "e": 1, "i": 0, "m": 0, "p": 3, "r": 1, "t": 1, "u": 1, "v": 0, "{": 1,
}  # fmt: skip
_GS = {
    "!": 1, "#": 1, "$": 2, "/": 1, ":": 0, "B": 1, "E": 1, "H": 1, "I": 1, "L": 2, "P": 2, "T": 1, "W": 2, "\\": 2,
    "^": 3, "a": 1, "b": 1, "c": 0, "f": 1, "h": 1, "j": 1, "r": 1, "w": 1, "x": 1, "|": 1,
}  # fmt: skip
_FS = {"!": 1, "&": 0, "-": 1, ".": 0, "C": 1, "S": 2, "W": 1, "p": 2}
_DLE = {"\x04": 1, "\x05": 1}
_FIXED = {0x1B: ("ESC", _ESC), 0x1D: ("GS", _GS), 0x1C: ("FS", _FS), 0x10: ("DLE", _DLE)}
_SINGLE = {0x0A: "LF", 0x0D: "CR", 0x09: "HT", 0x0C: "FF", 0x18: "CAN"}


@dataclass(frozen=True)
class Command:
    """One command, with ``size`` bytes in all; ``args`` are the bytes after its name, or those of a text."""

    name: str
    args: bytes
    size: int


def parse(data: bytes) -> Command | None:
    """The command at the beginning of ``data``; ``None`` where its end has not come yet. ``data`` is not empty."""
    first = data[0]
    if first >= 0x20 and first != 0x7F:
        return _text(data)
    if first in _SINGLE:
        return Command(_SINGLE[first], b"", 1)
    if first not in _FIXED:
        return Command(UNKNOWN, data[:1], 1)
    if len(data) < 2:
        return None
    family, lengths = _FIXED[first]
    letter = chr(data[1])
    args = lengths[letter] if letter in lengths else _variable(family, letter, data[2:])
    if args is None:
        return None
    if args < 0:
        return Command(UNKNOWN, data[:2], 2)
    size = 2 + args
    return Command(f"{family} {letter}", data[2:size], size) if len(data) >= size else None


def _text(data: bytes) -> Command:
    run = _PRINTABLE.match(data)
    letters = run[0] if run else b""
    return Command(TEXT, letters, len(letters))


def _variable(family: str, letter: str, args: bytes) -> int | None:
    """How many bytes follow the letter; ``None`` where that is not known yet, -1 where it is no command."""
    match family, letter:
        case "ESC", "*":
            return _announced(args, 3, lambda: (args[1] + 256 * args[2]) * (3 if args[0] in (32, 33) else 1))
        case "ESC", "D":
            return _until_nul(args, 33)
        case "GS", "V":
            return _announced(args, 1, lambda: int(args[0] in (65, 66, 97, 98, 103, 104)))
        case "GS", "v":
            return _announced(args, 6, lambda: (args[2] + 256 * args[3]) * (args[4] + 256 * args[5]))
        case "GS", "*":
            return _announced(args, 2, lambda: args[0] * args[1] * 8)
        case (("GS" | "FS"), "("):
            return _announced(args, 3, lambda: args[1] + 256 * args[2])
        case "GS", "8":
            return _announced(args, 5, lambda: int.from_bytes(args[1:5], "little"))
        case "GS", "k":
            return _barcode(args)
        case "GS", "e":
            return _announced(args, 1, lambda: {3: 1, 32: 2}.get(args[0], 0))
        case "FS", "}":
            return _announced(args, 1, lambda: 2 if args[0] == 0x26 else 1)
        case "DLE", "\x14":
            return _announced(args, 1, lambda: {1: 2, 2: 2, 7: 1, 8: 7}.get(args[0], 0))
    return -1


def _announced(args: bytes, header: int, rest: Callable[[], int]) -> int | None:
    if len(args) < header:
        return None
    more = rest()
    return header + more if more <= LONGEST else -1


def _until_nul(args: bytes, longest: int) -> int | None:
    end = args.find(0, 0, longest)
    if end >= 0:
        return end + 1
    return None if len(args) < longest else -1


def _barcode(args: bytes) -> int | None:
    if not args:
        return None
    if args[0] >= 65:
        return _announced(args, 2, lambda: args[1])
    rest = _until_nul(args[1:], _LONGEST_BARCODE)
    return rest if rest is None or rest < 0 else rest + 1
