"""QR codes as a drawing: one path of squares, one unit for each module."""

import importlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

QUIET = 4
"""Modules of white that a reader wants around a code (ISO/IEC 18004)."""


@dataclass(frozen=True)
class Drawing:
    """``modules`` is the width of the code alone, ``width`` that with its quiet zone; ``path`` is an SVG path of it."""

    modules: int
    width: int
    path: str


@lru_cache(maxsize=16)
def drawing(payload: str) -> Drawing:
    """The code that holds ``payload``, an address of the site's own and nothing of a person."""
    # Loaded late: most pages have no code. It comes with python-escpos and carries no types.
    qrcode: Any = importlib.import_module("qrcode")
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(payload)
    rows: list[list[bool]] = code.get_matrix()
    path = "".join(_runs(row, y) for y, row in enumerate(rows))
    return Drawing(len(rows), len(rows) + 2 * QUIET, path)


def _runs(row: list[bool], y: int) -> str:
    """The dark stretches of a row, each as a rectangle one unit high."""
    path, x = "", 0
    for dark, run in groupby(row):
        long = len(list(run))
        if dark:
            path += f"M{x + QUIET} {y + QUIET}h{long}v1h-{long}z"
        x += long
    return path
