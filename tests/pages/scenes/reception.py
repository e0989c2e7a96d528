"""Reception on a morning on which much happens at once."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from central import identities
from central.people.roles import Role
from central.store import waiting
from tests.central.rig import SITE, Kiosk, check_in, fact
from tests.pages.rig import Staff
from tests.pages.scenes.scene import Scene

PATH = f"/reception/{SITE}"
PERSON = "010594Y9032"
MINUTE = timedelta(minutes=1)


def happens(kiosk: Kiosk, staff: Staff, before: timedelta, one: dict[str, Any]) -> str:
    """Something that happened at a kiosk a while ago, and came in at once; the id of the fact."""
    at = staff.centre.moment - before
    told = one | {"at": at.isoformat(), "clock": "trusted", "offset_ms": 0, "order": int(at.timestamp() * 1000) << 16}
    now, staff.centre.moment = staff.centre.moment, at
    try:
        [result] = kiosk.send(told)
    finally:
        staff.centre.moment = now
    assert result["verdict"] in ("recorded", "conflict"), result
    return str(one["id"])


def morning(staff: Staff) -> dict[str, str]:
    """Who is here at 8.50; the facts by a name for each."""
    centre = staff.centre
    centre.load(
        {"id": "A1", "starts": "09:00", "practitioner": "Sairaanhoitaja Lehto"},
        {"id": "A2", "person": "020594X903P", "starts": "08:20"},
        {"id": "A3", "person": "030594W903B", "starts": "09:15", "unit": "laboratory", "area": "A2"},
        {"id": "A4", "person": "040594W9030", "starts": "09:30", "unit": "physiotherapy", "area": "A2"},
        {"id": "A5", "person": "050594W903M", "starts": "08:45", "unit": "health-station", "area": "A1"},
        {"id": "A6", "person": "060594W9039", "starts": "08:30", "unit": "health-station", "area": "A1"},
        {
            "id": "A7",
            "person": "070594W903X",
            "starts": "09:10",
            "protected": True,
            "unit": "reception-c",
            "area": "A1",
        },
    )
    here, there = centre.kiosk("k1"), centre.kiosk("k2")
    who = identities.seal(centre.store.identity_key, {"identifier": PERSON, "kind": "barcode"})
    phone = identities.seal(centre.store.identity_key, {"identifier": PERSON, "phone": "0501234567"})
    made = {
        "fresh": happens(here, staff, 2 * MINUTE, check_in("A3", "A 004", 1)),
        "overdue": happens(here, staff, 40 * MINUTE, check_in("A2", "A 001", 2)),
        "unseen": happens(here, staff, 12 * MINUTE, check_in("A7", "A 003", 3)),
        "seen": happens(here, staff, 25 * MINUTE, check_in("A4", "A 002", 4)),
        "unmatched": happens(
            here, staff, 6 * MINUTE, fact("unmatched-arrival", seq=5, reason="no-match", number="A 005", sealed=who)
        ),
        "sent": happens(
            here, staff, 3 * MINUTE, fact("sent-to-desk", seq=6, reason="too-late", appointment="A6", number="A 006")
        ),
        "walk-in": happens(here, staff, MINUTE, fact("walked-in", seq=7, service="laboratory", number="L 001")),
        "conflict": happens(there, staff, 30 * MINUTE, check_in("A2", "K 001", 1)),
        "call": happens(
            there,
            staff,
            20 * MINUTE,
            fact("call-back-requested", seq=2, service="dental", person="ab" * 32, language="fi", sealed=phone),
        ),
    }
    with centre.store.writing() as connection:
        waiting.acknowledge(connection, SITE, made["seen"], "Eero Testi", centre.moment - 20 * MINUTE)
    return made


def _prepare(staff: Staff) -> None:
    morning(staff)


def _open(page: Page) -> None:
    page.get_by_role("link", name="A 001").last.click()
    page.locator("summary").click()
    expect(page.locator("button.grave")).to_be_visible()


def _match(page: Page) -> None:
    page.locator("a.button[href*='find?for=']").click()
    expect(page.locator("#found")).to_be_visible()


def _call(page: Page) -> None:
    page.locator("a.button[href*='/call/']").click()
    page.locator("#show, form[action$='/who'] button").first.click()
    expect(page.get_by_text("0501234567")).to_be_visible()


def _missed(page: Page) -> None:
    page.get_by_role("link", name="A 001").last.click()
    page.locator("#missed").click()
    expect(page.get_by_role("alert")).to_be_visible()


_RECEPTION = (Role.RECEPTION, Role.OPERATOR)
SCENES = (
    Scene("reception", PATH, _prepare, _RECEPTION, everywhere=True),
    Scene("reception-nobody", PATH, roles=_RECEPTION, pictured=False),
    Scene("reception-client", PATH, _prepare, _RECEPTION, then=_open),
    Scene("reception-match", PATH, _prepare, _RECEPTION, then=_match),
    Scene("reception-find", f"{PATH}/find", _prepare, _RECEPTION, pictured=False),
    Scene("reception-missed", PATH, _prepare, _RECEPTION, then=_missed),
    Scene("reception-call", PATH, _prepare, _RECEPTION, then=_call, pictured=False),
    Scene("reception-limits", f"{PATH}/patience", roles=_RECEPTION, pictured=False),
)
