"""Printer profiles: what differs between models, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PrinterProfile:
    """How one kind of printer is spoken to. Lengths in dots of 1/8 mm (203 dpi), times in seconds."""

    dots: int = 576
    """Printable width: 576 or 512 on 80 mm paper, 384 on 58 mm."""
    code_page: str = "CP858"
    """The page's name in python-escpos; 858 holds all letters of Finnish, Swedish and English."""
    code_page_number: int = 19
    """The page's number in this printer's ``ESC t``."""
    partial_cut: bool = False
    """Leave a bridge of paper, so that the slip does not fall."""
    barrier: bool = True
    """The printer answers a queued ``GS r 1``, which tells that everything before it has been worked off."""
    clears: bool = True
    """The printer obeys ``DLE DC4 8``, which empties its buffer even while it is offline."""
    answer: float = 0.4
    """How long a status reply may take; printers answer within some milliseconds."""
    finish: float = 5.0
    """How long printing and cutting one slip may take beyond the travel of its bytes."""

    @property
    def columns(self) -> int:
        """Characters of font A (12 dots wide) that fit on a line."""
        return self.dots // 12


EPSON_80 = PrinterProfile()
"""80 mm paper, 576 dots: TM-T20II/III, TM-T88V and later, and their likes."""
EPSON_80_NARROW = PrinterProfile(dots=512)
"""80 mm paper, 512 dots: TM-T88II to IV and their likes."""
EPSON_58 = PrinterProfile(dots=384)
"""58 mm paper, 384 dots."""

PROFILES = {"epson-80": EPSON_80, "epson-80-narrow": EPSON_80_NARROW, "epson-58": EPSON_58}
"""The profiles by the name a configuration gives them."""
