"""The words of the pages: complete in each language, used, and said right."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from babel.messages import pofile

import central
from central.pages import words
from central.pages.words import FALLBACK, LANGUAGES, UnknownWordError, Words, preferred
from central.people.actions import Action

ROOT = Path(central.__file__).parent
MORNING = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@cache
def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """Each key with its forms, after the first of which its context stands."""
    with (words.CATALOGUES / language / "LC_MESSAGES" / f"{words.DOMAIN}.po").open("rb") as file:
        found = pofile.read_po(file, abort_invalid=True)
    entries: dict[str, tuple[str, ...]] = {}
    for entry in found:
        if not entry.id:
            continue
        key, agrees_with = (entry.id, "") if isinstance(entry.id, str) else (entry.id[0], entry.id[1])
        assert key not in entries, f"{key} stands there twice"
        assert entry.auto_comments, f"{key} has no context"
        forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        assert not agrees_with or f"{{{agrees_with}}}" in forms[-1], f"{key} has no place for {agrees_with}"
        entries[key] = forms
    return entries


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{\w+}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_missing_and_none_is_empty(language: str) -> None:
    house, said = catalogue(FALLBACK), catalogue(language)
    assert list(said) == list(house)
    assert len(said) > 40
    for key, forms in said.items():
        assert all(form.strip() == form and form for form in forms), f"{key} in {language}"
        assert placeholders(forms[-1]) == placeholders(house[key][-1]), f"{key} in {language}"
        assert len(forms) == len(house[key]), f"{key} in {language}"


def test_every_key_is_used() -> None:
    files = [*(ROOT / "pages").rglob("*.py"), *(ROOT / "pages").rglob("*.html"), *(ROOT / "alarms").rglob("*.py")]
    source = "".join(path.read_text() for path in files)
    made = re.findall(r'f"([a-z][\w.-]*)\{[^}]+\}([\w.-]*)"', source)
    made += [(front, "") for front in re.findall(r'"([a-z][\w.-]*[.-])" ?~', source)]
    for key in catalogue(FALLBACK):
        built = any(len(front) > 2 and key.startswith(front) and key.endswith(back) for front, back in made)
        assert f'"{key}"' in source or built, f"{key} is not used"


def test_sentences_are_short() -> None:
    for language in LANGUAGES:
        for key, forms in catalogue(language).items():
            for sentence in re.split(r"[.!?:…](?:\s|$)", forms[-1]):
                assert len(sentence.split()) <= 14, f"{key} in {language}: {sentence}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_log_has_words_for_everything_that_staff_do(language: str) -> None:
    did = {key.removeprefix("log.did.") for key in catalogue(language) if key.startswith("log.did.")}
    assert did == set(Action)


@pytest.mark.parametrize(("language", "time", "day"), [
    ("fi", "9.05", "maanantai 23.11."), ("sv", "09:05", "måndag 23.11"), ("en", "9.05", "Monday 23/11"),
])  # fmt: skip
def test_times_are_those_of_the_site(language: str, time: str, day: str) -> None:
    said = Words(language, "Europe/Helsinki")
    assert (said.time(MORNING), said.day(MORNING)) == (time, day)
    assert time in said.say("live.broken", time=MORNING)
    with pytest.raises(UnknownWordError):
        said.say("no.such-key")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fi"),
        ("sv", "sv"),
        ("en-GB,en;q=0.9,fi;q=0.8", "en"),
        ("ru, sv;q=0.3, en;q=0.4", "en"),
        ("de, *;q=0.5", "fi"),
        ("en;q=0, sv;q=x, fi;q=0.1", "fi"),
        (",;;q=,", "fi"),
    ],
)
def test_the_browser_says_which_language(header: str, language: str) -> None:
    assert preferred(header) == language
