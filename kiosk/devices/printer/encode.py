"""A ticket as ESC/POS bytes. python-escpos makes them; it never sees a device."""

import importlib
import logging
import os
import shutil
from dataclasses import replace
from functools import cache
from typing import Any

from kiosk.checkin.ticket import Ticket
from kiosk.devices.printer.layout import SlipLine, arrange
from kiosk.devices.printer.letters import printable
from kiosk.devices.printer.profile import PrinterProfile

_NO_AUTOMATIC_STATUS = b"\x1d\x61\x00"
"""``GS a 0``: unasked status bytes would be mistaken for replies."""

_CODE_SIDE = 256
"""Dots of a QR code at least: 32 mm."""
_LARGEST_MODULE = 12
_QUIET = 4
_LEVEL_M = 1
_LONGEST_PAYLOAD = 300
"""Bytes. An address is far shorter, and a denser code is hard to read from paper."""


def encode(ticket: Ticket[str], profile: PrinterProfile) -> bytes:
    """The whole slip, from ``ESC @`` to the cut. No text of the ticket can become a command."""
    dummy, encoder_class, _ = _escpos()
    encoder = encoder_class({profile.code_page: profile.code_page_number})

    def fits(character: str) -> bool:
        return bool(encoder.can_encode(profile.code_page, character))

    def safe(text: str) -> str:
        return printable(text, fits)

    slip = replace(ticket.map(safe), number=safe(ticket.number))
    printer = dummy(magic_encode_args={"encoder": encoder})
    _begin(printer)
    printer.charcode(profile.code_page)
    printer.set(align="center", font="a", smooth=True)
    style = SlipLine("")
    for line in arrange(slip, profile.dots):
        style = _style(printer, style, line)
        printer.textln(line.text.replace("\N{NO-BREAK SPACE}", " "))
    _code(printer, style, ticket.code, profile)
    _cut(printer, profile)
    return bytes(printer.output)


def clearing(profile: PrinterProfile) -> bytes:
    """What empties the printer's buffer at once, even while it is offline, so that no slip comes out late.

    ``DLE DC4 8`` with its fixed guard bytes (Epson: "clear buffer"); empty where the printer does not know it.
    """
    return b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08" if profile.clears else b""


def parting(profile: PrinterProfile) -> bytes:
    """What cuts off a slip that was left half printed, so that it does not hang on the next one."""
    dummy, _, _ = _escpos()
    printer = dummy()
    _begin(printer)
    _cut(printer, profile)
    return bytes(printer.output)


BARRIER = b"\x1d\x72\x01"
"""``GS r 1``: a status request that waits its turn in the buffer. Its reply proves that all before it is done."""


def warm_up() -> None:
    """Load python-escpos (some 0.3 s), in a thread that may take its time."""
    _escpos()


def _begin(printer: Any) -> None:
    printer.hw("INIT")
    printer._raw(_NO_AUTOMATIC_STATUS)  # noqa: SLF001 - python-escpos has no public way for a command it lacks


def _cut(printer: Any, profile: PrinterProfile) -> None:
    printer.cut(mode="PART" if profile.partial_cut else "FULL")


def _code(printer: Any, style: SlipLine, payload: str, profile: PrinterProfile) -> None:
    """A QR code that the printer makes itself (``GS ( k``), large enough for a phone held over the slip."""
    payload = "".join(letter for letter in payload if letter.isprintable())
    modules = _modules(payload)
    if not modules:
        return
    _style(printer, style, SlipLine(" "))
    # White above it, as a reader wants; below it the cutter leaves enough.
    printer.textln("\n")
    size = min(_LARGEST_MODULE, -(-_CODE_SIDE // modules), profile.dots // (modules + 2 * _QUIET))
    printer.qr(payload, ec=_LEVEL_M, size=size, native=True)


def _modules(payload: str) -> int:
    """How many modules wide the code will be; 0 where there is nothing to encode, or too much."""
    if not 0 < len(payload.encode()) <= _LONGEST_PAYLOAD:
        return 0
    qrcode: Any = importlib.import_module("qrcode")
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(payload)
    return len(code.get_matrix())


def _style(printer: Any, before: SlipLine, line: SlipLine) -> SlipLine:
    if not line.text:
        # A blank line takes the spacing of the line, which a large size would stretch.
        line = replace(line, width=1, height=1, bold=before.bold)
    if (line.width, line.height) != (before.width, before.height):
        printer.set(custom_size=True, width=line.width, height=line.height)
    if line.bold != before.bold:
        printer.set(bold=line.bold)
    return line


@cache
def _escpos() -> tuple[Any, Any, Any]:
    # Loaded late: it is slow, and nothing but a print needs it. Its import adds a handler to the root logger and
    # leaves an empty directory under the temporary one; both are undone here.
    root = logging.getLogger()
    handlers = list(root.handlers)
    from escpos import capabilities
    from escpos.magicencode import Encoder
    from escpos.printer.dummy import Dummy

    root.handlers[:] = handlers
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return Dummy, Encoder, capabilities
