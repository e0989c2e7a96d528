"""Words as a voice is to say them: so that they are heard as they are meant."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from babel.dates import format_date, format_skeleton

from kiosk.checkin.wording import Datum, Spelled, Text
from kiosk.texts import (
    FIRST_STRONG_ISOLATE,
    POP_ISOLATE,
    autonym,
    in_its_words,
    locale_of,
    number_of,
    sentence,
    words_of,
)

_PHONE_NUMBER = re.compile(r"\d{3,}(?:[ \N{NO-BREAK SPACE}]\d{3,})*")
"""Figures in a text for clients that are too long to be a time or a count: 112, 116 117."""
_UNHEARD = str.maketrans({FIRST_STRONG_ISOLATE: None, POP_ISOLATE: None, "\n": " ", "\N{NO-BREAK SPACE}": " "})
SIGNS = {"-": "aloud.dash", "+": "aloud.plus"}
"""What is said of a character that is neither letter nor figure."""


def say_aloud(text: Text, language: str) -> str:
    """``text`` as a voice is to say it: so that it is heard as it is meant.

    Times are hours and minutes ("9 05", "9 o'clock"), dates have the month by its name, phone numbers are said figure
    by figure, and what the catalogue shortens is said in full (``aloud.in-full``). Raises as ``say`` does.
    """
    match text.key:
        case "named":
            return as_heard(in_its_words(text.data["name"], language), language)
        case "language":
            return autonym(str(text.data["code"]))
        case "time" | "spelled":
            return next(iter(_worded_aloud(text.data, language).values()))
    words, spoken = words_of(text.key, language, number_of(text.data))
    return as_heard(words, spoken).format_map(_worded_aloud(text.data, spoken)).translate(_UNHEARD)


def as_heard(words: str, language: str) -> str:
    """Words without what only an eye can read."""
    for short, whole in _abbreviations(language):
        words = short.sub(whole, words)
    words = _PHONE_NUMBER.sub(lambda found: _spelled(found[0], language), words)
    return words.translate(_UNHEARD)


@cache
def _abbreviations(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What the catalogue says in full: ``klo = kello; # min = # minuuttia``, where # is the place of a number."""
    pairs = (pair.partition("=") for pair in sentence("aloud.in-full", language).split(";") if "=" in pair)
    return tuple((_pattern(short.strip()), whole.strip().replace("#", r"\1")) for short, _, whole in pairs)


def _pattern(short: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(short)}(?!\w)".replace(r"\#", r"({\w+})"))


def _spelled(characters: str, language: str) -> str:
    """Each character by itself, with a rest between letters and figures, and words for what is neither."""
    groups = re.findall(r"[^\W\d_]+|\d+|[-+]", characters)
    return ", ".join(words_of(SIGNS[one], language, None)[0] if one in SIGNS else " ".join(one) for one in groups)


def _worded_aloud(data: Mapping[str, Datum], language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, datum in data.items():
        if isinstance(datum, datetime):
            key = "aloud.hour-minute" if datum.minute else "aloud.hour"
            said = sentence(key, language, datum.hour)
            words[name] = said.format(hour=datum.hour, minute=f"{datum.minute:02d}")
            words[f"{name}_day"] = format_date(datum, "EEEE", locale=locale_of(language))
            words[f"{name}_date"] = format_skeleton("MMMMd", datum, locale=locale_of(language))
        elif isinstance(datum, Spelled):
            words[name] = _spelled(datum.characters, language)
        elif isinstance(datum, str | int):
            words[name] = str(datum)
        else:
            words[name] = as_heard(in_its_words(datum, language), language)
    return words
