"""How commands show what they found: tables for people, in the time of each site, and JSON for programs."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.text import Text

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
    try:
        return moment.astimezone(ZoneInfo(zone) if zone else None).strftime("%d.%m. %H:%M:%S")
    except OverflowError:
        # A kiosk with a clock at the end of time.
        return moment.isoformat(timespec="seconds")


def console() -> Console:
    """Where tables go."""
    # A file has no width of its own; rich would take 80 columns and break every value.
    # What kiosks and people wrote is no markup of ours.
    width = None if sys.stdout.isatty() else 160
    return _Plain(width=width, markup=False, emoji=False, highlight=False)


class _Plain(Console):
    """Shows what cannot be printed as a question mark, so that no text moves the cursor of whoever reads it."""

    def render_str(self, text: str, **options: Any) -> Text:
        visible = "".join(one if one.isprintable() or one == "\n" else "?" for one in text)
        return super().render_str(visible, **options)
