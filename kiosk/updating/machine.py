"""The machine that the updater works on: systemd, and the programs of a version, which run as the kiosk's own user."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LAUNCHER = "/usr/lib/kiosk/run"
UNITS = ("kiosk-screen.service", "kiosk-sync.service")
TARGET = "kiosk.target"
KEY = "kiosk-database-key"
PATIENCE = 300.0
"""Seconds for one command; a start may have to mend a damaged database."""
OUT_OF_ORDER = "out-of-order"


@dataclass(frozen=True)
class Unit:
    """``active``: it has said READY. ``run`` is another one after each start; ``starts`` counts those by itself.

    One that has ``failed`` is not started again.
    """

    active: bool
    run: str = ""
    starts: int = 0
    failed: bool = False


class Machine(Protocol):
    """What an update needs of the world."""

    def ask(self, root: Path, *arguments: str) -> tuple[int, str]:
        """Run a command of the version in ``root``: its exit code and what it printed."""

    def stop(self) -> None:
        """Stop screen and line. Returns when neither runs."""

    def start(self) -> None:
        """Let them start. Does not wait."""

    def units(self) -> dict[str, Unit]:
        """How screen and line are."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


class SystemdMachine:
    """The machine that this program runs on: the methods are those of the protocol."""

    def ask(self, root: Path, *arguments: str) -> tuple[int, str]:
        """In a unit of its own: this one may reach neither the key nor any device."""
        around = ["systemd-run", "--quiet", "--wait", "--collect", "--pipe", "--working-directory=/tmp"]
        around += ["--property=User=kiosk", "--property=UMask=0077", f"--property=RuntimeMaxSec={PATIENCE:.0f}"]
        if any(Path(place, KEY).is_file() for place in ("/etc/credstore.encrypted", "/etc/credstore")):
            around.append(f"--property=LoadCredentialEncrypted={KEY}")
        done = _run([*around, LAUNCHER, "--root", str(root), *arguments])
        return done.returncode, done.stdout

    def stop(self) -> None:
        """The picture of a screen that failed goes too."""
        _run(["systemctl", "stop", TARGET, *UNITS, "kiosk-sorry.service"])

    def start(self) -> None:
        """Whatever they ended with before."""
        _run(["systemctl", "reset-failed", *UNITS])
        _run(["systemctl", "start", "--no-block", TARGET])

    def units(self) -> dict[str, Unit]:
        """As systemd says."""
        return {name: _unit(name) for name in UNITS}

    def wait(self, seconds: float) -> None:
        """Asleep."""
        time.sleep(seconds)


def broken(told: str) -> frozenset[str]:
    """The faults with which nobody can be served, from what ``kiosk doctor --json`` printed. Raises ``ValueError``."""
    try:
        lines = json.loads(told)["lines"]
        return frozenset(
            str(fault["code"]) for line in lines for fault in line["faults"] if fault["severity"] == OUT_OF_ORDER
        )
    except (KeyError, TypeError) as error:
        raise ValueError("the doctor said nothing that can be read") from error


def _unit(name: str) -> Unit:
    told = _run(["systemctl", "show", "--property=ActiveState,InvocationID,NRestarts", name]).stdout
    found = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    starts = found.get("NRestarts", "0")
    state = found.get("ActiveState")
    return Unit(state == "active", found.get("InvocationID", ""), int(starts or 0), state == "failed")


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
            timeout=PATIENCE + 60,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", "")
