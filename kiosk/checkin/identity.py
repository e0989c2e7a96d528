"""Claims: what a client presented, made from scanned or typed text."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.checkin import hetu, identifier, mrz

LONGEST_SCAN = 512
"""Characters. No document or letter that identifies a client carries more; longer text is not examined."""

LONGEST_CODE = 64
"""Characters of an appointment code."""

LONGEST_TYPED_CODE = 16
"""Characters of an appointment code that anybody would type, and that a field can show at once."""

CODE_KEYS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
"""What an appointment code may hold to be typed."""

_CARD_ACCESS_NUMBER = re.compile(r"[0-9]{6}")
_PERSONNUMMER = re.compile(r"[0-9]{10}(?:[0-9]{2})?")
_OF_LICENCES = (None, "data-matrix", "code-39", "code-128", "itf")
"""The symbologies of Swedish driving licences; ten digits in another one are somebody's article number."""
_RESTORED = re.compile(rf"(?<![0-9A-Z])([0-9]{{6}})([<A-FU-Y])([0-9]{{3}}[{hetu.CHECK_CHARACTERS}])(?![0-9A-Z])")


class ClaimKind(StrEnum):
    """How the claim was made. It decides how much may be shown: typing proves the least."""

    CHIP = "chip"
    """The chip of an electronic identity card: it gives an electronic client identifier (SATU), not a HETU."""
    DOCUMENT = "document"
    """The machine-readable zone of a passport, identity card or residence permit."""
    BARCODE = "barcode"
    APPOINTMENT_CODE = "appointment-code"
    TYPED = "typed"
    TYPED_CODE = "typed-code"

    @property
    def typed(self) -> bool:
        """Whether it was made by keypad, where whoever likes can try out codes."""
        return self in (ClaimKind.TYPED, ClaimKind.TYPED_CODE)


class ReadFailure(StrEnum):
    """Why a scanned text is no claim."""

    CARD_ACCESS_NUMBER = "card-access-number"
    """The front QR of the ID card of March 2023 holds six digits (the CAN) and no person."""
    DOCUMENT_WITHOUT_CODE = "document-without-code"
    """A travel document that was read well and holds no code by which the roster could know its holder."""
    DOCUMENT_UNREADABLE = "document-unreadable"
    """The machine-readable zone was not seen whole, or its check digits disagree."""
    UNKNOWN_CODE = "unknown-code"


_CLASSES = {
    ReadFailure.CARD_ACCESS_NUMBER: "can",
    ReadFailure.DOCUMENT_WITHOUT_CODE: "mrz-without-code",
    ReadFailure.DOCUMENT_UNREADABLE: "mrz-unreadable",
    ReadFailure.UNKNOWN_CODE: "unknown",
}


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


def from_scan(scan: Scan, today: date, code_pattern: str = "", local_pattern: str = "") -> Claim | ReadFailure:
    """Recognise a scanned text.

    It is the first of these that it can be: a machine-readable zone; a whole HETU, or the only one standing free in
    it; an appointment code; a temporary identifier of this site; the personnummer of a Swedish driving licence; the
    digits of a CAN. ``code_pattern`` and ``local_pattern`` are the site's own, empty where it has none: what a site
    prints itself goes before what merely could be something else. A document is not refused for having expired.
    """
    if len(scan.text) > LONGEST_SCAN:
        return ReadFailure.UNKNOWN_CODE
    if mrz.rows(scan.text):
        return _of_document(scan.text, today)
    text = _plain(scan.text)
    code = hetu.canonical(text, today) or hetu.find(text, today)
    if code is not None:
        return Claim(ClaimKind.BARCODE, code)
    if len(text) <= LONGEST_CODE and _matches(code_pattern, text) and not identifier.reserved(text):
        return Claim(ClaimKind.APPOINTMENT_CODE, text)
    if _matches(local_pattern, text.upper()) and (own := identifier.local(text, local_pattern)):
        return Claim(ClaimKind.BARCODE, own)
    if _PERSONNUMMER.fullmatch(text) and scan.symbology in _OF_LICENCES:
        swede = identifier.swedish(text, today)
        if swede is not None:
            return Claim(ClaimKind.BARCODE, swede)
    if _CARD_ACCESS_NUMBER.fullmatch(text):
        return ReadFailure.CARD_ACCESS_NUMBER
    return ReadFailure.UNKNOWN_CODE


def classify(
    text: str, today: date, code_pattern: str = "", local_pattern: str = "", symbology: str | None = None
) -> str:
    """What kind of thing was scanned, in a word for technicians, with nothing of its content.

    ``hetu``, ``swedish``, ``local``, ``mrz``, ``code``; and what makes no claim: ``mrz-without-code``,
    ``mrz-unreadable``, ``can``, ``unknown``.
    """
    match from_scan(Scan(text, symbology), today, code_pattern, local_pattern):
        case ReadFailure() as failure:
            return _CLASSES[failure]
        case Claim(ClaimKind.BARCODE, code):
            system = identifier.system(code)
            return "swedish" if system == identifier.SWEDISH else system
        case Claim(kind):
            return "mrz" if kind is ClaimKind.DOCUMENT else "code"


def _of_document(text: str, today: date) -> Claim | ReadFailure:
    """The code in an optional field, where it is valid and its holder was born when the document says."""
    try:
        document = mrz.parse(text)
    except mrz.MrzError:
        return ReadFailure.DOCUMENT_UNREADABLE
    for held in document.optional if document is not None else ():
        code = _code_in(held, document.born if document is not None else "", today)
        if code is not None:
            return Claim(ClaimKind.DOCUMENT, code)
    return ReadFailure.DOCUMENT_WITHOUT_CODE


def _code_in(held: str, born: str, today: date) -> str | None:
    for match in _RESTORED.finditer(held):
        # The zone knows neither "-" nor "+"; whoever has "+" was born before 1900.
        code = hetu.canonical(match[1] + match[2].replace(mrz.FILLER, "-") + match[3], today)
        if code is not None and f"{hetu.birth_date(code):%y%m%d}" == born:
            return code
    estonian = identifier.estonian(held, today)
    if estonian is not None and estonian[-10:-4] == born:
        return estonian
    return None


def _plain(text: str) -> str:
    """One line without anything that cannot be seen: controls, direction marks, halves of letters."""
    spaced = " ".join(text.split())
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def _matches(pattern: str, text: str) -> bool:
    """Whether a site's pattern matches all of it. A pattern that is none matches nothing."""
    try:
        return bool(pattern) and re.fullmatch(pattern, text) is not None
    except re.error:
        return False


def from_typed(text: str, today: date) -> Claim | None:
    """The claim of a fully typed HETU, or ``None`` where it holds a mistake."""
    code = hetu.canonical(text, today)
    return None if code is None else Claim(ClaimKind.TYPED, code)


def from_typed_code(text: str, today: date, code_pattern: str) -> Claim | None:
    """The claim of a typed appointment code, or ``None`` where it is not as the site's codes are.

    Whoever types an identity code here instead has typed an identity code.
    """
    claim = from_typed(text, today)
    if claim is not None or not code_pattern or not re.fullmatch(code_pattern, text):
        return claim
    return Claim(ClaimKind.TYPED_CODE, text)


def code_keys(typed: str) -> str:
    """The keys that may follow what has been typed of an appointment code."""
    return CODE_KEYS if len(typed) < LONGEST_TYPED_CODE else ""
