"""``kiosk-update``, for technicians and units. Exit 0: done; 1: not now, or taken back; 2: refused."""

import argparse
import json
import os
import sys
import tomllib
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import kiosk
from kiosk.updating.bundle import Bundle, is_whole, keys_in
from kiosk.updating.change import Change, NotNowError, apply_staged, go_back
from kiosk.updating.machine import Machine, SystemdMachine
from kiosk.updating.manifest import RefusedError
from kiosk.updating.versions import FACTORY, BusyError, Versions

FOLDER = Path("/var/lib/kiosk-versions")
LIBRARY = Path("/usr/lib/kiosk")
KEYS = Path("/etc/kiosk/update-keys")
CONFIGURATION = Path("/etc/kiosk/kiosk.toml")
USUAL_HOUR = "03:00"
HOUR = timedelta(hours=1)
DONE, NOT_NOW, REFUSED = 0, 1, 2


def main() -> int:
    """Run the command that the arguments name, on this machine."""
    parser = argparse.ArgumentParser(prog="kiosk-update", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    stage = commands.add_parser("stage", help="check a bundle, and unpack it beside what runs")
    stage.add_argument("file", type=Path)
    stage.add_argument("--again", action="store_true", help="though it has failed here before")
    apply = commands.add_parser("apply", help="change over to what was staged")
    apply.add_argument("--now", action="store_true", help="at once; else only within the hour after [update] at")
    for name, words in (
        ("status", "which versions are here, which runs, what failed"),
        ("rollback", "go back to the version before"),
        ("clear", "take note of a failure, so that it is no fault any more"),
        ("boot", "for the unit that runs before screen and line"),
        ("package", "for the package, once it is unpacked"),
    ):
        commands.add_parser(name, help=words)
    told = parser.parse_args()
    os.umask(0o022)
    versions = Versions(FOLDER, LIBRARY, kiosk.__version__)
    try:
        if told.command == "status":
            return status(versions)
        with versions.alone():
            return _run(told, versions, SystemdMachine())
    except (NotNowError, BusyError) as error:
        return _said(error, NOT_NOW)
    except RefusedError as error:
        return _said(error, REFUSED)
    except OSError as error:
        return _said(error, REFUSED)


def _run(told: argparse.Namespace, versions: Versions, machine: Machine) -> int:
    change = Change(versions, machine)
    match told.command:
        case "stage":
            print(f"{stage_file(versions, told.file, KEYS, again=told.again)} waits for its hour")
        case "apply":
            return apply(versions, change, machine, now=told.now or due(CONFIGURATION, datetime.now().astimezone()))
        case "rollback":
            return DONE if go_back(versions, change) else NOT_NOW
        case "clear":
            versions.clear()
        case "boot":
            change.boot()
        case "package":
            versions.yield_to_the_package()
    return DONE


def stage_file(versions: Versions, file: Path, keys: Path, *, again: bool = False) -> str:
    """Stage the bundle in a file; a refusal is kept for screen and centre. Raises ``RefusedError`` and ``OSError``."""
    try:
        with file.open("rb") as opened:
            return versions.stage(Bundle(opened, keys_in(keys)), again=again)
    except RefusedError as error:
        versions.note_refusal(error)
        raise


def apply(versions: Versions, change: Change, machine: Machine, *, now: bool) -> int:
    """End a trial that nobody has ended; else, where its time is ``now``, change over to what waits."""
    trial = versions.state.trial
    if trial is not None and (trial.back or versions.current != trial.version):
        machine.stop()
        change.boot()
        machine.start()
        return NOT_NOW
    if trial is not None:
        return DONE if change.judge() else NOT_NOW
    if not now:
        return DONE
    return DONE if apply_staged(versions, change) else NOT_NOW


def due(configuration: Path, now: datetime) -> bool:
    """Whether it is within the hour after ``[update] at``; never where that is empty or nobody can read it."""
    try:
        at = tomllib.loads(configuration.read_text("utf-8")).get("update", {}).get("at", USUAL_HOUR)
        hour, minute = map(int, str(at).split(":"))
        begins = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except FileNotFoundError:
        begins = now.replace(hour=3, minute=0, second=0, microsecond=0)
    except (OSError, ValueError, AttributeError):
        return False
    return any(begins <= now + timedelta(days=day) < begins + HOUR for day in (0, 1))


def status(versions: Versions) -> int:
    """Print it as JSON; the exit code is 1 where the version that runs is not as it was signed, or one has failed."""
    state, current = versions.state, versions.current
    whole = current == FACTORY or is_whole(versions.root(current))
    here = sorted(path.name for path in versions.folder.iterdir() if path.is_dir() and versions.there(path.name))
    told = {
        "runs": versions.version_of(current),
        "from": "the package" if current == FACTORY else "an update",
        "whole": whole,
        "package": versions.factory_version,
        "staged": versions.staged,
        "here": here,
        **asdict(state),
    }
    print(json.dumps(told, indent=2))
    return DONE if whole and not state.failed else NOT_NOW


def _said(error: Exception, code: int) -> int:
    key = getattr(error, "key", type(error).__name__)
    print(f"kiosk-update: {key}: {error}", file=sys.stderr)
    return code
