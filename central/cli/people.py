"""Commands about the people who work with the pages: a way in, and the log of what they did."""

import sys
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from central.cli.printing import console, print_json, zones_of
from central.cli.printing import local as in_local_time
from central.cli.setting import DATA, AsJson, Data, Database, MaybeSite, app, fail, opened
from central.csv_text import PLAIN
from central.moments import FORMS, read
from central.people import tokens
from central.people.actions import Action
from central.people.roles import COMMAND, EVERYTHING, Grant, Role
from central.store import changes, people, staff_log
from kiosk.clock import clock_from_environment


@app.command("admin-link")
def admin_link(
    role: Annotated[list[Role] | None, typer.Option(help="What whoever comes in may do; else everything.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Only at this site; may be repeated.")] = None,
    name: Annotated[str, typer.Option(help="What the page and the log call whoever comes in.")] = "Admin link",
    url: Annotated[str, typer.Option(help="How the pages are addressed.")] = "http://127.0.0.1:8080",
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Print a link by which somebody signs in to the pages, once, within 10 minutes.

    For trying out, and for when the provider is away. That it was made is logged.
    """
    if not 1 <= len(name) <= 100 or not name.isprintable():
        fail("a name has 1 to 100 characters")
    grants = EVERYTHING if not role and not site else (Grant(frozenset(role or Role), frozenset(site or ())),)
    token, now = tokens.new(), clock_from_environment().now()
    with opened(data, database).writing() as connection:
        for one in site or ():
            try:
                changes.rules(connection, one)
            except LookupError:
                fail(f"no site is called {one}; `central seed` loads one")
        people.make_link(connection, tokens.hashed(token), name, grants, now + tokens.LINK_LIFE)
        staff_log.note(connection, COMMAND, Action.LINK_MADE, None, f"link:{tokens.hashed(token)[:12]}", now)
    print(f"{url.rstrip('/')}/sign-in/link?code={token}")


@app.command("log")
def log(
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")] = False,
    as_json: AsJson = False,
    site: MaybeSite = None,
    since: Annotated[str | None, typer.Option(help="From then on, as a date and time with an offset.")] = None,
    until: Annotated[str | None, typer.Option(help="Before then.")] = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Print what people did on the pages and whom they looked up: who, what, where, when. That is logged too."""
    begins, ends = _moment(since), _moment(until)
    store = opened(data, database)
    with store.reading() as connection:
        found = list(staff_log.entries(connection, site, begins, ends))
        zones = zones_of(connection)
    with store.writing() as connection:
        staff_log.note(connection, COMMAND, Action.LOG_EXPORTED, site, None, clock_from_environment().now())
    if as_json:
        print_json(found)
    elif as_csv:
        sys.stdout.write(PLAIN.line(staff_log.COLUMNS))
        for one in found:
            sys.stdout.write(PLAIN.line(staff_log.cells(one)))
    else:
        table = Table("At", "Person", "Name", "What", "Site", "Subject")
        for one in found:
            at = in_local_time(one.at, zones, one.site or "")
            table.add_row(at, one.person, one.name, one.what, one.site or "", one.subject or "")
        console().print(table)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = read(text, "Europe/Helsinki", clock_from_environment().now())
    if moment is None:
        fail(f"of a time, {FORMS}")
    return moment
