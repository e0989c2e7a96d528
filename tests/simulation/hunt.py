"""Catching planted bugs: how many seeds it takes, from several starting points, and which invariant it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec

from tests.simulation.edges import simulated
from tests.simulation.ledger import DIED
from tests.simulation.mutants import MUTANTS, named
from tests.simulation.plan import plan
from tests.simulation.planted import Mutant
from tests.simulation.world import run

STARTS = (0, 10_000, 20_000)
MOST_SEEDS = 250
"""From one starting point; a bug that takes more counts as missed."""

TABLE = Path(__file__).parents[2] / "docs" / "planted-bugs.md"
KNOWN = Path(__file__).with_name("known_seeds.json")

HEAD = """# Planted bugs

Each of these was planted into the real code, and the simulation (`docs/simulation.md`) ran seed after seed from
{starts} starting points until an invariant broke. `make test` plants each once; `python -m tests.simulation --mutants`
makes this table anew. One that is missed means that the simulation is to be mended.

| planted bug | what it does | seeds to catch it: median (least to most) | caught by |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Caught:
    """After how many seeds, at which one, by which invariant, in how many steps of that run."""

    seeds: int
    seed: int
    invariant: str
    steps: int


def hunt(name: str) -> list[Caught]:
    """From each starting point; a shorter list where it was missed."""
    mutant = named(name)
    found: list[Caught] = []
    with simulated() as workplace, mutant.plant(workplace):
        for start in STARTS:
            for seed in range(start, start + MOST_SEEDS):
                if not mutant.runs_in(plan(seed)):
                    continue
                outcome = run(workplace, seed)
                if outcome.violation is not None:
                    found.append(Caught(seed - start + 1, seed, outcome.violation.invariant, outcome.steps))
                    break
    return found


def known_seeds() -> dict[str, int]:
    """A seed that caught each bug when the table was made, the shortest run of them."""
    return msgspec.json.decode(KNOWN.read_bytes(), type=dict[str, int]) if KNOWN.exists() else {}


def keep_known_seeds(found: Mapping[str, Sequence[Caught]]) -> None:
    """Keep them for the tests, beside those of bugs that were not looked for now."""
    good = {name: [one for one in some if one.invariant != DIED] for name, some in found.items()}
    shortest = {name: min(some, key=lambda one: one.steps).seed for name, some in good.items() if some}
    kept = known_seeds() | shortest
    named_now = {one.name for one in MUTANTS}
    known = {name: seed for name, seed in sorted(kept.items()) if name in named_now}
    KNOWN.write_bytes(msgspec.json.format(msgspec.json.encode(known), indent=2) + b"\n")


def lacking(path: Path) -> list[str]:
    """The bugs that have no row in the table yet, or were missed from a starting point when it was made."""
    rows = _rows(path)
    return [one.name for one in MUTANTS if "missed" in rows.get(one.name, "missed")]


def keep_row(path: Path, name: str, caught: Sequence[Caught]) -> None:
    """Write a bug's row into the table, in the order of the list; the other rows stay."""
    rows = _rows(path) | {name: _row(named(name), caught)}
    told = [rows[one.name] for one in MUTANTS if one.name in rows]
    path.write_text(HEAD.format(starts=len(STARTS)) + "\n".join(told) + "\n", "utf-8")


def _rows(path: Path) -> dict[str, str]:
    return {row.split("`")[1]: row for row in path.read_text("utf-8").splitlines() if row.startswith("| `")}


def _row(mutant: Mutant, caught: Sequence[Caught]) -> str:
    counts = [one.seeds for one in caught]
    by = Counter(one.invariant for one in caught)
    told = f"{median(counts):g} ({min(counts)} to {max(counts)})" if counts else "missed"
    if counts and len(counts) < len(STARTS):
        told += f", missed {len(STARTS) - len(counts)} of {len(STARTS)}"
    return f"| `{mutant.name}` | {mutant.breaks} | {told} | {', '.join(name for name, _ in by.most_common())} |"
