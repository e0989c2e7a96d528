"""The command that shows which facts of a kiosk never came."""

import typer
from rich.table import Table

from central.cli.printing import console, local, print_json, zones_of
from central.cli.setting import DATA, AsJson, Data, Database, MaybeSite, app, opened
from central.cli.watching import LOOK_INTO
from central.store import gaps as missing


@app.command()
def gaps(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the facts that kiosks have numbered and the centre does not have. Exit 3 where there are any.

    While a kiosk sends what has gathered, its newest facts come first and gaps are usual. `central refused` lists those
    that came and could not be kept.
    """
    with opened(data, database).reading() as connection:
        found, zones = missing.gaps(connection, site), zones_of(connection)
    if as_json:
        print_json(found)
    else:
        table = Table("Site", "Kiosk", "From", "To", "Facts", "The next came")
        for one in found:
            came = "" if one.until is None else local(one.until, zones, one.site)
            table.add_row(one.site, one.kiosk, str(one.first), str(one.last), str(one.last - one.first + 1), came)
        console().print(table)
    if found:
        raise typer.Exit(LOOK_INTO)
