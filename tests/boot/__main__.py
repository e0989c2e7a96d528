"""Boot the package on a machine of its own and watch its display: ``python -m tests.boot FOLDER`` (``make boot-test``).

FOLDER has what ``make deb`` made. As root, with Debian's archive within reach. It takes many minutes: everything is
emulated, so that it runs wherever QEMU does.
"""

import argparse
import shutil
import sys
from pathlib import Path

from tests.boot.day import play
from tests.packages.__main__ import newest

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Play it all."""
    parser = argparse.ArgumentParser(prog="tests.boot", description=__doc__)
    parser.add_argument("packages", type=Path, help="the folder with the packages")
    parser.add_argument("--out", type=Path, default=ROOT / "out/boot", help="for the disk, which is kept, and logs")
    parser.add_argument("--accelerator", default="tcg", help="tcg (emulation, anywhere) or kvm")
    parser.add_argument("--pictures", type=Path, help="a folder that gets the pictures when all of it held")
    told = parser.parse_args()
    figures = play(told.out.resolve(), newest(told.packages, "kiosk"), told.accelerator)
    for what, seconds in figures.items():
        print(f"{seconds:6.0f} s  {what}")
    if told.pictures is not None:
        for picture in sorted((told.out / "run").glob("boot-*.png")):
            shutil.copy(picture, told.pictures)
    print("All of it held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
