"""QR symbols as a printer makes them itself (``GS ( k``, cn 49), and images kept for later (``GS ( L``)."""

import importlib
from typing import Any

from kiosk.devices.simulated.slip import Raster

_LEVELS = {48: "ERROR_CORRECT_L", 49: "ERROR_CORRECT_M", 50: "ERROR_CORRECT_Q", 51: "ERROR_CORRECT_H"}
_QR = 49


class Symbols:
    """The printer's symbol storage and its image storage."""

    def __init__(self) -> None:
        self._module = 3
        self._level = 48
        self._data = b""
        self._image: Raster | None = None

    def two_dimensional(self, args: bytes) -> Raster | None:
        """``GS ( k`` after its length: an image where the command prints one."""
        if len(args) < 3 or args[0] != _QR:
            return None
        match args[1]:
            case 67:
                self._module = max(1, min(16, args[2]))
            case 69:
                self._level = args[2]
            case 80:
                self._data = args[3:]
            case 81 if self._data:
                return _qr(self._data, self._level, self._module)
        return None

    def graphics(self, args: bytes) -> Raster | None:
        """``GS ( L`` or ``GS 8 L`` after its length: function 112 keeps an image, 2 or 50 prints it."""
        if len(args) >= 10 and args[1] == 112:
            wide, tall = args[6] + 256 * args[7], args[8] + 256 * args[9]
            self._image = raster(args[10:], (wide + 7) // 8, tall, args[3], args[4])
        elif len(args) >= 2 and args[1] in (2, 50):
            image, self._image = self._image, None
            return image
        return None


def raster(data: bytes, row_bytes: int, tall: int, scale_x: int = 1, scale_y: int = 1) -> Raster | None:
    """An image of packed rows; ``None`` where it holds no dot."""
    rows = data[: row_bytes * tall].ljust(row_bytes * tall, b"\0")
    return Raster(0, 0, row_bytes, rows, max(1, scale_x), max(1, scale_y)) if rows else None


def columns(data: bytes, mode: int) -> Raster | None:
    """``ESC *``: a band of columns, 8 or 24 dots tall, as rows."""
    tall = 24 if mode in (32, 33) else 8
    each = tall // 8
    wide = len(data) // each
    row_bytes = (wide + 7) // 8
    rows = bytearray(row_bytes * tall)
    for x in range(wide):
        for y in range(tall):
            if data[x * each + y // 8] & 0x80 >> y % 8:
                rows[y * row_bytes + x // 8] |= 0x80 >> x % 8
    # Low densities print each dot larger, so that the band keeps its shape.
    return raster(bytes(rows), row_bytes, tall, 1 if mode in (1, 33) else 2, 3 if tall == 8 else 1)


def _qr(data: bytes, level: int, module: int) -> Raster | None:
    # No library types here: qrcode comes with python-escpos and carries none.
    qrcode: Any = importlib.import_module("qrcode")
    too_long: Any = importlib.import_module("qrcode.exceptions").DataOverflowError
    symbol = qrcode.QRCode(error_correction=getattr(qrcode, _LEVELS.get(level, _LEVELS[48])), border=0)
    symbol.add_data(data)
    try:
        modules = symbol.get_matrix()
    except (too_long, ValueError):
        return None
    row_bytes = (len(modules) + 7) // 8
    rows = b"".join(
        int("".join("1" if black else "0" for black in row).center(row_bytes * 8, "0"), 2).to_bytes(row_bytes)
        for row in modules
    )
    return Raster(0, 0, row_bytes, rows, module, module)
