"""``kiosk support-bundle``: gathers what a technician far away needs, and packs it without a word about anybody."""

import ipaddress
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import msgspec

import kiosk
from kiosk.clock import ENVIRONMENT, clock_from_environment
from kiosk.composition.doctor import examine, in_language, spoken_language
from kiosk.composition.doctor_checks import memory
from kiosk.composition.memory import OutOfOrderError
from kiosk.config import Config, ConfigError, load
from kiosk.diagnostics import bundle_machine, record
from kiosk.diagnostics.bundle import Log, Piece, pack
from kiosk.diagnostics.redaction_words import Words, words_of
from kiosk.diagnostics.report import Report
from kiosk.offline import examination
from kiosk.offline.vault import CREDENTIAL, DATABASE, KEY_FILE, ROSTER
from kiosk.texts import languages

UNITS = ("kiosk-screen.service", "kiosk-sync.service")
LINES = 4000
"""Lines of each log, from its end."""
LARGEST_TAIL = 4 << 20
JOURNAL_SECONDS = 15.0
ENVIRONMENT_NAMES = (
    *("CREDENTIALS_DIRECTORY", ENVIRONMENT, "QT_QPA_PLATFORM", "QT_QUICK_BACKEND", "XDG_RUNTIME_DIR"),
    *("WAYLAND_DISPLAY", "DISPLAY", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "JOURNAL_STREAM"),
)
"""Told is only whether each is set."""

_PACKAGE = re.compile(r"[A-Za-z0-9._-]{1,64} [0-9A-Za-z.+!-]{1,24}")
_SYSTEM = re.compile(r"[A-Za-z0-9 ./()_~+#:-]{1,80}")
_DEVICE_PATH = re.compile(r"/dev/(?:tty(?:USB|ACM|S|AMA)[0-9]{1,2}|usb/lp[0-9]|lp[0-9]|input/event[0-9]{1,3})")
_FOLDERS = ("/var/lib/kiosk", "/run/kiosk", "/etc/kiosk")
_USB_ADDRESS = re.compile(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")


def run_bundle(path: Path, *, out: Path | None, logs: Sequence[Path], language: str | None) -> int:
    """Write the archive and say where it is; 0 where that was possible."""
    clock = clock_from_environment()
    at = clock.now()
    words = in_language(spoken_language(path, language))
    found = examine(path)
    try:
        config = load(path)
    except ConfigError:
        config = Config()
    packed = pack(_pieces(config, found), _logs([*config.support.logs, *logs]), _words(config, found), at)
    target = out or Path(f"kiosk-support-{at:%Y%m%dT%H%M%SZ}.tar.gz")
    _write(target, packed.archive)
    print(words("doctor.bundle", {"path": str(target), "files": packed.files, "hidden": packed.hidden}))
    return 0


def _pieces(config: Config, found: Report) -> Iterator[Piece]:
    yield Piece("doctor.json", msgspec.to_builtins(found), own=True)
    yield Piece("versions.json", _versions(), own=True)
    yield Piece("config.json", msgspec.to_builtins(config, enc_hook=str))
    yield Piece("health.json", {"run": _health(config.run), "state": _health(config.state)})
    yield Piece("database.json", _database(config.state), own=True)
    yield Piece("devices.json", _devices(), own=True)
    yield Piece("files.json", _files(config), own=True)
    yield Piece("environment.json", {name: name in os.environ for name in ENVIRONMENT_NAMES})


def _words(config: Config, found: Report) -> Words:
    """The program's own words, and those of this machine that are known to name no person."""
    own = {word for word in (found.kiosk, found.site) if word is not None} | {found.program}
    own |= {str(value) for line in found.lines for name, value in line.measured.items() if name in ("sqlite", "schema")}
    own |= set(languages()) | set(_texts(_versions())) | set(_texts(_devices())) | set(_known_files())
    own |= {text for text in _texts(msgspec.to_builtins(config, enc_hook=str)) if _says_nothing(text)}
    return words_of(Path(kiosk.__file__).parent).and_also(own)


def _says_nothing(text: str) -> bool:
    """Whether a value of the configuration is a plain device path, one of our folders, or a bare address."""
    if text in _FOLDERS or _DEVICE_PATH.fullmatch(text) or _USB_ADDRESS.fullmatch(text):
        return True
    host, _, port = text.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return port.isdigit()


def _versions() -> dict[str, Any]:
    packages = {f"{one.metadata['Name']} {one.version}" for one in distributions()}
    system = {"kernel": platform.release(), "machine": platform.machine(), "python": platform.python_version()}
    try:
        system["system"] = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        system["system"] = ""
    return {
        "packages": sorted(filter(_PACKAGE.fullmatch, packages)),
        "system": {name: text for name, text in system.items() if _SYSTEM.fullmatch(text)},
        "sqlite": examination.sqlite_version(),
    }


def _health(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for process in record.PROCESSES:
        try:
            found[process] = msgspec.json.decode(record.contents(folder / record.file_name(process)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found[process] = None
    return found


def _database(state: Path) -> dict[str, Any]:
    try:
        with memory(state) as (connection, _):
            waiting = examination.facts(connection)
            applied, known = examination.schema(connection)
            return {
                "rows": examination.counts(connection),
                "facts": examination.facts_by_kind(connection),
                "waiting": waiting.waiting,
                "refused": waiting.refused,
                "conflicts": waiting.conflicts,
                "oldest": None if waiting.oldest_waiting is None else waiting.oldest_waiting.isoformat(),
                "applied": applied,
                "known": known,
            }
    except OutOfOrderError as error:
        return {"reason": error.reason}


def _devices() -> dict[str, Any]:
    return {
        "usb": bundle_machine.usb(),
        "inputs": bundle_machine.inputs(),
        "serial": bundle_machine.serial_lines(),
        "displays": bundle_machine.displays(),
    }


def _files(config: Config) -> dict[str, Any]:
    known = _known_files()
    free = {name: shutil.disk_usage(folder) for name, folder in _folders(config) if folder.is_dir()}
    return {
        "disk": {name: {"total": usage.total, "free": usage.free} for name, usage in free.items()},
        **{name: bundle_machine.files(folder, known) for name, folder in _folders(config)},
    }


def _folders(config: Config) -> tuple[tuple[str, Path], ...]:
    return ("state", config.state), ("run", config.run)


def _known_files() -> list[str]:
    return [
        *(f"{file}{end}" for file in (DATABASE, ROSTER) for end in ("", "-wal", "-shm")),
        *(KEY_FILE, CREDENTIAL, "screen.sock", "sync.sock", "running"),
        *map(record.file_name, record.PROCESSES),
    ]


def _logs(paths: Sequence[Path]) -> Iterator[Log]:
    journal = _journal()
    if journal is not None:
        yield Log("logs/journal.jsonl", journal)
    for number, path in enumerate(paths, 1):
        # A file's own name may say anything; here it is only its number.
        yield Log(f"logs/file-{number}.jsonl", _tail(path))


def _journal() -> list[str] | None:
    """The end of the journal of our units; ``None`` where there is no journal."""
    command = shutil.which("journalctl")
    if command is None:
        return None
    units = [option for unit in UNITS for option in ("-u", unit)]
    wanted = [command, *units, "-o", "cat", "-n", str(LINES), "--no-pager", "-q"]
    try:
        done = subprocess.run(wanted, capture_output=True, timeout=JOURNAL_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return _lines(done.stdout)


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LARGEST_TAIL))
            return _lines(file.read())
    except OSError:
        return []


def _lines(content: bytes) -> list[str]:
    return content[-LARGEST_TAIL:].decode("utf-8", "replace").splitlines()[-LINES:]


def _texts(tree: Any) -> Iterable[str]:
    match tree:
        case str():
            yield tree
        case Mapping():
            for key, value in tree.items():
                yield from (str(key), *_texts(value))
        case list() | tuple():
            for value in tree:
                yield from _texts(value)


def _write(target: Path, content: bytes) -> None:
    new = target.with_name(target.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(target)
