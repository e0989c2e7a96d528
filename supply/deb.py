"""The Debian packages: ``python -m supply.deb FOLDER`` (``make deb``), and ``--twice`` to see that they are the same.

The wheel is built first; debhelper packs it in a copy of what it reads, so that nothing is left in the checkout.
Debian's own tools are needed besides: setup/packaging-packages.txt.
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
from supply.wheel import build_twice

SOURCES = ("debian", "systemd", "docs", "supply", "LICENSE", "README.md", "pyproject.toml", "requirements.lock")


def build(out: Path, *, check: bool = True) -> list[Path]:
    """The packages in ``out``, with a list of what was asked of lintian. Raises ``CalledProcessError``."""
    moment = source_moment()
    with tempfile.TemporaryDirectory(prefix="deb-") as temporary:
        wheel, _ = build_twice(Path(temporary, "wheel"))
        source = Path(temporary, "source")
        source.mkdir()
        for name in SOURCES:
            original = ROOT / name
            if original.is_dir():
                shutil.copytree(original, source / name, ignore=shutil.ignore_patterns("__pycache__", "pictures"))
            else:
                shutil.copy(original, source / name)
        environment = os.environ | {
            "BUILDER": sys.executable,
            "PYTHONPATH": str(source),
            "WHEEL": str(wheel),
            "DEB_BUILD_OPTIONS": "nocheck noautodbgsym",
        }
        if moment is not None:
            environment[VARIABLE] = str(int(moment.timestamp()))
        command = ["dpkg-buildpackage", "--build=binary", "--unsigned-changes", "--no-check-builddeps"]
        subprocess.run(command, cwd=source, env=environment, check=True, umask=0o022)
        if check:
            changes = next(Path(temporary).glob("*.changes"))
            lintian = ["lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "5", str(changes)]
            subprocess.run(lintian, check=True)
        out.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copy(path, out)) for path in sorted(Path(temporary).glob("*.deb"))]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    """Build, and say what they are."""
    parser = argparse.ArgumentParser(prog="supply.deb", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for the packages")
    parser.add_argument("--twice", action="store_true", help="build again, and fail where it is not the same")
    told = parser.parse_args()
    first = {path.name: _digest(path) for path in build(told.out)}
    if told.twice:
        with tempfile.TemporaryDirectory() as again:
            if first != {path.name: _digest(path) for path in build(Path(again), check=False)}:
                print("supply.deb: not the same twice", file=sys.stderr)
                return 1
    for name, digest in first.items():
        print(f"{digest}  {told.out / name}  {(told.out / name).stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
