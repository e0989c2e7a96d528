"""Calling on a busy morning: two lines, somebody on the way, and somebody who did not come."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from central.calling import Client, Line, State
from central.people.roles import Role
from central.store import calls
from tests.central.rig import MORNING, SITE, check_in, fact
from tests.pages.rig import Staff
from tests.pages.scenes.reception import MINUTE, happens
from tests.pages.scenes.scene import Scene

PATH = f"/calling/{SITE}"
DAY = MORNING.date()


def lines(staff: Staff) -> dict[str, str]:
    """Those who wait at 8.50; the facts of their coming by number."""
    centre = staff.centre
    people = ("010594Y9032", "020594X903P", "030594W903B", "040594W9030", "050594W903M", "060594W9039", "070594W903X")
    rows = (
        *(("09:00", "dental", "B2"), ("08:30", "dental", "B2"), ("08:45", "dental", "B2")),
        *(("08:45", "laboratory", "A2"), ("08:40", "laboratory", "A2")),
        *(("09:05", "dental", "B2"), ("08:50", "dental", "B2")),
    )
    centre.load(
        *(
            {"id": f"A{place}", "person": person, "starts": starts, "unit": unit, "area": area}
            for place, (person, (starts, unit, area)) in enumerate(zip(people, rows, strict=True), 1)
        )
    )
    kiosk = centre.kiosk("k1")
    minutes = (30, 10, 20, 25, 18, 12, 35)
    languages = ("fi", "sv", "fi", "ru", "en", "fi", "ar")
    made = {}
    for place, (before, language) in enumerate(zip(minutes, languages, strict=True), 1):
        one = check_in(f"A{place}", f"A {place:03d}", place)
        one["details"]["language"] = language
        made[f"A {place:03d}"] = happens(kiosk, staff, timedelta(minutes=before), one)
    walked = fact("walked-in", seq=8, service="laboratory", number="L 001", language="sv")
    made["L 001"] = happens(kiosk, staff, 4 * MINUTE, walked)
    return made


def called(staff: Staff, number: str, room: str, minutes: int = 0, area: str = "B2", language: str = "fi") -> None:
    """Somebody was called by a colleague a while ago."""
    at = staff.centre.moment - minutes * MINUTE
    with staff.centre.store.writing() as connection:
        client = Client("", number, Line(area), at, None, language)
        assert calls.make(connection, SITE, DAY, client, area, room, "Eero Testi", at)[0]


def _prepare(staff: Staff) -> None:
    lines(staff)
    called(staff, "A 007", "12", 3)
    called(staff, "A 005", "4", 1, "A2")
    called(staff, "A 003", "14", 8)
    with staff.centre.store.writing() as connection:
        calls.settle(connection, SITE, DAY, "A 003", State.MISSED, "Eero Testi", MORNING)


def sit(page: Page, room: str = "12") -> None:
    """Choose a room, where none is chosen yet."""
    if page.locator("details.seat").get_attribute("open") is None:
        page.locator("details.seat summary").click()
    page.locator("#room").fill(room)
    page.locator("details.seat button").click()
    expect(page.locator(".door-sign")).to_contain_text(room)


SCENES = (
    Scene("calling", PATH, _prepare, (Role.CALLER,), then=sit, everywhere=True),
    Scene("calling-first", PATH, _prepare, (Role.CALLER,), pictured=False),
    Scene("calling-nobody", PATH, roles=(Role.CALLER,), then=sit, pictured=False),
)
