"""Commands that show what the centre has. None of them says who anybody is, but ``unseal``."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from central import identities
from central.cli.printing import console, local, print_json, zones_of
from central.cli.setting import DATA, AsJson, Data, Database, MaybeSite, app, fail, opened
from central.identities import SealedIdentityError
from central.people.actions import Action
from central.people.roles import COMMAND
from central.serve import log_line
from central.store import Store, call_backs, listing, staff_log
from central.store import notices as noticing
from kiosk.checkin import identifier
from kiosk.checkin.appointment import Status
from kiosk.checkin.facts import FactKind
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.clock import clock_from_environment


@app.command()
def arrivals(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the arrivals that the centre has."""
    with opened(data, database).reading() as connection:
        found, zones = listing.arrivals(connection, site), zones_of(connection)
        parked = len(listing.refused(connection, site))
    if as_json:
        print_json(found)
        return
    table = Table("Site", "Appointment", "Number", "Arrived", "Received", "Kiosk", "Fact", "Notes")
    table.columns[6].overflow = "fold"
    for arrival in found:
        for one in (arrival, *arrival.conflicts):
            moments = [local(moment, zones, one.site) for moment in (one.arrived_at, one.received_at)]
            table.add_row(one.site, one.appointment, one.number, *moments, one.kiosk, one.fact, _notes(one))
    console().print(table)
    if parked:
        print(f"refused facts: {parked} (central refused)")


@app.command()
def refused(as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None) -> None:
    """List the facts that were refused and are parked, without what they say."""
    with opened(data, database).reading() as connection:
        found = listing.refused(connection, site)
    if as_json:
        print_json(found)
        return
    table = Table("Site", "Kiosk", "Received", "Reason", "Bytes")
    for one in found:
        table.add_row(one.site, one.kiosk, one.received_at.isoformat(timespec="seconds"), one.reason, str(one.bytes))
    console().print(table)


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
        found, zones = noticing.walk_ins(connection, site), zones_of(connection)
    if as_json:
        print_json(found)
        return
    table = Table("Site", "Service", "Number", "At", "Kiosk", "Fact")
    for one in found:
        table.add_row(one.site, one.service, one.number, local(one.at, zones, one.site), one.kiosk, one.fact)
    console().print(table)


@app.command("call-backs")
def list_call_backs(
    as_json: AsJson = False, site: MaybeSite = None, data: Data = DATA, database: Database = None
) -> None:
    """List the requests to be called. `central unseal` tells whom, `central call-back-done` closes one."""
    with opened(data, database).reading() as connection:
        found, zones = call_backs.listed(connection, site), zones_of(connection)
    if as_json:
        print_json(found)
        return
    table = Table("Id", "Site", "Service", "Asked", "Kiosk", "State")
    for one in found:
        table.add_row(one.id, one.site, one.service, local(one.asked_at, zones, one.site), one.kiosk, one.state)
    console().print(table)


@app.command()
def unseal(
    fact: Annotated[str, typer.Argument(help="Id of a fact.")], data: Data = DATA, database: Database = None
) -> None:
    """Print who a fact is about, as JSON, with the system of the identifier.

    For staff; that somebody looked is logged, with the id of the fact.
    """
    store = opened(data, database)
    try:
        with store.writing() as connection:
            sealed = noticing.sealed(connection, fact)
            staff_log.note(connection, COMMAND, Action.IDENTITY_SHOWN, None, fact, clock_from_environment().now())
        who = identities.unseal(store.identity_key, sealed)
    except LookupError:
        fail("there is no such fact, or nothing is sealed in it")
    except SealedIdentityError:
        fail("it was sealed with another key, or holds no identity")
    log_line("look-up", fact=fact)
    print_json(who | ({"system": identifier.system(who["identifier"])} if "identifier" in who else {}))


def _show_notices(store: Store, site: str | None, kinds: Sequence[FactKind], as_json: bool) -> None:
    with store.reading() as connection:
        found, zones = noticing.listed(connection, site, kinds), zones_of(connection)
    if as_json:
        print_json(found)
        return
    table = Table("Kind", "Site", "At", "Number", "Reason", "Claim", "Appointment", "Right site", "Kiosk", "Fact")
    table.columns[9].overflow = "fold"
    for one in found:
        told = (one.number, one.reason, one.claim, one.appointment or one.about, one.right_site, one.kiosk, one.fact)
        table.add_row(one.kind, one.site, local(one.at, zones, one.site), *(value or "" for value in told))
    console().print(table)


def _notes(one: listing.Arrived) -> str:
    notes = ["conflict" if one.closed_at is None else "conflict, closed"] if one.verdict == "conflict" else []
    notes += ["clock in doubt"] if one.clock == ClockQuality.DOUBTFUL and one.offset_ms is None else []
    notes += [] if one.matched else ["unmatched"]
    notes += ["cancelled"] if one.status == Status.CANCELLED else []
    notes += [] if one.annulled_at is None else ["annulled"]
    notes += [] if one.printed is None else ["printed" if one.printed else "not printed"]
    return ", ".join(notes)
