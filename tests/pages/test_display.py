"""The display in a real browser: what it shows, how soon, what it says without a line, and what it never tells."""

import re
import threading
import time
import wave
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from central import serve
from central.calling import State
from central.pages import chime, spoken
from central.people.roles import Role
from central.store import calls
from tests.central.rig import SITE, Centre, check_in
from tests.pages.rig import Staff
from tests.pages.scenes import calling
from tests.pages.scenes.calling import called
from tests.pages.scenes.display import PATH, SCREEN, UPRIGHT, morning

CONTRASTS = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(one => one / 255)
      .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = one => {
    const own = getComputedStyle(one).backgroundColor;
    return own === "rgba(0, 0, 0, 0)" && one.parentElement ? ground(one.parentElement) : own;
  };
  const written = one => [...one.childNodes].some(of => of.nodeType === 3 && of.data.trim());
  return [...document.body.querySelectorAll("*")].filter(written)
    .map(one => [light(getComputedStyle(one).color), light(ground(one))])
    .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
}"""
"""The contrast of every element with text, as WCAG 2.2 reckons it."""
OUTSIDE = """() => [...document.querySelectorAll(".number, .room, .what, .wait, [data-lost] p")]
  .filter(one => one.getClientRects().length).map(one => one.getBoundingClientRect())
  .filter(box => box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight).length"""
"""How many texts the screen cuts off."""


def display(staff: Staff, size: tuple[int, int] = SCREEN, language: str = "en") -> Page:
    page = staff.page(signed_in=False, size=size, language=language)
    page.goto(PATH)
    return page


def test_a_call_is_on_the_display_within_two_seconds(staff: Staff) -> None:
    staff.centre.kiosk().send(check_in("A1", "A 001"))
    page, caller = display(staff), staff.page(Role.CALLER)
    expect(page.locator(".wait").first).to_have_text("You will be called by your number.")
    caller.goto(calling.PATH)
    calling.sit(caller)
    caller.get_by_role("button", name="Call next A 001").click()
    began = time.monotonic()
    expect(page.locator(".big.number")).to_have_text("A 001", timeout=2000)
    assert time.monotonic() - began < 2
    expect(page.locator(".big.room")).to_have_text(re.compile("12$"))
    expect(page.locator(".newest")).to_have_class(re.compile("fresh"))
    caller.get_by_role("button", name="Take back A 001").click()
    expect(page.locator(".wait").first).to_be_visible()


def test_it_shows_the_newest_and_four_before_and_not_those_of_other_areas(staff: Staff) -> None:
    morning(staff)
    page = display(staff)
    expect(page.locator(".big.number")).to_have_text("A 042")
    expect(page.locator(".before .number")).to_have_text(["K 002", "A 034", "A 029", "A 031"])
    assert "L 004" not in page.content()


def test_it_heals_by_itself_and_shows_what_it_missed(browser: Browser, tmp_path: Path) -> None:
    with Centre(tmp_path) as centre:
        centre.seed()
        staff = Staff(browser, centre)
        called(staff, "A 001", "12", 2)
        page = display(staff)
        expect(page.locator(".big.number")).to_have_text("A 001")
        port = int(centre.url.rpartition(":")[2])
        centre.server.should_exit = True
        centre.thread.join()
        lost = page.get_by_role("alert")
        expect(lost).to_contain_text("Connection lost at 8.50. Calls may be missing. Ask the desk.", timeout=20_000)
        expect(lost).to_contain_text("Yhteys katkesi kello 8.50.")
        expect(page.locator(".clock")).to_be_hidden()
        expect(page.locator(".big.number")).to_have_text("A 001")
        called(staff, "A 002", "14")
        centre.server = serve.server(centre.store, centre.now)
        centre.thread = threading.Thread(
            target=centre.server.run, kwargs={"sockets": [serve.listen("127.0.0.1", port)]}
        )
        centre.thread.start()
        expect(lost).to_be_hidden(timeout=20_000)
        expect(page.locator(".big.number")).to_have_text("A 002")
        expect(page.locator(".before .number")).to_have_text(["A 001"])
        expect(page.locator(".newest")).to_have_class(re.compile("fresh"))
        staff.close()


def test_an_answer_that_is_a_failure_is_not_the_end(staff: Staff) -> None:
    page = staff.page(signed_in=False, size=SCREEN)
    page.route("**/live*", lambda route: route.fulfill(status=502))
    page.goto(PATH)
    expect(page.get_by_role("alert")).to_be_visible(timeout=20_000)
    page.unroute("**/live*")
    expect(page.get_by_role("alert")).to_be_hidden(timeout=20_000)
    staff.complaints.clear()  # The browser speaks of the 502.


def test_a_new_day_empties_it(staff: Staff) -> None:
    staff.centre.moment = staff.centre.moment.replace(hour=21, minute=59)
    called(staff, "A 042", "12")
    page = display(staff)
    expect(page.locator(".big.number")).to_have_text("A 042")
    staff.centre.moment = staff.centre.moment.replace(hour=22, minute=1)
    expect(page.locator(".wait").first).to_be_visible(timeout=15_000)
    expect(page.locator(".before li")).to_have_count(0)


def test_it_tells_nothing_of_anybody(staff: Staff) -> None:
    made = calling.lines(staff)
    caller = staff.page(Role.CALLER)
    caller.goto(calling.PATH)
    calling.sit(caller)
    caller.locator("#call-A002").click()
    expect(caller.get_by_role("status")).to_be_visible()
    page = display(staff)
    expect(page.locator(".big.number")).to_have_text("A 002")
    with httpx.Client(base_url=staff.centre.url, trust_env=False) as http, http.stream("GET", f"{PATH}/live") as stream:
        heard = []
        for line in stream.iter_lines():
            heard.append(line)
            if line == "event: beat":
                break
    for told in (page.content(), "\n".join(heard)):
        assert "A 002" in told
        for kept in ("Aino", "Testi", "020594X903P", "Dental", "dental", 'A2"', "8.30", *made.values()):
            assert kept not in told


@pytest.mark.parametrize("path", [f"/display/{SITE}/Z9", "/display/nowhere/B2", f"/display/{SITE}/Z9/live"])
def test_where_there_is_no_display_there_is_none(staff: Staff, path: str) -> None:
    with httpx.Client(base_url=staff.centre.url, trust_env=False) as http:
        assert http.get(path, headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("size", [SCREEN, UPRIGHT], ids=["landscape", "portrait"])
def test_it_is_read_from_eight_metres(staff: Staff, size: tuple[int, int]) -> None:
    morning(staff)
    called(staff, "AB 999", "B 214")
    page = display(staff, size)
    expect(page.locator(".big.number")).to_have_text("AB 999")
    heights = [
        float(page.locator(of).first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) * 0.714 * 0.49
        for of in (".big.number", ".before li:not(.long) .number")
    ]
    assert heights[0] > 97  # 0.7 degrees at 8 m on a screen of 43 inches, whose points are 0.49 mm
    assert heights[1] > 37  # 16 minutes of arc
    assert page.evaluate(OUTSIDE) == 0
    assert min(page.evaluate(CONTRASTS)) >= 7
    page.route("**/live*", lambda route: route.abort())
    page.evaluate("document.querySelector('[data-lost]').hidden = false; document.body.classList.add('stale')")
    assert page.evaluate(OUTSIDE) == 0
    assert min(page.evaluate(CONTRASTS)) >= 7


def test_where_no_sound_comes_out_it_says_so_until_it_is_touched(staff: Staff) -> None:
    page = display(staff)
    sign = page.get_by_role("button", name=re.compile("Sound is off. Touch here."))
    expect(sign).to_be_visible()
    sign.click()
    expect(sign).to_be_hidden()
    with page.expect_request(re.compile("/sound/")) as said:
        called(staff, "A 001", "12", language="ru")
    response = said.value.response()
    assert response is not None
    assert (response.status, response.headers["content-type"]) == (200, "audio/wav")


@pytest.mark.skipif(spoken.program() is None, reason="no espeak-ng here")
def test_every_language_with_a_voice_is_said_and_others_in_that_of_the_site() -> None:
    made = {language: spoken.sound("A 042", "12", language) for language in spoken.SENTENCES}
    assert len(set(made.values())) == len(spoken.SENTENCES)
    for sound in made.values():
        assert sound is not None
        with wave.open(BytesIO(sound)) as file:
            assert file.getframerate() > 16_000
    assert spoken.tongue("so", ["fi", "sv"]) == "fi"
    assert spoken.tongue("sv", ["fi", "sv"]) == "sv"
    assert spoken.sentence("A 042", "12", "fi") == "Numero A, 0 4 2. Huone 12."


def test_what_is_over_is_not_said_any_more(staff: Staff) -> None:
    called(staff, "A 001", "12")
    ring = display(staff).locator(".newest").get_attribute("data-ring")
    with httpx.Client(base_url=staff.centre.url, trust_env=False) as http:
        assert http.get(f"{PATH}/sound/{ring}").status_code == (200 if spoken.program() else 404)
        assert http.get(f"/display/{SITE}/A2/sound/{ring}").status_code == 404
        assert http.get(f"{PATH}/sound/{'0' * 16}").status_code == 404
        with staff.centre.store.writing() as connection:
            assert calls.settle(connection, SITE, calling.DAY, "A 001", State.TAKEN_BACK, "", staff.centre.moment)
        taken_back = http.get(f"{PATH}/sound/{ring}")
        # The display may ask for it at that very moment: nothing is wrong with that.
        assert (taken_back.status_code, taken_back.content) == (204, b"")
        staff.centre.moment = staff.centre.moment.replace(day=24)
        assert http.get(f"{PATH}/sound/{ring}").status_code == 404


def test_the_chime_is_what_its_script_makes() -> None:
    assert chime.PATH.read_bytes() == chime.made()
