"""Bugs planted into salvage: what a start makes of a journal whose pages have rotted."""

from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from kiosk.offline import log_frames, salvage
from kiosk.offline.log_frames import Log
from kiosk.offline.salvage import Found, Salvaged
from kiosk.offline.spare import Spare
from tests.simulation.planted import Mutant, changing

_fill = salvage._fill


def _new_ids(connection: Any, found: Found) -> None:
    """Each fact is saved as a new one."""
    _fill(connection, found)
    connection.execute("UPDATE fact SET id = substr(id, 1, 24) || printf('%012x', seq)")


def _last_page(connection: Any, found: Found) -> None:
    """Of the facts that were found, one is left out."""
    facts = found.tables.get("fact", {})
    if len(facts) > 1:
        del facts[max(facts)]
    _fill(connection, found)


_step_over_places = salvage._step_over_places


def _says_nothing(connection: Any, found: Found, spare: Spare | None, now: datetime, randomness: bytes) -> Salvaged:
    told = _step_over_places(connection, found, spare, now, randomness)
    connection.execute("UPDATE salvage SET missing = 0")
    return replace(told, missing=0)


_read = log_frames.read


def _to_the_rot(path: Path, size: int) -> Log:
    """The log as SQLite reads it: to the first frame that is wrong."""
    log = _read(path, size)
    return Log(log.frames[: log.readable], log.readable)


_ROTS = attrgetter("rots")

MUTANTS: tuple[Mutant, ...] = (
    Mutant("salvaged-as-new", "salvage gives each fact a new id", changing(salvage, "_fill", _new_ids), _ROTS),
    Mutant("salvage-drops-one", "salvage leaves the newest fact out", changing(salvage, "_fill", _last_page), _ROTS),
    Mutant(
        "salvage-keeps-leases",
        "after salvage a lent block begins anew: how far it was spent is lost",
        changing(salvage, "_NEVER_SAVED", tuple(name for name in salvage._NEVER_SAVED if name != "lease")),
        _ROTS,
    ),
    Mutant(
        "no-gap-after-salvage",
        "the next place follows the newest fact found",
        changing(salvage, "PLACES_AHEAD", 1),
        _ROTS,
    ),
    Mutant(
        "salvage-untold",
        "salvage says that nothing is missing",
        changing(salvage, "_step_over_places", _says_nothing),
        _ROTS,
    ),
    Mutant(
        "log-read-to-the-rot",
        "what a log holds behind rot is dropped",
        changing(log_frames, "read", _to_the_rot),
        _ROTS,
    ),
)
