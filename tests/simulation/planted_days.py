"""Bugs planted into what a kiosk does over days: forgetting."""

from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from kiosk.checkin.ageing import Age
from kiosk.offline import retention, stamping
from kiosk.offline.retention import Retention
from tests.simulation.planted import Mutant, changing

_UNCONFIRMED_TOO = """
SELECT seq FROM fact WHERE details <> '{}' AND :confirmed > -1e9 AND :disputed > -1e9 AND :longest > -1e9
AND day_of(at) NOT IN (:today, :wall) LIMIT 200
"""
"""What is of an earlier day, whether the centre has it or not; all that the statement is given is named."""

_NEWEST_TOO = retention._COUNTED.replace("AND fact.seq NOT IN (SELECT max(seq) FROM fact GROUP BY kind)", "")


def _by_wall_clock(self: Retention) -> Age:
    """How old anything is, is how far the wall clock has gone."""
    wall = self._clock.now()
    return Age(wall.timestamp(), wall, self._clock.monotonic())


def _never(_: Retention) -> None:
    return


_grow = Retention._grow


def _off_by_wall_clock(self: Retention) -> Age:
    """The wall clock counts for what the machine was off, whatever the centre says."""
    wall = self._clock.now()
    row = self._connection.execute("SELECT boot, moment FROM ageing").fetchone()
    age = _grow(self)
    if row is None or row[0] == stamping.start() or row[1] is None:
        return age
    gone = max(0.0, (wall - datetime.fromisoformat(row[1])).total_seconds())
    self._connection.execute("UPDATE ageing SET lived = lived + ?", (gone,))
    return replace(age, lived=age.lived + gone)


_FORGETS = attrgetter("forgets")

MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "emptied-unconfirmed",
        "a fact of yesterday is emptied, whether the centre has it or not",
        changing(retention, "_FULL_DUE", _UNCONFIRMED_TOO),
        _FORGETS,
    ),
    Mutant(
        "newest-forgotten",
        "the newest fact is forgotten too, and its place given again",
        changing(retention, "_COUNTED", _NEWEST_TOO),
        _FORGETS,
    ),
    Mutant(
        "age-by-wall-clock",
        "the wall clock says how old a fact is",
        changing(Retention, "_grow", _by_wall_clock),
        _FORGETS,
    ),
    Mutant(
        "off-by-wall-clock",
        "after a start the wall clock says how long the machine was off",
        changing(Retention, "_grow", _off_by_wall_clock),
        _FORGETS,
    ),
    Mutant("nothing-forgotten", "nobody ever forgets", changing(Retention, "look", _never), _FORGETS),
)
