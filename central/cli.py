"""The command ``central``."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from central import auth
from central import seed as seeding
from central import serve as serving
from central.store import Store, StoreUnavailableError, UnfitSqliteError, changes, kiosks, listing, roster
from kiosk.checkin.appointment import Status
from kiosk.clock import clock_from_environment
from kiosk.sync.messages import Key

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The central sync service of the check-in kiosks.")

Data = Annotated[Path, typer.Option(envvar="CENTRAL_DATA", help="Directory of the embedded database.")]
Database = Annotated[
    str | None, typer.Option(envvar="CENTRAL_DATABASE", help="SQLAlchemy URL, instead of central.db in --data.")
]
Site = Annotated[str, typer.Option(help="Id of the site.")]
MaybeSite = Annotated[str | None, typer.Option(help="Only this site.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]

DATA = Path("central-data")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port; 0 takes a free one, told in the log.")] = 8080,
    data: Data = DATA,
    database: Database = None,
    url: Annotated[
        list[str] | None,
        typer.Option(help="How kiosks address this centre, as https://centre.example; may be given more than once."),
    ] = None,
) -> None:
    """Serve the kiosks till SIGTERM."""
    if host not in _LOOPBACK and not url:
        # Without it an assertion for any name that leads here would be taken.
        _fail("behind any address but loopback, say with --url how kiosks address this centre")
    serving.log_to_stderr()
    store = _open(data, database)
    clock = clock_from_environment()
    try:
        bound = serving.listen(host, port)
    except OSError as error:
        _fail(f"cannot listen at {host} port {port}: {error.strerror}")
    serving.run(store, clock.now, bound, url or ())
    store.close()


@app.command()
def seed(
    file: Annotated[Path, typer.Argument(help="Appointments, as .json, .yaml or .csv.")],
    site: Annotated[str | None, typer.Option(help="Name of a site or an example, or a file with one.")] = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Load appointments: new ones are added, others replaced. A row without a status is booked."""
    try:
        read = seeding.read(file)
        name, loaded = seeding.load(_open(data, database), read, site, clock_from_environment().now())
    except seeding.SeedError as error:
        _fail(f"nothing loaded: {error}")
    print(f"{name}: {loaded.new} new, {loaded.changed} changed, {loaded.same} as before")


@app.command()
def arrivals(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the arrivals that the centre has."""
    with _open(data, database).reading() as connection:
        found = listing.arrivals(connection, site)
        zones = {name: changes.rules(connection, name).zone for name in changes.places(connection)}
        parked = len(listing.refused(connection, site))
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    table = Table("Site", "Appointment", "Number", "Arrived", "Received", "Kiosk", "Fact", "Notes")
    table.columns[6].overflow = "fold"
    for arrival in found:
        for one in (arrival, *arrival.conflicts):
            moments = [_local(moment, zones.get(one.site)) for moment in (one.arrived_at, one.received_at)]
            table.add_row(one.site, one.appointment, one.number, *moments, one.kiosk, one.fact, _notes(one))
    _console().print(table)
    if parked:
        print(f"refused facts: {parked} (central refused)")


@app.command()
def refused(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the facts that were refused and are parked, without what they say."""
    with _open(data, database).reading() as connection:
        found = listing.refused(connection, site)
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    table = Table("Site", "Kiosk", "Received", "Reason", "Bytes")
    for one in found:
        table.add_row(one.site, one.kiosk, one.received_at.isoformat(timespec="seconds"), one.reason, str(one.bytes))
    _console().print(table)


@app.command("enrol-code")
def enrol_code(
    site: Site,
    kiosk: Annotated[str, typer.Option(help="What the kiosk will be called; an old machine of that name is replaced.")],
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Print a code with which a kiosk can be enrolled once within 24 hours."""
    try:
        msgspec.convert(kiosk, Key)
    except msgspec.ValidationError:
        _fail("the name of a kiosk takes 1 to 64 letters, digits and ._:-")
    store = _open(data, database)
    code = auth.new_code()
    expires_at = clock_from_environment().now() + auth.CODE_LIFE
    try:
        with store.writing() as connection:
            kiosks.admit(connection, auth.code_hash(store.pepper, code), site, kiosk, expires_at)
    except LookupError:
        _fail(f"no site is called {site}; `central seed` loads one")
    print(code)


@app.command()
def cancel(
    appointment: Annotated[str, typer.Argument(help="Id of the appointment.")],
    site: Site,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Cancel an appointment and tell the kiosks."""
    try:
        with _open(data, database).writing() as connection:
            done = roster.cancel(connection, site, appointment)
    except LookupError:
        _fail(f"{site} has no appointment {appointment}")
    print(f"{appointment}: {'cancelled' if done else 'was cancelled before'}")


def main() -> None:
    """Run the command; the entry point of the console script."""
    try:
        app()
    except StoreUnavailableError as error:
        _fail(f"the database does not answer: {error}")


def _open(data: Path, database: str | None) -> Store:
    try:
        if database is None:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Store.open(database or f"sqlite:///{data / 'central.db'}")
    except (UnfitSqliteError, OSError) as error:
        _fail(str(error))


def _local(moment: datetime, zone: str | None) -> str:
    return moment.astimezone(ZoneInfo(zone) if zone else None).strftime("%d.%m. %H:%M:%S")


def _console() -> Console:
    # A file has no width of its own; rich would take 80 columns and break every value.
    return Console(width=None if sys.stdout.isatty() else 160)


def _notes(one: listing.Arrived) -> str:
    notes = ["conflict"] if one.verdict == "conflict" else []
    notes += [] if one.matched else ["unmatched"]
    notes += ["cancelled"] if one.status == Status.CANCELLED else []
    notes += [] if one.printed is None else ["printed" if one.printed else "not printed"]
    return ", ".join(notes)


def _fail(message: str) -> NoReturn:
    print(f"central: {message}", file=sys.stderr)
    raise SystemExit(1)
