import pytest

from kiosk.devices.card.slots import Look, choose

OMNIKEY = ["HID Global OMNIKEY 5422 Smartcard Reader 00 00", "HID Global OMNIKEY 5422 Smartcard Reader 01 00"]
DUAL = ["ACS ACR1281 1S Dual Reader PICC 00 01", "ACS ACR1281 1S Dual Reader SAM 00 02", "ACS ACR1281 ICC 00 00"]


@pytest.mark.parametrize(
    ("readers", "wanted", "chosen"),
    [
        ([], "", None),
        (OMNIKEY, "", OMNIKEY[0]),
        (OMNIKEY, "01 00", OMNIKEY[1]),
        (OMNIKEY, "omnikey", OMNIKEY[0]),
        (OMNIKEY, "Gemalto", None),
        (DUAL, "", DUAL[2]),
        (DUAL, "sam", DUAL[1]),
        ([*DUAL[:2], OMNIKEY[0]], "", OMNIKEY[0]),
        (DUAL[:1], "", DUAL[0]),
        (["Samsung Reader 00 00"], "", "Samsung Reader 00 00"),
    ],
)
def test_the_slot_of_the_clients(readers: list[str], wanted: str, chosen: str | None) -> None:
    assert choose(readers, wanted) == chosen


@pytest.mark.parametrize(
    ("state", "present", "mute", "gone", "count"),
    [
        # seen with pcscd 1.9.9
        (0x00000012, False, False, False, 0),
        (0x00010122, True, False, False, 1),
        (0x00030320, True, True, False, 3),
        (0x00050422, True, False, False, 5),
        # pcsclite.h: unknown and unavailable
        (0x0004000C, False, False, True, 4),
        (0x0000000A, False, False, True, 0),
    ],
)
def test_what_a_state_says(state: int, present: bool, mute: bool, gone: bool, count: int) -> None:
    look = Look(state)
    assert (look.present, look.mute, look.gone, look.count) == (present, mute, gone, count)
