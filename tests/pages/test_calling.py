"""Calling in a real browser: alone, two at once, with impatient fingers."""

import re

import pytest
from playwright.sync_api import Page, expect

from central.calling import State
from central.people.roles import Role
from central.store import calls, staff_log
from tests.central.rig import SITE
from tests.pages.rig import Staff
from tests.pages.scenes.calling import DAY, PATH, lines, sit

DENTAL = "B2|dental||"


@pytest.fixture
def desk(staff: Staff) -> Staff:
    lines(staff)
    return staff


def caller(desk: Staff, room: str, *, name: str = "Aino Testi", script: bool = True) -> Page:
    page = desk.page(Role.CALLER, name=name, script=script)
    page.goto(PATH)
    sit(page, room)
    return page


def next_of_dental(page: Page) -> None:
    page.locator(f"form:has(input[value='{DENTAL}']) button").click()


def log_of(desk: Staff) -> list[str]:
    with desk.centre.store.reading() as connection:
        return [one.what for one in staff_log.entries(connection) if "call" in one.what]


def test_who_is_next_is_called_and_comes(desk: Staff) -> None:
    page = caller(desk, "12")
    row = page.locator("#waits-A007")
    expect(page.locator("section:has(h2:text('Dental clinic')) ol li").first).to_contain_text("A 002")
    next_of_dental(page)
    expect(page.get_by_role("status")).to_have_text("A 002 is called to room 12.")
    expect(page.locator("#mine-A002")).to_be_visible()
    expect(page.locator("#waits-A002")).to_have_count(0)
    expect(row).to_be_visible()
    page.get_by_role("button", name="Call again A 002").click()
    expect(page.locator("#mine-A002")).to_contain_text("2 calls")
    page.get_by_role("button", name="Came A 002").click()
    expect(page.get_by_role("status")).to_have_text("A 002 came.")
    expect(page.get_by_role("heading", name="Called to your room: 0")).to_be_visible()
    assert log_of(desk) == ["called", "called-again", "call-answered"]
    page.get_by_role("button", name="Back to the line A 002").click()
    expect(page.locator("#waits-A002")).to_be_visible()


def test_two_callers_are_given_two_clients(desk: Staff) -> None:
    # Without JavaScript each still sees what was there when the page was opened.
    one, two = caller(desk, "12", script=False), caller(desk, "14", name="Eero Testi", script=False)
    one.goto(PATH)
    two.goto(PATH)
    next_of_dental(one)
    next_of_dental(two)
    expect(one.get_by_role("status")).to_have_text("A 002 is called to room 12.")
    expect(two.get_by_role("status")).to_have_text("A 003 is called to room 14.")
    two.goto(PATH)
    one.locator("#number").fill("a7")
    one.locator("form:has(#number) button").click()
    expect(one.get_by_role("status")).to_have_text("A 007 is called to room 12.")
    two.locator("#call-A007").click()
    expect(two.get_by_role("status")).to_have_text("Aino Testi has called A 007 to room 12 at 8.50.")


def test_a_double_click_calls_one(desk: Staff) -> None:
    page = caller(desk, "12")
    page.locator(f"form:has(input[value='{DENTAL}']) button").dblclick()
    expect(page.get_by_role("status")).to_have_text("A 002 is called to room 12.")
    # And so does a page that was opened before the first press, such as in a second window.
    old = page.context.new_page()
    old.goto(PATH)
    old.route("**/live*", lambda route: route.abort())
    next_of_dental(page)
    expect(page.get_by_role("status")).to_have_text("A 003 is called to room 12.")
    desk.complaints.clear()
    with desk.centre.store.reading() as connection:
        assert {one.number for one in calls.of_day(connection, SITE, DAY)} == {"A 002", "A 003"}
        assert calls.turns(connection, SITE) == {"12": 2}


def test_the_same_form_sent_twice_is_one_call(desk: Staff) -> None:
    page = caller(desk, "12", script=False)
    page.goto(PATH)
    for _ in range(2):
        answer = page.request.post(
            f"{PATH}/next",
            form={"line": DENTAL, "turn": "0"},
            headers={"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"},
        )
        assert "A 002 is called to room 12." in answer.text()
    with desk.centre.store.reading() as connection:
        assert [one.number for one in calls.of_day(connection, SITE, DAY)] == ["A 002"]


def test_who_does_not_come_stays_in_sight(desk: Staff) -> None:
    page = caller(desk, "12")
    next_of_dental(page)
    page.get_by_role("button", name="Did not come A 002").click()
    expect(page.get_by_role("heading", name="Did not come: 1")).to_be_visible()
    expect(page.locator("#waits-A002")).to_have_count(0)
    page.locator("#missed-row-A002 form[action$='/call'] button").click()
    expect(page.get_by_role("status")).to_have_text("A 002 is called to room 12.")
    page.get_by_role("button", name="Take back A 002").click()
    expect(page.locator("#waits-A002")).to_be_visible()
    with desk.centre.store.reading() as connection:
        [held] = calls.of_day(connection, SITE, DAY)
    assert (held.state, held.rings) == (State.TAKEN_BACK, 2)


def test_what_a_colleague_does_is_seen_at_once(desk: Staff) -> None:
    one, two = caller(desk, "12"), caller(desk, "14", name="Eero Testi")
    next_of_dental(one)
    expect(two.locator("#waits-A002")).to_have_count(0)
    expect(two.get_by_role("region", name="Called to other rooms")).to_contain_text("A 002")


def test_a_number_that_the_centre_does_not_know_is_called_all_the_same(desk: Staff) -> None:
    page = caller(desk, "12")
    page.locator("#number").fill("K 012")
    page.locator("form:has(#number) button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("K 012 is called to room 12. The centre does not know"))
    page.locator("#number").fill("Virtanen")
    page.locator("form:has(#number) button").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("Write the number as on the slip"))


def test_a_room_is_no_name_and_is_remembered_for_the_session(desk: Staff) -> None:
    page = desk.page(Role.CALLER)
    page.goto(PATH)
    expect(page.get_by_role("button", name="Call next")).to_have_count(0)
    page.locator("#room").fill("Lehto")
    page.locator("details.seat button").click()
    expect(page.locator("#room-problem")).to_have_text(re.compile("No names: the display is public"))
    desk.complaints.clear()  # The browser speaks of the 422.
    page.locator("#room").fill("b214")
    page.locator("#line").select_option(DENTAL)
    page.locator("details.seat button").click()
    expect(page.locator(".door-sign")).to_contain_text("B 214")
    page.goto("/")
    page.goto(PATH)
    expect(page.locator(".door-sign")).to_contain_text("B 214")
    expect(page.get_by_role("heading", name=re.compile("Laboratory"))).to_have_count(0)
    other = desk.page(Role.CALLER)
    other.goto(PATH)
    expect(other.locator(".door-sign")).to_have_count(0)


def test_only_callers_of_the_site_call(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    answer = page.request.post(f"{PATH}/next", form={"line": DENTAL}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status == 403
    elsewhere = desk.page(Role.CALLER, sites=("itakatu",))
    assert elsewhere.request.get(PATH).status == 403
