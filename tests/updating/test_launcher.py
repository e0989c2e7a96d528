"""``debian/run.sh``: what runs is the version that is current where that is whole, else that of the package."""

import subprocess
from pathlib import Path

import pytest

DEBIAN = Path(__file__).parents[2] / "debian"


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    text = (DEBIAN / "run.sh").read_text()
    text = text.replace("factory=/usr/lib/kiosk\n", f"factory={tmp_path}/factory\n")
    text = text.replace("versions=/var/lib/kiosk-versions\n", f"versions={tmp_path}/versions\n")
    assert "/usr/lib" not in text.partition("\nset -eu")[2]
    path = tmp_path / "run"
    path.write_text(text)
    for root in ("factory", "versions/0.2.0", "versions/0.3.0"):
        (tmp_path / root / "bin").mkdir(parents=True)
        (tmp_path / root / "bin/python3").symlink_to("/usr/bin/python3.11")
        (tmp_path / root / "bin/kiosk").write_text("import sys\nprint(sys.argv, sys.prefix, sys.flags.isolated)\n")
        (tmp_path / root / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    (tmp_path / "versions/0.2.0/manifest.json").touch()
    return path


def run(launcher: Path, *arguments: str) -> str:
    done = subprocess.run(["dash", str(launcher), *arguments], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("current", "runs"),
    [
        (None, "factory"),
        ("", "factory"),
        ("factory\n", "factory"),
        ("0.2.0\n", "versions/0.2.0"),
        ("0.2.0", "versions/0.2.0"),
        ("0.3.0\n", "factory"),
        ("0.4.0\n", "factory"),
        ("../factory\n", "factory"),
        ("..\n", "factory"),
        (".\n", "factory"),
        ("0.2.0/../0.2.0\n", "factory"),
        ("$(reboot)\n", "factory"),
        ("0.2.0 0.2.0\n", "factory"),
        ("-e\n", "factory"),
    ],
)
def test_it_takes_a_whole_version_or_that_of_the_package(launcher: Path, current: str | None, runs: str) -> None:
    if current is not None:
        (launcher.parent / "versions/current").write_text(current)
    assert run(launcher, "--which") == str(launcher.parent / runs)


def test_it_runs_with_the_libraries_of_that_version_and_hands_everything_on(launcher: Path) -> None:
    (launcher.parent / "versions/current").write_text("0.2.0\n")
    root = launcher.parent / "versions/0.2.0"
    assert run(launcher, "outbox", "a b") == f"['{root}/bin/kiosk', 'outbox', 'a b'] {root} 1"
    other = launcher.parent / "versions/0.3.0"
    assert run(launcher, "--root", str(other), "x") == f"['{other}/bin/kiosk', 'x'] {other} 1"


def test_units_and_commands_go_by_it_and_the_updater_does_not() -> None:
    for name in ("screen", "sync", "selftest"):
        assert "/usr/lib/kiosk/run " in (DEBIAN.parent / f"systemd/kiosk-{name}.service").read_text()
    assert "real=/usr/lib/kiosk/run\n" in (DEBIAN / "command.sh").read_text()
    assert "exec /usr/lib/kiosk/bin/python3 -I -m kiosk.updating" in (DEBIAN / "update.sh").read_text()
