"""The receptionist's card: what they can mend, and in which order."""

from dataclasses import replace

import pytest

from kiosk.checkin import faults, servicing
from kiosk.checkin.health import Light
from kiosk.checkin.page import Shape
from kiosk.checkin.servicing import choices, staff
from kiosk.checkin.tell import frame
from kiosk.checkin.visit import Chosen, TimeUp
from kiosk.checkin.wording import Text
from tests.checkin.servicing.rig import INSIDE, LANGUAGES, VIEW, health, offered, play, told
from tests.example_site import SITE

MENDABLE = [fault.code for fault in faults.ALL if fault.mender is not faults.Mender.TECHNICIAN]


@pytest.mark.parametrize("code", MENDABLE)
def test_each_fault_that_a_receptionist_can_mend_has_a_strip_and_a_card(code: str) -> None:
    view = replace(VIEW, health=health(code, "clock-wrong"))
    notice = servicing.staff_notice(view.health)
    assert notice is not None
    assert (notice.id, notice.note) == (choices.STAFF, Text(f"fault.{code}.sentence"))
    state = servicing.open_staff_card(view, "sv")
    assert state is not None
    page = told(state, view)
    assert (page.shape, page.drawing, offered(page)) == (Shape.STAFF, faults.find(code).picture, ["leave"])
    assert page.light in (Light.YELLOW, Light.RED)
    assert (len(page.sentences), len(page.items)) == (2, 1)
    mended = replace(view, health=health("clock-wrong"))
    state, _ = play(state, servicing.HealthChanged(), view=mended)
    page = told(state, mended)
    assert (page.heading, page.light, page.items) == ("Lagat. Tack!", Light.GREEN, ())
    assert servicing.patience(state) == 8
    assert isinstance(play(state, TimeUp(), view=mended)[0], servicing.Left)


def test_there_is_no_strip_where_only_a_technician_can_help() -> None:
    assert servicing.staff_notice(health("clock-wrong", "printer-cutter")) is None
    edge = servicing.edge(frame(SITE), health("clock-wrong"))
    assert (edge.light, edge.staff_notice, edge.light_words) == (Light.YELLOW, None, Text("doctor.light.yellow"))
    assert servicing.edge(frame(SITE), health("disk-full")).light is Light.RED
    around = servicing.around(frame(SITE), INSIDE)
    assert (around.help, around.light, [code for code, _ in around.languages]) == (None, None, list(LANGUAGES))


def test_the_gravest_comes_first_and_the_others_after_it_in_turn() -> None:
    view = replace(VIEW, health=health("power-on-battery", "printer-jam", "scanner-gone", "clock-wrong"))
    state = servicing.open_staff_card(view, "fi")
    assert state is not None
    assert "next" in offered(told(state, view))
    seen = []
    for _ in range(4):
        assert isinstance(state, servicing.StaffCard)
        seen.append(state.code)
        state, _ = play(state, Chosen("next"), servicing.HealthChanged(), view=view)
    assert seen == ["printer-jam", "scanner-gone", "power-on-battery", "printer-jam"]
    # One is mended: it is thanked for, and the others are still offered.
    less = replace(view, health=health("power-on-battery", "scanner-gone"))
    state, _ = play(servicing.StaffCard("fi", "printer-jam"), servicing.HealthChanged(), view=less)
    assert state == servicing.StaffCard("fi", "printer-jam", mended=True)
    state, _ = play(state, Chosen("next"), view=less)
    assert state == servicing.StaffCard("fi", "scanner-gone")


def test_a_card_goes_on_with_the_part_until_nothing_is_left_of_it() -> None:
    state: servicing.State = servicing.StaffCard("fi", "printer-paper-out")
    for codes, shown in (
        (("printer-paper-out", "printer-cover-open"), ("printer-paper-out", False)),
        (("printer-cover-open",), ("printer-cover-open", False)),
        (("printer-paper-near-end",), ("printer-paper-near-end", False)),
        (("printer-cutter",), ("printer-cutter", False)),
        ((), ("printer-cutter", True)),
        (("printer-cover-open",), ("printer-cover-open", False)),
    ):
        view = replace(VIEW, health=health(*codes))
        state, _ = play(state, servicing.HealthChanged(), view=view)
        assert isinstance(state, servicing.StaffCard)
        assert (state.code, state.mended) == shown
        told(state, view)
    assert staff.after("printer-jam", health()) == "printer-jam"
