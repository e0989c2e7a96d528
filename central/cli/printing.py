"""How commands show what they found: tables for people, in the time of each site, and JSON for programs."""

import sys
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console

from central.store import Connection, sites

Zones = Mapping[str, str]


def print_json(found: object) -> None:
    """Indented, on standard output."""
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


def zones_of(connection: Connection) -> Zones:
    """The time zone of each site."""
    return {name: rules.zone for name, rules in sites.all_rules(connection).items()}


def local(moment: datetime, zones: Zones, site: str) -> str:
    """A moment as the clock on the wall of the site shows it."""
    zone = zones.get(site)
    return moment.astimezone(ZoneInfo(zone) if zone else None).strftime("%d.%m. %H:%M:%S")


def console() -> Console:
    """Where tables go."""
    # A file has no width of its own; rich would take 80 columns and break every value.
    return Console(width=None if sys.stdout.isatty() else 160)
