"""Commands that show how the kiosks are. Their exit code is 3 where somebody should look into something."""

from datetime import datetime

import typer
from rich.table import Table

from central.cli.printing import Zones, console, local, print_json, zones_of
from central.cli.setting import DATA, AsJson, Data, Database, MaybeSite, app, opened
from central.store import day_closes as closed_days
from central.store import fleet
from central.store.fleet import KioskLine
from kiosk.clock import clock_from_environment
from kiosk.sync.messages import Heartbeat

LOOK_INTO = 3
"""Exit code: a kiosk is silent, can't get its facts away or has a doubtful clock; or nobody has looked into a day close
that differs."""


@app.command()
def kiosks(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the kiosks: how each is, and how its last opening self-test went. Exit 3 where one needs looking after."""
    now = clock_from_environment().now()
    with opened(data, database).reading() as connection:
        found, zones = fleet.kiosks(connection, site, now), zones_of(connection)
    if as_json:
        print_json(found)
    else:
        table = Table(
            *("Site", "Kiosk", "Heard", "Warnings", "Light", "Faults", "Waiting", "Clock", "Rules", "Last fact", "Test")
        )
        for one in found:
            table.add_row(one.site, one.kiosk, _moment(one.heard_at, zones, one.site), *_told(one, zones))
        console().print(table)
    if any(one.warnings for one in found):
        raise typer.Exit(LOOK_INTO)


@app.command("day-closes")
def day_closes(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the days that kiosks have closed, each beside what the centre held of it.

    Exit 3 where one differs and nobody has looked into it. `central close-difference` notes that somebody has.
    """
    with opened(data, database).reading() as connection:
        found, zones = closed_days.listed(connection, site), zones_of(connection)
    if as_json:
        print_json(found)
    else:
        table = Table(
            *("Site", "Kiosk", "Day", "Facts", "Taken", "Confirmed", "Resolved", "Pending"),
            *("Here: recorded", "conflicts", "refused", "Verdict", "Received", "Forced"),
        )
        for one in found:
            said = (one.taken, one.confirmed, one.resolved, one.pending)
            here = (one.recorded_here, one.conflicts_here, one.refused_here)
            verdict = one.verdict.value + (f" ({one.reason})" if one.reason else "")
            verdict += "" if one.closed_by is None else f", closed ({one.closed_by}: {one.note})"
            table.add_row(
                *(one.site, one.kiosk, one.day.isoformat(), f"{one.first}-{one.last}"),
                *(str(count) for count in (*said, *here)),
                *(verdict, local(one.received_at, zones, one.site), one.forced),
            )
        console().print(table)
    if any(one.open for one in found):
        raise typer.Exit(LOOK_INTO)


def _told(one: KioskLine, zones: Zones) -> list[str]:
    since = "" if one.silent_since is None else f" since {local(one.silent_since, zones, one.site)}"
    warnings = ", ".join(word + (since if word == fleet.SILENT else "") for word in one.warnings) or "-"
    test = _moment(one.tested_at, zones, one.site)
    if one.light is not None:
        test = " ".join((test, one.light, *one.codes))
    last = _moment(one.last_fact_at, zones, one.site)
    if one.state is None:
        return [warnings, "-", "-", "-", "-", "-", last, test]
    faults = ", ".join(one.state.faults) or "-"
    waiting, clock, rules = _waiting(one.state, zones, one.site), _clock(one.state), _rules(one.state)
    return [warnings, one.state.light, faults, waiting, clock, rules, last, test]


def _waiting(state: Heartbeat, zones: Zones, site: str) -> str:
    if state.waiting is None:
        return "not known"
    oldest = "" if state.oldest_waiting_at is None else f" since {local(state.oldest_waiting_at, zones, site)}"
    return f"{state.waiting}{oldest}"


def _clock(state: Heartbeat) -> str:
    ahead = "" if state.offset_ms is None else f" {state.offset_ms / 1000:+.1f} s"
    return f"{state.clock}{ahead}"


def _rules(state: Heartbeat) -> str:
    """The version of the site's rules that it serves by, and what it did not take."""
    now = state.configuration
    if now is None:
        return "-"
    held = "unsigned" if not now.checks else "-" if now.number is None else str(now.number)
    refused = "" if now.refused is None else f" {now.refused}"
    return f"{held}, refused{refused}: {now.reason}" if now.reason else held


def _moment(moment: datetime | None, zones: Zones, site: str) -> str:
    return "-" if moment is None else local(moment, zones, site)
