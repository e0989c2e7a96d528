"""Reception in a real browser: what the desk sees and does, alone and two at once."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import expect

from central.people.roles import Role
from central.store import conflicts, staff_log, waiting
from tests.central.rig import SITE, Centre, check_in, fact
from tests.pages.rig import Staff
from tests.pages.scenes.reception import PATH, PERSON, morning

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def desk(staff: Staff) -> Staff:
    """A centre on a busy morning."""
    staff.made = morning(staff)  # type: ignore[attr-defined]
    return staff


def made(desk: Staff, name: str) -> str:
    found: dict[str, str] = desk.made  # type: ignore[attr-defined]
    return found[name]


def log_of(centre: Centre) -> list[tuple[str, str | None]]:
    with centre.store.reading() as connection:
        return [(one.what, one.subject) for one in staff_log.entries(connection)]


def test_everybody_stands_where_they_sit_with_what_the_desk_must_know(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    page.goto(PATH)
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert [one.split("  ")[0].split(" 1 w")[0].split(" 3 w")[0] for one in headings[:6]] == [
        "Alarm: 1 client is waiting too long",
        "Place not known",
        "At the desk",
        "Waiting area A1",
        "Waiting area A2",
        "Waiting area B2",
    ]
    lost = page.get_by_role("row").filter(has_text="A 001")
    expect(lost).to_contain_text("30 min past their time")
    expect(page.get_by_role("row").filter(has_text="A 003")).to_contain_text("Unacknowledged 12 min")
    expect(page.get_by_role("row").filter(has_text="A 003")).to_contain_text("Protected")
    expect(page.get_by_role("row").filter(has_text="A 002")).to_contain_text("Acknowledged by Eero Testi at 8.30")
    expect(page.get_by_role("row").filter(has_text="L 001")).to_contain_text("Walk-in")
    assert PERSON not in page.content()
    assert "0501234567" not in page.content()
    assert ("looked-at-clients", "reception") in log_of(desk.centre)
    page.get_by_role("link", name="Find an appointment").click()
    expect(page.get_by_role("link", name="Alarm limits")).to_have_count(0)


def test_waiting_grows_into_an_alarm_while_the_page_is_open(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    page.goto(PATH)
    fresh = page.get_by_role("row").filter(has_text="A 004")
    expect(fresh).not_to_contain_text("Unacknowledged")
    desk.centre.moment += timedelta(minutes=10)
    expect(fresh).to_contain_text("Unacknowledged 12 min")
    desk.centre.moment += timedelta(minutes=10)
    expect(page.get_by_role("heading", name=re.compile("Alarm: .* clients are waiting too long"))).to_be_visible()
    expect(page.locator("section.lost")).to_contain_text("A 004")


def test_who_is_acknowledged_is_so_for_everybody_at_once(desk: Staff) -> None:
    page, other = desk.page(Role.RECEPTION), desk.page(Role.RECEPTION, name="Eero Testi")
    page.goto(PATH)
    other.goto(PATH)
    page.locator(f"#see-{made(desk, 'fresh')}").click()
    expect(page.get_by_role("status")).to_have_text("Acknowledged.")
    expect(other.get_by_role("row").filter(has_text="A 004")).to_contain_text("Acknowledged by Aino Testi at 8.50")
    page.reload()
    expect(page.get_by_role("status")).to_have_count(0)
    assert ("acknowledged", made(desk, "fresh")) in log_of(desk.centre)


def test_the_second_of_two_is_told_what_the_first_has_done(desk: Staff) -> None:
    # Without JavaScript the second one sees what was there when the page was opened.
    page, other = desk.page(Role.RECEPTION), desk.page(Role.RECEPTION, name="Eero Testi", script=False)
    fresh = made(desk, "fresh")
    other.goto(PATH)
    page.goto(PATH)
    page.locator(f"#see-{fresh}").click()
    expect(page.get_by_role("status")).to_be_visible()
    other.locator(f"#see-{fresh}").click()
    expect(other.get_by_role("status")).to_have_text("Aino Testi has acknowledged this client at 8.50 already.")
    assert log_of(desk.centre).count(("acknowledged", fresh)) == 1


def test_a_double_click_is_one_touch(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    page.goto(PATH)
    page.locator(f"#in-{made(desk, 'fresh')}").dblclick()
    expect(page.get_by_role("status")).to_have_text("The client waits no longer.")
    expect(page.get_by_role("row").filter(has_text="A 004")).to_have_count(0)
    assert log_of(desk.centre).count(("taken-in", made(desk, "fresh"))) == 1
    page.locator(f"#put-{made(desk, 'fresh')}").click()
    expect(page.get_by_role("row").filter(has_text="A 004")).to_have_count(1)


def test_what_somebody_writes_stays_while_the_page_changes(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    page.goto(PATH)
    page.locator("summary").click()
    note = page.get_by_label(re.compile("What was found out"))
    note.fill("Two kiosks, one client.")
    page.get_by_role("heading", level=1).click()
    desk.centre.kiosk("k3").send(check_in("A1", "A 009"))
    expect(page.get_by_role("row").filter(has_text="A 009")).to_be_visible()
    expect(note).to_have_value("Two kiosks, one client.")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("status")).to_have_text("The double check-in is closed.")
    with desk.centre.store.reading() as connection:
        [closed] = conflicts.listed(connection, SITE, all_of_them=True)
    assert (closed.note, closed.closed_by) == ("Two kiosks, one client.", "aino.testi")


def test_an_unmatched_client_is_matched_without_being_named(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    page.goto(PATH)
    page.get_by_role("link", name="Match A 005").click()
    expect(page.get_by_role("heading", name="1 appointment")).to_be_visible()
    assert PERSON not in page.content()
    page.get_by_role("button", name=re.compile("This is the one")).click()
    expect(page.get_by_role("status")).to_have_text("Matched. The client keeps the number A 005.")
    page.get_by_role("link", name=re.compile("Back to reception")).click()
    expect(page.get_by_role("row").filter(has_text="A 005")).to_contain_text("Dental clinic")
    assert ("matched", made(desk, "unmatched")) in log_of(desk.centre)


def test_who_somebody_is_is_shown_when_asked_and_logged(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    page.goto(f"{PATH}/client/{made(desk, 'unmatched')}")
    page.get_by_role("button", name="Show who it is").click()
    expect(page.get_by_text(PERSON)).to_be_visible()
    assert log_of(desk.centre)[-2:] == [
        ("identity-shown", made(desk, "unmatched")),
        ("looked-at-clients", made(desk, "unmatched")),
    ]
    page.goto(f"{PATH}/call/{made(desk, 'call')}")
    assert "0501234567" not in page.content()
    page.get_by_role("button", name="Show the number").click()
    expect(page.get_by_text("0501234567")).to_be_visible()
    page.get_by_role("button", name="Called").click()
    expect(page.get_by_role("status")).to_have_text("Marked as called.")
    expect(page.get_by_text("Nobody to call.")).to_be_visible()


def test_an_arrival_by_phone_is_noted_and_an_identity_code_stands_in_no_address(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    page.goto(f"{PATH}/find")
    page.get_by_label(re.compile("Time, identity code")).fill(
        "050594W903" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[50594903 % 31]
    )
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 appointment")).to_be_visible()
    assert page.url == f"{desk.centre.url}{PATH}/find"
    page.get_by_role("button", name=re.compile("Phoned in")).click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"The arrival is noted. The number is A \d{3}."))
    expect(page.get_by_text("Phoned in").first).to_be_visible()
    page.goto(f"{PATH}/find")
    for text, found in (("8.45", "1 appointment"), ("A1", "1 appointment"), ("nothing", "0 appointments")):
        page.get_by_label(re.compile("Time, identity code")).fill(text)
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(found)


def test_nobody_who_has_checked_in_is_marked_as_not_come_unasked(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    page.goto(f"{PATH}/client/{made(desk, 'overdue')}")
    page.get_by_role("button", name="Did not come").click()
    expect(page.get_by_role("alert")).to_contain_text("They came at 8.10, with the number A 001.")
    page.get_by_role("link", name="Show the client").click()
    page.get_by_role("button", name="Did not come").click()
    page.get_by_label(re.compile("Somebody has looked")).check()
    page.get_by_role("button", name="Did not come").click()
    expect(page.get_by_role("status")).to_have_text("Marked: did not come.")
    assert [one for one in log_of(desk.centre) if one[0] == "no-show-marked"] == [("no-show-marked", "A2")]


def test_who_comes_while_the_desk_marks_them_is_asked_about(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION, script=False)
    page.goto(PATH)
    desk.centre.kiosk("k3").send(check_in("A5", "A 010"))
    page.locator("#missed-A5").click()
    expect(page.get_by_role("alert")).to_contain_text("with the number A 010")


def test_a_check_in_is_taken_back_only_with_a_tick(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION)
    fresh = made(desk, "fresh")
    page.goto(f"{PATH}/client/{fresh}")
    page.locator("summary").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page).to_have_url(re.compile(fresh), timeout=1000)
    page.get_by_label(re.compile("was a mistake")).check()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_have_text("The check-in was taken back.")
    with httpx.Client(base_url=desk.centre.url, trust_env=False, cookies={"centre-session": desk.token()}) as http:
        again = http.post(f"{PATH}/client/{fresh}/annul", data={"sure": "yes"}, headers=OURS)
        assert again.status_code == 303
        assert "taken back before" in http.get(PATH, headers={"Accept-Language": "en"}).text
    assert log_of(desk.centre).count(("check-in-annulled", fresh)) == 1


def test_a_site_sets_its_own_limits(desk: Staff) -> None:
    page = desk.page(Role.RECEPTION, Role.OPERATOR)
    page.goto(f"{PATH}/patience")
    page.get_by_label(re.compile("Minutes without")).fill("0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text("Give 1 to 180 minutes in both.")
    desk.complaints.clear()  # The browser tells of the 422.
    page.get_by_label(re.compile("Minutes without")).fill("2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("The new limits hold.")
    page.goto(PATH)
    expect(page.get_by_role("row").filter(has_text="A 004")).to_contain_text("Unacknowledged 2 min")


@pytest.mark.parametrize(
    "path",
    [
        "client/none",
        "client/{unmatched}",
        "client/{unmatched}/acknowledge",
        "client/{unmatched}/take-in",
        "client/{unmatched}/who",
        "client/{fresh}/annul",
        "conflict/{conflict}/close",
        "call/{call}/who",
        "call/{call}/done",
        "match/{unmatched}/A1",
        "arrived/A1",
        "missed/A2",
    ],
)
def test_a_site_reaches_nothing_of_another(centre: Centre, path: str) -> None:
    staff = Staff(None, centre)  # type: ignore[arg-type]
    found = morning(staff)
    place = path.format_map(found)
    changing = path.count("/") > 1 or path.split("/")[0] in ("match", "arrived", "missed")
    with httpx.Client(base_url=centre.url, trust_env=False, cookies={"centre-session": staff.token()}) as http:
        other = f"/reception/vuosaari/{place}"
        data = {"sure": "yes", "note": "x"}
        answer = http.post(other, data=data, headers=OURS) if changing else http.get(other)
        assert answer.status_code == 404
        assert PERSON not in answer.text
    limited = staff.token(Role.RECEPTION, sites=("vuosaari",))
    with httpx.Client(base_url=centre.url, trust_env=False, cookies={"centre-session": limited}) as http:
        here = f"{PATH}/{place}"
        answer = http.post(here, data=data, headers=OURS) if changing else http.get(here)
        assert answer.status_code == 403
    with centre.store.reading() as connection:
        came = waiting.one(connection, SITE, found["unmatched"])
    assert (came.seen_at, came.matched_to) == (None, "")


def test_what_is_sent_wrongly_is_refused_in_order(centre: Centre) -> None:
    staff = Staff(None, centre)  # type: ignore[arg-type]
    kiosk = centre.kiosk()
    one = fact("unmatched-arrival", reason="no-match", number="A 005", sealed="no JWE")
    kiosk.send(one)
    client = f"{PATH}/client/{one['id']}"
    with httpx.Client(base_url=centre.url, trust_env=False, cookies={"centre-session": staff.token()}) as http:
        http.headers.update(OURS | {"Accept-Language": "en"})
        assert "Who it is cannot be opened" in http.post(f"{client}/who").text
        assert http.get(f"{PATH}/find", params={"for": one["id"]}).status_code == 200
        assert http.post(f"{PATH}/arrived/A1", data={"way": "carriage"}).status_code == 400
        assert http.post(f"{PATH}/find", content=b"text=%ff").status_code == 400
        assert http.post(f"{PATH}/find", content=b"text=a%00").status_code == 400
        assert http.post(f"{PATH}/find", content=b"x" * 70_000).status_code == 413
        assert http.post(f"{PATH}/missed/A1").status_code == 303
        assert "Their time has not come yet" in http.get(PATH).text
        assert http.get(f"{PATH}/find", params={"for": "none"}).status_code == 404
