"""Install, upgrade, remove and purge the packages on machines of their own: ``python -m tests.packages FOLDER``.

FOLDER has what ``make deb`` made. As root, with Debian's archive within reach; ``make deb-test``. It takes minutes.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.packages.kiosk_day import play

ROOMS = Path(__file__).parents[2] / "out"


def main() -> int:
    """Play it all."""
    parser = argparse.ArgumentParser(prog="tests.packages", description=__doc__)
    parser.add_argument("packages", type=Path, help="the folder with the packages")
    parser.add_argument("--base", type=Path, help="a Debian 12 as a tar file; made where it is not there", default=None)
    told = parser.parse_args()
    kiosk, central = (newest(told.packages, name) for name in ("kiosk", "kiosk-central"))
    with tempfile.TemporaryDirectory(prefix="packages-") as temporary:
        folder = Path(temporary)
        try:
            play(folder, told.base or folder / "base.tar", kiosk, central)
        finally:
            # What mounts may be left are those of a namespace that is gone; the rest is files.
            subprocess.run(["rm", "-rf", "--one-file-system", str(folder / "machine")], check=False)
    print("All of it held.")
    return 0


def newest(folder: Path, name: str) -> Path:
    """The package of that name."""
    return max(folder.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)


if __name__ == "__main__":
    sys.exit(main())
