"""Only numbers that belong to nobody: SATU of the test range 999…, the specimens of Estonian identity cards
(37605030299, 38001085718, 47101010033), and Swedish test numbers, of people born in 1890 and with serials of 980 and
above; numbers made here have such serials too.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.ee import ik

from kiosk.checkin import hetu, identifier

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("99900001N", "satu:99900001N"),
        (" 99900001n\r", "satu:99900001N"),
        ("9990 0001 N", "satu:99900001N"),
        ("99900001H", None),
        ("99900001", None),
        ("099900001N", None),
        ("99900001NN", None),
        ("9990000GN", None),
        ("", None),
    ],
)
def test_satu(text: str, found: str | None) -> None:
    assert identifier.satu(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("37605030299", "ee:37605030299"),
        ("38001085718", "ee:38001085718"),
        (" 471 0101 0033 ", "ee:47101010033"),
        ("37605030298", None),
        ("37613030299", None),
        ("3760503029", None),
        ("376050302990", None),
        ("PNOEE-37605030299", None),
    ],
)
def test_isikukood(text: str, found: str | None) -> None:
    assert identifier.estonian(text, TODAY) == found


def test_nobody_has_an_isikukood_before_birth() -> None:
    assert identifier.estonian("37605030299", date(1976, 5, 2)) is None
    assert identifier.estonian("37605030299", date(1976, 5, 3)) == "ee:37605030299"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("189001019802", "se:189001019802"),
        ("18900101-9802", "se:189001019802"),
        ("900101\N{EN DASH}9802", "se:199001019802"),
        ("9001019802", "se:199001019802"),
        ("900101+9802", "se:189001019802"),
        ("18900101+9802", None),
        ("189001019803", None),
        ("179001019802", None),
        ("900141-9802", None),
        ("900101--9802", None),
        ("900101", None),
        ("0" * 12, None),
    ],
)
def test_personnummer(text: str, found: str | None) -> None:
    assert identifier.swedish(text, TODAY) == found


def test_the_century_of_ten_digits_is_told_by_the_sign() -> None:
    number = "261224980"
    number += luhn.calc_check_digit(number)
    birth, serial = number[:6], number[6:]
    # Not born yet, so it can only be whoever turns a hundred this year, and has a plus since January.
    assert identifier.swedish(f"{birth}+{serial}", TODAY) == f"se:19{number}"
    assert identifier.swedish(number, TODAY) == f"se:19{number}"
    assert identifier.swedish(f"{birth}-{serial}", TODAY) is None
    born = date(2026, 12, 24)
    assert identifier.swedish(f"{birth}-{serial}", born) == identifier.swedish(number, born) == f"se:20{number}"


@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("tmp-0042", "TMP-[0-9]{4}", "local:TMP-0042"),
        ("TMP-0042", "", None),
        ("TMP-00421", "TMP-[0-9]{4}", None),
        ("", ".*", None),
        ("x" * 65, ".*", None),
    ],
)
def test_a_sites_own_identifiers(text: str, pattern: str, found: str | None) -> None:
    assert identifier.local(text, pattern) == found


@pytest.mark.parametrize(
    ("written", "found", "system"),
    [
        ("010594Y9032", "010594Y9032", "hetu"),
        ("satu:99900001n", "satu:99900001N", "satu"),
        ("EE: 37605030299", "ee:37605030299", "ee"),
        ("se:900101+9802", "se:189001019802", "se"),
        ("local:T7", "local:T7", "local"),
    ],
)
def test_what_a_register_writes(written: str, found: str, system: str) -> None:
    assert identifier.canonical(written, TODAY, "T[0-9]") == found
    assert identifier.canonical(found, TODAY, "T[0-9]") == found
    assert identifier.system(found) == system


def test_what_belongs_to_no_system() -> None:
    for written in ("satu:37605030299", "ee:99900001N", "no:37605030299", "37605030299", "se:", ":", "local:T7"):
        assert identifier.canonical(written, TODAY) is None
    assert identifier.system("AJ-0000ABCD") == "code"
    assert [identifier.reserved(text) for text in ("satu:1", " SE :1", "KAL:1", "seven", "")] == [1, 1, 0, 0, 0]


anything = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="0123456789-+: \n\N{EN DASH}\N{FULLWIDTH DIGIT ONE}ABNX", max_size=20),
    st.from_regex(r"(satu|ee|se|local):[0-9+-]{8,13}[A-Z]?", fullmatch=True),
)


@given(anything, st.dates())
def test_any_text_is_an_identifier_or_none(text: str, today: date) -> None:
    found = [identifier.satu(text), identifier.estonian(text, today), identifier.swedish(text, today)]
    found += [identifier.local(text, "[A-Z]+"), identifier.canonical(text, today, "[A-Z]+")]
    for one in found:
        assert one is None or identifier.canonical(one, today, "[A-Z]+") == one
        assert one is None or one.isascii()
    identifier.system(text)


@given(st.integers(0, 99_999_999))
def test_every_satu_has_one_check_character(number: int) -> None:
    text = f"{number:08}"
    assert [one for one in hetu.CHECK_CHARACTERS if identifier.satu(text + one)] == [hetu.CHECK_CHARACTERS[number % 31]]


@given(st.dates(date(1800, 1, 1), TODAY), st.integers(980, 998))
def test_all_ways_to_write_a_personnummer_are_one(born: date, serial: int) -> None:
    number = f"{born:%y%m%d}{serial}"
    number += luhn.calc_check_digit(number)
    whole = f"{born:%Y}"[:2] + number
    ways = [whole, f"{whole[:8]}-{whole[8:]}"]
    if TODAY.year - born.year < 200:
        ways.append(f"{number[:6]}{'-' if TODAY.year - born.year < 100 else '+'}{number[6:]}")
    assert {identifier.swedish(way, TODAY) for way in ways} == {f"se:{whole}"}


@given(st.dates(date(1800, 1, 1), TODAY), st.integers(990, 999), st.booleans())
def test_every_isikukood_comes_back(born: date, serial: int, male: bool) -> None:
    text = f"{(born.year - 1800) // 100 * 2 + (1 if male else 2)}{born:%y%m%d}{serial:03}0"
    text = text[:-1] + ik.calc_check_digit(text)
    assert identifier.estonian(text, TODAY) == f"ee:{text}"
