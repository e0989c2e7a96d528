"""Commands that set the centre up and run it."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from central import auth
from central import seed as seeding
from central import serve as serving
from central.alarms.within import watching as alarms
from central.cli import configured
from central.cli.setting import DATA, Data, Database, Site, app, fail, opened
from central.configurations import KeyMissingError
from central.ehr.config import EhrConfigError
from central.ehr.within import working
from central.keeping import keeping
from central.serving import LOOPBACK
from central.store import kiosks
from kiosk.clock import clock_from_environment
from kiosk.sync.messages import Key


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port; 0 takes a free one, told in the log.")] = 8080,
    data: Data = DATA,
    database: Database = None,
    url: Annotated[
        list[str] | None,
        typer.Option(help="How kiosks address this centre, as https://centre.example; may be given more than once."),
    ] = None,
    records: Annotated[
        bool, typer.Option(help="Read and tell the health records of the configuration; else `central ehr` does.")
    ] = True,
) -> None:
    """Serve the kiosks till SIGTERM. Upon SIGHUP, the certificate is read again."""
    config = configured.of(context)
    if host not in LOOPBACK and not url:
        # Without it an assertion for any name that leads here would be taken.
        fail("behind any address but loopback, say with --url how kiosks address this centre")
    serving.log_to_stderr()
    store = opened(data, database)
    clock = clock_from_environment()
    try:
        bound = serving.listen(host, port)
    except OSError as error:
        fail(f"cannot listen at {host} port {port}: {error.strerror}")
    try:
        with (
            bound,
            working(store, config.ehr if records else (), clock.now),
            alarms(store, config.alarms, clock.now),
            keeping(store, config.retention, clock.now),
        ):
            serving.run(
                *(store, clock.now, bound, url or (), config.serve, config.limits, config.people, config.ehr),
                signing=config.signing,
            )
    except (EhrConfigError, KeyMissingError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"certificate or key: {error.strerror or error}")


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


@app.command()
def revoke(
    kiosk: Annotated[str, typer.Argument(help="Id of the kiosk.")], data: Data = DATA, database: Database = None
) -> None:
    """Let a kiosk in no more, at once and for good: stolen, sold, or given away. A new code enrols it anew.

    As soon as it hears of it, it forgets whom it knows, keeps the facts that the centre does not have yet, and serves
    nobody. What the centre has of it stays.
    """
    now = clock_from_environment().now()
    try:
        with opened(data, database).writing() as connection:
            done = kiosks.revoke(connection, kiosk, now)
    except LookupError:
        fail(f"no kiosk is called {kiosk}")
    serving.log_line("kiosk-revoked", kiosk=kiosk)
    print(f"{kiosk}: {'revoked' if done else 'was revoked before'}")
