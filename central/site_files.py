"""Sites written by people: the examples of this package, and files of the same form."""

import string
from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from central import floor_plan, site_photo
from kiosk.sync import site_rules
from kiosk.sync.messages import SiteRecord
from kiosk.sync.site_rules import SiteRulesError

_R = TypeVar("_R")

DEFAULT_SERIES = "A"
EXAMPLES = ("itakatu", "kalasatama", "vuosaari")
"""The example sites. They are neighbours: where one is loaded, the centre comes to know the others too."""


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
    if name not in EXAMPLES:
        return None
    folder = files("central") / "sites"
    return _with_drawings(plain((folder / f"{name}.yaml").read_text("utf-8")), folder)


def from_file(path: Path) -> object:
    """A site as it is written in a YAML or JSON file, with the drawings beside it. Raises ``SiteFileError``."""
    try:
        written = plain(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SiteFileError(f"{path}: {error}") from error
    return _with_drawings(written, path.parent)


def _with_drawings(written: object, folder: Traversable) -> object:
    """The site with what its plan and its photographs are, in the place of the names of their files."""
    if not isinstance(written, dict):
        return written
    plan, areas = written.get("plan"), written.get("areas")
    if isinstance(plan, str):
        written = {**written, "plan": msgspec.to_builtins(_read(folder, plan, floor_plan.read))}
    if isinstance(areas, list):
        written = {**written, "areas": [_with_photo(area, folder) for area in areas]}
    return written


def _with_photo(area: object, folder: Traversable) -> object:
    if not isinstance(area, dict) or not isinstance(area.get("photo"), str):
        return area
    return {**area, "photo": _read(folder, area["photo"], site_photo.read)}


def _read(folder: Traversable, name: str, reading: Callable[[bytes], _R]) -> _R:
    try:
        return reading((folder / name).read_bytes())
    except OSError as error:
        raise SiteFileError(f"{name}: {error.strerror}") from error
    except (floor_plan.DrawingError, site_photo.PhotoError) as error:
        raise SiteFileError(f"{name}: {error}") from error


def named(name: str) -> object:
    """The example of this name, or what is written in the file of this name. Raises ``SiteFileError``."""
    written = example(name)
    if written is None and Path(name).suffix:
        written = from_file(Path(name))
    if written is None:
        raise SiteFileError(f"site: no site here and no example is called {name}")
    return written


def site(written: object) -> tuple[SiteRecord, str]:
    """The rules of a site and its shared series. Raises ``SiteFileError``.

    A site may be written as another one (``extends``: an example or a file) with what is different in it.
    """
    whole = _extended(written)
    try:
        rules = msgspec.convert(whole, SiteRecord, strict=False)
        series = msgspec.convert(whole, _Series, strict=False).series
        site_rules.check(rules, series)
    except msgspec.ValidationError as error:
        raise SiteFileError(f"site: {error}") from error
    except SiteRulesError as error:
        raise SiteFileError(f"site: {error}") from error
    if not (1 <= len(series) <= 2 and set(series) <= set(string.ascii_uppercase)):
        raise SiteFileError("site: series must be one or two capital letters")
    return rules, series


def _extended(written: object) -> object:
    if not isinstance(written, Mapping) or "extends" not in written:
        return written
    base = _extended(named(str(written["extends"])))
    return _merged(base, {name: value for name, value in written.items() if name != "extends"})


def _merged(base: object, over: object) -> object:
    """Mappings are merged, everything else is replaced."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    return {**base, **{name: _merged(base.get(name), value) for name, value in over.items()}}
