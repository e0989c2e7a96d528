"""Five hundred seeds, and that a seed is a whole history: the same one again, in any process."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.share import share
from tests.simulation.edges import simulated
from tests.simulation.templates import Workplace
from tests.simulation.world import run

SEEDS = share(500)
AT_ONCE = 25


@pytest.fixture(scope="module")
def workplace() -> Iterator[Workplace]:
    with simulated() as found:
        yield found


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_invariant_holds(workplace: Workplace, first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        outcome = run(workplace, seed)
        assert outcome.violation is None, f"python -m tests.simulation --seed {seed} --trace\n{outcome.violation}"


@pytest.mark.parametrize("seed", [0, 42, 321])
def test_a_seed_is_a_whole_history(workplace: Workplace, seed: int) -> None:
    first, second = run(workplace, seed, keep_trace=True), run(workplace, seed, keep_trace=True)
    assert first.trace == second.trace
    assert first.digest == second.digest
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert first.digest[:16] in told


def test_a_history_names_nobody(workplace: Workplace) -> None:
    outcome = run(workplace, 0, keep_trace=True)
    template = workplace.template(workplace.last_begins)
    told = "\n".join(outcome.trace)
    assert all(person not in told and person[:6] not in told for person in template.people)
