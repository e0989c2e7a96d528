"""Commands that set the centre up and run it."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from central import auth
from central import seed as seeding
from central import serve as serving
from central.cli.setting import DATA, Data, Database, Site, app, fail, opened
from central.store import kiosks
from kiosk.clock import clock_from_environment
from kiosk.sync.messages import Key

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
        fail("behind any address but loopback, say with --url how kiosks address this centre")
    serving.log_to_stderr()
    store = opened(data, database)
    clock = clock_from_environment()
    try:
        bound = serving.listen(host, port)
    except OSError as error:
        fail(f"cannot listen at {host} port {port}: {error.strerror}")
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
        name, loaded = seeding.load(opened(data, database), read, site, clock_from_environment().now())
    except seeding.SeedError as error:
        fail(f"nothing loaded: {error}")
    print(f"{name}: {loaded.new} new, {loaded.changed} changed, {loaded.same} as before")


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
        fail("the name of a kiosk takes 1 to 64 letters, digits and ._:-")
    store = opened(data, database)
    code = auth.new_code()
    expires_at = clock_from_environment().now() + auth.CODE_LIFE
    try:
        with store.writing() as connection:
            kiosks.admit(connection, auth.code_hash(store.pepper, code), site, kiosk, expires_at)
    except LookupError:
        fail(f"no site is called {site}; `central seed` loads one")
    print(code)
