"""Sites written by people: the examples of this package, and files of the same form."""

import string
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import msgspec
import yaml

from central import site_rules
from central.site_rules import SiteRulesError
from kiosk.sync.messages import SiteRecord

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
    return plain((files("central") / "sites" / f"{name}.yaml").read_text("utf-8"))


def from_file(path: Path) -> object:
    """A site as it is written in a YAML or JSON file. Raises ``SiteFileError``."""
    try:
        return plain(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SiteFileError(f"{path}: {error}") from error


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
