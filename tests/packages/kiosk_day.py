"""What a technician does to a machine in its life, from the first package to the purge."""

import gzip
import stat
import subprocess
from pathlib import Path

from tests.packages import update_day
from tests.packages.machine import Machine, expect

STATE = "var/lib/kiosk"
UNITS = ("kiosk-screen.service", "kiosk-sync.service", "kiosk-selftest.timer", "kiosk.target")
APT = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "--allow-downgrades")
HEADLESS = """[Unit]
Conflicts=
[Service]
# A container has neither display nor terminal; all else is as in a lobby.
Environment=WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 QT_QUICK_BACKEND=software
StandardInput=null
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
"""
DAY = "appointments: []\n"


def play(folder: Path, base: Path, kiosk: Path, central: Path) -> None:
    """From nothing to nothing. Raises ``UnexpectedError``."""
    machine = Machine(folder / "machine")
    machine.make(base)
    newer = _another_version(kiosk, folder / "newer")
    (first, centre, second) = machine.take(kiosk, central, newer)
    _install(machine, first, centre)
    _serve(machine)
    update_day.play(machine, folder / "update", kiosk)
    _upgrade(machine, first, second)
    _remove(machine, second)


def _another_version(package: Path, folder: Path) -> Path:
    """The same package with a higher version, for what dpkg and the maintainer scripts make of it."""
    subprocess.run(["dpkg-deb", "--raw-extract", package, folder], check=True)
    control = folder / "DEBIAN/control"
    text = control.read_text()
    version = next(line.split()[1] for line in text.splitlines() if line.startswith("Version:"))
    control.write_text(text.replace(f"Version: {version}", f"Version: {version}+next"))
    made = folder.with_suffix(".deb")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", folder, made], check=True)
    return made


def _install(machine: Machine, *packages: str) -> None:
    print("install", flush=True)
    machine.must("apt-get", "update", "-qq")
    said = machine.must(*APT, *packages)
    expect("?" not in said.replace("???", ""), "no question is asked", said)
    status = machine.must("dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", "kiosk", "kiosk-central")
    expect(status == "kiosk ii \nkiosk-central ii \n", "both are installed", status)
    for unit in ("kiosk.target", "kiosk-central.service"):
        expect(machine.run("systemctl", "is-enabled", unit).stdout.strip() == "enabled", f"{unit} is enabled")
    expect(machine.run("kiosk", "outbox", "pending").returncode == 0, "a machine that never was a kiosk lacks nothing")
    mode = (machine.root / STATE).stat()
    expect(stat.S_IMODE(mode.st_mode) == 0o700, "the state folder is the kiosk's alone")
    config = (machine.root / "etc/kiosk-central/central.toml").stat()
    expect(stat.S_IMODE(config.st_mode) == 0o640, "the centre's configuration is not for everybody")
    listed = machine.must("dpkg-query", "-W", "-f", "${Conffiles}\n", "kiosk", "kiosk-central")
    names = sorted(line.split()[0] for line in listed.splitlines() if line.strip())
    expect(
        names == ["/etc/kiosk-central/central.toml", "/etc/kiosk/kiosk.toml"], "what people edit is kept", str(names)
    )
    for name in ("kiosk", "kiosk-central"):
        parts = machine.root / f"usr/share/doc/{name}/{name}.cdx.json.gz"
        expect(parts.is_file() and b"CycloneDX" in gzip.decompress(parts.read_bytes()), f"{name} lists its parts")
    changed = [machine.run("dpkg", "--verify", name).stdout for name in ("kiosk", "kiosk-central")]
    expect(not any("/usr/" in one for one in changed), "nothing in /usr was changed by installing", str(changed))


def _serve(machine: Machine) -> None:
    print("serve", flush=True)
    drop_in = machine.root / "etc/systemd/system/kiosk-screen.service.d/headless.conf"
    drop_in.parent.mkdir(parents=True)
    drop_in.write_text(HEADLESS)
    config = machine.root / "etc/kiosk/kiosk.toml"
    config.write_text(config.read_text() + '\n[self_test]\nat = ""\n')
    (machine.root / "usr/sbin/policy-rc.d").unlink()
    with machine.booted():
        machine.until("the centre is ready", "systemctl", "is-active", "--quiet", "kiosk-central.service")
        machine.until(
            "the screen is ready before it is enrolled", "systemctl", "is-active", "-q", "kiosk-screen.service"
        )
        (machine.root / "opt/day.yaml").write_text(DAY)
        machine.must("sh", "-c", "central seed /opt/day.yaml --site kalasatama")
        code = machine.must("central", "enrol-code", "--site", "kalasatama", "--kiosk", "kiosk-1").split()[-1]
        machine.must("systemctl", "stop", "kiosk-screen.service", "kiosk-sync.service")
        said = machine.must("kiosk", "enrol", "http://127.0.0.1:8080", code)
        expect("enrolled as kiosk-1" in said, "it is enrolled", said)
        for path in (machine.root / STATE).iterdir():
            owner = machine.must("stat", "-c", "%U", f"/{STATE}/{path.name}").strip()
            expect(owner == "kiosk", f"{path.name} is the kiosk's", owner)
        machine.must("systemctl", "start", "kiosk.target")
        for unit in UNITS:
            machine.until(f"{unit} is active", "systemctl", "is-active", "--quiet", unit)
        machine.until("the centre hears of it", "sh", "-c", 'central kiosks --json | grep -q \'"heard_at": "2\'')
        machine.until("the centre has everything", "kiosk", "outbox", "pending")
        _heal(machine)
        # From here on facts stay: nobody carries them. The screen's own test of itself is one.
        machine.must("systemctl", "stop", "kiosk-sync.service", "kiosk-screen.service")
        config.write_text(config.read_text().replace('at = ""', 'at = "00:00"'))


def _heal(machine: Machine) -> None:
    for unit in ("kiosk-screen.service", "kiosk-sync.service", "kiosk-central.service"):
        before = machine.must("systemctl", "show", "-P", "MainPID", unit).strip()
        machine.must("systemctl", "kill", "--signal=KILL", "--kill-who=main", unit)
        again = f'p=$(systemctl show -P MainPID {unit}); test "$p" != {before} && test "$p" != 0'
        machine.until(f"{unit} is started again", "sh", "-c", f"{again} && systemctl is-active --quiet {unit}")


def _upgrade(machine: Machine, first: str, second: str) -> None:
    print("upgrade", flush=True)
    _record_one(machine)
    refused = machine.run("dpkg", "--install", second)
    expect(refused.returncode != 0, "with facts pending it is refused", refused.stdout)
    expect("upgrade refused" in refused.stdout and "kiosk outbox" in refused.stdout, "in words", refused.stdout)
    expect("+next" not in _version(machine), "the old version stays, and works", _version(machine))
    expect(machine.run("kiosk", "--help").returncode == 0, "its command runs")
    (machine.root / "run/kiosk-force").write_text("the database is lost anyway\n")
    machine.must("dpkg", "--install", second)
    expect(_version(machine) == "ii +next", "with a reason it goes on", _version(machine))
    expect(not (machine.root / "run/kiosk-force").exists(), "the reason holds once")
    expect(machine.run("kiosk", "outbox", "pending").returncode == 1, "the facts are still there")


def _record_one(machine: Machine) -> None:
    """Have the screen write a fact: its test of itself, once a day."""
    done = machine.run(
        "timeout",
        "--signal=TERM",
        "60",
        "sh",
        "-c",
        "kiosk screen & p=$!; while kiosk outbox pending >/dev/null; do sleep 1; done; kill $p; wait $p",
        QT_QPA_PLATFORM="offscreen",
        QT_QUICK_BACKEND="software",
    )
    pending = machine.run("kiosk", "outbox", "pending")
    expect(pending.returncode == 1, "a fact waits", done.stdout + pending.stdout)


def _remove(machine: Machine, second: str) -> None:
    print("remove", flush=True)
    refused = machine.run("apt-get", "remove", "-y", "-qq", "kiosk")
    expect("removal refused" in refused.stdout and refused.returncode != 0, "it is refused in words", refused.stdout)
    expect(_version(machine) == "ii +next", "it stays installed", _version(machine))
    reason = machine.root / "run/kiosk-force"
    reason.write_text("sold\n")
    machine.must("apt-get", "remove", "-y", "-qq", "kiosk")
    kept = sorted(path.name for path in (machine.root / STATE).iterdir())
    expect("kiosk.db" in kept and "database.key" in kept, "the data stays", str(kept))
    reason.unlink(missing_ok=True)
    print("purge", flush=True)
    refused = machine.run("dpkg", "--purge", "kiosk")
    expect("purge refused" in refused.stdout and refused.returncode != 0, "it is refused in words", refused.stdout)
    machine.must("dpkg", "--install", second)
    expect(machine.run("kiosk", "outbox", "pending").returncode == 1, "installed again, the facts are there")
    reason.write_text("sold\n")
    machine.must("apt-get", "purge", "-y", "-qq", "kiosk", "kiosk-central")
    left = [
        name
        for name in (STATE, "var/lib/kiosk-central", "etc/kiosk", "usr/lib/kiosk", "usr/lib/kiosk-central")
        if (machine.root / name).exists()
    ]
    expect(left == [], "no data, no key and no program is left", str(left))


def _version(machine: Machine) -> str:
    said = machine.run("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", "kiosk").stdout
    state, _, version = said.partition(" ")
    return f"{state} {'+next' if version.endswith('+next') else version}"
