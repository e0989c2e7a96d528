"""Everything that may be held before a scanner. The Swedish numbers have serials that Skatteverket keeps for tests."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.checkin.identity import LONGEST_SCAN, Claim, ClaimKind, ReadFailure, Scan, classify, from_scan
from kiosk.devices.simulated.travel_document import TravelDocument

TODAY = date(2026, 11, 23)
CODES = "[A-Z]{2}[0-9]{6}|[0-9]{10}"
LOCALS = r"[0-9]{6}T[0-9]{3}[A-Z]|T[0-9]{5}"

FINN = TravelDocument(born="940501", optional="010594Y9032")
PASSPORT = "\r".join(FINN.td3())
CARD = "\r".join(TravelDocument(born="940501", optional="010594Y9032", kind="I").td1())


def zone(shape: str = "td3", **fields: str) -> str:
    return "\n".join(getattr(TravelDocument(**{"born": "940501", **fields}), shape)())


def barcode(code: str) -> Claim:
    return Claim(ClaimKind.BARCODE, code)


def document(code: str) -> Claim:
    return Claim(ClaimKind.DOCUMENT, code)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (PASSPORT, document("010594Y9032")),
        (CARD, document("010594Y9032")),
        (PASSPORT.replace("\r", ""), document("010594Y9032")),
        (CARD.replace("\r", "\r\n").lower(), document("010594Y9032")),
        # A hyphen became a filler.
        (zone(born="810101", optional="010181-900C"), document("010181-900C")),
        (zone("td1", born="810101", more="010181-900C"), document("010181-900C")),
        (zone("td1", number="XA1234567890", optional="", more="010594Y9032"), document("010594Y9032")),
        (zone(born="160501", optional="010516B903X"), document("010516B903X")),
        # Long expired: it still says who somebody is.
        (zone(optional="010594Y9032", expires="010101"), document("010594Y9032")),
        (zone("td1", born="800108", optional="38001085718", issuer="EST", kind="ID"), document("ee:38001085718")),
        # Not the holder's, not valid, not there, not a document that could hold one.
        (zone(born="940502", optional="010594Y9032"), ReadFailure.DOCUMENT_WITHOUT_CODE),
        (zone(optional="010594Y9033"), ReadFailure.DOCUMENT_WITHOUT_CODE),
        (zone(optional="X010594Y9032"), ReadFailure.DOCUMENT_WITHOUT_CODE),
        (zone("td1", born="800109", optional="38001085718"), ReadFailure.DOCUMENT_WITHOUT_CODE),
        (zone(), ReadFailure.DOCUMENT_WITHOUT_CODE),
        (zone("td2"), ReadFailure.DOCUMENT_WITHOUT_CODE),
        (zone(born="<<<<<<", optional="010594Y9032"), ReadFailure.DOCUMENT_WITHOUT_CODE),
        (PASSPORT.replace("Y9032", "Y9033"), ReadFailure.DOCUMENT_UNREADABLE),
        (PASSPORT.splitlines()[0], ReadFailure.DOCUMENT_UNREADABLE),
        (PASSPORT.splitlines()[1], ReadFailure.DOCUMENT_UNREADABLE),
        (PASSPORT[:-1], ReadFailure.DOCUMENT_UNREADABLE),
    ],
)
def test_travel_documents(text: str, result: Claim | ReadFailure) -> None:
    assert from_scan(Scan(text), TODAY, CODES, LOCALS) == result


@pytest.mark.parametrize(
    ("text", "symbology", "result"),
    [
        ("198901019896", "data-matrix", barcode("se:198901019896")),
        ("8901019896", "data-matrix", barcode("se:198901019896")),
        ("8901019896", None, barcode("se:198901019896")),
        ("8901019896", "code-39", barcode("se:198901019896")),
        ("8901019896", "ean-upc", ReadFailure.UNKNOWN_CODE),
        ("198901019896", "qr", ReadFailure.UNKNOWN_CODE),
        ("8901019897", "data-matrix", ReadFailure.UNKNOWN_CODE),
        ("890101-9896", "data-matrix", ReadFailure.UNKNOWN_CODE),
        ("209901019891", "data-matrix", ReadFailure.UNKNOWN_CODE),
    ],
)
def test_swedish_driving_licences(text: str, symbology: str | None, result: Claim | ReadFailure) -> None:
    assert from_scan(Scan(text, symbology), TODAY) == result


@pytest.mark.parametrize(
    ("text", "codes", "locals_", "result"),
    [
        # What a site prints itself goes before what merely could be something else ...
        ("8901019896", r"[0-9]{10}", "", Claim(ClaimKind.APPOINTMENT_CODE, "8901019896")),
        ("123456", r"[0-9]{6}", "", Claim(ClaimKind.APPOINTMENT_CODE, "123456")),
        ("123456", "", r"[0-9]{6}", barcode("local:123456")),
        ("AB123456", CODES, ".*", Claim(ClaimKind.APPOINTMENT_CODE, "AB123456")),
        ("t12345", CODES, LOCALS, barcode("local:T12345")),
        ("010594T903Z", CODES, LOCALS, barcode("local:010594T903Z")),
        # ... but never before a valid identity code or a document.
        ("010594Y9032", ".*", ".*", barcode("010594Y9032")),
        ("010594Y9033", "", ".{11}", barcode("local:010594Y9033")),
        (PASSPORT, ".*", "(?s:.*)", document("010594Y9032")),
        # A code cannot pass itself off as somebody's identifier.
        ("se:198901019896", ".*", "", ReadFailure.UNKNOWN_CODE),
        ("LOCAL:T12345", ".*", "", ReadFailure.UNKNOWN_CODE),
        # A pattern that is none matches nothing.
        ("AB123456", "[", "(", ReadFailure.UNKNOWN_CODE),
        ("123456", "[", "(", ReadFailure.CARD_ACCESS_NUMBER),
    ],
)
def test_what_could_be_two_things(text: str, codes: str, locals_: str, result: Claim | ReadFailure) -> None:
    assert from_scan(Scan(text), TODAY, codes, locals_) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("010594Y9032\x00", barcode("010594Y9032")),
        ("\ufeff010594Y9032", barcode("010594Y9032")),
        ("\u200f010594\u202eY9032\u200e", barcode("010594Y9032")),
        ("https://example.org/?id=010594Y9032", barcode("010594Y9032")),
        ("\x1d010594Y9032\x1d10", barcode("010594Y9032")),
        ("010594Y9032 020594X903P", ReadFailure.UNKNOWN_CODE),
        ("0105\ud80094Y9033", ReadFailure.UNKNOWN_CODE),
        ("\ud800", ReadFailure.UNKNOWN_CODE),
        ("]C10164300000000001", ReadFailure.UNKNOWN_CODE),
        ("01" + "6430000000000" + "\x1d" + "10ABC", ReadFailure.UNKNOWN_CODE),
        ("https://example.org/" + "a" * 400, ReadFailure.UNKNOWN_CODE),
        ("x" * (LONGEST_SCAN + 1), ReadFailure.UNKNOWN_CODE),
        ("<" * LONGEST_SCAN, ReadFailure.DOCUMENT_UNREADABLE),
        ("\uff10\uff11\uff10\uff15\uff19\uff14Y\uff19\uff10\uff13\uff12", barcode("010594Y9032")),
        ("\x16M\rDEFALT.", ReadFailure.UNKNOWN_CODE),
        ("'; DROP TABLE arrival; --", ReadFailure.UNKNOWN_CODE),
        ("\u0660" * 6, ReadFailure.UNKNOWN_CODE),
    ],
)
def test_hostile_and_strange_codes(text: str, result: Claim | ReadFailure) -> None:
    assert from_scan(Scan(text), TODAY, "[A-Z]{2}[0-9]{6}", LOCALS) == result


@pytest.mark.parametrize(
    ("text", "symbology", "word"),
    [
        ("010594Y9032", None, "hetu"),
        ("8901019896", "data-matrix", "swedish"),
        ("T12345", None, "local"),
        (PASSPORT, None, "mrz"),
        (zone("td1", born="800108", optional="38001085718"), None, "mrz"),
        ("AB123456", None, "code"),
        (zone(), None, "mrz-without-code"),
        (PASSPORT[:-1], None, "mrz-unreadable"),
        ("123456", None, "can"),
        ("x", None, "unknown"),
    ],
)
def test_the_class_of_a_scan_is_one_word(text: str, symbology: str | None, word: str) -> None:
    assert classify(text, TODAY, "[A-Z]{2}[0-9]{6}", LOCALS, symbology) == word


@given(st.text(max_size=LONGEST_SCAN), st.sampled_from(["", ".*", "[", CODES]), st.sampled_from(["", ".*", ")"]))
@example("\ud800", ".*", ".*")
def test_every_scan_is_something_and_can_be_hashed(text: str, codes: str, locals_: str) -> None:
    result = from_scan(Scan(text), TODAY, codes, locals_)
    if isinstance(result, Claim):
        result.identifier.encode()
    assert classify(text, TODAY, codes, locals_) in (
        *("hetu", "swedish", "local", "mrz", "code"),
        *("mrz-without-code", "mrz-unreadable", "can", "unknown"),
    )


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(900, 999), st.sampled_from("-YXWVUABCDEF"), st.booleans())
def test_whoever_is_in_the_optional_field_is_found(born: date, serial: int, sign: str, card: bool) -> None:
    century = 2000 if sign in "ABCDEF" else 1900
    born = born.replace(year=century + born.year % 100, day=min(born.day, 28))
    digits = f"{born:%d%m%y}{serial}"
    code = digits[:6] + sign + digits[6:] + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31]
    text = zone("td1" if card else "td3", born=f"{born:%y%m%d}", optional=code)
    expected = document(code) if born <= TODAY else ReadFailure.DOCUMENT_WITHOUT_CODE
    assert from_scan(Scan(text), TODAY) == expected
