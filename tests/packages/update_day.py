"""Signed updates on a machine with the package: one that is well, one that is not, the plug pulled in the middle."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from supply.update import bundle_of_tree
from tests.packages.machine import Machine, expect

VERSIONS = "/var/lib/kiosk-versions"
UNITS = ("kiosk-screen.service", "kiosk-sync.service")
BROKEN = "def _screen(told: dict[str, str]) -> None:\n    sys.exit(7)\n\n\ndef _as_before("
CONFIGURATION = "etc/kiosk/kiosk.toml"


def play(machine: Machine, folder: Path, package: Path) -> None:
    """From the version of the package to others, and back. The machine is enrolled, and not booted."""
    print("update", flush=True)
    key = Ed25519PrivateKey.generate()
    good, broken, last = (_bundle(folder, package, key, *how) for how in (("1", ""), ("2", BROKEN), ("3", "")))
    strange = _bundle(folder / "strange", package, Ed25519PrivateKey.generate(), "9", "")
    keys = machine.root / "etc/kiosk/update-keys"
    keys.mkdir()
    (keys / "publisher.pem").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    config = machine.root / CONFIGURATION
    before = config.read_text()
    # No fact by itself: it would have to be sent first.
    config.write_text(before.replace('at = "00:00"', 'at = ""'))
    with machine.booted():
        _serves(machine)
        refused = machine.run("kiosk-update", "stage", *machine.take(strange))
        seen = refused.returncode == 2 and "wrong-signature" in refused.stdout
        expect(seen, "a stranger's is refused", refused.stdout)
        said = machine.must("kiosk-update", "stage", *machine.take(good))
        expect("0.1.1 waits" in said, "one of the publisher's waits for its hour", said)
        expect(_status(machine)["runs"] == "0.1.0", "what runs is not touched")
        machine.must("systemctl", "restart", "kiosk-screen.service")
        machine.until("the screen is there again", "systemctl", "is-active", "--quiet", "kiosk-screen.service")
        done = machine.run("kiosk-update", "apply", "--now")
        expect(done.returncode == 1 and "served" in done.stdout, "a screen just started is left alone", done.stdout)
        _is_idle(machine)
        said = machine.must("kiosk-update", "apply", "--now")
        expect("confirmed: 0.1.1" in said, "it is believed", said)
        _runs(machine, "0.1.1")
        machine.must("kiosk-update", "stage", *machine.take(broken))
        _is_idle(machine)
        done = machine.run("kiosk-update", "apply", "--now")
        expect(done.returncode == 1 and "taken back: 0.1.2" in done.stdout, "one that is not well goes", done.stdout)
        _runs(machine, "0.1.1")
        told = 'central kiosks --json | grep -q "update-taken-back"'
        machine.until("the centre hears of it", "sh", "-c", told)
        machine.must("kiosk-update", "clear")
        machine.must("kiosk-update", "stage", *machine.take(last))
        _is_idle(machine)
        machine.must("systemd-run", "--quiet", "--unit=cut", "kiosk-update", "apply", "--now")
        machine.until("it is on trial", "grep", "-q", "0.1.3", f"{VERSIONS}/current")
        machine.cut()
    with machine.booted():
        machine.until("after the cut it is judged again", "sh", "-c", f"! grep -q '\"boots\"' {VERSIONS}/state.json")
        _runs(machine, "0.1.3")
        left = sorted(path.name for path in (machine.root / VERSIONS[1:]).iterdir() if path.is_dir())
        expect(left == ["0.1.1", "0.1.3"], "the one before stays, and no other", str(left))
        _is_idle(machine)
        said = machine.must("kiosk-update", "rollback")
        expect("confirmed: 0.1.1" in said, "a technician goes back", said)
        _runs(machine, "0.1.1")
        machine.must("systemctl", "stop", *UNITS)
    config.write_text(before)


def _bundle(folder: Path, package: Path, key: Ed25519PrivateKey, last: str, change: str) -> Path:
    """A bundle of the package's own tree with another version number, and with a change to its start."""
    tree = folder / f"tree-{last}"
    tree.mkdir(parents=True)
    subprocess.run(["dpkg-deb", "--extract", package, tree], check=True)
    kiosk = tree / "usr/lib/kiosk/lib/python3.11/site-packages/kiosk"
    version = kiosk / "__init__.py"
    version.write_text(version.read_text().replace('"0.1.0"', f'"0.1.{last}"'))
    if change:
        start = kiosk / "start.py"
        start.write_text(start.read_text().replace("def _screen(", change, 1))
    # Byte code is taken as it is, whatever the source says.
    for name in ("__init__", "start"):
        (kiosk / f"__pycache__/{name}.cpython-311.pyc").unlink()
    made = bundle_of_tree(tree / "usr/lib/kiosk", key, folder, preset=0)
    shutil.rmtree(tree)
    return made


def _serves(machine: Machine) -> None:
    for unit in UNITS:
        machine.until(f"{unit} is active", "systemctl", "is-active", "--quiet", unit)
    machine.until("the centre has everything", "kiosk", "outbox", "pending")


def _is_idle(machine: Machine) -> None:
    machine.until("nobody was there for two minutes", "kiosk", "changeover", "ready")


def _runs(machine: Machine, version: str) -> None:
    for unit in UNITS:
        machine.until(f"{unit} is active", "systemctl", "is-active", "--quiet", unit)
        told = machine.must("sh", "-c", f"cat /proc/$(systemctl show -P MainPID {unit})/cmdline | tr '\\0' ' '")
        if unit == "kiosk-sync.service":
            expect(f"{VERSIONS}/{version}/bin/kiosk" in told, f"the line is that of {version}", told)
    told = machine.must("sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true")
    expect(f"{VERSIONS}/{version}/bin/kiosk screen" in told, f"the screen is that of {version}", told)
    status = _status(machine)
    expect(status["runs"] == version and status["whole"] and not status["trial"], "and whole", json.dumps(status))


def _status(machine: Machine) -> dict[str, Any]:
    said = machine.run("kiosk-update", "status").stdout
    # The shell may have complained of the folder in which it was started.
    told: dict[str, Any] = json.loads(said[said.index("{") :])
    return told
