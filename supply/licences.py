"""Under which licence each part stands, and whether that was approved. ``licences.toml`` says what was, and why.

SPDX licence expressions (ISO/IEC 5962, annex D), read by license-expression.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing

from supply.lock import ROOT

TABLE = Path(__file__).with_name("licences.toml")

CLASSIFIERS: Mapping[str, str] = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Those that can mean one licence only. "BSD License" may be any of four: such a part is stated by hand."""

SPDX = get_spdx_licensing()


@dataclass(frozen=True)
class Approved:
    """``everywhere``: licences that any part may have. ``for_some``: those that only the named parts may have."""

    everywhere: frozenset[str]
    for_some: Mapping[str, frozenset[str]]
    stated: Mapping[str, str]


@cache
def approved() -> Approved:
    """What ``licences.toml`` says."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return Approved(
        frozenset(table["everywhere"]),
        {licence: frozenset(row["parts"]) for licence, row in table["for-some"].items()},
        {part: row["licence"] for part, row in table["stated"].items()},
    )


def licence_of(name: str) -> str | None:
    """The SPDX expression of an installed distribution; ``None`` where nobody has found it out."""
    stated = approved().stated.get(name)
    if stated is not None:
        return stated
    about = metadata.metadata(name)
    for told in (*_told(about, "License-Expression"), *_told(about, "License")):
        if _valid(told):
            return str(SPDX.parse(told))
    named = {CLASSIFIERS.get(line) for line in _told(about, "Classifier") if line.startswith("License ::")}
    return named.pop() if len(named) == 1 else None


def refused(name: str, licence: str | None) -> str:
    """Why a part may not be used under this licence; empty where it may."""
    if licence is None:
        return f"{name}: its licence is not known. Read it, and state it in {TABLE.relative_to(ROOT)}"
    if not _valid(licence):
        return f"{name}: {licence!r} is no SPDX expression"
    if not _allowed(name, SPDX.parse(licence)):
        return f"{name}: {licence} is not approved in {TABLE.relative_to(ROOT)}"
    return ""


def _allowed(name: str, node: Any) -> bool:
    if isinstance(node, SPDX.OR):
        return any(_allowed(name, one) for one in node.args)
    if isinstance(node, SPDX.AND):
        return all(_allowed(name, one) for one in node.args)
    found = approved()
    licence = str(node)
    return licence in found.everywhere or name in found.for_some.get(licence, ())


def _told(about: metadata.PackageMetadata, field: str) -> list[str]:
    return [line for line in about.get_all(field) or [] if line.strip()]


def _valid(text: str) -> bool:
    try:
        SPDX.parse(text, validate=True, strict=True)
    except ExpressionError:
        return False
    return True


def never_used() -> Iterator[str]:
    """Parts that ``licences.toml`` states or excepts though nothing of that name is installed: rows to take out."""
    found = approved()
    names = {*found.stated, *(part for parts in found.for_some.values() for part in parts)}
    for name in sorted(names):
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name
