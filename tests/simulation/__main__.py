"""``python -m tests.simulation``: many seeds, one seed with its history, or the table of planted bugs."""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.edges import simulated
from tests.simulation.hunt import STARTS, TABLE, Caught, hunt, keep_known_seeds, keep_row, lacking
from tests.simulation.mutants import MUTANTS
from tests.simulation.world import Outcome, run


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code is 0 where every invariant held, or every planted bug was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=500, help="how many seeds to run")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, help="run this seed alone")
    parser.add_argument("--trace", action="store_true", help="with --seed: print its history")
    parser.add_argument("--mutants", action="store_true", help="catch every planted bug, and write the table")
    every = [one.name for one in MUTANTS]
    parser.add_argument("--only", nargs="+", default=every, choices=every, metavar="BUG", help="with --mutants: these")
    parser.add_argument("--lacking", action="store_true", help="with --mutants: those that the table lacks, or missed")
    given = parser.parse_args(arguments)
    if given.mutants:
        return _mutants(lacking(TABLE) if given.lacking else given.only, given.jobs)
    if given.seed is not None:
        return _one(given.seed, trace=given.trace)
    return _many(range(given.first, given.first + given.seeds), given.jobs)


def _one(seed: int, *, trace: bool) -> int:
    with simulated() as workplace:
        outcome = run(workplace, seed, keep_trace=True)
    if trace:
        print("\n".join(outcome.trace))
    print(_said(outcome))
    return 0 if outcome.violation is None else 1


def _many(seeds: range, jobs: int) -> int:
    began = time.monotonic()
    parts = [seeds[place :: jobs * 4] for place in range(jobs * 4)]
    failed: list[Outcome] = []
    steps = 0
    with ProcessPoolExecutor(jobs) as pool:
        for some in pool.map(_some, parts):
            steps += sum(one.steps for one in some)
            for outcome in some:
                if outcome.violation is not None:
                    failed.append(outcome)
                    print(_said(outcome), flush=True)
    took = time.monotonic() - began
    print(f"{len(seeds)} seeds, {steps} steps, {took:.0f} s, {len(seeds) / took:.1f} seeds/s, {len(failed)} failed")
    for outcome in failed[:10]:
        print(f"replay: python -m tests.simulation --seed {outcome.seed} --trace")
    return 1 if failed else 0


def _some(seeds: Sequence[int]) -> list[Outcome]:
    with simulated() as workplace:
        return [_bare(run(workplace, seed)) for seed in seeds]


def _bare(outcome: Outcome) -> Outcome:
    """Without what cannot go from process to process."""
    if outcome.violation is not None:
        outcome.violation.__cause__ = outcome.violation.__context__ = None
    return outcome


def _said(outcome: Outcome) -> str:
    ended = f"FAILED {outcome.violation}" if outcome.violation is not None else "ok"
    return f"seed {outcome.seed}: {ended}; {outcome.steps} steps, {outcome.seconds:.0f} s, trace {outcome.digest[:16]}"


def _mutants(names: Sequence[str], jobs: int) -> int:
    """Each row is written when it is known."""
    found: dict[str, list[Caught]] = {}
    with ProcessPoolExecutor(jobs) as pool:
        for name, caught in zip(names, pool.map(hunt, names), strict=True):
            found[name] = caught
            keep_row(TABLE, name, caught)
            keep_known_seeds({name: caught})
            print(name, *(f"{one.seeds} ({one.invariant})" for one in caught), flush=True)
    missed = [name for name, caught in found.items() if len(caught) < len(STARTS)]
    print("missed:", ", ".join(missed) or "none")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
