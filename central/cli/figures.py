"""The command that exports figures."""

import sys
from datetime import date, timedelta
from typing import Annotated

import typer
from rich.table import Table

from central import figures_out, moments, statistics
from central.cli.printing import console
from central.cli.setting import DATA, Data, Database, MaybeSite, app, fail, opened
from central.csv_text import EXCEL, PLAIN
from central.people.actions import Action
from central.people.roles import COMMAND
from central.store import sites, staff_log
from kiosk.clock import clock_from_environment


@app.command("statistics")
def export(
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")] = False,
    excel: Annotated[bool, typer.Option(help="CSV as Excel in Finnish reads it: semicolons, and a BOM.")] = False,
    site: MaybeSite = None,
    since: Annotated[str | None, typer.Option(help="The first day, as 2026-11-23; else today.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day; else the first one.")] = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Print figures of check-ins by site, day and hour, without personal data. That it was done is logged.

    Counts of one to four clients are left out, so that nobody can be found out from them.
    """
    now = clock_from_environment().now()
    store = opened(data, database)
    with store.reading() as connection:
        rules = {name: one for name, one in sites.all_rules(connection).items() if site in (None, name)}
    if not rules:
        fail("there is no such site")
    today = moments.today(next(iter(rules.values())).zone, now)
    first = _day(since) or today
    last = _day(until) or first
    if not first <= last <= today or last - first >= timedelta(days=statistics.MOST_DAYS):
        fail(f"the days lie in order, not ahead, and are at most {statistics.MOST_DAYS}")
    with store.writing() as connection:
        about = f"{first}/{last}"
        staff_log.note(connection, COMMAND, Action.STATISTICS_EXPORTED, site, about, now)
    if as_csv or excel:
        for line in figures_out.csv(store, rules, first, last, now, EXCEL if excel else PLAIN):
            sys.stdout.write(line)
        return
    table = Table(*(name.capitalize() for name in statistics.COLUMNS))
    for hour, cell in figures_out.cells(store, rules, first, last, now):
        table.add_row(*(str(one) for one in statistics.row(hour, cell)))
    console().print(table)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        fail("a day is written as 2026-11-23")
