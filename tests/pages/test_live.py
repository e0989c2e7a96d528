"""What is live: it follows, it says when it cannot, and it comes back."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from central.pages.live import Live, Topic
from central.people.roles import Role
from central.store import Connection, Store
from central.watch import ChangeWatch
from tests.central.rig import MORNING, SITE, Centre, Process, check_in, command
from tests.pages.rig import Staff

PATH = f"/reception/{SITE}"


def test_what_happens_at_a_kiosk_is_seen_without_a_touch(staff: Staff) -> None:
    kiosk = staff.centre.kiosk()
    page = staff.page(Role.RECEPTION)
    page.goto(PATH)
    expect(page.get_by_text("A 001")).to_have_count(0)
    kiosk.send(check_in("A1", "A 001"))
    expect(page.get_by_text("A 001").first).to_be_visible()


def test_without_javascript_the_page_shows_the_same(staff: Staff) -> None:
    staff.centre.kiosk().send(check_in("A1", "A 001"))
    page = staff.page(Role.RECEPTION, script=False)
    page.goto(PATH)
    expect(page.get_by_text("A 001").first).to_be_visible()
    expect(page.get_by_role("link", name="Refresh")).to_be_visible()


def test_a_dead_line_is_told_and_gone_when_it_is_back(browser: Browser, tmp_path: Path) -> None:
    with Centre(tmp_path) as centre:
        centre.seed(("A1", "010594Y9032", "09:00"))
        staff = Staff(browser, centre)
        page = staff.page(Role.RECEPTION)
        page.goto(PATH)
        broken = page.get_by_role("alert")
        expect(broken).to_be_hidden()
        page.context.set_offline(True)
        # Chromium leaves open streams alone when it goes offline: the centre goes too.
        centre.server.should_exit = True
        expect(broken).to_be_visible(timeout=20_000)
        expect(broken).to_have_text(re.compile("These figures are from 8.50. The connection is broken."))
        assert staff.complaints  # The browser says that it cannot connect.
        staff.close()


async def _followed(live: Live, watch: ChangeWatch, broken: list[bool]) -> list[str]:
    looks: list[str] = []

    def look(_connection: Connection, site: str, _now: datetime) -> str:
        looks.append(site)
        if broken:
            raise OSError("away")
        return f"{site} {len(looks)}"

    topic, found = Topic("t", look, every=0.05), list[str]()
    watching = asyncio.create_task(watch.run())
    stream, other = live.follow(topic, SITE), live.follow(topic, SITE)
    first, second = await anext(stream), await anext(other)
    found.append("same" if first.data.split()[0] == second.data.split()[0] else "other")
    broken.append(True)
    # Nothing is told while nothing can be looked up; both wait, and one task looks.
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.5):
            while True:
                told = await anext(stream)
                found.append("told")
                assert told.data.startswith(SITE)
    await stream.aclose()
    broken.clear()
    found.append((await anext(other)).data.split()[0])
    await other.aclose()
    count = len(looks)
    assert not live.followed, "nobody looks where nobody follows"
    watch.close()
    watching.cancel()
    assert len(looks) <= count + 1
    return found


def test_nothing_is_told_while_it_cannot_be_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.pages.live.BEAT", 0.1)
    store = Store.open(f"sqlite:///{tmp_path / 'central.db'}")

    async def places() -> dict[str, int]:
        return {}

    watch = ChangeWatch(places)
    live = Live(store, lambda: MORNING, watch)
    # Playwright has a loop of its own in this thread.
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(lambda: asyncio.run(_followed(live, watch, []))).result()
    store.close()
    assert found[0] == "same"
    assert found[-1] == SITE
    # What was on its way when it broke may still come: no more.
    assert found.count("told") <= 4


def test_a_page_that_hears_nothing_says_so(staff: Staff) -> None:
    page = staff.page(Role.RECEPTION)
    page.clock.install()
    page.goto(PATH)
    expect(page.get_by_role("alert")).to_be_hidden()
    page.route("**/live*", lambda route: route.abort())
    page.clock.fast_forward(20_000)
    expect(page.get_by_role("alert")).to_have_text(re.compile("These figures are from 8.50"))
    # The stream goes on: what it says next takes the bar away again.
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_service_that_ends_does_not_wait_for_who_follows(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    seed = data / "seed.json"
    seed.write_text(f'{{"site": "{SITE}", "appointments": []}}')
    assert command(data, "seed", str(seed)).exit_code == 0
    service = Process(data, tmp_path / "log")
    link = command(data, "admin-link", "--url", service.url).stdout.strip()
    with httpx.Client(base_url=service.url, trust_env=False, timeout=20) as http:
        http.headers["Sec-Fetch-Site"] = "same-origin"
        assert http.post("/sign-in/link", data={"code": link.partition("=")[2]}).status_code == 303
        with http.stream("GET", f"{PATH}/live") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: state"
            began = time.monotonic()
            log = service.end()
            assert time.monotonic() - began < 4, "within its own five seconds of grace"
            assert "event: beat" in list(lines)
    assert log[-1]["event"] == "stopped"
    assert {line["level"] for line in log} == {"info"}
