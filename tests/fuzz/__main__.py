"""Coverage-guided fuzzing of what reads bytes from outside: ``python -m tests.fuzz [--seconds N] [TARGET …]``.

Each target runs in a process of its own. What it finds is left in ``out/fuzz/<target>``, and the exit
code is 1.
"""

import argparse
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.targets import TARGETS

OUT = Path("out/fuzz")
LONGEST = 4096


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the parsers.")
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument("--jobs", type=int, default=2, help="targets at a time")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET")
    options = parser.parse_args()
    if strangers := set(options.targets) - set(TARGETS):
        parser.error(f"there is no {', '.join(sorted(strangers))}; there are {', '.join(TARGETS)}")
    if options.inside:
        _inside(options.targets[0], options.seconds)
        return 0
    with ThreadPoolExecutor(options.jobs) as pool:
        ended = pool.map(lambda one: _outside(one, options.seconds), options.targets)
        failed = [name for name, well in ended if not well]
    print(f"{len(options.targets)} targets, {options.seconds} s each; failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def _outside(name: str, seconds: int) -> tuple[str, bool]:
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "tests.fuzz", "--inside", "--seconds", str(seconds), name]
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False).returncode
    tail = (folder / "log").read_text(errors="replace").splitlines()
    runs = next((line for line in reversed(tail) if line.startswith("Done ")), "")
    trouble = f"ended with {code}, see {folder}/log"
    print(f"{name}: {runs if code == 0 else trouble}", flush=True)
    return name, code == 0


def _inside(name: str, seconds: int) -> None:
    # Loaded only where it is wanted: it changes the interpreter.
    import atheris

    target = TARGETS[name]
    folder = OUT / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    with atheris.instrument_imports(include=["kiosk", "central"]):
        target.load()
    arguments = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-artifact_prefix={folder}/", "-timeout=5"]
    atheris.Setup([name, *arguments, str(corpus)], target.run)
    atheris.Fuzz()


sys.exit(main())
