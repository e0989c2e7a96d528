"""A printer's sensors, and the status bytes it makes of them. The reading side is ``kiosk.devices.printer.status``."""

from dataclasses import dataclass


@dataclass
class Sensors:
    """What is wrong with the printer, switchable."""

    paper_out: bool = False
    paper_near_end: bool = False
    cover_open: bool = False
    cutter_error: bool = False
    unrecoverable: bool = False

    @property
    def offline(self) -> bool:
        """It takes bytes in, but prints nothing and works nothing off."""
        return self.paper_out or self.cover_open or self.cutter_error or self.unrecoverable

    def real_time(self, n: int) -> bytes:
        """The reply to ``DLE EOT n``; none for an ``n`` that it does not know."""
        bits = {
            1: (self.offline, 0x08),
            2: (self.cover_open, 0x04, self.paper_out, 0x20, self.cutter_error or self.unrecoverable, 0x40),
            3: (self.cutter_error, 0x08, self.unrecoverable, 0x20),
            4: (self.paper_near_end or self.paper_out, 0x0C, self.paper_out, 0x60),
        }.get(n)
        if bits is None:
            return b""
        return bytes((0x12 | sum(bit for on, bit in zip(bits[::2], bits[1::2], strict=True) if on),))

    def paper(self) -> bytes:
        """The reply to ``GS r 1``."""
        return bytes(((0x03 if self.paper_near_end else 0) | (0x0C if self.paper_out else 0),))
