from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import (
    LONGEST_SCAN,
    Claim,
    ClaimKind,
    ReadFailure,
    Scan,
    from_scan,
    from_typed,
    from_typed_code,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("010594Y9032", Claim(ClaimKind.BARCODE, "010594Y9032")),
        ("  010594y9032\n", Claim(ClaimKind.BARCODE, "010594Y9032")),
        ("KELA/010594Y9032/FPA", Claim(ClaimKind.BARCODE, "010594Y9032")),
        ("123456", ReadFailure.CARD_ACCESS_NUMBER),
        ("12345", ReadFailure.UNKNOWN_CODE),
        ("1234567", ReadFailure.UNKNOWN_CODE),
        ("", ReadFailure.UNKNOWN_CODE),
        ("6408430000012", ReadFailure.UNKNOWN_CODE),
        ("010594Y9033", ReadFailure.UNKNOWN_CODE),
        (" " * 10 + "010594Y9032 " + "x" * LONGEST_SCAN, ReadFailure.UNKNOWN_CODE),
    ],
)
def test_what_a_scan_is(text: str, result: Claim | ReadFailure) -> None:
    assert from_scan(Scan(text), TODAY) == result


@given(st.text(max_size=LONGEST_SCAN * 2))
def test_no_scan_breaks_it(text: str) -> None:
    assert isinstance(from_scan(Scan(text), TODAY), Claim | ReadFailure)


def test_nothing_of_a_person_is_in_a_repr() -> None:
    assert "9032" not in repr(Claim(ClaimKind.TYPED, "010594Y9032"))
    assert "9032" not in repr(Scan("010594Y9032"))


def test_typing() -> None:
    assert from_typed("010594Y9032", TODAY) == Claim(ClaimKind.TYPED, "010594Y9032")
    assert from_typed("010594Y9033", TODAY) is None


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("AJ-0042KMPX", Claim(ClaimKind.TYPED_CODE, "AJ-0042KMPX")),
        ("AJ-0042KMP", None),
        ("AJ-0042KMPXX", None),
        ("", None),
        # An identity code stays one, wherever it is typed.
        ("010594Y9032", Claim(ClaimKind.TYPED, "010594Y9032")),
        ("010594Y9033", None),
    ],
)
def test_typing_the_code_of_an_appointment(text: str, claim: Claim | None) -> None:
    assert from_typed_code(text, TODAY, "AJ-[0-9A-Z]{8}") == claim


def test_without_codes_of_its_own_a_site_takes_none() -> None:
    assert from_typed_code("", TODAY, "") is None
    assert from_typed_code("AJ-0042KMPX", TODAY, "") is None


def test_a_hash_needs_the_key() -> None:
    assert hashed(b"a" * 32, "010594Y9032") != hashed(b"b" * 32, "010594Y9032")
    # RFC 4231, test case 2.
    assert hashed(b"Jefe", "what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
