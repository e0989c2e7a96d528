"""Every planted bug is caught: one that is not means that the simulation is to be mended."""

from collections.abc import Iterator

import pytest

from tests.simulation import ledger
from tests.simulation.edges import simulated
from tests.simulation.hunt import known_seeds
from tests.simulation.mutants import MUTANTS, named
from tests.simulation.plan import plan
from tests.simulation.templates import Workplace
from tests.simulation.world import run

MOST_SEEDS = 150
"""From the known seed on, which a change of the product may have made another history."""

KNOWN = known_seeds()


@pytest.fixture(scope="module")
def workplace() -> Iterator[Workplace]:
    with simulated() as found:
        yield found


@pytest.mark.parametrize("name", [one.name for one in MUTANTS])
def test_it_is_caught(workplace: Workplace, name: str) -> None:
    first = KNOWN.get(name, 0)
    mutant = named(name)
    seeds = [seed for seed in range(first, first + MOST_SEEDS) if mutant.runs_in(plan(seed))]
    with mutant.plant(workplace):
        violations = (run(workplace, seed).violation for seed in seeds)
        caught = next((one for one in violations if one is not None), None)
    assert caught is not None, f"{name} was not caught by {MOST_SEEDS} seeds from {first} on"
    assert caught.invariant not in (ledger.DIED, ledger.STUCK), caught


def test_there_are_enough_of_them() -> None:
    assert len({one.name for one in MUTANTS}) == len(MUTANTS) >= 30
