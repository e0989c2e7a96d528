"""The day of a machine: enrolled by a code before its scanner, a client, crashes, a power cut, and out of order."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.checkin.first_run import qr
from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.simulated.scanner import VirtualScanner
from tests.boot import pages
from tests.boot.centre import HOST, Centre, authority, serving
from tests.boot.computer import Lines, overlay, switched_on
from tests.boot.disk import Disk, disk
from tests.boot.lobby import PATIENCE, Lobby, until
from tests.packages.machine import expect

FIRST, SECOND = "010594Y9032", "010594Y9021"
"""Test identities of DVV."""
UNITS = ("kiosk.target", "kiosk-screen.service", "kiosk-sync.service", "kiosk-selftest.timer", "kiosk-update.timer")
SETTINGS = """language = "fi"
[centre]
authorities = "/etc/kiosk/authority.pem"
[screen]
first_run = true
calm = true
pixels_per_mm = 4.0
[watch]
display_required = true
[self_test]
at = ""
[scanner]
port = "/dev/ttyS1"
[printer]
transport = "serial"
address = "/dev/ttyS2"
"""
FILES = {
    "etc/kiosk/kiosk.toml": SETTINGS.encode(),
    # An emulated graphics card has no processor of its own; without these lines Mesa emulates one on top.
    "etc/default/kiosk-screen": b"WLR_RENDERER=pixman\nQT_QUICK_BACKEND=software\n",
    "etc/hosts": f"127.0.0.1 localhost kiosk-boot\n10.0.2.2 {HOST}\n".encode(),
}
"""What a technician has written. The address is that of the emulating machine, as its network tells."""


@dataclass
class Day:
    """What is there all day long, and what was measured."""

    folder: Path
    disk: Disk
    written: Path
    centre: Centre
    scanner: VirtualScanner
    printer: VirtualPrinter
    known: pages.Known
    accelerator: str
    figures: dict[str, float] = field(default_factory=dict)


def play(out: Path, package: Path, accelerator: str) -> dict[str, float]:
    """All of it, with pictures and logs in ``out``/run; what took how long. Raises ``UnexpectedError``."""
    print("the disk", flush=True)
    certificate = authority(out)
    made = disk(out, package, FILES | {"etc/kiosk/authority.pem": certificate.read_bytes()})
    folder = out / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        centre = stack.enter_context(serving(folder / "centre", certificate))
        print("the pages", flush=True)
        roster = _roster()
        known = pages.drawn(folder, (f"{FIRST}\r", f"{SECOND}\r"), roster)
        centre.seed(roster)
        centre.start()
        scanner = stack.enter_context(VirtualScanner(folder / "scanner"))
        printer = stack.enter_context(VirtualPrinter(link=folder / "printer"))
        day = Day(folder, made, overlay(made, folder / "written.qcow2"), centre, scanner, printer, known, accelerator)
        _first_day(day)
    return day.figures


def _first_day(day: Day) -> None:
    print("the first start", flush=True)
    with _on(day) as lobby:
        day.figures["from power to the first page of a machine that is no kiosk yet"] = lobby.see("first-run")
        _enrol(day, lobby)
    print("a start as every day", flush=True)
    with _on(day) as lobby:
        day.figures["from power to the welcome page"] = lobby.see("welcome")
        _look_over(lobby)
        _check_in(day, lobby)
        _heal(day, lobby)
        _out_of_order(day, lobby)
        _told_and_cut_off(day, lobby)
    print("after the power cut", flush=True)
    with _on(day) as lobby:
        _nothing_lost(day, lobby)


@contextmanager
def _on(day: Day) -> Iterator[Lobby]:
    lines = Lines(day.scanner.port, str(day.folder / "printer"))
    with switched_on(day.folder, day.disk, day.written, lines, day.accelerator) as computer:
        computer.console.ready(PATIENCE)
        yield Lobby(computer, day.folder, day.known)


def _enrol(day: Day, lobby: Lobby) -> None:
    """A QR code before the scanner; the centre says what the machine is, and the technician agrees by a touch.

    Then the devices would be tried one by one. That is left out here: tests/scenario walks through it.
    """
    day.scanner.scan(f"{qr(day.centre.code(), day.centre.url)}\r")
    lobby.see_new("enrolled")
    lobby.press()
    lobby.see_new("device-check")
    lobby.must("systemctl stop kiosk-screen && rm /var/lib/kiosk/device-check.json && sync")


def _look_over(lobby: Lobby) -> None:
    for unit in UNITS:
        lobby.until(f"{unit} is active", f"systemctl is-active --quiet {unit}")
    failed = lobby.must("systemctl list-units --state=failed --plain --no-legend")
    expect(failed == "", "no unit has failed", failed)


def _check_in(day: Day, lobby: Lobby) -> None:
    day.scanner.scan(f"{FIRST}\r")
    lobby.see("confirm")
    lobby.press()
    lobby.see("done-registered")
    slip = day.printer.wait_for_slip(1, PATIENCE)
    slip.save(day.folder / "boot-slip.png")
    (arrival,) = day.centre.arrivals()
    expect(arrival["appointment"] == "A1", "the centre has the arrival", str(arrival))
    expect(slip.number == arrival["number"], f"slip and centre say {arrival['number']}", slip.text)
    lobby.see("welcome")


def _heal(day: Day, lobby: Lobby) -> None:
    for name, program in (("compositor", "^/usr/bin/cage"), ("screen", "/bin/kiosk screen")):
        before = lobby.must("systemctl show -P NRestarts kiosk-screen.service").strip()
        at = time.monotonic()
        lobby.must(f"pkill --signal KILL --oldest --full -- '{program}'")
        again = f'test "$(systemctl show -P NRestarts kiosk-screen)" != {before} && systemctl -q is-active kiosk-screen'
        lobby.until(f"the {name} was killed, and its unit is active again", again)
        lobby.see("welcome")
        day.figures[f"from a killed {name} to the welcome page"] = time.monotonic() - at
        lobby.must("systemctl reset-failed kiosk-screen.service")


def _out_of_order(day: Day, lobby: Lobby) -> None:
    """Three crashes within a minute of a screen that had been up, and three starts that come to nothing.

    Each time it is mended then, and serves again.
    """
    lobby.until("the picture for it is drawn", "test -s /var/lib/kiosk/sorry.png")
    day.known["sorry"] = [lobby.fetch("/var/lib/kiosk/sorry.png")]
    # Nothing is waited for: to come up takes this machine longer than a third of a minute.
    kill = "until pkill --signal KILL --full '^/usr/bin/cage'; do sleep 0.2; done; sleep 1"
    lobby.must(f"rm -f /run/kiosk-screen/crashes; for crash in 1 2 3; do {kill}; done")
    lobby.see("sorry", "after three crashes it says that it is out of order")
    lobby.must("systemctl reset-failed kiosk-screen")
    lobby.say("systemctl start --no-block kiosk-screen")
    lobby.see("welcome", "started by hand, it serves again")
    lobby.must("systemctl stop kiosk-screen && systemctl reset-failed kiosk-screen && mv /usr/lib/kiosk/run /run/away")
    lobby.say("systemctl start --no-block kiosk-screen")
    lobby.see("sorry")
    expect(lobby.must("systemctl is-active kiosk-sorry") == "active\n", "kiosk-sorry.service shows it")
    lobby.must("mv /run/away /usr/lib/kiosk/run; systemctl reset-failed kiosk-screen")
    lobby.say("systemctl start --no-block kiosk-screen")
    lobby.see("welcome", "mended and started, it serves again")


def _told_and_cut_off(day: Day, lobby: Lobby) -> None:
    """A client is told, on the page and on paper, that it is recorded here, for the centre is away; the power goes."""
    day.centre.stop()
    day.scanner.scan(f"{SECOND}\r")
    lobby.see("confirm")
    lobby.press()
    lobby.see("done-recorded")
    day.printer.wait_for_slip(2, PATIENCE)
    lobby.computer.pull_the_plug()
    expect(True, "the power is cut while the client still reads the page")


def _nothing_lost(day: Day, lobby: Lobby) -> None:
    day.figures["from power to the welcome page, after a power cut"] = lobby.see("welcome")
    expect(len(day.centre.arrivals()) == 1, "the centre does not know of the second arrival yet")
    day.centre.start()
    until("the centre has it now", lambda: len(day.centre.arrivals()) == 2)
    (late,) = [row for row in day.centre.arrivals() if row["appointment"] == "A2"]
    expect(late["number"] == day.printer.slips[1].number, f"its number is {late['number']}, as on the slip")
    lobby.until("the kiosk owes the centre nothing", "kiosk outbox pending")
    _look_over(lobby)


def _roster() -> list[dict[str, str]]:
    starts = (datetime.now(UTC) + timedelta(minutes=45)).replace(second=0, microsecond=0).isoformat()
    people = (("A1", FIRST), ("A2", SECOND))
    return [{"id": name, "person": who, "unit": "dental", "area": "B2", "starts": starts} for name, who in people]
