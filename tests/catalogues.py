"""The catalogues as translators see them: words, plural forms, context, limits and header fields."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from babel.messages import pofile

from kiosk import texts

SAMPLES = {
    "time": "12.30",
    "number": "A 042",
    "phone": "•• ••• 567",
    "portal": "Omaolo",
    "place": "Odotusalue B2",
    "minutes": "20",
    "waiting": "12",
    "floor": "2",
}
"""What comes into the place holders of texts that have a limit, at its usual length."""


@dataclass(frozen=True)
class Entry:
    """One text: every plural form of it, or the only one. ``agrees_with`` is empty where there is only one."""

    key: str
    forms: tuple[str, ...]
    agrees_with: str
    context: tuple[str, ...]

    @property
    def most(self) -> int | None:
        """How many characters there is room for."""
        limits = [int(line.removeprefix("max ")) for line in self.context if re.fullmatch(r"max \d+", line)]
        return limits[0] if limits else None

    @property
    def longest(self) -> int:
        """The length of the longest form, with the place holders filled."""
        return max(len(form.format_map(SAMPLES)) for form in self.forms)

    @property
    def is_prose(self) -> bool:
        """Whether it is whole sentences, not the name of something."""
        return self.forms[-1].endswith((".", "!", "?", "…", "。", "؟"))


def source(language: str, domain: str = texts.CLIENTS, root: Path | None = None) -> Path:
    return (root or texts.CATALOGUES) / language / "LC_MESSAGES" / f"{domain}.po"


@cache
def catalogue(language: str, domain: str = texts.CLIENTS) -> Mapping[str, Entry]:
    with source(language, domain).open("rb") as file:
        found = pofile.read_po(file, abort_invalid=True)
    entries: dict[str, Entry] = {}
    for entry in found:
        if not entry.id:
            continue
        key, agrees_with = (entry.id, "") if isinstance(entry.id, str) else entry.id
        forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        assert key not in entries, key
        entries[key] = Entry(key, forms, agrees_with, tuple(entry.auto_comments))
    return entries


def fields(language: str, domain: str = texts.CLIENTS) -> Mapping[str, str]:
    """The header of a catalogue. Babel keeps only the fields that it knows."""
    header = source(language, domain).read_text().split("\n\n", 1)[0]
    return dict(re.findall(r'^"([\w-]+): (.*)\\n"$', header, re.MULTILINE))


def listed(language: str, field: str) -> tuple[str, ...]:
    """A header field with several values."""
    return tuple(word.strip() for word in fields(language)[field].split(";"))


@contextmanager
def spoken_from(root: Path) -> Iterator[None]:
    """Speak from the catalogues in another folder, as if the kiosk had been installed with them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "CATALOGUES", root)
        texts.catalogue_of.cache_clear()
        try:
            yield
        finally:
            texts.catalogue_of.cache_clear()
