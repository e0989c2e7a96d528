"""Commands that show what the centre has. None of them says who anybody is, but ``unseal``."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from central import identities
from central.cli.setting import DATA, AsJson, Data, Database, MaybeSite, app, fail, opened
from central.identities import SealedIdentityError
from central.serve import log_line
from central.store import Connection, Store, call_backs, fleet, listing, sites
from central.store import notices as noticing
from kiosk.checkin import identifier
from kiosk.checkin.appointment import Status
from kiosk.checkin.facts import FactKind

Zones = Mapping[str, str]


@app.command()
def arrivals(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the arrivals that the centre has."""
    with opened(data, database).reading() as connection:
        found, zones = listing.arrivals(connection, site), _zones(connection)
        parked = len(listing.refused(connection, site))
    if as_json:
        _print_json(found)
        return
    table = Table("Site", "Appointment", "Number", "Arrived", "Received", "Kiosk", "Fact", "Notes")
    table.columns[6].overflow = "fold"
    for arrival in found:
        for one in (arrival, *arrival.conflicts):
            moments = [_local(moment, zones, one.site) for moment in (one.arrived_at, one.received_at)]
            table.add_row(one.site, one.appointment, one.number, *moments, one.kiosk, one.fact, _notes(one))
    _console().print(table)
    if parked:
        print(f"refused facts: {parked} (central refused)")


@app.command()
def refused(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the facts that were refused and are parked, without what they say."""
    with opened(data, database).reading() as connection:
        found = listing.refused(connection, site)
    if as_json:
        _print_json(found)
        return
    table = Table("Site", "Kiosk", "Received", "Reason", "Bytes")
    for one in found:
        table.add_row(one.site, one.kiosk, one.received_at.isoformat(timespec="seconds"), one.reason, str(one.bytes))
    _console().print(table)


@app.command()
def kiosks(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the kiosks: when each was last heard of, and the light and the faults of its last opening self-test."""
    with opened(data, database).reading() as connection:
        found, zones = fleet.kiosks(connection, site), _zones(connection)
    if as_json:
        _print_json(found)
        return
    table = Table("Site", "Kiosk", "Last fact", "Self-test", "Light", "Faults")
    for one in found:
        heard, tested = (
            "-" if moment is None else _local(moment, zones, one.site) for moment in (one.last_fact_at, one.tested_at)
        )
        table.add_row(one.site, one.kiosk, heard, tested, one.light or "-", ", ".join(one.codes) or "-")
    _console().print(table)


@app.command()
def notices(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List what staff should know of: who was sent where, who is not in the roster, who called for help."""
    _show_notices(opened(data, database), site, noticing.KINDS, as_json)


@app.command()
def unmatched(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List those who sat down without being found in the roster. `central unseal` tells who one of them is."""
    _show_notices(opened(data, database), site, (FactKind.UNMATCHED,), as_json)


@app.command("walk-ins")
def walk_ins(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List those who came without a booking, by the number that they took."""
    with opened(data, database).reading() as connection:
        found, zones = noticing.walk_ins(connection, site), _zones(connection)
    if as_json:
        _print_json(found)
        return
    table = Table("Site", "Service", "Number", "At", "Kiosk", "Fact")
    for one in found:
        table.add_row(one.site, one.service, one.number, _local(one.at, zones, one.site), one.kiosk, one.fact)
    _console().print(table)


@app.command("call-backs")
def list_call_backs(
    as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None
) -> None:
    """List the requests to be called. `central unseal` tells whom, `central call-back-done` closes one."""
    with opened(data, database).reading() as connection:
        found, zones = call_backs.listed(connection, site), _zones(connection)
    if as_json:
        _print_json(found)
        return
    table = Table("Id", "Site", "Service", "Asked", "Kiosk", "State")
    for one in found:
        table.add_row(one.id, one.site, one.service, _local(one.asked_at, zones, one.site), one.kiosk, one.state)
    _console().print(table)


@app.command()
def unseal(
    fact: Annotated[str, typer.Argument(help="Id of a fact.")], data: Data = DATA, database: Database = None
) -> None:
    """Print who a fact is about, as JSON, with the system of the identifier.

    For staff; that somebody looked is logged, with the id of the fact.
    """
    store = opened(data, database)
    try:
        with store.reading() as connection:
            sealed = noticing.sealed(connection, fact)
        who = identities.unseal(store.identity_key, sealed)
    except LookupError:
        fail("there is no such fact, or nothing is sealed in it")
    except SealedIdentityError:
        fail("it was sealed with another key, or holds no identity")
    log_line("look-up", fact=fact)
    _print_json(who | ({"system": identifier.system(who["identifier"])} if "identifier" in who else {}))


def _show_notices(store: Store, site: str | None, kinds: Sequence[FactKind], as_json: bool) -> None:
    with store.reading() as connection:
        found, zones = noticing.listed(connection, site, kinds), _zones(connection)
    if as_json:
        _print_json(found)
        return
    table = Table("Kind", "Site", "At", "Number", "Reason", "Claim", "Appointment", "Right site", "Kiosk", "Fact")
    table.columns[9].overflow = "fold"
    for one in found:
        told = (one.number, one.reason, one.claim, one.appointment or one.about, one.right_site, one.kiosk, one.fact)
        table.add_row(one.kind, one.site, _local(one.at, zones, one.site), *(value or "" for value in told))
    _console().print(table)


def _print_json(found: object) -> None:
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


def _zones(connection: Connection) -> Zones:
    return {name: rules.zone for name, rules in sites.all_rules(connection).items()}


def _local(moment: datetime, zones: Zones, site: str) -> str:
    zone = zones.get(site)
    return moment.astimezone(ZoneInfo(zone) if zone else None).strftime("%d.%m. %H:%M:%S")


def _console() -> Console:
    # A file has no width of its own; rich would take 80 columns and break every value.
    return Console(width=None if sys.stdout.isatty() else 160)


def _notes(one: listing.Arrived) -> str:
    notes = ["conflict"] if one.verdict == "conflict" else []
    notes += [] if one.matched else ["unmatched"]
    notes += ["cancelled"] if one.status == Status.CANCELLED else []
    notes += [] if one.annulled_at is None else ["annulled"]
    notes += [] if one.printed is None else ["printed" if one.printed else "not printed"]
    return ", ".join(notes)
