"""Commands around health record systems: the worker, what waits for them, and what a person settles."""

import signal
from typing import Annotated

import typer
from rich.table import Table

from central.cli import configured
from central.cli.noting import worded
from central.cli.printing import console, local, print_json, zones_of
from central.cli.setting import DATA, AsJson, Data, Database, MaybeSite, app, fail, opened
from central.ehr.config import EhrConfigError
from central.serve import log_line, log_to_stderr
from central.store import ehr_differences, ehr_letters
from kiosk.clock import clock_from_environment

record = typer.Typer(cls=configured.Configured)
app.add_typer(record, name="ehr")

MaybeEhr = Annotated[str | None, typer.Option("--ehr", help="Only this record, by its name in central.toml.")]
Letter = Annotated[int, typer.Argument(metavar="ID", help="Id of the letter, as list shows it.")]
Note = Annotated[str, typer.Option(help="What was found out. No names.")]
By = Annotated[str, typer.Option(help="Which desk or role does it; nobody's name.")]


@record.callback(invoke_without_command=True)
def run(context: typer.Context, data: Data = DATA, database: Database = None) -> None:
    """Health record systems. Without a further command: read and tell those of central.toml till SIGTERM."""
    if context.invoked_subcommand is not None:
        return
    sections = configured.of(context).ehr
    if not sections:
        fail("the configuration has no section [[ehr]]; name the file with --config")
    # Only here: every command imports this module, and few talk to a record.
    from central.ehr.worker import Worker

    log_to_stderr()
    store = opened(data, database)
    try:
        worker = Worker(store, sections, clock_from_environment().now)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: worker.ask_to_stop())
        worker.start()
    except (EhrConfigError, OSError) as error:
        fail(str(error))
    log_line("started", records=", ".join(one.name for one in sections))
    worker.wait()
    worker.stop()
    log_line("stopped")
    store.close()


@record.command("list")
def listed(
    as_json: AsJson = False,
    ehr: MaybeEhr = None,
    site: MaybeSite = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that are settled too.")] = False,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """List the letters that wait, and those that a person must look into; and what of the records was refused."""
    states = ("waiting", "dead", "done", "given-up", "set-aside", "superseded") if everything else ("waiting", "dead")
    with opened(data, database).reading() as connection:
        found = ehr_letters.listed(connection, ehr, site, states)
        refused = ehr_letters.refused(connection, ehr)
        zones = zones_of(connection)
    if as_json:
        print_json({"letters": found, "refused": refused})
        return
    table = Table("Id", "Record", "Site", "Appointment", "Tells", "Number", "At", "State", "Tries", "Reason")
    for one in found:
        closed = "" if one.resolved_by is None else f" ({one.resolved_by}: {one.note})"
        at = local(one.at, zones, one.site)
        told = (one.kind, one.number, at, f"{one.state}{closed}", str(one.attempts), one.reason or "-")
        table.add_row(str(one.id), one.ehr, one.site, one.appointment, *told)
    console().print(table)
    if refused:
        table = Table("Record", "Its id", "Refused because", "At")
        for not_taken in refused:
            at = not_taken.at.isoformat(timespec="minutes")
            table.add_row(not_taken.ehr, not_taken.remote, not_taken.reason, at)
        console().print(table)


@record.command()
def retry(letter: Letter, note: Note, by: By = "desk", data: Data = DATA, database: Database = None) -> None:
    """Let a dead letter be tried once more."""
    text, now = worded(note, by), clock_from_environment().now()
    try:
        with opened(data, database).writing() as connection:
            done = ehr_letters.retry(connection, letter, by, text, now)
    except LookupError:
        fail("there is no such letter")
    log_line("letter-retried", letter=str(letter))
    print(f"{letter}: {'will be tried again' if done else 'is not dead'}")


@record.command("give-up")
def give_up(letter: Letter, note: Note, by: By = "desk", data: Data = DATA, database: Database = None) -> None:
    """Close a letter: somebody has told the record by hand."""
    text, now = worded(note, by), clock_from_environment().now()
    try:
        with opened(data, database).writing() as connection:
            done = ehr_letters.give_up(connection, letter, by, text, now)
    except LookupError:
        fail("there is no such letter")
    log_line("letter-given-up", letter=str(letter))
    print(f"{letter}: {'closed' if done else 'is settled, or being delivered at this moment'}")


@record.command()
def differences(
    as_json: AsJson = False,
    ehr: MaybeEhr = None,
    site: MaybeSite = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that are mended or closed too.")] = False,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """List where a record says otherwise than it was told. `close-difference` of this group closes one."""
    with opened(data, database).reading() as connection:
        found = ehr_differences.listed(connection, ehr, site, all_of_them=everything)
        zones = zones_of(connection)
    if as_json:
        print_json(found)
        return
    table = Table("Record", "Fact", "Site", "Appointment", "Differs", "There", "Found", "Seen last", "State")
    table.columns[1].overflow = "fold"
    for one in found:
        closed = "" if one.closed_by is None else f" ({one.closed_by}: {one.note})"
        times = (local(one.found_at, zones, one.site), local(one.seen_at, zones, one.site))
        table.add_row(one.ehr, one.fact, one.site, one.appointment, one.kind, one.there, *times, f"{one.state}{closed}")
    console().print(table)


@record.command("close-difference")
def close_difference(
    ehr: Annotated[str, typer.Argument(help="The record's name.")],
    fact: Annotated[str, typer.Argument(help="The fact, as differences shows it.")],
    note: Note,
    by: By = "desk",
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Note that a difference was looked into; it stays closed."""
    text, now = worded(note, by), clock_from_environment().now()
    with opened(data, database).writing() as connection:
        done = ehr_differences.close(connection, ehr, fact, by, text, now)
    if not done:
        fail("nothing is open there")
    log_line("ehr-difference-closed", fact=fact)
    print(f"{fact}: closed")
