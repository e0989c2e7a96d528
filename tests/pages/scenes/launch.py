"""A morning on which something is the matter, as those see it who publish it, and everybody else."""

from datetime import date, timedelta

import msgspec
from playwright.sync_api import Page, expect

from central.launch import Means
from central.pages import launch_state
from central.pages.launch_state import Line
from central.people.roles import Role
from central.store import published, reports, sites
from central.store.published import Written
from central.store.versions import Kind, Made
from tests.central.rig import SITE
from tests.pages.rig import Staff
from tests.pages.scenes.fleet import fleet
from tests.pages.scenes.scene import Scene

MINUTE = timedelta(minutes=1)
DOOR = {"fi": "Pääoven vieressä", "sv": "Vid huvudingången", "en": "By the main door"}
COMES = {"fi": "Huoltaja on tulossa.", "sv": "En tekniker är på väg.", "en": "A technician is on the way."}


def morning(staff: Staff) -> None:
    """Kiosks in every state, a unit that began today, two reports, and three things that are published."""
    staff.there = fleet(staff)  # type: ignore[attr-defined]
    centre = staff.centre
    with centre.store.writing() as connection:
        rules = sites.all_rules(connection)[SITE]
        today = date(2026, 11, 23)
        units = [msgspec.structs.replace(one, goes_live=today if one.id == "dental" else None) for one in rules.units]
        sites.amend(connection, msgspec.structs.replace(rules, units=units), Made(Kind.GO_LIVE, centre.moment))
        told = ("The card reader takes the card only at the third try.", "Second floor, by the lift", "Aino Testi")
        reports.tell(connection, SITE, *told, centre.moment - 50 * MINUTE)
        told = ("The screen was dark when we opened.", "Main door", "Aino Testi")
        mended = reports.tell(connection, SITE, *told, centre.moment - 70 * MINUTE)
        reports.step(connection, mended, reports.MENDED, "Eero Testi", centre.moment - 20 * MINUTE)
    publish(staff, Means.NO_SLIPS, SITE, Written(DOOR, {}, COMES))
    publish(staff, Means.BEGINS, SITE, Written())
    sentence = {"fi": "Ruutu oli pimeä.", "sv": "Skärmen var mörk.", "en": "The screen was dark."}
    publish(staff, Means.REPORTED, SITE, Written({}, sentence, {}), over=True)


def lines(staff: Staff) -> list[Line]:
    """All that is wrong at that centre now."""
    with staff.centre.store.reading() as connection:
        return list(launch_state.today(connection, "", staff.centre.moment).lines)


def publish(staff: Staff, means: Means, site: str, written: Written, *, over: bool = False) -> Line:
    """Somebody lets the public read the first thing of that kind."""
    found = next(
        one
        for one in lines(staff)
        if (one.spell.means, one.spell.site) == (means, site)
        and (over is (one.spell.ended is not None) or means is Means.BEGINS)
    )
    with staff.centre.store.writing() as connection:
        published.put(connection, found.spell.item, written, "Olli Testi", staff.centre.moment)
    return found


def _item(page: Page) -> None:
    page.get_by_role("link", name="Change… One kiosk prints no slips.").or_(
        page.locator(".signs .good").first.locator("xpath=ancestor::li").locator("a.button")
    ).first.click()
    expect(page.locator("#publish")).to_be_visible()


_SEES = (Role.OPERATOR,)
SCENES = (
    Scene("launch", "/launch", morning, _SEES, everywhere=True),
    Scene("launch-none", "/launch", roles=(Role.TECHNICIAN,), pictured=False),
    Scene("launch-publish", "/launch", morning, _SEES, then=_item),
    Scene("launch-text", "/launch/text", morning, _SEES, pictured=False),
    Scene("launch-day", "/launch/day/2026-11-23", morning, _SEES),
    Scene("report", "/launch/report", morning, (Role.RECEPTION,), pictured=False),
    Scene("today", "/today", morning, signed_in=False, everywhere=True),
    Scene("today-none", "/today", signed_in=False, pictured=False),
)
