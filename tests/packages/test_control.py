"""What the packages say of themselves is what is there. Whether they work: ``make deb-test``."""

import re
import subprocess
from pathlib import Path

import pytest

import kiosk
from supply import carried
from supply.components import debian
from supply.lock import PACKAGES, pins

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(
    path for path in (ROOT / "debian").iterdir() if path.suffix in {".sh", ".preinst", ".postinst"}
) + sorted(path for path in (ROOT / "debian").iterdir() if path.suffix in {".prerm", ".postrm"})


def depends(package: str) -> set[str]:
    text = (ROOT / "debian/control").read_text()
    (stanza,) = [one for one in text.split("\n\n") if one.startswith(f"Package: {package}\n")]
    found = re.search(r"^Depends:(.*?)^\S", stanza, re.MULTILINE | re.DOTALL)
    assert found is not None
    return {one.split()[0] for one in found[1].split(",") if "$" not in one}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_list_of_parts_knows_what_is_depended_on(package: str) -> None:
    assert set(debian(package)) == depends(package)


def test_the_version_is_that_of_the_program() -> None:
    first = (ROOT / "debian/changelog").read_text().splitlines()[0]
    assert first.startswith(f"kiosk ({kiosk.__version__}) ")


def test_every_unit_and_rule_is_installed() -> None:
    rules = (ROOT / "debian/rules").read_text()
    files = [path for path in (ROOT / "systemd").rglob("*") if path.is_file() and path.suffix != ".rules"]
    missing = [str(path.relative_to(ROOT)) for path in files if str(path.relative_to(ROOT)) not in rules]
    assert missing == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_carries_what_the_lock_pins_with_hashes(package: str) -> None:
    pinned = pins(carried.requirements(package).replace(" --hash", "\n    --hash"))
    assert sorted(pinned) == list(carried.carried(package))
    assert {"pytest", "ruff", "mypy", "pip"} & set(pinned) == set()


def test_no_qt_at_the_centre() -> None:
    assert not any(name.startswith(("pyside", "shiboken")) for name in carried.carried("kiosk-central"))
    assert "pyside6-essentials" in carried.carried("kiosk")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_one(script: Path) -> None:
    subprocess.run(["sh", "-n", script], check=True)
