"""The planted bugs: each is one that a check-in system has had, or could have. The simulation must catch every one."""

from tests.simulation import planted_centre, planted_days, planted_line, planted_memory, planted_rot
from tests.simulation.planted import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *planted_memory.MUTANTS,
    *planted_days.MUTANTS,
    *planted_rot.MUTANTS,
    *planted_line.MUTANTS,
    *planted_centre.MUTANTS,
)


def named(name: str) -> Mutant:
    """The mutant of that name."""
    return next(one for one in MUTANTS if one.name == name)
