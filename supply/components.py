"""What the product carries besides what its lock pins: ``components.toml``, as values."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("components.toml")
CONTROL = Path(__file__).parents[1] / "debian" / "control"

KINDS = (".js", ".ttf", ".otf", ".woff", ".woff2", ".svg", ".jar", ".so", ".wasm")
"""Endings of files of which it must be known where they come from."""


@dataclass(frozen=True)
class TakenOver:
    """A file of others as it lies in this repository. ``package`` is the Debian package it goes to, or empty."""

    name: str
    version: str
    licence: str
    package: str
    file: str
    sha256: str
    purl: str = ""


@dataclass(frozen=True)
class Inside:
    """A library inside of a wheel. ``licence`` and ``purl`` are empty where the wheel's own list lacks them."""

    wheel: str
    name: str
    version: str
    licence: str = ""
    purl: str = ""


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def taken_over() -> tuple[TakenOver, ...]:
    """Every file that was taken over."""
    rows = _table()["taken-over"]
    return tuple(TakenOver(package=row["in"], **{key: row[key] for key in row if key != "in"}) for row in rows)


def ours() -> frozenset[str]:
    """Files with such an ending that are our own."""
    return frozenset(_table()["ours"]["files"])


def stated_inside() -> tuple[Inside, ...]:
    """Libraries that wheels hold without telling."""
    return tuple(Inside(**row) for row in _table()["inside"])


def inside(wheel: str) -> tuple[Inside, ...]:
    """What an installed wheel holds: by its own lists (PEP 770), and what is stated here."""
    told = {(one.name, one.version): one for one in _told_by(wheel)}
    stated = {(one.name, one.version): one for one in stated_inside() if one.wheel == wheel}
    return tuple((told | stated)[key] for key in sorted(told | stated))


def debian(package: str) -> tuple[str, ...]:
    """The Debian packages that a package of ours depends on, by name, as ``debian/control`` has them."""
    return depends(CONTROL.read_text(encoding="utf-8"))[package]


def depends(control: str) -> Mapping[str, tuple[str, ...]]:
    """What each package of a control file depends on: Debian Policy 5.1 and 7.1, the first of alternatives."""
    found = {}
    for stanza in re.split(r"\n\s*\n", control):
        fields = {match[1]: match[2] for match in re.finditer(r"^(\S+):((?:.|\n(?=[ \t]))*)", stanza, re.MULTILINE)}
        if "Package" in fields:
            names = (re.match(r"[a-z0-9][a-z0-9+.-]+", one.strip()) for one in fields.get("Depends", "").split(","))
            found[fields["Package"].strip()] = tuple(sorted({name[0] for name in names if name is not None}))
    return found


def _told_by(wheel: str) -> Iterator[Inside]:
    for path in metadata.files(wheel) or []:
        if path.parent.name == "sboms" and path.suffix == ".json":
            listed = json.loads(path.read_text(encoding="utf-8"))
            for one in listed.get("components", []) if listed.get("bomFormat") == "CycloneDX" else []:
                purl = one.get("purl", "").partition("?")[0].partition("#")[0]
                # A list names the wheel itself and its parts too; what matters is what others have made.
                if f"pkg:pypi/{wheel}" != purl.rpartition("@")[0].replace("_", "-").lower():
                    yield Inside(wheel, one["name"], one.get("version", ""), purl=purl)
