"""Build the wheel twice and see that it is the same: ``python -m supply.wheel FOLDER`` (``make wheel``).

Each time from a copy of the source in a folder of its own, with other times on the files, another umask, time zone
and hash seed: what may differ between two machines. hatchling puts ``SOURCE_DATE_EPOCH`` in the place of the times.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from supply.lock import ROOT
from supply.moment import VARIABLE, source_moment

SOURCES = ("README.md", "LICENSE", "hatch_build.py", "pyproject.toml", "kiosk", "central")
"""All that hatchling reads. Anything else can't get into the wheel."""
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo")
SURROUNDINGS = (
    {"TZ": "Europe/Helsinki", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"},
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "2", "LC_ALL": "C"},
)
UMASKS = (0o022, 0o077)
TIMES = (1_600_000_000, 1_700_000_001)


class NotTheSameError(Exception):
    """Two builds differ; the message has both hashes."""


def build_twice(out: Path) -> tuple[Path, str]:
    """The wheel in ``out``, and its SHA-256. Raises ``NotTheSameError``, and ``CalledProcessError`` where none is."""
    with tempfile.TemporaryDirectory(prefix="wheel-") as temporary:
        source = Path(temporary, "source")
        _copy(ROOT, source)
        built = [_build(source, Path(temporary, str(turn)), turn) for turn in range(2)]
        hashes = [hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in built]
        if len(set(hashes)) != 1 or built[0].name != built[1].name:
            raise NotTheSameError(f"{built[0].name} {hashes[0]}, then {built[1].name} {hashes[1]}")
        out.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(built[0], out)), hashes[0]


def _copy(root: Path, to: Path) -> None:
    to.mkdir(parents=True)
    for name in SOURCES:
        if (root / name).is_dir():
            shutil.copytree(root / name, to / name, ignore=LEFT_OUT)
        else:
            shutil.copy(root / name, to / name)


def _build(original: Path, folder: Path, turn: int) -> Path:
    source = folder / "source"
    _copy(original, source)
    for path in (source, *source.rglob("*")):
        path.chmod(0o777 & ~UMASKS[turn] if path.is_dir() else 0o666 & ~UMASKS[turn])
        os.utime(path, (TIMES[turn], TIMES[turn]))
    moment = source_moment()
    environment = {**os.environ, **SURROUNDINGS[turn]}
    if moment is not None:
        environment[VARIABLE] = str(int(moment.timestamp()))
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")]
    subprocess.run(command, cwd=source, env=environment, umask=UMASKS[turn], check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def main() -> int:
    """Build, and say which wheel it is."""
    parser = argparse.ArgumentParser(prog="supply.wheel", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for the wheel")
    try:
        wheel, digest = build_twice(parser.parse_args().out)
    except NotTheSameError as error:
        print(f"supply.wheel: not the same twice: {error}", file=sys.stderr)
        return 1
    print(f"{digest}  {wheel}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
