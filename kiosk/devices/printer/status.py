"""What a printer says of itself, read without trusting a single byte. Pure.

Source: ESC/POS command references of Epson, Bixolon and Citizen, "transmit real-time status" and "automatic status
back"; manuals of Custom (VKP80, KPM) and Pyramid (Reliance), "full status".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.devices.printer.replies import valid

QUERIES = (1, 2, 3, 4)
"""Printer, cause of being offline, cause of error, paper sensor."""
FULL = 20
"""A presenter's full status."""


def query(n: int) -> bytes:
    """The bytes that ask for status ``n``. They are obeyed on arrival, whatever waits in the printer's buffer."""
    return bytes((0x10, 0x04, n))


@dataclass(frozen=True)
class PrinterStatus:
    """Each field is true, false, or ``None`` where the printer did not say."""

    offline: bool | None = None
    cover_open: bool | None = None
    paper_out: bool | None = None
    paper_near_end: bool | None = None
    error: bool | None = None
    cutter: bool | None = None
    jam: bool | None = None
    voltage: bool | None = None
    unrecoverable: bool | None = None
    recoverable: bool | None = None
    """It ends by itself, such as a head that is too hot."""
    slip_left: bool | None = False
    """A slip stands in the mouth; always false where there is no mouth."""
    moving: bool | None = None
    """The paper's motor runs."""
    nonsense: bool = False
    """Something answered, but nothing that could be a status."""

    @property
    def unknown(self) -> bool:
        """Whether anything that a slip depends on is not known."""
        return None in (self.offline, self.cover_open, self.paper_out, self.error, self.slip_left)


SILENT = PrinterStatus()
"""Nothing is known."""


def parse(replies: Mapping[int, int | None]) -> PrinterStatus:
    """The status from the reply byte of each ``DLE EOT``. A missing or invalid byte leaves its fields unknown."""

    def bit(n: int, mask: int) -> bool | None:
        byte = replies.get(n)
        return None if byte is None or not valid(byte) else bool(byte & mask)

    return PrinterStatus(
        offline=bit(1, 0x08),
        cover_open=bit(2, 0x04),
        paper_out=_either(bit(2, 0x20), bit(4, 0x60)),
        paper_near_end=bit(4, 0x0C),
        error=_either(bit(2, 0x40), bit(3, 0x6C)),
        cutter=bit(3, 0x08),
        jam=bit(3, 0x04),
        unrecoverable=bit(3, 0x20),
        recoverable=bit(3, 0x40),
    )


def parse_automatic(packet: bytes) -> PrinterStatus:
    """The status from the four bytes of ``GS a``; unknown altogether where they cannot be that."""
    if len(packet) != 4 or packet[0] & 0x93 != 0x10 or any(byte & 0x90 for byte in packet[1:]):
        return SILENT
    first, second, third, _ = packet
    return PrinterStatus(
        offline=bool(first & 0x08),
        cover_open=bool(first & 0x20),
        paper_out=bool(third & 0x0C),
        paper_near_end=bool(third & 0x03),
        error=bool(second & 0x6C),
        cutter=bool(second & 0x08),
        jam=bool(second & 0x04),
        unrecoverable=bool(second & 0x20),
        recoverable=bool(second & 0x40),
    )


def parse_full(packet: bytes) -> PrinterStatus:
    """The status from the four bytes of a presenter's full status; unknown altogether where there are not four."""
    if len(packet) != 4:
        return replace(SILENT, slip_left=None)
    paper, user, ends_itself, broken = packet
    causes = {
        "cover_open": bool(user & 0x03),
        "paper_out": bool(paper & 0x01),
        "cutter": bool(broken & 0x01),
        "jam": bool(ends_itself & 0x40),
        "voltage": bool(ends_itself & 0x08),
        "recoverable": bool(ends_itself & 0x01),
        "unrecoverable": bool(broken & 0x4C),
    }
    return PrinterStatus(
        offline=any(causes.values()),
        paper_near_end=bool(paper & 0x44),
        error=any(on for cause, on in causes.items() if cause not in ("cover_open", "paper_out")),
        slip_left=bool(paper & 0x20),
        moving=bool(user & 0x08),
        **causes,
    )


def joined(one: PrinterStatus, other: PrinterStatus) -> PrinterStatus:
    """What a presenter says in its two ways together: true where either says so, unknown where neither can deny it."""
    return PrinterStatus(
        offline=_either(one.offline, other.offline),
        cover_open=_either(one.cover_open, other.cover_open),
        paper_out=_either(one.paper_out, other.paper_out),
        paper_near_end=_either(one.paper_near_end, other.paper_near_end),
        error=_either(one.error, other.error),
        cutter=_either(one.cutter, other.cutter),
        jam=_either(one.jam, other.jam),
        voltage=one.voltage or other.voltage,
        unrecoverable=_either(one.unrecoverable, other.unrecoverable),
        recoverable=_either(one.recoverable, other.recoverable),
        slip_left=_either(one.slip_left, other.slip_left),
        moving=one.moving or other.moving,
        nonsense=one.nonsense or other.nonsense,
    )


def blocking(status: PrinterStatus) -> Fault | None:
    """The fault that forbids printing, the nearest to mend first; ``None`` means that a slip may be sent."""
    causes = (
        (status.cover_open, faults.PRINTER_COVER_OPEN),
        (status.paper_out, faults.PRINTER_PAPER_OUT),
        (status.jam, faults.PRINTER_JAM),
        (status.cutter, faults.PRINTER_CUTTER),
        (status.voltage, faults.PRINTER_VOLTAGE),
        (status.unrecoverable, faults.PRINTER_ERROR),
        (status.recoverable, faults.PRINTER_OVERHEATED),
        (status.error, faults.PRINTER_ERROR),
        (status.unknown and status.nonsense, faults.PRINTER_NONSENSE),
        (status.unknown, faults.PRINTER_SILENT),
        (status.slip_left, faults.PRINTER_SLIP_LEFT),
        (status.offline, faults.PRINTER_OFFLINE),
    )
    return next((fault for holds, fault in causes if holds), None)


def all_faults(status: PrinterStatus) -> tuple[Fault, ...]:
    """What is to be shown for this status: the blocking fault, or the note that paper runs low."""
    fault = blocking(status)
    if fault is not None:
        return (fault,)
    return (faults.PRINTER_PAPER_NEAR_END,) if status.paper_near_end else ()


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False
