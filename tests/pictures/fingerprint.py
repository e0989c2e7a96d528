"""A picture as a few thousand grey cells of a few millimetres, and many of them in one small file."""

import json
import lzma
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

CELL = 15
"""Pixels of a side of a cell: 7.5 mm at 2 pixels per millimetre, about a letter."""

STEP = 6
"""A cell is kept in steps of so many of the 256 greys."""

FAINT = 2
"""Steps by which a cell may differ: another rounding of an edge does so."""

FEW = 12
"""Cells of a picture that may differ by more: another typeface changes hundreds, another word some tens."""

Prints = Mapping[str, bytes]
"""By name: the first byte is in how many leaves the page lies, the others are its cells from the upper left."""


def of(picture: QImage, leaves: int = 1) -> bytes:
    """The fingerprint of a picture whose sides are whole cells."""
    wide, tall = picture.width() // CELL, picture.height() // CELL
    # Made small first: grey is then cheap.
    small = picture.scaled(wide, tall, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    small = small.convertToFormat(QImage.Format.Format_Grayscale8)
    bits, line = bytes(small.constBits()), small.bytesPerLine()
    rows = b"".join(bits[line * y : line * y + wide] for y in range(tall))
    return bytes([leaves]) + rows.translate(GREYS)


GREYS = bytes(round(grey / STEP) for grey in range(256))


def apart(one: bytes, other: bytes) -> int:
    """In how many cells two pictures differ by more than ``FAINT``; all of them where they cannot be compared."""
    if one == other:
        return 0
    if len(one) != len(other) or one[0] != other[0]:
        return max(len(one), len(other))
    return sum(abs(here - there) > FAINT for here, there in zip(one[1:], other[1:], strict=True))


def is_like(one: bytes, other: bytes) -> bool:
    """Whether nobody would call them two different pictures."""
    return apart(one, other) <= FEW


def write(path: Path, prints: Prints) -> None:
    """Keep them. The same fingerprints give the same file."""
    head = json.dumps([[name, len(one)] for name, one in prints.items()]).encode()
    path.write_bytes(lzma.compress(head + b"\n" + b"".join(prints.values()), preset=9))


def read(path: Path) -> dict[str, bytes]:
    """What ``write`` kept."""
    head, _, rest = lzma.decompress(path.read_bytes()).partition(b"\n")
    prints: dict[str, bytes] = {}
    start = 0
    for name, length in json.loads(head):
        prints[name] = rest[start : start + length]
        start += length
    return prints
