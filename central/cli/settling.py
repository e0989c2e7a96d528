"""Commands for what a person settles: arrivals that the desk takes, conflicts, and day closes that differ."""

from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from central import moments
from central.cli.noting import worded
from central.cli.printing import console, local, print_json, zones_of
from central.cli.setting import DATA, AsJson, Data, Database, MaybeSite, Site, app, fail, opened
from central.people.actions import Action
from central.people.roles import COMMAND
from central.serve import log_line
from central.store import changes, day_closes, desk, staff_log
from central.store import conflicts as store
from central.store.desk import Way
from central.store.facts import RacedError
from kiosk.clock import clock_from_environment

_TRIES = 5


@app.command()
def arrive(
    appointment: Annotated[str, typer.Argument(help="Id of the appointment.")],
    site: Site,
    way: Annotated[Way, typer.Option(help="Where somebody told of it.")] = Way.DESK,
    at: Annotated[str | None, typer.Option(help="When, as HH:MM or dated; else now.")] = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Record an arrival that no kiosk took, and print its number.

    Where there is an arrival already, its number stays; the new one is kept beside it as a conflict.
    """
    now = clock_from_environment().now()
    for _ in range(_TRIES):
        try:
            with opened(data, database).writing() as connection:
                zone = changes.rules(connection, site).zone
                moment = now if at is None else moments.read(at, zone, now)
                if moment is None or moment > now:
                    fail(f"an arrival has happened; of a time, {moments.FORMS}")
                taken = desk.arrive(connection, site, appointment, way, moment, moments.today(zone, now), now)
                staff_log.note(connection, COMMAND, Action.ARRIVAL_NOTED, site, taken.fact, now)
        except LookupError:
            fail(f"{site} has no appointment {appointment}")
        except RacedError:
            # A kiosk was faster by a moment: by now its arrival can be seen.
            continue
        break
    else:
        fail("too many others write at once; try again")
    print(f"{appointment}: {taken.number}" + (" (had arrived before)" if taken.before else ""))


@app.command()
def conflicts(
    as_json: AsJson = False,
    site: MaybeSite = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that are closed or annulled too.")] = False,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """List check-ins of appointments that had an arrival already. `central close-conflict` closes one."""
    with opened(data, database).reading() as connection:
        found, zones = store.listed(connection, site, all_of_them=everything), zones_of(connection)
    if as_json:
        print_json(found)
        return
    table = Table("Id", "Site", "Appointment", "At", "Number", "Kiosk", "Arrived", "Its number", "Its kiosk", "State")
    table.columns[0].overflow = "fold"
    for one in found:
        second = (local(one.happened_at, zones, one.site), one.number, one.kiosk)
        first = (local(one.against_at, zones, one.site), one.against_number, one.against_kiosk)
        closed = "" if one.closed_by is None else f" ({one.closed_by}: {one.note})"
        table.add_row(one.id, one.site, one.appointment, *second, *first, f"{one.state}{closed}")
    console().print(table)


@app.command("close-conflict")
def close_conflict(
    conflict: Annotated[str, typer.Argument(metavar="ID", help="Id of the conflict, as conflicts shows it.")],
    note: Annotated[str, typer.Option(help="What was found out. No names: the facts say who.")],
    by: Annotated[str, typer.Option(help="Which desk or role closes it; nobody's name.")] = "desk",
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Note that a conflict was looked into. Both check-ins stay as they are."""
    text = worded(note, by)
    try:
        with opened(data, database).writing() as connection:
            now = clock_from_environment().now()
            if done := store.close(connection, conflict, by, text, now):
                staff_log.note(connection, COMMAND, Action.CONFLICT_CLOSED, None, conflict, now)
    except LookupError:
        fail("there is no such conflict")
    log_line("conflict-closed", fact=conflict)
    print(f"{conflict}: {'closed' if done else 'was closed before'}")


@app.command("close-difference")
def close_difference(
    kiosk: Annotated[str, typer.Argument(help="Id of the kiosk.")],
    day: Annotated[str, typer.Argument(metavar="DATE", help="The day, as 2026-11-30; day-closes shows it.")],
    note: Annotated[str, typer.Option(help="What was found out. No names: the facts say who.")],
    by: Annotated[str, typer.Option(help="Which desk or role closes it; nobody's name.")] = "desk",
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Note that a day close which differs was looked into. What both sides said of the day stays as it is.

    Where a later close of that day differs otherwise, it is open again.
    """
    text = worded(note, by)
    try:
        which = date.fromisoformat(day)
    except ValueError:
        fail("the day is written as 2026-11-30")
    try:
        with opened(data, database).writing() as connection:
            done = day_closes.settle(connection, kiosk, which, by, text, clock_from_environment().now())
    except LookupError:
        fail(f"no close of {kiosk} differs on {which}")
    log_line("difference-closed", kiosk=kiosk, day=which.isoformat())
    print(f"{kiosk} {which}: {'closed' if done else 'was closed before'}")
