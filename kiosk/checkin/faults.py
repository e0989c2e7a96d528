"""The closed fault catalogue: what can be broken, how much of the kiosk it takes away, and who mends it.

The sentences a person reads for a code live in the catalogue of words, under the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """How much service is left while the fault lasts."""

    NOTE = "note"
    """Everything works; somebody should look soon."""
    DEGRADED = "degraded"
    """Clients are served another way: typing, or the number on the screen."""
    OUT_OF_ORDER = "out-of-order"
    """No client can be served."""


class Mender(StrEnum):
    """The nearest person who can mend it."""

    CLIENT = "client"
    RECEPTIONIST = "receptionist"
    TECHNICIAN = "technician"


@dataclass(frozen=True)
class Fault:
    """One entry of the catalogue. ``code`` names it in logs, facts, words and tests."""

    code: str
    severity: Severity
    mender: Mender


SCANNER_GONE = Fault("scanner-gone", Severity.DEGRADED, Mender.RECEPTIONIST)
PRINTER_GONE = Fault("printer-gone", Severity.DEGRADED, Mender.RECEPTIONIST)
PRINTER_PAPER_OUT = Fault("printer-paper-out", Severity.DEGRADED, Mender.RECEPTIONIST)
PRINTER_PAPER_NEAR_END = Fault("printer-paper-near-end", Severity.NOTE, Mender.RECEPTIONIST)
PRINTER_COVER_OPEN = Fault("printer-cover-open", Severity.DEGRADED, Mender.RECEPTIONIST)
PRINTER_ERROR = Fault("printer-error", Severity.DEGRADED, Mender.TECHNICIAN)
PRINTER_SILENT = Fault("printer-silent", Severity.DEGRADED, Mender.TECHNICIAN)
CENTRE_UNREACHABLE = Fault("centre-unreachable", Severity.DEGRADED, Mender.TECHNICIAN)
CENTRE_REFUSES = Fault("centre-refuses", Severity.DEGRADED, Mender.TECHNICIAN)
ROSTER_STALE = Fault("roster-stale", Severity.DEGRADED, Mender.TECHNICIAN)
JOURNAL_UNWRITABLE = Fault("journal-unwritable", Severity.OUT_OF_ORDER, Mender.TECHNICIAN)

ALL = (
    SCANNER_GONE,
    PRINTER_GONE,
    PRINTER_PAPER_OUT,
    PRINTER_PAPER_NEAR_END,
    PRINTER_COVER_OPEN,
    PRINTER_ERROR,
    PRINTER_SILENT,
    CENTRE_UNREACHABLE,
    CENTRE_REFUSES,
    ROSTER_STALE,
    JOURNAL_UNWRITABLE,
)

CATALOGUE: Mapping[str, Fault] = MappingProxyType({fault.code: fault for fault in ALL})
"""Every fault by its code."""


def find(code: str) -> Fault:
    """The fault with this code. Raises ``KeyError`` for a code outside the catalogue."""
    return CATALOGUE[code]
