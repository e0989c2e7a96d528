"""The units, by systemd's own tools: nothing that it does not understand, little exposed, each exception explained."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
MOST = {
    "kiosk-central.service": 2.0,
    "kiosk-screen.service": 3.5,
    "kiosk-selftest.service": 3.5,
    "kiosk-sorry.service": 3.5,
    "kiosk-sync.service": 2.0,
    "kiosk-update.service": 1.0,
    "kiosk-update-boot.service": 1.0,
}
"""The exposure that each may have, from 0 to 10."""
NOT_HERE = re.compile(
    r"/usr/(lib/kiosk|lib/kiosk-central|bin)/[a-z/-]*\b(kiosk|central|sorry|cage|chvt|crashes|run|update)\b"
)
"""Programs that only a kiosk has."""


def analyze(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *command], env=os.environ | environment, capture_output=True, text=True, check=False
    )


def exposed(path: Path) -> list[tuple[str, float]]:
    """What could be closed and is not: the name of the setting, and what it counts for."""
    done = analyze("security", "--offline=true", "--json=short", str(path))
    rows = json.loads(done.stdout)
    return [(row["name"], float(row["exposure"])) for row in rows if float(row["exposure"] or 0) > 0]


def words_for(name: str) -> list[str]:
    """How a comment may speak of a setting: ``RestrictAddressFamilies=~AF_(INET|INET6)`` as AF_INET, and so on."""
    setting, _, value = name.partition("=")
    if "CAP_(DAC_" in value:
        return ["CAP_DAC_OVERRIDE"]
    if "AF_(INET" in value:
        return ["AF_INET"]
    if value.startswith("~"):
        return [value.removeprefix("~")]
    return [setting]


@pytest.fixture
def as_on_a_kiosk(tmp_path: Path) -> Path:
    """All units in a folder, as if what they start were there. The search path ends in ``:``, so Debian's count too."""
    for path in UNITS.iterdir():
        if path.suffix in {".service", ".target", ".timer"}:
            (tmp_path / path.name).write_text(NOT_HERE.sub("/bin/true", path.read_text()))
    # Debian's own, which comes with the package.
    (tmp_path / "seatd.service").write_text("[Service]\nExecStart=/bin/true\n")
    return tmp_path


@pytest.mark.parametrize("name", [*SERVICES, "kiosk.target", "kiosk-selftest.timer", "kiosk-update.timer"])
def test_systemd_understands_every_line(name: str, as_on_a_kiosk: Path) -> None:
    done = analyze("verify", "--man=no", str(as_on_a_kiosk / name), SYSTEMD_UNIT_PATH=f"{as_on_a_kiosk}:")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_it_does_not_understand_would_be_seen(as_on_a_kiosk: Path) -> None:
    unit = as_on_a_kiosk / "kiosk-sync.service"
    unit.write_text(unit.read_text().replace("ProtectHome=yes", "ProtectHome=yes\nProtectHouse=yes"))
    assert "ProtectHouse" in analyze("verify", "--man=no", str(unit), SYSTEMD_UNIT_PATH=f"{as_on_a_kiosk}:").stderr


@pytest.mark.parametrize("name", SERVICES)
def test_little_is_exposed(name: str) -> None:
    most = MOST[name]
    done = analyze("security", "--offline=true", f"--threshold={most * 10:.0f}", str(UNITS / name))
    assert done.returncode == 0, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", SERVICES)
def test_each_exception_is_explained(name: str) -> None:
    lines = (UNITS / name).read_text().splitlines()
    explained = " ".join(line for line in lines if line.startswith("#"))
    bare = [found for found, _ in exposed(UNITS / name) if not any(word in explained for word in words_for(found))]
    assert bare == []


def test_an_exception_without_a_word_would_be_seen(tmp_path: Path) -> None:
    path = Path(shutil.copy(UNITS / "kiosk-sync.service", tmp_path))
    path.write_text(path.read_text().replace("LockPersonality=yes\n", ""))
    assert ("LockPersonality=", 0.1) in exposed(path)


def test_whatever_it_ended_with_it_starts_again() -> None:
    for name in ("kiosk-screen.service", "kiosk-sync.service", "kiosk-central.service"):
        text = (UNITS / name).read_text()
        assert "\nType=notify\n" in text
        assert "\nRestart=always\n" in text
        assert re.search(r"^WatchdogSec=\d+$", text, re.MULTILINE)
    for name in ("kiosk-sync.service", "kiosk-central.service"):
        assert "\nStartLimitIntervalSec=0\n" in (UNITS / name).read_text()
