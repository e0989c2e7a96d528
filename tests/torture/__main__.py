"""Torture: ``python -m tests.torture [NAME …] [--rounds N] [--seed N] [--jobs N] [--write]``.

Without a name everything is tried in its long form, which takes the better part of an hour. ``--rounds`` is how much of
each: cuts, images, kills, turns through the failing calls, seeds, minutes of storm. ``--write`` puts the figures into
``docs/reliability.md``. The exit code is 1 where anything did not hold.
"""

import argparse
import os
import sys
import time

from tests.torture import figures
from tests.torture.parts import PARTS, Setting


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description="Power cuts, kills and failing calls.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; all of them where none is")
    parser.add_argument("--rounds", type=int, help="how much of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    asked = parser.parse_args()
    if strangers := set(asked.names) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(strangers))}; there are {', '.join(PARTS)}")
    order = [line for part in PARTS.values() for line in part.lines]
    holds = True
    print("\n".join(figures.HEAD), flush=True)
    for name in asked.names or PARTS:
        part = PARTS[name]
        if (reason := part.why_not()) is not None:
            print(f"{name} is left out: {reason}", flush=True)
            continue
        began = time.monotonic()
        found = part.play(Setting(asked.rounds or part.rounds, asked.seed, asked.jobs))
        for one in found:
            print(one.row + ("" if one.holds else f"  <- {one.findings.detail or 'not found'}"))
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
        holds = holds and all(one.holds for one in found)
        if asked.write:
            figures.write(found, order)
    return 0 if holds else 1


sys.exit(main())
