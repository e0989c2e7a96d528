"""Operations in a real browser: one proposes, another approves, and the kiosks get it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from central.people.roles import Role
from central.store import staff_log, versions
from tests.central.rig import SITE, Centre, Kiosk, of_kind
from tests.pages.rig import Staff, too_small, violations
from tests.pages.scenes.operations import LIFT, morning

HERE = f"/operations/site/{SITE}"
HOSTILE = "<script>alert(1)</script><b>Lift</b> & \"doors\" '{{ 7*7 }}'"


def rules(kiosk: Kiosk) -> dict[str, Any]:
    """The site as the kiosk gets it."""
    return of_kind(kiosk.changes(), "site")[-1]


def log_of(centre: Centre) -> list[str]:
    with centre.store.reading() as connection:
        return [one.what for one in staff_log.entries(connection)]


def fill(page: Page, why: str = "The lift stopped.", **text: str) -> None:
    """A bulletin for today."""
    for language, words in (LIFT | text).items():
        page.locator(f"#text-{language}").fill(words)
    page.get_by_label("Important").check()
    page.locator("#why").fill(why)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_bulletin_goes_from_its_author_by_a_second_person_to_the_kiosk(staff: Staff, *, script: bool) -> None:
    kiosk = staff.centre.kiosk()
    author = staff.page(Role.OPERATOR, Role.APPROVER, name="Olli Testi", script=script)
    author.goto(HERE)
    author.get_by_role("link", name="New bulletin").click()
    fill(author)
    author.get_by_role("button", name="Preview").click()
    card = author.locator(".on-kiosk[lang=sv]")
    expect(card).to_contain_text("Viktigt")
    expect(card).to_contain_text(LIFT["sv"])
    assert rules(kiosk)["bulletins"] == []
    author.get_by_role("button", name="Propose for approval").click()
    expect(author.get_by_role("status")).to_have_text("Proposed. A second person approves it.")
    expect(author.get_by_text("This is your own proposal. Somebody else must approve it.")).to_be_visible()
    expect(author.get_by_role("button", name="Approve")).to_have_count(0)
    # The page hides it, and the service refuses it too.
    asked = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
    answer = author.request.post(f"{author.url}/approve", headers=asked)
    assert answer.status == 422
    assert "Nobody can approve or reject their own proposal." in answer.text()
    assert rules(kiosk)["bulletins"] == []
    second = staff.page(Role.APPROVER, name="Aino Testi", script=script)
    second.goto("/operations")
    expect(second.get_by_role("heading", name="Waits for approval")).to_contain_text("1")
    second.get_by_role("link", name="Look – Bulletin").click()
    expect(second.locator(".on-kiosk")).to_have_count(7)
    expect(second.locator(".diff .added").filter(has_text=LIFT["en"])).to_have_count(1)
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_role("status")).to_have_text("Approved: version 2. The kiosks get it now.")
    [told] = rules(kiosk)["bulletins"]
    assert (told["text"], told["severity"]) == (LIFT, "warning")
    done = log_of(staff.centre)
    assert [one for one in done if one.startswith("site-")] == ["site-change-proposed", "site-change-approved"]


def test_a_wrong_bulletin_is_gone_at_once_by_one_person(staff: Staff) -> None:
    morning(staff)
    kiosk = staff.centre.kiosk()
    there = [one["id"] for one in rules(kiosk)["bulletins"]]
    page = staff.page(Role.OPERATOR, name="Eero Testi")
    page.goto(f"{HERE}/version/3")
    page.get_by_label("Why?").fill("It names the wrong day.")
    page.get_by_role("button", name="Go back at once").click()
    expect(page.get_by_role("status")).to_have_text("Gone back: version 5. The kiosks get it now.")
    assert [one["id"] for one in rules(kiosk)["bulletins"]] == [one for one in there if one != "shots"]
    assert log_of(staff.centre)[-1] == "site-rules-rolled-back"
    # An older one waits for a second person.
    page.goto(f"{HERE}/version/1")
    expect(page.get_by_role("button", name="Go back at once")).to_have_count(0)
    page.get_by_label("Why?").fill("Begin anew.")
    page.get_by_role("button", name="Propose to go back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Roll-back")


def test_rules_are_edited_as_text_and_nothing_typed_is_lost(staff: Staff) -> None:
    kiosk = staff.centre.kiosk()
    page = staff.page(Role.OPERATOR, name="Olli Testi")
    page.goto(f"{HERE}/edit")
    text = page.get_by_label("Rules", exact=False)
    before = text.input_value()
    assert "plan: kept" in before
    text.fill(before.replace("zone: Europe/Helsinki", "zone: Europe/Nowhere"))
    page.get_by_label("Why?").fill("Newer data.")
    staff.complaints.clear()
    page.get_by_role("button", name="Propose for approval").click()
    expect(page.locator("#text-problem")).to_contain_text("zone is no name of the time zone database")
    expect(text).to_have_value(re.compile("Europe/Nowhere"))
    expect(page.get_by_label("Why?")).to_have_value("Newer data.")
    staff.complaints.clear()  # The browser speaks of an answer that is a failure.
    text.fill(before.replace("roster_stale_minutes: 30", "roster_stale_minutes: 20"))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".diff .added")).to_have_text(re.compile("roster_stale_minutes: 20"))
    expect(page.locator(".diff .removed")).to_have_text(re.compile("roster_stale_minutes: 30"))
    page.get_by_role("button", name="Propose for approval").click()
    second = staff.page(Role.APPROVER, name="Aino Testi")
    second.goto(page.url)
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_role("status")).to_contain_text("version 2")
    assert rules(kiosk)["roster_stale_minutes"] == 20
    assert rules(kiosk)["plan"] is not None
    file = second.request.get(f"{HERE}/version/2/file")
    assert "attachment" in file.headers["content-disposition"]
    assert "roster_stale_minutes: 20" in file.text()


def test_a_day_is_proposed_and_a_proposal_of_the_same_day_is_overtaken(staff: Staff) -> None:
    kiosk = staff.centre.kiosk()
    author = staff.page(Role.OPERATOR, name="Olli Testi")
    addresses = []
    for day in ("2027-01-11", "2027-02-01"):
        author.goto("/operations/calendar")
        author.get_by_role("link", name="Propose a day – Dental clinic, Kalasatama").click()
        expect(author.get_by_text("This service does not check in here yet.")).to_be_visible()
        author.get_by_label("New first day").fill(day)
        author.get_by_label("Why?").fill("Training ends.")
        author.get_by_role("button", name="Propose for approval").click()
        expect(author.get_by_role("status")).to_contain_text("Proposed")
        addresses.append(author.url)
    second = staff.page(Role.APPROVER, name="Aino Testi")
    second.goto(addresses[0])
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_role("status")).to_contain_text("version 2")
    assert next(one["goes_live"] for one in rules(kiosk)["units"] if one["id"] == "dental") == "2027-01-11"
    second.goto(addresses[1])
    expect(second.get_by_text("The rules have changed since")).to_be_visible()
    expect(second.get_by_role("button", name="Approve")).to_have_count(0)
    second.get_by_label("Reason").fill("The first one holds.")
    second.get_by_role("button", name="Reject").click()
    expect(second.get_by_role("status")).to_have_text("Rejected. Nothing has changed.")
    second.goto("/operations/calendar")
    expect(second.get_by_role("heading", name="January 2027")).to_be_visible()
    expect(second.get_by_role("heading", name="February 2027")).to_have_count(0)


def test_all_is_done_by_keys_alone(staff: Staff) -> None:
    morning(staff)
    page = staff.page(Role.APPROVER, name="Aino Testi")
    page.goto("/operations")

    def tab_to(name: re.Pattern[str]) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            said = page.evaluate("document.activeElement.textContent || ''")
            if name.search(said):
                return
        raise AssertionError(f"no way by Tab to {name.pattern}")

    tab_to(re.compile("Look – Bulletin"))
    page.keyboard.press("Enter")
    expect(page.locator("#approve")).to_be_visible()
    tab_to(re.compile("^Approve$"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Approved: version 5")


def test_hostile_words_are_words(staff: Staff) -> None:
    page = staff.page(Role.OPERATOR, name="Olli Testi")
    page.on("dialog", lambda one: staff.complaints.append(one.message))
    page.goto(f"{HERE}/bulletin/new")
    fill(page, HOSTILE, en=HOSTILE, fi=HOSTILE, sv=HOSTILE)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".on-kiosk[lang=en]")).to_contain_text(HOSTILE)
    page.get_by_role("button", name="Propose for approval").click()
    expect(page.locator(".on-kiosk[lang=en]")).to_contain_text(HOSTILE)
    expect(page.locator(".on-kiosk b")).to_have_count(0)
    page.goto("/operations")
    expect(page.locator("main script")).to_have_count(0)
    expect(page.locator(".said")).to_have_text(HOSTILE)


def test_a_form_says_beside_each_field_what_is_wrong_with_it(staff: Staff) -> None:
    page = staff.page(Role.OPERATOR, name="Olli Testi")
    page.goto(f"{HERE}/bulletin/new")
    fill(page, "", sv="")
    page.locator("#since").fill("2027-03-28T03:30")
    page.locator("#until").fill("2027-10-31T03:30")
    page.get_by_role("button", name="Propose for approval").click()
    expect(page.locator("#text-sv-problem")).to_have_text("Write the words in this language too.")
    expect(page.locator("#since-problem")).to_have_text("The clock is put forward then: there is no such time.")
    expect(page.locator("#until-problem")).to_have_text("The clock is put back then: choose which one.")
    expect(page.locator("#why-problem")).to_have_text("Say why.")
    expect(page.locator("#text-fi")).to_have_value(LIFT["fi"])
    assert (violations(page), too_small(page)) == ([], [])
    staff.complaints.clear()  # The browser speaks of an answer that is a failure.
    page.locator("#text-sv").fill(LIFT["sv"])
    page.locator("#since").fill("2027-10-31T02:30")
    page.get_by_label("The clock shows this time twice. Which one?").select_option("second")
    page.locator("#why").fill("A long one.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("Sun 31 Oct 2027 2.30")


def test_nobody_does_what_is_not_theirs(staff: Staff) -> None:
    proposal = morning(staff)[0]
    ours = {"Sec-Fetch-Site": "same-origin"}
    elsewhere = staff.page(Role.OPERATOR, Role.APPROVER, sites=("vuosaari",), name="Eero Testi")
    assert elsewhere.request.get(HERE).status == 403
    assert elsewhere.request.post(f"{HERE}/proposal/{proposal}/approve", headers=ours).status == 403
    # A proposal of one site is not reached by the address of another.
    assert elsewhere.request.get(f"/operations/site/vuosaari/proposal/{proposal}").status == 404
    elsewhere.goto("/operations")
    expect(elsewhere.get_by_text("The lift is out of order")).to_have_count(0)
    operator = staff.page(Role.OPERATOR, name="Eero Testi")
    assert operator.request.post(f"{HERE}/proposal/{proposal}/approve", headers=ours).status == 403
    approver = staff.page(Role.APPROVER, name="Aino Testi")
    for path in (f"{HERE}/edit", f"{HERE}/bulletin/new", f"{HERE}/go-live/dental"):
        assert approver.request.get(path).status == 403
    assert approver.request.post(f"{HERE}/version/3/restore", headers=ours).status == 403
    assert approver.request.get(f"{HERE}/version/99").status == 404
    assert staff.page(Role.RECEPTION).request.get("/operations").status == 403
    with staff.centre.store.reading() as connection:
        assert versions.newest(connection, SITE).number == 4
