"""What ``requirements.lock`` pins, and which of it each Debian package needs."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"

PACKAGES: Mapping[str, tuple[str, ...]] = {"kiosk": (), "kiosk-central": ("central",)}
"""The Debian packages, and which extras of the wheel each of them has."""

_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One version of one distribution. ``hashes`` are the SHA-256 of the files that may be installed for it."""

    name: str
    version: str
    hashes: tuple[str, ...]


class LockError(Exception):
    """The lock and what is installed do not fit together; the message says where."""


def pins(text: str) -> Mapping[str, Pin]:
    """Each pin by its canonical name. Raises ``LockError`` for one without a hash."""
    found = {}
    for entry in re.split(r"\n(?=\S)", text):
        match = _PIN.match(entry)
        if match is None:
            continue
        pin = Pin(str(canonicalize_name(match[1])), match[2], tuple(_HASH.findall(entry)))
        if not pin.hashes:
            raise LockError(f"{pin.name} has no hash")
        found[pin.name] = pin
    return found


def locked() -> Mapping[str, Pin]:
    """What the lock of this product pins."""
    return pins(LOCK.read_text(encoding="utf-8"))


def asked_for(extras: Iterable[str]) -> tuple[str, ...]:
    """What ``pyproject.toml`` asks for by itself and with these extras."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return (*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra]))


def direct(extras: Iterable[str]) -> tuple[str, ...]:
    """The same by name, without repetition."""
    return tuple(sorted({str(canonicalize_name(Requirement(line).name)) for line in asked_for(extras)}))


def needed(extras: Iterable[str] = ()) -> Mapping[str, tuple[str, ...]]:
    """Everything that these extras bring: each distribution by name, with those that it needs itself.

    Reads what is installed. Raises ``LockError`` where something needed is not.
    """
    found: dict[str, tuple[str, ...]] = {}
    waiting = [(name, of) for line in asked_for(extras) for name, of in _applies(line, frozenset())]
    seen = set(waiting)
    while waiting:
        name, with_extras = waiting.pop()
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError as error:
            raise LockError(f"{name} is not installed; `make` installs what the lock pins") from error
        more = [one for line in lines for one in _applies(line, with_extras)]
        found[name] = tuple(sorted({*found.get(name, ()), *(one for one, _ in more)}))
        waiting += [one for one in dict.fromkeys(more) if one not in seen]
        seen.update(more)
    return found


def _applies(line: str, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """The distribution that a line asks for on this machine with these extras, or nothing."""
    wanted = Requirement(line)
    if wanted.marker is not None and not any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
        return []
    return [(str(canonicalize_name(wanted.name)), frozenset(wanted.extras))]
