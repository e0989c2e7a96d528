"""The rules of a site as people read, compare and edit them: YAML, without the drawings.

A floor plan and photographs are thousands of numbers that nobody edits in a text. In their place stands ``kept`` with a
mark, by which the reader sees whether they are others, and which leaves them as they are in the version under it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

import msgspec
import yaml

from central import site_files
from central.site_files import SiteFileError
from kiosk.sync.messages import AreaMessage, SiteRecord

WIDTH = 100
AROUND = 3
"""Lines that are shown before and after what differs."""


def written(rules: SiteRecord, series: str, *, whole: bool = False) -> str:
    """The rules as YAML; ``whole`` with the drawings, as a file that ``central seed --site`` takes."""
    plain: dict[str, Any] = {"id": rules.id, "series": series} | _without_nothing(msgspec.to_builtins(rules))
    plain.pop("record", None)
    if not whole:
        if rules.plan is not None:
            plain["plan"] = _mark(plain["plan"])
        areas = plain.get("areas", [])
        plain["areas"] = [area | {"photo": _mark(area["photo"])} if area.get("photo") else area for area in areas]
    text: str = yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return text


def read(text: str, under: SiteRecord) -> tuple[SiteRecord, str]:
    """The rules in a text, with the drawings of ``under`` where it keeps them. Raises ``SiteFileError``."""
    try:
        found = site_files.plain(text)
    except (ValueError, RecursionError) as error:
        raise SiteFileError(str(error)) from error
    if not isinstance(found, Mapping):
        raise SiteFileError("site: it must be a mapping with id, name, zone …")
    if "extends" in found:
        raise SiteFileError("site: extends is for files on the centre's own machine")
    plain = dict(found)
    if plain.get("id") != under.id:
        raise SiteFileError(f"site: its id is {under.id}, and stays so")
    if isinstance(plain.get("plan"), str):
        plain["plan"] = _kept("plan", plain["plan"], msgspec.to_builtins(under.plan))
    if isinstance(plain.get("areas"), list):
        plain["areas"] = [_with_photo(area, under.areas) for area in plain["areas"]]
    return site_files.site(plain)


class Sort(StrEnum):
    """What a line is in a comparison."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    LEFT_OUT = "left-out"
    """Here lines are left out that are the same; the text is their number."""


@dataclass(frozen=True)
class Line:
    """One line of a comparison."""

    sort: Sort
    text: str


def compared(old: str, new: str) -> Sequence[Line]:
    """What differs, line by line, with a little of what is around it; empty where nothing does."""
    before, after = old.splitlines(), new.splitlines()
    groups = list(SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND))
    found: list[Line] = []
    told = 0
    for group in groups:
        first = group[0][1]
        if first > told:
            found.append(Line(Sort.LEFT_OUT, str(first - told)))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [Line(Sort.SAME, one) for one in before[i1:i2]]
            else:
                found += [Line(Sort.REMOVED, one) for one in before[i1:i2]]
                found += [Line(Sort.ADDED, one) for one in after[j1:j2]]
        told = group[-1][2]
    if groups and told < len(before):
        found.append(Line(Sort.LEFT_OUT, str(len(before) - told)))
    return found


class _Dumper(yaml.SafeDumper):
    """Lists are set in below what they belong to, and nothing is written as a reference to something above."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _without_nothing(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nothing(one) for name, one in value.items() if one is not None}
    return [_without_nothing(one) for one in value] if isinstance(value, list | tuple) else value


def _mark(drawing: object) -> str:
    return f"kept {hashlib.sha256(msgspec.json.encode(_without_nothing(drawing))).hexdigest()[:8]}"


def _with_photo(area: object, under: Sequence[AreaMessage]) -> object:
    if not isinstance(area, Mapping) or not str(area.get("photo") or "").startswith("kept "):
        return area
    photo = next((one.photo for one in under if one.id == area.get("id")), None)
    return {**area, "photo": _kept(f"photo of {area.get('id')}", str(area["photo"]), photo or None)}


def _kept(where: str, mark: str, drawing: object) -> object:
    if drawing is None or mark != _mark(drawing):
        raise SiteFileError(f"{where}: these rules have no such drawing; it is loaded by `central seed --site`")
    return drawing
