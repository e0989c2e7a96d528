import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.card.atr import CardClass, classify, historical_bytes


@pytest.mark.parametrize(
    ("atr", "card_class"),
    [
        ("3B 7F 96 00 00 80 31 B8 65 B0 85 05 10 24 12 24 60 82 90 00", CardClass.CITIZEN_2025),
        ("3B 7F 96 00 00 80 31 B8 65 B0 85 05 00 11 12 24 60 82 90 00", CardClass.CITIZEN_2023),
        ("3B 7F 96 00 00 80 31 B8 65 B0 85 04 02 1B 12 00 F6 82 90 00", CardClass.CITIZEN_2021),
        ("3B 7F 96 00 00 80 31 B8 65 B0 85 03 00 EF 12 00 F6 82 90 00", CardClass.CITIZEN_2017),
        ("3B 7B 94 00 00 80 62 11 51 56 46 69 6E 45 49 44", CardClass.CITIZEN_EARLY),
        ("3B 7B 94 00 00 80 62 12 51 56 46 69 6E 45 49 44", CardClass.CITIZEN_EARLY),
        ("3B DD 96 00 80 31 FE 45 00 31 B8 64 04 29 EC C1 73 94 01 80 83 49", CardClass.PROFESSIONAL),
        ("3B DD 96 00 80 31 FE 45 00 31 B8 64 04 29 EC C1 73 94 01 80 82 48", CardClass.PROFESSIONAL),
        ("3B 8F 80 01 80 31 B8 65 B0 85 05 10 24 12 24 60 82 90 00 22", CardClass.CONTACTLESS),
        ("3B DB 96 00 80 B1 FE 45 1F 83 00 12 23 3F 53 65 49 44 0F 90 00 F1", CardClass.ESTONIAN),
        ("3B FF 96 00 00 80 31 FE 43 80 31 B8 53 65 49 44 64 B0 85 05 10 12 23 3F 1D", CardClass.ESTONIAN),
        # Latvian, Swedish police, a bank's, and none at all
        ("3B DB 96 00 80 B1 FE 45 1F 83 00 12 42 8F 53 65 49 44 0F 90 00 20", CardClass.UNKNOWN),
        ("3B 7F 96 00 00 80 31 80 65 B0 85 04 00 11 12 0F FF 82 90 00", CardClass.UNKNOWN),
        ("3B 65 00 00 20 63 CB 66 00", CardClass.UNKNOWN),
        ("3B 7F 96 00 00 80 31 B8", CardClass.UNKNOWN),
        ("", CardClass.UNKNOWN),
    ],
)
def test_the_class_of_a_card(atr: str, card_class: CardClass) -> None:
    assert classify(bytes.fromhex(atr)) is card_class


@given(st.binary(max_size=64))
def test_any_bytes_have_a_class(atr: bytes) -> None:
    assert classify(atr) in CardClass
    historical = historical_bytes(atr)
    assert historical is None or len(historical) == atr[1] & 0x0F


@given(st.binary(max_size=15), st.binary(max_size=3))
def test_historical_bytes_are_found_behind_interface_bytes(historical: bytes, interface: bytes) -> None:
    announced = (0x00, 0x10, 0x30, 0x70)[len(interface)]
    # T0 announces a TD that announces the interface bytes.
    atr = bytes([0x3B, 0x80 | len(historical), announced]) + interface + historical
    assert historical_bytes(atr) == historical
