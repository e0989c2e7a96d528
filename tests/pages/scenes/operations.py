"""Rules of sites on a morning on which three changes wait for a second person."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from central import amendments
from central.people.roles import Person, Role
from central.store import proposals, sites, versions
from kiosk.sync.messages import BulletinMessage
from tests.central.rig import SITE
from tests.pages.rig import Staff
from tests.pages.scenes.scene import Scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OLLI, AINO = Person("olli.testi", "Olli Testi", ()), Person("aino.testi", "Aino Testi", ())
LIFT = {
    "fi": "Hissi on rikki tänään. Portaat ovat vasemmalla.",
    "sv": "Hissen är ur bruk i dag. Trapporna är till vänster.",
    "en": "The lift is out of order today. The stairs are on the left.",
}
SHOTS = {
    "fi": "Influenssarokotukset ilman ajanvarausta torstaina kello 13–15.",
    "sv": "Influensavaccination utan tidsbokning på torsdag klockan 13–15.",
    "en": "Flu vaccinations without an appointment on Thursday from 1 to 3 pm.",
}


def bulletin(staff: Staff, name: str = "lift", severity: str = "warning", since: timedelta = -HOUR) -> BulletinMessage:
    """Of today, from an hour ago on."""
    at, text = staff.centre.moment, LIFT if severity == "warning" else SHOTS
    return BulletinMessage(id=name, text=text, since=at + since, until=at + since + 9 * HOUR, severity=severity)


def proposed(staff: Staff, change: amendments.Change, why: str, by: Person = OLLI, site: str = SITE) -> str:
    """Somebody proposes a change."""
    at = staff.centre.moment
    with staff.centre.store.writing() as connection:
        base = versions.newest(connection, site).number
        return proposals.propose(connection, site, base, change, by, why, at)


def approved(staff: Staff, name: str, by: Person = AINO) -> int:
    """Somebody else approves it."""
    with staff.centre.store.writing() as connection:
        return proposals.approve(connection, name, by, "", staff.centre.moment)


def morning(staff: Staff) -> list[str]:
    """Versions of a week, and what waits."""
    centre = staff.centre
    centre.load({"id": "V1"}, site="vuosaari")
    now, centre.moment = centre.moment, centre.moment - 3 * DAY
    soon = amendments.GoLive(unit="dental", day=date(2026, 11, 23))
    approved(staff, proposed(staff, soon, "The staff of the dental clinic have been trained."))
    centre.moment = now - DAY
    approved(
        staff, proposed(staff, amendments.Bulletin(bulletin=bulletin(staff, "old", "note")), "Vaccinations begin.")
    )
    centre.moment = now
    approved(staff, proposed(staff, amendments.Bulletin(bulletin=bulletin(staff, "shots", "note", DAY)), "Next round."))
    number = proposed(staff, amendments.Bulletin(bulletin=bulletin(staff)), "The lift stopped at 8.30.")
    with centre.store.reading() as connection:
        rules = sites.all_rules(connection)
    late = amendments.GoLive(unit=rules[SITE].units[-1].id, day=date(2027, 1, 11))
    other = amendments.GoLive(unit=rules["vuosaari"].units[0].id, day=date(2026, 12, 7))
    return [
        number,
        proposed(staff, late, "Two weeks of training first.", AINO),
        proposed(staff, other, "As agreed with the head nurse.", site="vuosaari"),
    ]


def _morning(staff: Staff) -> None:
    morning(staff)


def _proposal(page: Page) -> None:
    page.get_by_role("link", name="Hissi on rikki").or_(page.get_by_role("link", name="Hissen")).or_(
        page.get_by_role("link", name="The lift")
    ).click()
    expect(page.locator("#approve")).to_be_visible()


def _day(page: Page) -> None:
    page.locator("a", has_text="11").filter(has_text="2027").first.click()
    expect(page.locator("#withdraw")).to_be_visible()


def _written(page: Page) -> None:
    for language, text in LIFT.items():
        page.locator(f"#text-{language}").fill(text * (4 if language == "sv" else 1))
    page.locator("input[name=severity][value=warning]").check()
    page.locator("button[value=preview]").click()
    expect(page.locator("#preview")).to_be_visible()


def _edited(page: Page) -> None:
    text = page.locator("#text")
    text.fill(text.input_value().replace("roster_stale_minutes: 30", "roster_stale_minutes: 20"))
    page.locator("button[value=preview]").click()
    expect(page.locator(".diff .added")).to_be_visible()


_BOTH = (Role.OPERATOR, Role.APPROVER)
_HERE = f"/operations/site/{SITE}"
SCENES = (
    Scene("operations", "/operations", _morning, _BOTH, everywhere=True),
    Scene("operations-none", "/operations", roles=_BOTH, pictured=False),
    Scene("operations-calendar", "/operations/calendar", _morning, _BOTH),
    Scene("operations-site", _HERE, _morning, _BOTH),
    Scene("operations-version", f"{_HERE}/version/2", _morning, _BOTH),
    Scene("operations-back", f"{_HERE}/version/3", _morning, _BOTH, pictured=False),
    Scene("operations-proposal", "/operations", _morning, _BOTH, then=_proposal),
    Scene("operations-own", "/operations/calendar", _morning, _BOTH, then=_day, pictured=False),
    Scene("operations-bulletin", f"{_HERE}/bulletin/new", _morning, _BOTH, then=_written),
    Scene("operations-bulletin-there", f"{_HERE}/bulletin/shots", _morning, _BOTH, pictured=False),
    Scene("operations-edit", f"{_HERE}/edit", _morning, _BOTH, then=_edited),
    Scene("operations-go-live", f"{_HERE}/go-live/dental", _morning, _BOTH, pictured=False),
)
