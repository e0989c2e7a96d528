"""What is wrong today, as staff see it, as they report and publish it, and as everybody reads it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from central.launch import Means
from central.people.roles import Role
from central.store import reports, staff_log
from central.store.published import Written
from tests.central.rig import SITE
from tests.pages.rig import Staff
from tests.pages.scenes.fleet import beats
from tests.pages.scenes.launch import DOOR, lines, morning, publish

MINUTE = timedelta(minutes=1)
ENGLISH = {"Accept-Language": "en"}
NAMES = re.compile(r"ka-\d|vu-\d|Testi|kalasatama|printer-jam|[0-9a-f]{8}-", re.IGNORECASE)
"""Kiosks, people, ids and codes: nothing of these is for everybody."""


@pytest.fixture
def shop(staff: Staff) -> Staff:
    morning(staff)
    return staff


def logged(staff: Staff) -> list[str]:
    with staff.centre.store.reading() as connection:
        return [one.what for one in staff_log.entries(connection)]


def refusals(staff: Staff) -> None:
    """The browser says of each refused form that it was one."""
    assert staff.complaints
    assert all("422" in one for one in staff.complaints)
    staff.complaints.clear()


def item(staff: Staff, means: Means) -> str:
    return next(one.spell.item for one in lines(staff) if one.spell.means is means)


def test_everybody_reads_what_a_person_published_and_nothing_else(shop: Staff) -> None:
    page = shop.page(signed_in=False)
    page.goto("/today")
    main = page.locator("main")
    expect(main).to_contain_text("By the main door: One kiosk prints no slips. The number is shown on the screen.")
    expect(main).to_contain_text("A technician is on the way. Since 7.55.")
    expect(main).to_contain_text("The screen was dark. Was wrong 7.40–8.30. Mended.")
    expect(main).to_contain_text("Check-in by kiosk has begun: Dental clinic, Monday 23/11.")
    expect(main).not_to_contain_text("out of order")
    expect(main).not_to_contain_text("third try")
    text = page.request.get("/today?as=text", headers=ENGLISH).text()
    for shown in (main.inner_text(), text):
        assert NAMES.search(shown.replace("Kalasatama Health", "").replace("Kalasatama", "")) is None
    assert "- By the main door: One kiosk prints no slips." in text
    page.get_by_role("button", name="Svenska").click()
    expect(main).to_contain_text("Vid huvudingången: En kiosk skriver inte ut lappar.")
    page.get_by_role("link", name="Dagen före").click()
    expect(main).to_contain_text("Inga fel är kända.")
    for wrong in ("2026-11-24", "2026-10-01", "x"):
        assert page.request.get(f"/today/{wrong}").status == 404


def test_somebody_publishes_with_a_place_and_takes_it_back(shop: Staff) -> None:
    page, public = shop.page(Role.OPERATOR, name="Olli Testi"), shop.page(signed_in=False)
    page.goto(f"/launch?site={SITE}")
    page.get_by_role("link", name="Publish… One kiosk is out of order.").click()
    page.locator("#place-en").fill("In the lobby")
    page.locator("#publish").click()
    expect(page.locator("#problem")).to_contain_text("Write the text in Finnish too.")
    expect(page.locator("#place-en")).to_have_value("In the lobby")
    page.locator("#place-fi").fill("Aulassa, kioski KA-4.")
    page.locator("#publish").click()
    expect(page.locator("#problem")).to_contain_text("The text has a kiosk's id.")
    page.locator("#place-fi").fill("Aulassa")
    page.locator("#doing-fi").fill("Soita 040 123 4567")
    page.locator("#publish").click()
    expect(page.locator("#problem")).to_contain_text("telephone number")
    page.locator("#doing-fi").fill("Huoltaja on tulossa.")
    page.locator("#until").fill("2026-11-23T07:00")
    page.locator("#publish").click()
    expect(page.locator("#problem")).to_contain_text("The expected end must lie ahead.")
    page.locator("#until").fill("2026-11-23T11:30")
    page.locator("#publish").click()
    expect(page.get_by_role("status")).to_contain_text("Published.")
    public.goto("/today")
    line = public.locator("main li").filter(has_text="In the lobby: One kiosk is out of order.")
    expect(line).to_contain_text("Since 8.38. Expected to work at 11.30.")
    # There is no English for it: it is said to be Finnish, so that a voice reads it so.
    expect(line.locator("[lang=fi]")).to_have_text("Huoltaja on tulossa.")
    page.get_by_role("link", name="Change… One kiosk is out of order.").click()
    expect(page.locator("main")).to_contain_text("Published by Olli Testi")
    page.locator("#withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("Taken off the public page.")
    public.goto("/today")
    expect(public.locator("main")).not_to_contain_text("out of order")
    refusals(shop)
    assert [one for one in logged(shop) if one.startswith("publi")] == ["published", "publication-withdrawn"]


def test_what_is_mended_is_told_as_mended_and_stays_published(shop: Staff) -> None:
    centre = shop.centre
    page, public = shop.page(Role.TECHNICIAN), shop.page(signed_in=False)
    page.goto("/launch")
    line = page.locator("li").filter(has_text="One kiosk prints no slips.")
    expect(line).to_contain_text("Paper is jammed in the printer.")
    expect(line.get_by_role("link", name="Change")).to_have_count(0)
    centre.moment += 10 * MINUTE
    beats(centre, shop.there["ka-1"], "green")  # type: ignore[attr-defined]
    expect(page.locator("main")).to_contain_text("Was wrong 7.55–9.00. Mended.", timeout=20_000)
    public.goto("/today/2026-11-23")
    expect(public.locator("main")).to_contain_text("By the main door: One kiosk prints no slips.")
    expect(public.locator("main")).to_contain_text("Was wrong 7.55–9.00. Mended.")


def test_reception_reports_a_fault_in_a_sentence_and_a_technician_mends_it(shop: Staff) -> None:
    desk = shop.page(Role.RECEPTION, sites=(SITE,), name="Rauha Testi", script=False)
    desk.goto("/launch")
    desk.get_by_role("link", name="Report a fault").click()
    desk.locator("#what").fill("Client 010594Y9032 could not read the screen.")
    desk.locator("#tell").click()
    expect(desk.locator("#problem")).to_contain_text("looks like an identity code")
    expect(desk.locator("#what")).to_have_value("Client 010594Y9032 could not read the screen.")
    desk.locator("#what").fill("The sun shines into the screen.")
    desk.locator("#place").fill("By the window")
    desk.locator("#tell").click()
    expect(desk.get_by_role("status")).to_contain_text("Thank you.")
    expect(desk.locator("main li").filter(has_text="The sun shines")).to_contain_text("Told by Rauha Testi.")
    expect(desk.get_by_role("button", name="Mended")).to_have_count(0)
    page = shop.page(Role.TECHNICIAN, script=False)
    page.goto(f"/launch?site={SITE}")
    page.get_by_role("button", name="Mended The sun shines").click()
    expect(page.get_by_role("status")).to_contain_text("Marked as mended.")
    page.get_by_role("button", name="Still broken The sun shines").click()
    expect(page.get_by_role("button", name="Mended The sun shines")).to_have_count(1)
    refusals(shop)
    assert logged(shop)[-3:] == ["fault-reported", "reported-fault-mended", "reported-fault-open-again"]


def test_who_may_not_publish_or_see_a_site_cannot(shop: Staff) -> None:
    ours = {"Sec-Fetch-Site": "same-origin"}
    name = item(shop, Means.OUT_OF_ORDER)
    technician = shop.page(Role.TECHNICIAN)
    assert technician.request.get(f"/launch/item/{name}").status == 403
    elsewhere = shop.page(Role.OPERATOR, sites=("vuosaari",))
    assert elsewhere.request.get(f"/launch/item/{name}").status == 404
    assert elsewhere.request.get(f"/launch?site={SITE}").status == 404
    assert elsewhere.request.post(f"/launch/item/{name}/publish", headers=ours, form={}).status == 404
    told = elsewhere.request.post("/launch/report", headers=ours, form={"site": SITE, "what": "Dark."})
    assert told.status == 404
    note = item(shop, Means.NOTHING)
    assert shop.page(Role.OPERATOR).request.get(f"/launch/item/{note}").status == 403
    assert shop.page(Role.CALLER).request.get("/launch").status == 403


def test_a_day_shows_what_was_wrong_and_for_how_long(shop: Staff) -> None:
    shop.centre.moment = datetime(2026, 11, 24, 6, tzinfo=UTC)
    page = shop.page(Role.OPERATOR)
    page.goto(f"/launch/day/2026-11-23?site={SITE}")
    screen = page.locator("tr").filter(has_text="The screen was dark when we opened.")
    expect(screen).to_contain_text("50 min")
    # From 7.55 to midnight: 16 hours and five minutes.
    expect(page.locator("tr").filter(has_text="Paper is jammed")).to_contain_text("16 h")
    page.get_by_role("link", name="Day before").click()
    expect(page.locator("main")).to_contain_text("Nothing was wrong on that day.")
    page.goto("/launch/text")
    expect(page.locator("#text-fi")).to_be_visible()


def test_a_report_is_published_in_words_of_the_operators_own(shop: Staff) -> None:
    page = shop.page(Role.OPERATOR)
    page.goto(f"/launch?site={SITE}")
    page.get_by_role("link", name="Publish… The card reader takes").click()
    expect(page.locator("#what-fi")).to_have_value("The card reader takes the card only at the third try.")
    page.locator("#what-fi").fill("")
    page.locator("#publish").click()
    expect(page.locator("#problem")).to_contain_text("Write what a client notices.")
    page.locator("#what-fi").fill("Kortin luku voi vaatia monta yritystä.")
    page.locator("#publish").click()
    expect(page.get_by_role("status")).to_contain_text("Published.")
    text = page.request.get("/today?as=text").text()
    refusals(shop)
    assert "Kortin luku voi vaatia monta yritystä." in text
    assert "third try" not in text
    with shop.centre.store.reading() as connection:
        told = reports.between(connection, shop.centre.moment - MINUTE, shop.centre.moment + MINUTE)
    assert [one.what for one in told] == ["The card reader takes the card only at the third try."]


def test_what_nobody_published_anew_is_not_public_when_it_comes_back(shop: Staff) -> None:
    centre = shop.centre
    first = publish(shop, Means.OUT_OF_ORDER, SITE, Written(DOOR))
    beats(centre, shop.there["ka-4"], "green")  # type: ignore[attr-defined]
    centre.moment += 30 * MINUTE
    beats(centre, shop.there["ka-4"], "red", "touch-gone")  # type: ignore[attr-defined]
    found = [one for one in lines(shop) if one.spell.means is Means.OUT_OF_ORDER]
    assert sorted((one.shown, one.spell.ended is None) for one in found) == [(False, True), (True, False)]
    assert first.spell.item in {one.spell.item for one in found if one.shown}
