"""AIM symbology identifiers: the ``]cm`` that a scanner may put before a decoded text (ISO/IEC 15424)."""

import re

from kiosk.checkin.identity import Scan

_PREFIX = re.compile(r"\]([A-Za-z])[0-9A-Za-z]")

_NAMES = {
    "A": "code-39",
    "C": "code-128",
    "E": "ean-upc",
    "F": "codabar",
    "G": "code-93",
    "I": "itf",
    "L": "pdf417",
    "Q": "qr",
    "d": "data-matrix",
    "e": "databar",
    "o": "ocr",
    "z": "aztec",
}
OTHER = "other"
"""A symbology that no document of a client uses."""


def scan(text: str, symbology: str | None = None) -> Scan:
    """The text without its identifier, and the symbology that it named; ``symbology`` is what is known otherwise."""
    prefix = _PREFIX.match(text)
    if prefix is None:
        return Scan(text, symbology)
    return Scan(text[prefix.end() :], _NAMES.get(prefix[1], OTHER))
