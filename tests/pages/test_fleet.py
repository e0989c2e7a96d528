"""The fleet in a real browser: what technicians, operators and administrators see and do."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import expect

from central.people.roles import Role
from central.store import kiosks, staff_log
from tests.central.rig import SITE, Centre
from tests.pages.rig import Staff
from tests.pages.scenes.fleet import beats, fleet

OURS = {"Sec-Fetch-Site": "same-origin"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop(staff: Staff) -> Staff:
    """A fleet in which most things are the matter."""
    staff.there = fleet(staff)  # type: ignore[attr-defined]
    return staff


def log_of(centre: Centre) -> list[tuple[str, str | None, str | None]]:
    with centre.store.reading() as connection:
        return [(one.what, one.site, one.subject) for one in staff_log.entries(connection)]


def test_the_worst_stand_on_top_in_words_with_what_to_do(shop: Staff) -> None:
    page = shop.page(Role.TECHNICIAN)
    page.goto("/fleet")
    rows = page.locator("table.fleet tbody tr")
    expect(rows).to_have_count(7)
    names = [one.split()[0] for one in rows.all_inner_texts()]
    assert names == ["ka-4", "ka-3", "ka-5", "vu-1", "ka-1", "ka-2", "vu-2"]
    expect(rows.nth(0)).to_contain_text("The touch screen is not found. Check the USB cable".split(". ")[0])
    expect(rows.nth(0)).to_contain_text("Check the USB cable of the touch screen at both ends.")
    expect(rows.nth(3)).to_contain_text("oldest 47 min")
    expect(rows.nth(3)).to_contain_text("In doubt (−94 s)")
    # A fault that only a newer kiosk knows has its code.
    expect(rows.nth(3)).to_contain_text("newer-than-this")
    expect(rows.nth(6)).to_contain_text("Paper low")
    expect(page.locator("li.fell")).to_contain_text("62 %")
    expect(page.get_by_role("link", name="Enrol a kiosk")).to_have_count(0)


def test_sites_and_lights_are_plain_links(shop: Staff) -> None:
    page = shop.page(Role.TECHNICIAN, script=False)
    page.goto("/fleet")
    page.get_by_role("link", name="Vuosaari").click()
    expect(page.locator("table.fleet tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Needs a look 1").click()
    expect(page.locator("table.fleet tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"site=vuosaari&light=yellow$"))
    page.get_by_role("link", name="All sites").click()
    expect(page.locator("table.fleet tbody tr")).to_have_count(2)
    assert page.request.get("/fleet?site=nowhere").status == 404
    assert page.request.get("/fleet?light=violet").status == 404


def test_the_page_follows_what_happens(shop: Staff) -> None:
    page = shop.page(Role.TECHNICIAN)
    page.goto(f"/fleet?site={SITE}")
    row = page.get_by_role("row").filter(has_text="ka-4")
    expect(row).to_contain_text("Out of order")
    beats(shop.centre, shop.there["ka-4"], "green")  # type: ignore[attr-defined]
    expect(row).to_contain_text("All is well.")
    expect(page.get_by_role("row").filter(has_text="vu-1")).to_have_count(0)


def test_an_alarm_is_taken_by_one_and_seen_by_all(shop: Staff) -> None:
    page, other = shop.page(Role.OPERATOR), shop.page(Role.TECHNICIAN, name="Eero Testi", script=False)
    page.goto("/fleet")
    other.goto("/fleet")
    alarm = page.locator(".alarms li").filter(has_text="Slip printed: only 25 % at kiosk ka-1, usually 99 %.")
    alarm.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("It is yours.")
    expect(alarm).to_contain_text("Aino Testi has it, 8.50.")
    expect(alarm.get_by_role("button")).to_have_count(0)
    same = other.locator(".alarms li").filter(has_text="Slip printed")
    same.get_by_role("button").click()
    expect(other.get_by_role("status")).to_have_text("Aino Testi has taken it already.")
    assert [one[:2] for one in log_of(shop.centre) if one[0] == "alarm-acknowledged"] == [("alarm-acknowledged", SITE)]


def test_a_fault_is_taken_up_with_a_note(shop: Staff) -> None:
    page = shop.page(Role.TECHNICIAN)
    page.goto("/fleet")
    page.get_by_role("link", name="ka-1", exact=True).click()
    expect(page.get_by_role("heading", name="2 open faults")).to_be_visible()
    jam = page.locator("section", has=page.locator("#incidents")).locator("li").first
    expect(jam).to_contain_text("Since 7.55. Mended by: reception.")
    jam.locator("summary").click()
    jam.get_by_label(re.compile("Note")).fill("A new roller is on its way.")
    jam.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("It is yours.")
    expect(jam).to_contain_text("Aino Testi has it, 8.50.")
    expect(jam.locator(".said")).to_have_text("A new roller is on its way.")
    other = shop.page(Role.TECHNICIAN, name="Eero Testi")
    other.goto("/fleet/kiosk/ka-1")
    there = other.locator("section", has=other.locator("#incidents")).locator("li").first
    expect(there).to_contain_text("Aino Testi has it")
    expect(there.locator("summary")).to_have_count(0)
    history = page.locator(".history li")
    expect(history).to_have_count(5)
    expect(history.nth(2)).to_contain_text("Gone: The printer will soon be out of paper.")
    expect(page.get_by_text("Events 33 to 35")).to_be_visible()
    expect(page.get_by_role("heading", name="Administration")).to_have_count(0)


def test_a_kiosk_is_revoked_only_with_a_tick(shop: Staff) -> None:
    page = shop.page(Role.ADMIN)
    page.goto("/fleet/kiosk/ka-2")
    page.locator("summary", has_text="Revoke the kiosk").click()
    page.get_by_role("button", name="Revoke it").click()
    with shop.centre.store.reading() as connection:
        assert kiosks.revoked(connection) == set()
    page.get_by_label("Kiosk ka-2 is revoked for good.").check()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("status")).to_have_text("The kiosk is revoked.")
    expect(page.locator("h1 + .sign")).to_have_text("Revoked")
    with shop.centre.store.reading() as connection:
        assert kiosks.revoked(connection) == {"ka-2"}
    assert ("kiosk-revoked", SITE, "ka-2") in log_of(shop.centre)
    page.goto("/fleet")
    expect(page.locator("table.fleet tbody tr")).to_have_count(6)


def test_a_code_is_shown_once_and_works(shop: Staff) -> None:
    from joserfc.jwk import ECKey

    page = shop.page(Role.ADMIN)
    page.goto("/fleet")
    page.get_by_role("link", name="Enrol a kiosk").click()
    page.get_by_label("Site").select_option("vuosaari")
    page.get_by_label(re.compile("Name of the kiosk")).fill("vu 9")
    page.get_by_role("button", name="Make a code").click()
    expect(page.get_by_role("alert")).to_contain_text("A name has 1 to 64 letters")
    shop.complaints.clear()  # The browser tells of the 422.
    page.get_by_label(re.compile("Name of the kiosk")).fill("vu-9")
    page.get_by_role("button", name="Make a code").click()
    code = page.locator(".code").inner_text()
    answer = shop.centre.enrol(code, ECKey.generate_key("P-384"))
    assert (answer.status_code, answer.json()["kiosk"], answer.json()["site"]) == (200, "vu-9", "vuosaari")
    assert ("enrolment-code-made", "vuosaari", "vu-9") in log_of(shop.centre)
    assert code not in str(log_of(shop.centre))
    page.goto("/fleet")
    expect(page.get_by_role("row").filter(has_text="vu-9")).to_contain_text("It has not told how it is.")


@pytest.mark.parametrize(
    ("roles", "sites", "method", "path", "status"),
    [
        ((Role.RECEPTION,), (), "GET", "/fleet", 403),
        ((Role.TECHNICIAN,), ("vuosaari",), "GET", "/fleet", 200),
        ((Role.TECHNICIAN,), ("vuosaari",), "GET", "/fleet/kiosk/vu-1", 200),
        ((Role.TECHNICIAN,), ("vuosaari",), "GET", "/fleet/kiosk/ka-1", 404),
        ((Role.TECHNICIAN,), ("vuosaari",), "GET", f"/fleet?site={SITE}", 404),
        ((Role.TECHNICIAN,), ("vuosaari",), "GET", f"/fleet/live/{SITE}/all", 404),
        ((Role.TECHNICIAN,), ("vuosaari",), "POST", "/fleet/kiosk/ka-1/fault/printer-jam", 404),
        ((Role.TECHNICIAN,), ("vuosaari",), "POST", "/fleet/alarm/{alarm}/acknowledge", 404),
        ((Role.TECHNICIAN,), (), "POST", "/fleet/alarm/none/acknowledge", 404),
        ((Role.TECHNICIAN,), (), "POST", "/fleet/kiosk/ka-1/revoke", 403),
        ((Role.TECHNICIAN,), (), "POST", "/fleet/kiosk/ka-1/code", 403),
        ((Role.TECHNICIAN,), (), "GET", "/fleet/new", 403),
        ((Role.OPERATOR,), (), "POST", "/fleet/kiosk/ka-1/fault/printer-jam", 403),
        ((Role.ADMIN,), ("vuosaari",), "POST", "/fleet/kiosk/ka-1/revoke", 404),
        ((Role.ADMIN,), ("vuosaari",), "POST", "/fleet/new", 403),
        ((Role.ADMIN,), (), "GET", "/fleet/kiosk/none", 404),
    ],
)
def test_nobody_reaches_what_is_not_theirs(
    centre: Centre, roles: tuple[Role, ...], sites: tuple[str, ...], method: str, path: str, status: int
) -> None:
    staff = Staff(None, centre)  # type: ignore[arg-type]
    fleet(staff)
    with centre.store.reading() as connection:
        from central.store import alarms

        alarm = next(one for one in alarms.standing(connection) if one.site == SITE)
    token = staff.token(*roles, sites=sites)
    with httpx.Client(base_url=centre.url, trust_env=False, cookies={"centre-session": token}, headers=OURS) as http:
        data = {"sure": "yes", "site": SITE, "kiosk": "x"} if method == "POST" else None
        answer = http.request(method, path.format(alarm=alarm.id), data=data)
    assert answer.status_code == status
    if sites and status == 200:
        assert "ka-" not in answer.text
    with centre.store.reading() as connection:
        assert alarms.one(connection, alarm.id).seen_at is None
        assert kiosks.revoked(connection) == set()
