"""A printer's sensors, and the status bytes it makes of them. The reading side is ``kiosk.devices.printer.status``."""

from dataclasses import dataclass


@dataclass
class Sensors:
    """What is wrong with the printer, switchable. The errors of cutter and paper path may outlast their cause."""

    paper_out: bool = False
    paper_near_end: bool = False
    cover_open: bool = False
    cutter_stuck: bool = False
    cutter_error: bool = False
    jammed: bool = False
    jam_error: bool = False
    overheated: bool = False
    voltage: bool = False
    unrecoverable: bool = False
    feeding: bool = False
    """Somebody holds the feed button, or has switched the printer off line with it."""

    @property
    def error(self) -> bool:
        """Anything broken."""
        return self.cutter_error or self.jam_error or self.overheated or self.voltage or self.unrecoverable

    @property
    def offline(self) -> bool:
        """It takes bytes in, but prints nothing and works nothing off."""
        return self.paper_out or self.cover_open or self.error or self.feeding

    def recover(self) -> None:
        """Errors end whose causes have gone (``DLE ENQ``)."""
        self.cutter_error = self.cutter_stuck
        self.jam_error = self.jammed

    def real_time(self, n: int) -> bytes:
        """The reply to ``DLE EOT 1`` to ``4``; none for another ``n``."""
        bits = {
            1: ((self.offline, 0x08),),
            2: ((self.cover_open, 0x04), (self.feeding, 0x08), (self.paper_out, 0x20), (self.error, 0x40)),
            3: self._errors(),
            4: ((self.paper_near_end or self.paper_out, 0x0C), (self.paper_out, 0x60)),
        }.get(n)
        return b"" if bits is None else bytes((0x12 | _sum(bits),))

    def automatic(self) -> bytes:
        """The packet of ``GS a``."""
        first = ((self.offline, 0x08), (self.cover_open, 0x20), (self.feeding, 0x40))
        paper = ((self.paper_near_end, 0x03), (self.paper_out, 0x0C))
        return bytes((0x10 | _sum(first), _sum(self._errors()), _sum(paper), 0x0F))

    def full(self, *, ticket_out: bool) -> bytes:
        """A presenter's reply to ``DLE EOT 20``."""
        paper = ((self.paper_out, 0x01), (self.paper_near_end, 0x04), (ticket_out, 0x20))
        user = ((self.cover_open, 0x03), (self.feeding, 0x20))
        ends = ((self.overheated, 0x01), (self.voltage, 0x08), (self.jam_error, 0x40))
        broken = ((self.cutter_error, 0x01), (self.unrecoverable, 0x08))
        return bytes((0x10, 0x0F, _sum(paper), _sum(user), _sum(ends), _sum(broken)))

    def paper(self) -> bytes:
        """The reply to ``GS r 1``."""
        return bytes((_sum(((self.paper_near_end, 0x03), (self.paper_out, 0x0C))),))

    def _errors(self) -> tuple[tuple[bool, int], ...]:
        return (
            (self.jam_error, 0x04),
            (self.cutter_error, 0x08),
            (self.unrecoverable or self.voltage, 0x20),
            (self.overheated, 0x40),
        )


def _sum(bits: tuple[tuple[bool, int], ...]) -> int:
    return sum(bit for on, bit in bits if on)
