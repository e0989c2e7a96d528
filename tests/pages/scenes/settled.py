"""What could not be told to a health record, figures, and the log of staff."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import update

from central.ehr.adapter import Kind
from central.ehr.comparing import Differs
from central.people.actions import Action
from central.people.roles import Grant, Person, Role
from central.store import ehr_differences, staff_log
from central.store.ehr_differences import OPEN, Difference
from central.store.ehr_outbox import DEAD, GIVEN_UP, WAITING
from central.store.tables import ehr_letter
from tests.central.rig import SITE
from tests.pages.rig import Staff
from tests.pages.scenes.scene import Scene

MINUTE = timedelta(minutes=1)


def letters(staff: Staff) -> None:
    """Two letters that a record would not take, one that waits, one that somebody told by hand, and two differences."""
    now = staff.centre.moment
    rows = [
        ("A1", Kind.ARRIVED, "A 001", DEAD, "cancelled-there", 40),
        ("A2", Kind.ARRIVED, "A 002", DEAD, "refused-422-business-rule", 31),
        ("A3", Kind.ANNULLED, "A 003", WAITING, "status-503", 22),
        ("A4", Kind.ARRIVED, "A 004", GIVEN_UP, "AE-207", 90),
    ]
    with staff.centre.store.writing() as connection:
        for place, (name, kind, number, state, reason, ago) in enumerate(rows, 1):
            row: dict[str, Any] = {"ehr": "apotti", "site": SITE, "appointment": name}
            row |= {"kind": kind.value, "number": number}
            row |= {"fact": f"fact-{place}", "at": now - ago * MINUTE, "written_at": now - ago * MINUTE}
            row |= {"state": state, "attempts": place, "due_at": now, "reason": reason, "mended": 0}
            connection.execute(ehr_letter.insert(), row)
        done = {"settled_at": now - 60 * MINUTE, "resolved_by": "Eero Testi", "note": "Entered by hand at the desk."}
        connection.execute(update(ehr_letter).where(ehr_letter.c.state == GIVEN_UP).values(**done))
        for differs, there in ((Differs.OTHER_NUMBER, "B 017"), (Differs.NOSHOW, "noshow")):
            found: dict[str, Any] = {"ehr": "apotti", "fact": f"fact-{differs.value}", "kind": differs.value}
            found["site"] = SITE
            found |= {"appointment": "A5", "there": there, "state": OPEN}
            ehr_differences.note(connection, Difference(**found, found_at=now - 80 * MINUTE, seen_at=now - 20 * MINUTE))


def log(staff: Staff) -> None:
    """A morning at a desk."""
    with staff.centre.store.writing() as connection:
        who = Person("aino.testi", "Aino Testi", (Grant(frozenset({Role.RECEPTION})),))
        other = Person("eero.testi", "Eero Testi", (Grant(frozenset({Role.TECHNICIAN})),))
        done = [
            (who, Action.SIGNED_IN, None, None),
            (who, Action.LOOKED, SITE, "reception"),
            (who, Action.ACKNOWLEDGED, SITE, "01930f2a-7b6c-7d2e-9a51-0c8f3be1a001"),
            (other, Action.SIGNED_IN, None, None),
            (other, Action.FAULT_TAKEN, SITE, "ka-1 printer-jam"),
            (who, Action.CALLED, SITE, "01930f2a-7b6c-7d2e-9a51-0c8f3be1a002"),
        ]
        for place, (person, what, site, subject) in enumerate(done):
            staff_log.note(connection, person, what, site, subject, staff.centre.moment - (12 - place) * MINUTE)


def _open(page: Page) -> None:
    page.locator("details summary").first.click()
    expect(page.locator("details[open] textarea").first).to_be_visible()


_DESK = (Role.OPERATOR, Role.RECEPTION)
SCENES = (
    Scene("letters", f"/letters/{SITE}", letters, _DESK),
    Scene("letters-open", f"/letters/{SITE}", letters, _DESK, then=_open, pictured=False),
    Scene("letters-none", f"/letters/{SITE}", roles=_DESK, pictured=False),
    Scene("statistics", "/statistics", roles=(Role.OPERATOR,)),
    Scene(
        "statistics-refused", "/statistics/export.csv?first=x", roles=(Role.OPERATOR,), pictured=False, complains=True
    ),
    Scene("log", "/log", log, (Role.ADMIN,)),
    Scene("log-none", "/log?day=2026-01-01", roles=(Role.ADMIN,), pictured=False),
)
