"""What a printer says of itself: the replies to ``DLE EOT n`` (10 04 n), read without trusting a single byte.

Source: ESC/POS command references of Epson, Bixolon and Citizen, "transmit real-time status". Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault

QUERIES = (1, 2, 3, 4)
"""Printer, cause of being offline, cause of error, paper sensor."""


def query(n: int) -> bytes:
    """The bytes that ask for status ``n``. They are obeyed on arrival, whatever waits in the printer's buffer."""
    return bytes((0x10, 0x04, n))


def valid(byte: int) -> bool:
    """Whether this can be a reply to ``DLE EOT``: bits 0 and 7 are clear, bits 1 and 4 are set in every one."""
    return byte & 0x93 == 0x12


def is_paper_status(byte: int) -> bool:
    """Whether this can be a reply to ``GS r 1``: bits 4 and 7 are clear, so it never looks like ``DLE EOT``'s."""
    return byte & 0x90 == 0


@dataclass(frozen=True)
class PrinterStatus:
    """Each field is true, false, or ``None`` where the printer did not say."""

    offline: bool | None = None
    cover_open: bool | None = None
    paper_out: bool | None = None
    paper_near_end: bool | None = None
    error: bool | None = None
    cutter: bool | None = None
    unrecoverable: bool | None = None
    recoverable: bool | None = None

    @property
    def unknown(self) -> bool:
        """Whether anything that a slip depends on is not known."""
        return None in (self.offline, self.cover_open, self.paper_out, self.error)


SILENT = PrinterStatus()
"""Nothing is known."""


def parse(replies: Mapping[int, int | None]) -> PrinterStatus:
    """The status from the reply byte of each query. A missing or invalid byte leaves its fields unknown."""

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
        unrecoverable=bit(3, 0x20),
        recoverable=bit(3, 0x40),
    )


def blocking(status: PrinterStatus) -> Fault | None:
    """The fault that forbids printing, the nearest to mend first; ``None`` means that a slip may be sent."""
    if status.cover_open:
        return faults.PRINTER_COVER_OPEN
    if status.paper_out:
        return faults.PRINTER_PAPER_OUT
    if status.error:
        return faults.PRINTER_ERROR
    if status.unknown:
        return faults.PRINTER_SILENT
    if status.offline:
        return faults.PRINTER_ERROR
    return None


def all_faults(status: PrinterStatus) -> tuple[Fault, ...]:
    """What is to be shown for this status: the blocking fault, and the note that paper runs low."""
    fault = blocking(status)
    if fault is not None:
        return (fault,)
    return (faults.PRINTER_PAPER_NEAR_END,) if status.paper_near_end else ()


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False
