"""``python -m tests.line --minutes N``: storm after storm over real processes, with kills and outages, and a table."""

import argparse
import json
import random
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic

from tests.line.proxy import HOLD, QUICK, Trouble
from tests.line.rig import CentreProcess, centre, kiosk
from tests.line.storm import Storm, appointments, weather

KIOSKS = 3
STORMS_EACH = 25
"""Storms with one centre and one set of kiosks; then new ones, so that the appointments never run out."""
FACTS = 60
TROUBLES = {**dict.fromkeys(QUICK, 0.02), **dict.fromkeys(sorted(HOLD), 0.004)}
STORM = Storm(facts=FACTS, pause=0.1, troubles=TROUBLES, kills=0.03, outages=0.03, patience=120.0)


@dataclass
class Figures:
    """What was tried. A fact lost or doubled, or a line asked without end, stops it with an ``AssertionError``."""

    seed: int
    storms: int = 0
    facts: int = 0
    requests: int = 0
    troubled: int = 0
    kills: int = 0
    longest_recovery: float = 0.0


def play(minutes: float, seed: int) -> tuple[Figures, Counter[Trouble]]:
    """Storms for so many minutes, the one that has begun to its end; and how many requests met each trouble."""
    figures, met = Figures(seed), Counter[Trouble]()
    chance, until = random.Random(seed), monotonic() + minutes * 60
    while monotonic() < until:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with centre(folder, STORMS_EACH * (FACTS + 1)) as serving:
                _one_house(figures, met, serving, folder, chance, until)
    return figures, met


def _one_house(
    figures: Figures, met: Counter[Trouble], serving: CentreProcess, folder: Path, chance: random.Random, until: float
) -> None:
    fresh = appointments()
    with ExitStack() as stack:
        kiosks = [
            stack.enter_context(kiosk(serving, folder, f"k-{number}", chance.randrange(2**32)))
            for number in range(KIOSKS)
        ]
        for turn in range(STORMS_EACH):
            done = weather(STORM, serving, kiosks, chance, fresh, cancel=f"L{STORMS_EACH * FACTS + turn}")
            figures.storms += 1
            figures.facts += done.facts
            figures.requests += done.requests
            figures.troubled += done.troubled
            figures.kills += done.kills
            figures.longest_recovery = max(figures.longest_recovery, done.recovery)
            print(
                f"storm {figures.storms}: {done.facts} facts, {done.requests} requests, {done.troubled} troubled,"
                f" {done.kills} kills, all settled after {done.recovery:.1f} s",
                flush=True,
            )
            if monotonic() >= until:
                break
        for one in kiosks:
            met.update(one.line.met())


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.line", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    asked = parser.parse_args()
    figures, met = play(asked.minutes, asked.seed)
    told = {**asdict(figures), "lost": 0, "doubled": 0, "met": {one.value: met[one] for one in Trouble if met[one]}}
    if asked.json is not None:
        asked.json.write_text(json.dumps(told, indent=2))
    print(f"{figures.storms} storms, {figures.facts} facts, {figures.requests} requests, {figures.troubled} troubled:")
    print(", ".join(f"{one.value} {count}" for one, count in sorted(met.items())))
    print(f"{figures.kills} kills; longest recovery {figures.longest_recovery:.1f} s; lost 0, doubled 0")


if __name__ == "__main__":
    main()
