"""What a Debian package carries: a virtual environment at its final place, with what the lock pins and nothing else.

``python -m supply.carried PACKAGE WHEEL FOLDER`` fills ``FOLDER/usr/lib/PACKAGE``. debian/rules calls it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from supply import qt
from supply.lock import PACKAGES, direct, locked, needed

SYSTEM_PYTHON = "/usr/bin/python3.11"
"""That of Debian 12. The environment has no interpreter of its own: security updates of Debian's reach it."""
COMMANDS = {"kiosk": ("kiosk", "kiosk.start"), "kiosk-central": ("central", "central.cli")}
"""Of each package: its command, and the module whose ``main`` that is."""
NOT_NEEDED = {
    "kiosk": frozenset({"pip"}),
    "kiosk-central": frozenset(
        {"evdev", "psutil", "pyscard", "pyserial", "pyside6-addons", "pyside6-essentials", "python-escpos", "qrcode"}
        | {"sqlite-utils", "tomli-w"}
    ),
}
"""What is asked for and never imported: devices and Qt at the centre; pip, which sqlite-utils has for its plugins."""
NOT_CARRIED = {"kiosk": ("central",), "kiosk-central": ("kiosk/ui", "kiosk/devices", "kiosk/scenario")}
"""Rooms of the wheel that stay out of a package."""
LANGUAGES = ("ar", "en", "et", "fi", "ru", "so", "sv", "root")
BUILD = {
    "CFLAGS": "-O2 -g0",
    "LDFLAGS": "-Wl,--build-id=none -s",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""So that what is compiled here does not tell where or when."""


def carried(package: str) -> tuple[str, ...]:
    """The names of the distributions that a package carries, sorted. Reads what is installed, as ``needed`` does."""
    tree = needed(PACKAGES[package])
    left_out = NOT_NEEDED[package]
    found: set[str] = set()
    waiting = list(direct(PACKAGES[package]))
    while waiting:
        name = waiting.pop()
        if name not in found | left_out:
            found.add(name)
            waiting += tree[name]
    return tuple(sorted(found))


def requirements(package: str) -> str:
    """The same as a requirements file, each with its version and the hashes that the lock has."""
    pins = locked()
    lines = (
        " ".join((f"{pin.name}=={pin.version}", *(f"--hash=sha256:{one}" for one in pin.hashes)))
        for pin in (pins[name] for name in carried(package))
    )
    return "\n".join(lines) + "\n"


def fill(package: str, wheel: Path, folder: Path) -> None:
    """Make the environment below ``folder``. Raises ``CalledProcessError`` where something can't be installed."""
    place = folder / "usr/lib" / package
    site_packages = place / "lib/python3.11/site-packages"
    with tempfile.TemporaryDirectory(prefix="carried-") as temporary:
        _install(Path(temporary), requirements(package), wheel, site_packages)
    _trim(package, site_packages)
    (place / "bin").mkdir()
    (place / "bin/python3").symlink_to(SYSTEM_PYTHON)
    (place / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    name, module = COMMANDS[package]
    command = place / "bin" / name
    command.write_text(f"#!/usr/lib/{package}/bin/python3 -I\nfrom {module} import main\n\nmain()\n")
    command.chmod(0o755)
    for path in (place, *place.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path == command
            path.chmod(0o755 if executable else 0o644)
    # Without times in it, and never written on the machine: nobody there may write into /usr.
    compiling = (SYSTEM_PYTHON, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash")
    places = ("-s", str(folder), "-p", "/", str(site_packages))
    subprocess.run([*compiling, *places], check=True, env=os.environ | BUILD)


def _install(temporary: Path, pinned: str, wheel: Path, target: Path) -> None:
    builder = temporary / "builder"
    subprocess.run([SYSTEM_PYTHON, "-m", "venv", str(builder)], check=True)
    listed = temporary / "requirements.txt"
    listed.write_text(pinned)
    environment: Mapping[str, str] = os.environ | BUILD
    install = (str(builder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", "--no-deps")
    into = ("--no-compile", "--no-warn-script-location", "--target", str(target))
    subprocess.run([*install, *into, "--require-hashes", "-r", str(listed)], check=True, env=environment)
    subprocess.run([*install, *into, str(wheel)], check=True, env=environment)


def _trim(package: str, site_packages: Path) -> None:
    for name in NOT_CARRIED[package]:
        shutil.rmtree(site_packages / name)
    # Scripts with the paths of the builder, tests of others, and where the wheel lay.
    for name in ("bin", "docs", "tests", "share", "include"):
        shutil.rmtree(site_packages / name, ignore_errors=True)
    for pattern in ("*.dist-info/direct_url.json", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "**/*.pyx", "**/*.c"):
        for path in site_packages.glob(pattern):
            path.unlink()
    for cache in list(site_packages.rglob("__pycache__")):
        shutil.rmtree(cache)
    if (site_packages / "PySide6").is_dir():
        qt.trim(site_packages)
    for path in (site_packages / "babel/locale-data").glob("*.dat"):
        if path.stem.partition("_")[0] not in LANGUAGES:
            path.unlink()


def main() -> int:
    """Fill a folder."""
    parser = argparse.ArgumentParser(prog="supply.carried", description=__doc__)
    parser.add_argument("package", choices=sorted(PACKAGES))
    parser.add_argument("wheel", type=Path)
    parser.add_argument("folder", type=Path)
    told = parser.parse_args()
    fill(told.package, told.wheel, told.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
