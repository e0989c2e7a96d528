from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin import hetu

TODAY = date(2026, 11, 23)
# Published by DVV for testing.
TEST_CODES = """
    010594Y9032 010594Y9021 020594X903P 020594X902N 030594W903B 030694W9024 040594V9030 040594V902Y
    050594U903M 050594U902L 010516B903X 010516B902W 020516C903K 020516C902J 030516D9037 030516D9026
    010501E9032 020502E902X 020503F9037 020504A902E 020504B904H 010181-900C
""".split()


@pytest.mark.parametrize("code", TEST_CODES)
def test_every_test_code_is_known(code: str) -> None:
    assert hetu.canonical(code, TODAY) == code
    assert hetu.canonical(f" {code.lower()} ", TODAY) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "010594Y9033",
        "010594Y903",
        "0105949032",
        "010594 9032",
        "310294Y9032",
        "010594Z9032",
        "010594Y903Ä",
        "x" * 300,
    ],
)
def test_what_is_no_code(text: str) -> None:
    assert hetu.canonical(text, TODAY) is None


def test_a_code_of_the_future_is_refused_and_the_day_of_birth_is_not() -> None:
    assert hetu.canonical("020504A902E", date(2004, 5, 1)) is None
    assert hetu.canonical("020504A902E", date(2004, 5, 2)) == "020504A902E"


def test_the_sign_tells_persons_apart() -> None:
    assert hetu.canonical("010594Y9032", TODAY) != hetu.canonical("010594-9032", TODAY)
    assert hetu.birth_date("010594Y9032") == date(1994, 5, 1)
    assert hetu.birth_date("010516B903X") == date(2016, 5, 1)
    assert hetu.birth_date("010594+9032") == date(1894, 5, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("HETU:010594Y9032;X", "010594Y9032"),
        ("010594y9032", "010594Y9032"),
        ("A010594Y9032", None),
        ("010594Y90321", None),
        ("010594Y9032 010594Y9032", "010594Y9032"),
        ("010594Y9032 010594Y9021", None),
        ("nothing here", None),
    ],
)
def test_a_code_in_text_stands_free_and_alone(text: str, code: str | None) -> None:
    assert hetu.find(text, TODAY) == code


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    code = hetu.canonical(text, TODAY)
    assert code is None or (len(code) == hetu.LENGTH and hetu.birth_date(code) <= TODAY)
    hetu.find(text, TODAY)


@pytest.mark.parametrize("code", TEST_CODES)
def test_the_keypad_lets_every_code_be_typed(code: str) -> None:
    for place, character in enumerate(code):
        assert character in hetu.allowed_next(code[:place])
    assert hetu.allowed_next(code) == ""
