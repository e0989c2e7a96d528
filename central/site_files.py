"""Sites written by people: the examples of this package, and files of the same form."""

import string
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from kiosk.sync.messages import SiteRecord

DEFAULT_SERIES = "A"


class SiteFileError(Exception):
    """A site cannot be used as it is written. The message names the place."""


class _Series(msgspec.Struct, frozen=True):
    series: str = DEFAULT_SERIES


def plain(text: str) -> object:
    """The YAML (and so the JSON) in a text, all scalars as they are written.

    YAML 1.1 would take the time 10:30 for the number 630 and the language ``no`` for false.
    Raises ``ValueError``, which quotes nothing of the text.
    """
    try:
        return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - the base loader makes nothing but text, lists and maps
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        raise ValueError(f"not YAML at line {mark.line + 1}" if mark else "not YAML") from None


def example(name: str) -> object | None:
    """The example site of this name, as it is written."""
    if not set(name) <= set(string.ascii_lowercase + string.digits + "-"):
        return None
    resource = files("central") / "sites" / f"{name}.yaml"
    return plain(resource.read_text("utf-8")) if resource.is_file() else None


def from_file(path: Path) -> object:
    """A site as it is written in a YAML or JSON file. Raises ``SiteFileError``."""
    try:
        return plain(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SiteFileError(f"{path}: {error}") from error


def site(written: object) -> tuple[SiteRecord, str]:
    """The rules of a site and its shared series. Raises ``SiteFileError``."""
    try:
        rules = msgspec.convert(written, SiteRecord, strict=False)
        series = msgspec.convert(written, _Series, strict=False).series
        ZoneInfo(rules.zone)
    except msgspec.ValidationError as error:
        raise SiteFileError(f"site: {error}") from error
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SiteFileError("site: zone is no name of the time zone database") from error
    if not (1 <= len(series) <= 2 and set(series) <= set(string.ascii_uppercase)):
        raise SiteFileError("site: series must be one or two capital letters")
    if not rules.languages:
        raise SiteFileError("site: it needs at least one language")
    for where, words in _all_words(rules):
        missing = [language for language in rules.languages if not words.get(language)]
        if missing:
            raise SiteFileError(f"site: {where} has no words in {', '.join(missing)}")
    for kind, ids in (("unit", [unit.id for unit in rules.units]), ("area", [area.id for area in rules.areas])):
        if len(set(ids)) != len(ids):
            raise SiteFileError(f"site: two {kind}s have one id")
    return rules, series


def _all_words(rules: SiteRecord) -> list[tuple[str, dict[str, str]]]:
    words = [("name", rules.name), ("desk", rules.desk)]
    words += [(f"unit {unit.id}", unit.name) for unit in rules.units]
    words += [(f"area {area.id}", area.name) for area in rules.areas]
    return words + [(f"directions to {area.id}", area.directions) for area in rules.areas if area.directions]
