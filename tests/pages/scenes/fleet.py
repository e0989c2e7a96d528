"""The fleet on a morning on which something is the matter at most kiosks."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from central.alarms.settings import AlarmsConfig
from central.alarms.worker import Watch
from central.people.roles import Role
from central.steps import Step
from central.store import bulk, incidents, step_counts
from central.store.incidents import Incident
from central.store.tables import kiosk_history, step_count
from tests.central.rig import SITE, Centre, Kiosk, check_in, fact
from tests.pages.rig import Staff
from tests.pages.scenes.reception import happens
from tests.pages.scenes.scene import Scene

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
USUAL = {
    Step.SCAN: (930, 70),
    Step.MATCH: (960, 40),
    Step.CONFIRM: (980, 20),
    Step.PRINT: (990, 10),
    Step.SYNC: (990, 10),
}
"""How the steps went at each kiosk in the two weeks before, of a thousand."""


def beats(centre: Centre, kiosk: Kiosk, light: str, *faults: str, ago: timedelta = timedelta(), **more: Any) -> None:
    """A heartbeat, some time ago."""
    now, at = centre.moment, centre.moment - ago
    centre.moment = at
    said = {"at": at.isoformat(), "light": light, "faults": list(faults), "clock": "trusted", "offset_ms": 40}
    said |= {"waiting": 0, "roster_as_of": (at - MINUTE).isoformat(), "numbers_left": {"": 38, "L": 12}}
    said |= {"program": "0.1.0", "sqlite": "3.51.3", "schema": "2/2"} | more
    try:
        kiosk.sign_in().http.post("/v1/heartbeats", json=said).raise_for_status()
    finally:
        centre.moment = now


def fleet(staff: Staff) -> dict[str, Kiosk]:
    """Kiosks in every state, at two sites, and the alarms of it."""
    centre = staff.centre
    centre.load({"id": "V1"}, site="vuosaari")
    now, centre.moment = centre.moment, centre.moment - 20 * DAY
    names = {
        "ka-1": SITE,
        "ka-2": SITE,
        "ka-3": SITE,
        "ka-4": SITE,
        "ka-5": SITE,
        "vu-1": "vuosaari",
        "vu-2": "vuosaari",
    }
    there = {name: centre.kiosk(name, site) for name, site in names.items()}
    centre.moment = now
    beats(centre, there["ka-1"], "green", ago=3 * DAY)
    beats(centre, there["ka-1"], "yellow", "printer-paper-near-end", ago=150 * MINUTE)
    beats(centre, there["ka-1"], "green", ago=120 * MINUTE)
    beats(centre, there["ka-1"], "yellow", "printer-jam", ago=55 * MINUTE)
    refused = {"number": 1, "checks": True, "refused": 2, "reason": "pages"}
    beats(centre, there["ka-1"], "yellow", "printer-jam", "card-left-behind", configuration=refused)
    beats(centre, there["ka-2"], "green", ago=2 * DAY)
    beats(centre, there["ka-2"], "green", configuration={"number": 1, "checks": True})
    beats(centre, there["ka-3"], "green", ago=41 * MINUTE)
    beats(centre, there["ka-4"], "red", "touch-gone", ago=12 * MINUTE)
    beats(centre, there["ka-4"], "red", "touch-gone")
    waits: dict[str, Any] = {
        "waiting": 14,
        "oldest_waiting_at": (centre.moment - 47 * MINUTE).isoformat(),
        "clock": "doubtful",
    }
    waits |= {"offset_ms": -94_000, "roster_as_of": (centre.moment - 49 * MINUTE).isoformat(), "numbers_left": {"": 2}}
    beats(centre, there["vu-1"], "yellow", "centre-unreachable", "numbers-run-out", "newer-than-this", **waits)
    beats(centre, there["vu-2"], "green", "printer-paper-near-end", program="0.1.1")
    _morning(staff, there)
    Watch(centre.store, AlarmsConfig(), centre.moment - DAY).step(centre.moment)
    return there


def _morning(staff: Staff, there: dict[str, Kiosk]) -> None:
    """Two weeks of usual days, and a morning on which one printer fails."""
    centre = staff.centre
    with centre.store.writing() as connection:
        hour = step_counts.hour_of(centre.moment)
        rows = [
            {"kiosk": name, "hour": hour - day * DAY, "step": step.value, "site": SITE, "good": good, "bad": bad}
            for name in ("ka-1", "ka-2")
            for day in range(1, 11)
            for step, (good, bad) in ((step, (both[0] // 10, both[1] // 10)) for step, both in USUAL.items())
        ]
        bulk.replace(connection, step_count, rows)
    for place, name in enumerate(("ka-1", "ka-2")):
        for number in range(1, 17):
            ago = timedelta(minutes=2 * number + 4)
            one = check_in(f"{name}-{number}", f"{'AB'[place]} {number:03}", 2 * number - 1)
            one["details"]["claim"] = "typed" if number % 8 == 0 else "barcode"
            happens(there[name], staff, ago, one)
            failed = place == 0 and number < 13
            kind = "print-failed" if failed else "ticket-printed"
            happens(there[name], staff, ago, fact(kind, seq=2 * number, arrival=str(one["id"])))
        sealed = fact("unmatched-arrival", seq=3, reason="no-match", number="A 000", claim="typed", sealed="no JWE")
        happens(there[name], staff, MINUTE, sealed | {"seq": 36})


def _prepare(staff: Staff) -> None:
    fleet(staff)


def _one(staff: Staff) -> None:
    fleet(staff)
    with staff.centre.store.writing() as connection:
        since = connection.execute(
            select(kiosk_history.c.at).where(kiosk_history.c.kiosk == "ka-1", kiosk_history.c.faults == "printer-jam")
        ).scalar_one()
        jam = Incident("printer-jam", since)
        note = "Roller ordered. The slips jam at the cutter."
        incidents.take_up(connection, "ka-1", jam, "Eero Testi", note, staff.centre.moment - 30 * MINUTE)


def _code(page: Page) -> None:
    page.locator("#code").click()
    expect(page.locator(".code")).to_be_visible()


_SEES = (Role.TECHNICIAN, Role.ADMIN)
SCENES = (
    Scene("fleet", "/fleet", _prepare, _SEES, everywhere=True),
    Scene("fleet-none", "/fleet", roles=_SEES, pictured=False),
    Scene("fleet-site", f"/fleet?site={SITE}&light=yellow", _prepare, (Role.OPERATOR,), pictured=False),
    Scene("kiosk", "/fleet/kiosk/ka-1", _one, _SEES),
    Scene("kiosk-code", "/fleet/kiosk/vu-1", _one, _SEES, then=_code, pictured=False),
    Scene("kiosk-silent", "/fleet/kiosk/ka-3", _prepare, (Role.TECHNICIAN,), pictured=False),
    Scene("kiosk-new", "/fleet/new", roles=(Role.ADMIN,), pictured=False),
)
