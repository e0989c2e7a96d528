"""What all commands share: where the data is, which site is meant, and how a command ends that cannot do its work."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from central.cli.configured import Configured
from central.store import Store, UnfitDatabaseError, UnknownSchemaError

app = typer.Typer(
    cls=Configured,
    no_args_is_help=True,
    add_completion=False,
    help="The central sync service of the check-in kiosks.",
)

Data = Annotated[Path, typer.Option(envvar="CENTRAL_DATA", help="Directory of the embedded database.")]
Database = Annotated[
    str | None, typer.Option(envvar="CENTRAL_DATABASE", help="SQLAlchemy URL, instead of central.db in --data.")
]
Site = Annotated[str, typer.Option(help="Id of the site.")]
MaybeSite = Annotated[str | None, typer.Option(help="Only this site.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]

DATA = Path("central-data")


def opened(data: Path, database: str | None) -> Store:
    """The store, made where there is none. Ends the command where it cannot be opened."""
    try:
        if database is None:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = Store.open(database or f"sqlite:///{data / 'central.db'}")
    except (UnfitDatabaseError, UnknownSchemaError, OSError) as error:
        fail(str(error))
    Configured.ended.append(store.close)
    return store


def fail(message: str) -> NoReturn:
    """End the command with a word on why."""
    print(f"central: {message}", file=sys.stderr)
    raise SystemExit(1)
