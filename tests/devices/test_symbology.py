import pytest

from kiosk.checkin.identity import Scan
from kiosk.devices.scanner.debounce import Debounce
from kiosk.devices.scanner.symbology import scan


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("010594Y9032", Scan("010594Y9032")),
        ("]A0010594Y9032", Scan("010594Y9032", "code-39")),
        ("]C1010594Y9032", Scan("010594Y9032", "code-128")),
        ("]Q3x", Scan("x", "qr")),
        ("]d2x", Scan("x", "data-matrix")),
        ("]L0x", Scan("x", "pdf417")),
        ("]X0x", Scan("x", "other")),
        ("]", Scan("]")),
        ("]é0x", Scan("]é0x")),
        ("x]A0", Scan("x]A0")),
        ("", Scan("")),
    ],
)
def test_the_identifier_is_taken_off_and_named(text: str, expected: Scan) -> None:
    assert scan(text) == expected


def test_a_card_that_stays_before_the_scanner_is_one_scan() -> None:
    debounce = Debounce(window=2.5)
    seen = [
        (0.0, "a", True),
        (2.0, "a", False),
        (4.0, "a", False),
        (6.5, "a", True),
        (6.6, "b", True),
        (6.7, "a", True),
    ]
    for at, text, fresh in seen:
        assert debounce.fresh(text, at) is fresh


def test_a_text_is_forgotten_with_its_window() -> None:
    debounce = Debounce(window=2.5)
    debounce.fresh("a", 1.0)
    debounce.forget(3.0)
    assert debounce._text == "a"
    debounce.forget(3.5)
    assert debounce._text is None
