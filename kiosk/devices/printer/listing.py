"""A list for staff as ESC/POS bytes: small print in columns, set from the left, to be read at a desk."""

from collections.abc import Iterator
from dataclasses import replace

from kiosk.checkin.listing import Listing
from kiosk.devices.printer.layout import SlipLine, wrap
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.sheet import Sheet

GAP = 2
"""Columns of white between two columns at least."""
LARGE = 2


def encode_list(listing: Listing[str], profile: PrinterProfile) -> bytes:
    """The whole slip, from ``ESC @`` to the cut. No text of the list can become a command."""
    sheet = Sheet(profile)
    for line in arrange_list(listing, profile.columns):
        sheet.line(replace(line, text=sheet.readable(line.text)))
    return sheet.cut()


def arrange_list(listing: Listing[str], columns: int) -> Iterator[SlipLine]:
    """Its lines on paper of so many columns. Each area is named in large print, and named anew on the next slip."""
    for text in wrap(listing.heading, columns // LARGE):
        yield SlipLine(text, width=LARGE, height=LARGE, bold=True)
    for fact in listing.facts:
        yield from (SlipLine(text) for text in wrap(fact, columns))
    yield SlipLine("")
    rows = [row for _, group in listing.groups for row in group]
    first = max(map(len, (listing.columns[0], *(row.number for row in rows)))) + GAP
    second = max(map(len, (listing.columns[1], *(row.arrived for row in rows)))) + GAP
    number, arrived, starts = listing.columns
    yield SlipLine(f"{number:<{first}}{arrived:<{second}}{starts}".rstrip())
    for area, group in listing.groups:
        yield SlipLine("")
        yield from (SlipLine(text, height=LARGE, bold=True) for text in wrap(area, columns))
        for row in group:
            line = f"{row.number:<{first}}{row.arrived:<{second}}{row.starts or ''}"
            yield SlipLine(f"{line} {row.mark}".rstrip() if row.mark else line.rstrip())
    yield SlipLine("")
    for words in listing.foot:
        yield from (SlipLine(text) for text in wrap(words, columns))
