"""The command that shows what a drawing of a site says before anybody loads it."""

from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from central import floor_plan
from central.cli.printing import console
from central.cli.setting import app, fail
from kiosk.checkin.plan import turn
from kiosk.sync.messages import LegMessage, PlanMessage


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(help="The drawing, as .svg; docs/wayfinding.md says how to draw it.")],
) -> None:
    """Read a floor plan and list the way from each kiosk to each waiting area, or say what is wrong with it."""
    try:
        read = floor_plan.read(file.read_bytes())
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except floor_plan.DrawingError as error:
        fail(f"{file}: {error}")
    table = Table("Kiosk", "To", "Floors", "Begins", "Length, of the longest side")
    for stand in read.kiosks:
        ways = [*sorted(stand.ways.items()), *([("the desk", stand.desk)] if stand.desk else [])]
        for to, legs in ways:
            first = tuple(legs[0].line)
            table.add_row(stand.kiosk, to, _floors(legs, read), turn(first, stand.looks).value, f"{_length(legs):.0%}")
    console().print(table)


def _floors(legs: list[LegMessage], read: PlanMessage) -> str:
    return " → ".join(read.floors[leg.floor].name for leg in legs)


def _length(legs: list[LegMessage]) -> float:
    steps = (hypot(x1 - x0, y1 - y0) for leg in legs for (x0, y0), (x1, y1) in pairwise(leg.line))
    return sum(steps) / 1000
