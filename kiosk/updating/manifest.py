"""What a version says of itself: its number, what it can follow, and the hash of each of its files. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1
LARGEST = 16 << 20
"""Bytes of a manifest."""
MOST_FILES = 100_000
MOST_BYTES = 4 << 30
"""Bytes of all files together."""
PYTHON = "bin/python3"
"""The link to Debian's interpreter, which is made where the version is unpacked and comes in no bundle."""
OWN = "manifest.json"
PROGRAM = "bin/kiosk"

Number = tuple[int, ...]
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){1,3}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MACHINE = re.compile(r"[a-z0-9_]{1,20}")
_PYTHON = re.compile(r"3\.[0-9]{1,2}")


class RefusedError(Exception):
    """A bundle is not taken. ``key`` says why, for programs; the message is for a technician."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class Entry:
    """One file: its SHA-256 in hex, its size in bytes, and whether it may be run."""

    sha256: str
    size: int
    executable: bool = False


@dataclass(frozen=True)
class Manifest:
    """``follows`` is the least version that it can come after; ``schema`` has the steps of each file of the database.

    ``payload`` is the archive with the files as it lies in the bundle, packed.
    """

    version: str
    follows: str
    machine: str
    python: str
    made_at: str
    schema: Mapping[str, int]
    payload: Entry
    files: Mapping[str, Entry] = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(entry.size for entry in self.files.values())


def number(version: str) -> Number:
    """A version as something that can be compared. Raises ``ValueError`` for what is none: 1.2, 0.10.3 and the like."""
    if not _NUMBER.fullmatch(version):
        raise ValueError("not a version")
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (4 - len(parts)))


def encode(manifest: Manifest) -> bytes:
    """The same manifest gives the same bytes."""
    told = {
        "format": FORMAT,
        **{name: getattr(manifest, name) for name in ("version", "follows", "machine", "python", "made_at")},
        "schema": dict(manifest.schema),
        "payload": _plain(manifest.payload),
        "files": {name: _plain(entry) for name, entry in manifest.files.items()},
    }
    return json.dumps(told, sort_keys=True, indent=0).encode() + b"\n"


def decode(content: bytes) -> Manifest:
    """Read one. Raises ``RefusedError`` for whatever is not exactly a manifest of this form."""
    try:
        told = json.loads(content)
        if told["format"] != FORMAT:
            raise RefusedError("unknown-format", f"the bundle has form {told['format']!r}; this kiosk knows {FORMAT}")
        manifest = Manifest(
            version=_word(told["version"], _NUMBER),
            follows=_word(told["follows"], _NUMBER),
            machine=_word(told["machine"], _MACHINE),
            python=_word(told["python"], _PYTHON),
            made_at=_word(told["made_at"], re.compile(r"[0-9TZ:.+-]{10,40}")),
            schema={_word(name, _MACHINE): _count(steps) for name, steps in told["schema"].items()},
            payload=_entry(told["payload"]),
            files={str(name): _entry(entry) for name, entry in told["files"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedError("bad-manifest", "the manifest can't be read") from error
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    if not 0 < len(manifest.files) <= MOST_FILES or manifest.size > MOST_BYTES or manifest.payload.size > MOST_BYTES:
        raise RefusedError("too-large", "the bundle holds more than any version of the kiosk")
    folders = {"/".join(parts[:place]) for parts in _split(manifest) for place in range(1, len(parts))}
    for name in manifest.files:
        if not _safe(name) or name in (OWN, PYTHON) or name in folders:
            raise RefusedError("unsafe-path", "the bundle names a file outside of its own folder")
    if PROGRAM not in manifest.files or "pyvenv.cfg" not in manifest.files:
        raise RefusedError("bad-manifest", "the bundle holds no kiosk")


def _split(manifest: Manifest) -> list[list[str]]:
    return [name.split("/") for name in manifest.files]


def _safe(name: str) -> bool:
    """A relative path without a way out, in names that every file system takes."""
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") and len(part.encode("utf-8", "replace")) <= 200 for part in parts)
    return plain and len(parts) <= 30 and name.isprintable() and "\\" not in name


def _plain(entry: Entry) -> list[Any]:
    return [entry.sha256, entry.size, entry.executable]


def _entry(told: Any) -> Entry:
    sha256, size, executable = told
    if not isinstance(executable, bool):
        raise TypeError
    return Entry(_word(sha256, _HASH), _count(size), executable)


def _word(told: Any, form: re.Pattern[str]) -> str:
    if not isinstance(told, str) or not form.fullmatch(told):
        raise ValueError
    return told


def _count(told: Any) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= MOST_BYTES:
        raise ValueError
    return told
