"""Claims: what a client presented, made from scanned or typed text."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.checkin import hetu

LONGEST_SCAN = 512
"""Characters. No document or letter that identifies a client carries more; longer text is not examined."""

LONGEST_CODE = 64
"""Characters of an appointment code."""

_CARD_ACCESS_NUMBER = re.compile(r"[0-9]{6}")


class ClaimKind(StrEnum):
    """How the claim was made. It decides how much may be shown: typing proves the least."""

    BARCODE = "barcode"
    APPOINTMENT_CODE = "appointment-code"
    TYPED = "typed"


class ReadFailure(StrEnum):
    """Why a scanned text is no claim."""

    CARD_ACCESS_NUMBER = "card-access-number"
    """The front QR of the ID card of March 2023 holds six digits (the CAN) and no person."""
    UNKNOWN_CODE = "unknown-code"


@dataclass(frozen=True)
class Scan:
    """One decoded symbol. ``symbology`` is the AIM name where the scanner told it."""

    text: str = field(repr=False)
    symbology: str | None = None


@dataclass(frozen=True)
class Claim:
    """A kind and an identifier. The identifier stays out of ``repr``, and so out of logs and tracebacks."""

    kind: ClaimKind
    identifier: str = field(repr=False)


def from_scan(scan: Scan, today: date, code_pattern: str = "") -> Claim | ReadFailure:
    """Recognise a scanned text: a whole HETU, a HETU standing free in it, an appointment code, the digits of a CAN.

    ``code_pattern`` is the site's own, for the codes of its portal and messages; empty where it has none.
    """
    text = scan.text.strip()
    if len(text) > LONGEST_SCAN:
        return ReadFailure.UNKNOWN_CODE
    code = hetu.canonical(text, today) or hetu.find(text, today)
    if code is not None:
        return Claim(ClaimKind.BARCODE, code)
    if code_pattern and len(text) <= LONGEST_CODE and re.fullmatch(code_pattern, text):
        return Claim(ClaimKind.APPOINTMENT_CODE, text)
    if _CARD_ACCESS_NUMBER.fullmatch(text):
        return ReadFailure.CARD_ACCESS_NUMBER
    return ReadFailure.UNKNOWN_CODE


def from_typed(text: str, today: date) -> Claim | None:
    """The claim of a fully typed HETU, or ``None`` where it holds a mistake."""
    code = hetu.canonical(text, today)
    return None if code is None else Claim(ClaimKind.TYPED, code)
