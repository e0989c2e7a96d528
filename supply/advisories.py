"""Known weaknesses from a file: an export of the OSV database, read without a network.

The format is that of the Open Source Vulnerability schema 1.7 (ossf.github.io/osv-schema): one JSON file for each
advisory in a zip, as osv.dev exports it for each ecosystem. Versions are compared as PEP 440 says. For npm that is the
same order as semantic versioning for all releases; the few files taken over from there are releases.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

PYPI, NPM = "PyPI", "npm"


@dataclass(frozen=True)
class Part:
    """Something of which it is asked: its ecosystem, its name there, and its version."""

    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True)
class Finding:
    """An advisory that says that a part is weak. ``fixed`` are the versions in which it no longer is."""

    part: Part
    id: str
    aliases: tuple[str, ...]
    summary: str
    fixed: tuple[str, ...]


class DatabaseError(Exception):
    """The file is no export of OSV. The message is for a person."""


@dataclass(frozen=True)
class Database:
    """All advisories of some exports, and when the newest of them was changed."""

    advisories: tuple[Mapping[str, Any], ...]
    newest: datetime


def read(paths: Iterable[Path]) -> Database:
    """Read exports: zips, or single advisories. Raises ``DatabaseError``."""
    found = [one for path in paths for one in _entries(path)]
    if not found:
        raise DatabaseError("no advisory in it: is it an export of OSV, such as all.zip of PyPI?")
    return Database(tuple(found), max(_moment(one["modified"]) for one in found))


def findings(database: Database, parts: Iterable[Part]) -> Iterator[Finding]:
    """What of the parts is weak, by advisory. Advisories that were withdrawn count no more."""
    asked: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        asked.setdefault((part.ecosystem, _name(part.ecosystem, part.name)), []).append(part)
    for advisory in database.advisories:
        if advisory.get("withdrawn"):
            continue
        seen = set()
        for affected in advisory.get("affected", []):
            package = affected.get("package", {})
            ecosystem = package.get("ecosystem", "").partition(":")[0]
            for part in asked.get((ecosystem, _name(ecosystem, package.get("name", ""))), []):
                if part not in seen and is_affected(affected, part.version):
                    seen.add(part)
                    yield _finding(part, advisory, affected)


def is_affected(affected: Mapping[str, Any], version: str) -> bool:
    """Whether an ``affected`` entry holds for a version: listed by name, or within one of its ranges."""
    wanted = _version(version)
    if any(wanted == _version(one) for one in affected.get("versions", [])):
        return True
    ranges = [one for one in affected.get("ranges", []) if one.get("type") in ("ECOSYSTEM", "SEMVER")]
    return any(_within(one["events"], wanted) for one in ranges)


def _within(events: Iterable[Mapping[str, str]], wanted: Version) -> bool:
    """The algorithm of the schema's chapter on evaluation: the last event at or below the version decides."""
    weak = False
    for version, what in sorted((_version(value), what) for event in events for what, value in event.items()):
        if what == "introduced" and wanted >= version:
            weak = True
        elif (what == "fixed" and wanted >= version) or (what == "last_affected" and wanted > version):
            weak = False
    return weak


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        # A version of before PEP 440, which nothing that is locked can have: older than all others.
        return Version("0.dev0")


def _finding(part: Part, advisory: Mapping[str, Any], affected: Mapping[str, Any]) -> Finding:
    events = [event for one in affected.get("ranges", []) if one.get("type") != "GIT" for event in one["events"]]
    return Finding(
        part,
        advisory["id"],
        tuple(advisory.get("aliases", [])),
        (advisory.get("summary") or advisory.get("details", "").partition("\n")[0])[:200],
        tuple(event["fixed"] for event in events if "fixed" in event),
    )


def _entries(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        if path.suffix == ".json":
            yield _advisory(path.read_bytes())
            return
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    yield _advisory(archive.read(name))
    except (OSError, zipfile.BadZipFile, ValueError, RecursionError) as error:
        raise DatabaseError(f"{path}: {error}") from error


def _advisory(raw: bytes) -> Mapping[str, Any]:
    told = json.loads(raw)
    if not isinstance(told, dict) or not isinstance(told.get("id"), str) or "modified" not in told:
        raise DatabaseError("a file in it is no advisory: it has no id or no time")
    return told


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _name(ecosystem: str, name: str) -> str:
    return str(canonicalize_name(name)) if ecosystem == PYPI else name
