"""Letters that were given up, figures, and the log of staff, in a real browser."""

import csv
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from central.pages.letters import reason_key
from central.people.actions import Action
from central.people.roles import Grant, Person, Role
from central.store import ehr_differences, ehr_letters, staff_log
from tests.central.rig import SITE
from tests.pages.rig import Staff
from tests.pages.scenes.settled import letters, log

OURS = {"Sec-Fetch-Site": "same-origin"}
MINUTE = timedelta(minutes=1)


def logged(staff: Staff) -> list[tuple[str, str | None, str | None]]:
    with staff.centre.store.reading() as connection:
        return [(one.what, one.site, one.subject) for one in staff_log.entries(connection)]


@pytest.fixture
def post(staff: Staff) -> Staff:
    letters(staff)
    return staff


def states(staff: Staff) -> list[tuple[str, str | None, str | None]]:
    every = ("waiting", "done", "dead", "given-up", "set-aside")
    with staff.centre.store.reading() as connection:
        return [(one.state, one.resolved_by, one.note) for one in ehr_letters.listed(connection, states=every)]


def test_each_letter_is_settled_in_one_of_three_ways(post: Staff) -> None:
    page = post.page(Role.RECEPTION, sites=(SITE,), name="Rauha Testi", script=False)
    page.goto("/letters")
    expect(page.locator("#dead")).to_contain_text("2")
    first = page.locator("li").filter(has_text="The appointment is cancelled in the health record.")
    first.get_by_text("I told it by hand").first.click()
    page.locator("#note-by-hand-1").fill("Told Aino 010594Y9032")
    page.locator("#by-hand-1").click()
    expect(page.locator("#problem")).to_contain_text("looks like an identity code")
    page.locator("#note-by-hand-1").fill("Entered at the desk.")
    page.locator("#by-hand-1").click()
    expect(page.get_by_role("status")).to_contain_text("Marked as told by hand.")
    page.locator("#dead").locator("..").get_by_text("Set aside").first.click()
    page.locator("#note-set-aside-2").fill("A test appointment.")
    page.locator("#set-aside-2").click()
    expect(page.get_by_role("status")).to_contain_text("Set aside.")
    expect(page.locator("main")).to_contain_text("All got through.")
    assert states(post)[:2] == [
        ("given-up", "Rauha Testi", "Entered at the desk."),
        ("set-aside", "Rauha Testi", "A test appointment."),
    ]
    again = page.locator("li").filter(has_text="A test appointment.")
    again.locator("summary").click()
    page.locator("#note-retry-2").fill("It was none after all.")
    page.locator("#retry-2").click()
    expect(page.get_by_role("status")).to_contain_text("It will be sent again.")
    assert states(post)[1][0] == "waiting"
    assert all("422" in one for one in post.complaints)
    post.complaints.clear()
    done = [one for one in logged(post) if one[0].startswith("letter-")]
    assert done == [
        ("letter-resolved-by-hand", SITE, "1"), ("letter-set-aside", SITE, "2"), ("letter-retried", SITE, "2"),
    ]  # fmt: skip
    assert ("looked-at-clients", SITE, "letters") in logged(post)


def test_a_difference_is_closed_and_somebody_elses_site_is_not_there(post: Staff) -> None:
    page = post.page(Role.OPERATOR)
    page.goto(f"/letters/{SITE}")
    other = page.locator("li").filter(has_text="Another number stands there")
    expect(other).to_contain_text("There: B 017.")
    other.locator("summary").click()
    other.locator("textarea").fill("The desk gave the new number.")
    other.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("Marked as settled.")
    with post.centre.store.reading() as connection:
        assert [one.kind for one in ehr_differences.listed(connection, None, SITE)] == ["noshow-there"]
    elsewhere = post.page(Role.OPERATOR, sites=("vuosaari",)).request
    assert elsewhere.get(f"/letters/{SITE}").status == 403
    for path in ("/letters/vuosaari/letter/1/retry", "/letters/vuosaari/difference/apotti/fact-noshow-there"):
        assert elsewhere.post(path, headers=OURS, form={"note": "x"}).status == 404
    for path in ("letter/9/retry", "letter/1/burn", "letter/x/retry", f"letter/{2**63}/retry"):
        assert page.request.post(f"/letters/{SITE}/{path}", headers=OURS, form={"note": "x"}).status == 404
    assert post.page(Role.TECHNICIAN).request.get(f"/letters/{SITE}").status == 403


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ("cancelled-there", "cancelled-there"), ("refused-422-business-rule", "refused"), ("status-503", "status"),
        ("AE-207", "refused"), ("not-fhir-502", "not-fhir"), ("timeout", "other"), (None, "other"), ("AA", "other"),
    ],
)  # fmt: skip
def test_every_reason_has_words(reason: str | None, key: str) -> None:
    assert reason_key(reason) == f"letters.reason.{key}"


def test_figures_are_downloaded_for_excel_and_that_is_logged(staff: Staff) -> None:
    page = staff.page(Role.OPERATOR, sites=(SITE,))
    page.goto("/statistics")
    page.locator("#first").fill("2026-11-23")
    page.locator("#last").fill("2026-11-23")
    with page.expect_download() as download:
        page.locator("#export").click()
    assert download.value.suggested_filename == "check-ins-all-2026-11-23-2026-11-23.csv"
    text = download.value.path().read_text("utf-8")
    assert text.startswith("\ufeff# ")
    assert "site;day;hour;unit;" in text
    assert logged(staff)[-1] == ("statistics-exported", None, "2026-11-23/2026-11-23")
    usual = "first=2026-11-23&last=2026-11-23"
    plain = page.request.get(f"/statistics/export.csv?{usual}&form=plain&site={SITE}")
    assert plain.headers["content-type"] == "text/csv; charset=utf-8"
    assert plain.text().startswith("# ")
    for wrong in (f"{usual}&site=vuosaari", "first=2026-11-23&last=2026-11-22", "first=2026-11-24&last=2026-11-24",
                  "first=2026-01-01&last=2026-11-23", f"{usual}&form=x"):  # fmt: skip
        assert page.request.get(f"/statistics/export.csv?{wrong}").status == 422
    assert staff.page(Role.ADMIN).request.get("/statistics").status == 403


def test_the_log_is_read_by_day_person_and_site_and_that_is_logged(staff: Staff) -> None:
    log(staff)
    page = staff.page(Role.ADMIN, name="Anni Testi")
    page.goto("/log")
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(7)
    expect(rows.first).to_contain_text("looked at the log")
    page.locator("#person").fill("eero")
    page.locator("#site").select_option(SITE)
    page.locator("#look").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("ka-1 printer-jam")
    assert logged(staff)[-1] == ("log-looked-at", SITE, "2026-11-23 eero")
    with page.expect_download() as download:
        page.locator("#export").click()
    found = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [(one["person"], one["what"]) for one in found] == [("eero.testi", "fault-acknowledged")]
    assert logged(staff)[-1] == ("log-exported", SITE, "2026-11-23 eero")
    page.goto("/log?person=%25")
    expect(page.locator("main")).to_contain_text("Nothing was logged.")
    for wrong in ("day=x", "site=nowhere", "day=9999-12-31"):
        assert page.request.get(f"/log?{wrong}").status == 404, wrong
    assert staff.page(Role.OPERATOR).request.get("/log").status == 403


def test_an_administrator_of_some_sites_sees_theirs_alone(staff: Staff) -> None:
    log(staff)
    page = staff.page(Role.ADMIN, sites=("vuosaari",))
    page.goto("/log")
    expect(page.locator("main")).to_contain_text("Nothing was logged.")
    assert page.request.get(f"/log?site={SITE}").status == 404
    text = page.request.get("/log/export.csv").text()
    assert "eero" not in text


def test_a_long_log_has_pages_and_a_name_is_no_formula(staff: Staff) -> None:
    who = Person('=HYPERLINK("x")', "=1+1", (Grant(frozenset({Role.RECEPTION})),))
    with staff.centre.store.writing() as connection:
        for place in range(1200):
            at = staff.centre.moment - timedelta(seconds=place // 3)
            staff_log.note(connection, who, Action.LOOKED, SITE, str(place), at)
    page = staff.page(Role.ADMIN)
    page.goto("/log?person=1%2B1")
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(100)
    page.get_by_role("link", name="Older").click()
    expect(rows).to_have_count(100)
    expect(page.get_by_role("link", name="Newer")).to_be_visible()
    text = page.request.get("/log/export.csv?person=1%2B1").text().removeprefix("\ufeff")
    found = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert sorted(int(one["subject"]) for one in found) == list(range(1200))
    assert {one["name"] for one in found} == {"'=1+1"}
    assert {one["person"] for one in found} == {'\'=HYPERLINK("x")'}
