"""A list for staff on every printer: all of it there, in its columns, on the paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.listing import Listing, Row
from kiosk.devices.printer.encode import BARRIER
from kiosk.devices.printer.listing import encode_list
from kiosk.devices.printer.profile import PROFILES, PrinterProfile
from kiosk.devices.simulated.escpos_machine import EscposMachine
from kiosk.devices.simulated.slip import Slip

EVERY = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())


def listing(area: str = "Odotusalue B2") -> Listing[str]:
    rows = tuple(Row(f"A {n:03}", "8.11", None if n == 2 else "10.50", "!" if n == 3 else "") for n in range(1, 39))
    return Listing(
        "Saapuneet, joista keskus ei vielä tiedä",
        (
            "Kalasataman terveys- ja hyvinvointikeskus",
            "kiosk-1",
            "23.11. klo 8.50",
            "Saapuneita yhteensä: 38",
            "Lappu 1/1",
        ),
        ("Numero", "Tullut", "Aika"),
        ((area, rows),),
        ("! Keskus ei ottanut tätä vastaan.",),
    )


def slip_of(said: Listing[str], profile: PrinterProfile) -> Slip:
    machine = EscposMachine(profile.dots)
    assert machine.feed(encode_list(said, profile) + BARRIER) == b"\x00"
    assert machine.unknown == {}
    (slip,) = machine.slips
    return slip


@EVERY
def test_every_row_is_there_in_its_columns(profile: PrinterProfile) -> None:
    slip = slip_of(listing(), profile)
    lines = [line.text.rstrip() for line in slip.lines]
    head = next(line for line in lines if line.startswith("Numero"))
    for n in range(1, 39):
        (row,) = [line for line in lines if line.startswith(f"A {n:03}")]
        assert row[head.index("Tullut") :].startswith("8.11")
        assert row[head.index("Aika") :].strip() == ("" if n == 2 else "10.50 !" if n == 3 else "10.50")
    for line in slip.lines:
        assert line.runs[0].x >= 0
        assert line.runs[-1].end <= profile.dots


@EVERY
def test_a_slip_of_forty_lines_can_be_held_in_a_hand(profile: PrinterProfile) -> None:
    slip = slip_of(listing(), profile)
    assert slip.length / 8 < 250, "millimetres, at 8 dots each"


@given(st.text(max_size=60))
def test_no_text_becomes_a_command(words: str) -> None:
    slip_of(listing(words or "-"), PROFILES["epson-80"])
