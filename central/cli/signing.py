"""Commands for the key that signs configurations, and for numbers that kiosks have gone ahead of."""

import os
from pathlib import Path
from typing import Annotated

import typer

from central import configuration
from central import serve as serving
from central.cli import configured
from central.cli.setting import DATA, Data, Database, Site, app, fail, opened
from central.configurations import KeyMissingError, Signing
from central.store import configurations, sites, versions
from central.store.versions import Kind, Made
from kiosk.clock import clock_from_environment

_IN_DATABASE = "database"


@app.command("config-key")
def config_key(
    context: typer.Context,
    rotate: Annotated[bool, typer.Option("--rotate", help="Make a new key, and hand over to it.")] = False,
    to: Annotated[
        Path | None, typer.Option(help="Keep the new private key in this file, and only its public half here.")
    ] = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Show the key that signs what kiosks are served by, or go over to a new one.

    Kiosks follow by themselves: the key before signs which one comes next. With --to the private half leaves the
    database for a file, which [signing] key (or the systemd credential configuration-key) must name from then on.
    """
    signing = Signing(configured.of(context).signing)
    store = opened(data, database)
    with store.reading() as connection:
        held = configurations.held(connection)
    if not rotate:
        where = _IN_DATABASE if configuration.is_private(held.key) else str(signing.file or "a file that nothing names")
        print(f"{configuration.name_of(held.key)}  private half: {where}, earlier keys: {len(held.handovers)}")
        return
    following = configuration.new_key()
    try:
        handover = configuration.hand_over(signing.key(held), following, clock_from_environment().now())
    except KeyMissingError as error:
        fail(str(error))
    kept = following if to is None else _kept(following, to)
    with store.writing() as connection:
        done = configurations.follow(connection, held, kept, handover)
    if not done:
        if to is not None:
            to.unlink()
        fail("somebody else has changed the key at this moment; nothing was done")
    serving.log_line("configuration-key-changed", key=configuration.name_of(following))
    print(configuration.name_of(following))


@app.command("config-lift")
def config_lift(
    site: Site,
    above: Annotated[int, typer.Option(min=0, max=1_000_000_000, help="The newest version that a kiosk there has.")],
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Number the rules in force anew, above a version that kiosks already have.

    For a centre whose database was put back: its kiosks refuse versions from before the one that they believed.
    """
    now = clock_from_environment().now()
    try:
        with opened(data, database).writing() as connection:
            made = Made(Kind.LOADED, now, why=f"kiosks have version {above}")
            number = sites.lift(connection, site, above, made)
            newest = versions.newest(connection, site).number
    except LookupError:
        fail(f"no site is called {site}")
    print(f"{site}: version {newest}" + ("" if number else ", as before"))


def _kept(key: str, file: Path) -> str:
    """Write the private key where nobody but its owner reads it; what is left for the database."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(key)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    return configuration.as_text(configuration.public_half(key))
