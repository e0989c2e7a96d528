"""Commands by which staff and the city change something, and tell the kiosks."""

from datetime import date
from typing import Annotated

import msgspec
import typer

from central import amendments, moments
from central.cli.setting import DATA, Data, Database, Site, app, fail, opened
from central.people.actions import Action
from central.people.roles import COMMAND
from central.store import Connection, annulments, call_backs, changes, roster, sites, staff_log, versions
from central.store.versions import Kind, Made
from kiosk.checkin.site import Severity
from kiosk.clock import clock_from_environment
from kiosk.sync.messages import BulletinMessage, SiteRecord
from kiosk.sync.site_rules import SiteRulesError

Appointment = Annotated[str, typer.Argument(help="Id of the appointment.")]
SiteName = Annotated[str, typer.Argument(help="Id of the site.")]


@app.command()
def cancel(appointment: Appointment, site: Site, data: Data = DATA, database: Database = None) -> None:
    """Cancel an appointment and tell the kiosks."""
    try:
        with opened(data, database).writing() as connection:
            done = roster.cancel(connection, site, appointment)
    except LookupError:
        fail(f"{site} has no appointment {appointment}")
    print(f"{appointment}: {'cancelled' if done else 'was cancelled before'}")


@app.command()
def annul(appointment: Appointment, site: Site, data: Data = DATA, database: Database = None) -> None:
    """Take a check-in back. What the kiosk sent of it stays, and the number is not given again on that day."""
    now = clock_from_environment().now()
    try:
        with opened(data, database).writing() as connection:
            annulments.annul(connection, site, appointment, now)
            staff_log.note(connection, COMMAND, Action.ANNULLED, site, appointment, now)
    except LookupError:
        fail(f"nobody has arrived for {appointment} at {site}")
    print(f"{appointment}: annulled")


@app.command("call-back-done")
def call_back_done(
    request: Annotated[str, typer.Argument(metavar="ID", help="Id of the request, as call-backs shows it.")],
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Note that somebody has called. The same person may ask again from then on."""
    try:
        with opened(data, database).writing() as connection:
            now = clock_from_environment().now()
            if done := call_backs.close(connection, request, now):
                staff_log.note(connection, COMMAND, Action.CALL_BACK_DONE, None, request, now)
    except LookupError:
        fail("there is no such request")
    print(f"{request}: {'done' if done else 'was done before'}")


@app.command()
def bulletin(
    site: SiteName,
    name: Annotated[str | None, typer.Option("--id", help="Its id; one of the same id is replaced.")] = None,
    fi: Annotated[str, typer.Option(help="In Finnish.")] = "",
    sv: Annotated[str, typer.Option(help="In Swedish.")] = "",
    en: Annotated[str, typer.Option(help="In English.")] = "",
    since: Annotated[str | None, typer.Option(help="Its beginning, as HH:MM or dated; else now.")] = None,
    until: Annotated[str | None, typer.Option(help="Its end, as HH:MM or dated.")] = None,
    severity: Annotated[Severity, typer.Option(help="How much it matters.")] = Severity.NOTE,
    unit: Annotated[list[str] | None, typer.Option(help="Only for clients of this unit; may be repeated.")] = None,
    remove: Annotated[str | None, typer.Option(metavar="ID", help="Take this bulletin away.")] = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Show a bulletin at a site, or take one away."""
    now = clock_from_environment().now()
    with opened(data, database).writing() as connection:
        rules = _rules(connection, site)
        if remove is not None:
            made = Made(Kind.BULLETIN_END, now)
            try:
                amended = amendments.without_bulletin(rules, remove)
            except LookupError:
                fail(f"{site} has no bulletin {remove}")
        else:
            made = Made(Kind.BULLETIN, now)
            begins = now if since is None else moments.read(since, rules.zone, now)
            ends = None if until is None else moments.read(until, rules.zone, now)
            if name is None or begins is None or ends is None:
                fail(f"--id and --until are needed; of a time, {moments.FORMS}")
            written = {"id": name, "text": {"fi": fi, "sv": sv, "en": en}, "since": begins, "until": ends}
            amended = _with_bulletin(connection, rules, written | {"severity": severity.value, "units": unit or []})
        _amend(connection, amended, made)
    print(f"{site}: {len(amended.bulletins)} bulletins")


@app.command("go-live")
def go_live(
    site: SiteName,
    unit: Annotated[str, typer.Argument(help="Id of the unit.")],
    day: Annotated[str, typer.Argument(metavar="DATE", help="First day of check-in by kiosk, as 2026-11-30.")],
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Set the day from which the clients of a unit check in at the kiosks."""
    try:
        first = date.fromisoformat(day)
    except ValueError:
        fail("the day is written as 2026-11-30")
    now = clock_from_environment().now()
    with opened(data, database).writing() as connection:
        rules = _rules(connection, site)
        try:
            _amend(connection, amendments.going_live(rules, unit, first), Made(Kind.GO_LIVE, now))
        except LookupError:
            fail(f"{site} has no unit {unit}")
    print(f"{site}: {unit} goes live on {first}")


def _rules(connection: Connection, site: str) -> SiteRecord:
    try:
        return changes.rules(connection, site)
    except LookupError:
        fail(f"no site is called {site}; `central seed` loads one")


def _amend(connection: Connection, amended: SiteRecord, made: Made) -> None:
    """The next version of a site, made by whoever has the shell of the centre."""
    before = versions.newest(connection, amended.id).number
    number = sites.amend(connection, amended, made)
    if number != before:
        staff_log.note(connection, COMMAND, Action.RULES_CHANGED, amended.id, f"{number} {made.kind}", made.at)


def _with_bulletin(connection: Connection, rules: SiteRecord, written: dict[str, object]) -> SiteRecord:
    text = written["text"]
    assert isinstance(text, dict)
    try:
        spoken = {language: words for language, words in text.items() if words}
        converted = msgspec.convert(written | {"text": spoken}, BulletinMessage)
        return amendments.with_bulletin(rules, converted, sites.shared_series(connection, rules.id))
    except msgspec.ValidationError as error:
        fail(f"the bulletin: {error}")
    except SiteRulesError as error:
        fail(str(error))
