"""A ticket as ESC/POS bytes."""

from dataclasses import replace
from math import inf

from kiosk.checkin.ticket import Ticket
from kiosk.devices.printer.layout import arrange
from kiosk.devices.printer.plan import plan
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.sheet import Sheet, automatic, scannable, warm_up

__all__ = ["BARRIER", "automatic", "clearing", "encode", "parting", "warm_up"]

BARRIER = b"\x1d\x72\x01"
"""``GS r 1``: a status request that waits its turn in the buffer. Its reply proves that all before it is done."""


def encode(ticket: Ticket[str], profile: PrinterProfile, bytes_per_second: float = inf) -> bytes:
    """The whole slip, from ``ESC @`` to the cut. No text of the ticket can become a command.

    The plan comes last, where the line to the printer is fast enough for it: the number never waits for a drawing.
    """
    sheet = Sheet(profile)
    sheet.centred()
    slip = replace(ticket.map(sheet.readable), number=sheet.readable(ticket.number), code=scannable(ticket.code))
    for line in arrange(slip, profile.dots):
        sheet.line(line)
    sheet.code(slip.code)
    drawing = None if slip.plan is None else plan(slip.plan, profile, bytes_per_second)
    if drawing is not None:
        sheet.drawing(drawing)
    return sheet.cut()


def clearing(profile: PrinterProfile) -> bytes:
    """What empties the printer's buffer at once, even while it is offline, so that no slip comes out late.

    ``DLE DC4 8`` with its fixed guard bytes (Epson: "clear buffer"); empty where the printer does not know it.
    """
    return b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08" if profile.clears else b""


def parting(profile: PrinterProfile) -> bytes:
    """What cuts off a slip that was left half printed, so that it does not hang on the next one.

    A presenter takes it back in: nobody is to have it.
    """
    return Sheet(profile).cut() + (profile.presenter.retract if profile.presenter else b"")
