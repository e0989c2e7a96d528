"""Words: the one place that makes sentences, for screen, speech, slip and technician alike.

Catalogues are gettext files by language under ``locale/``; times are said as CLDR has it for Finland.
"""

import gettext
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_skeleton, format_time

from kiosk.checkin.site import LocalText
from kiosk.checkin.wording import Datum, Text

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "kiosk"
FALLBACK = "fi"
"""The language of the house: what a site left unsaid in another language is said in this one."""


class UnknownTextError(KeyError):
    """A key that the catalogue of that language does not hold."""


def say(text: Text, language: str) -> str:
    """``text`` in words.

    A datum that is a moment, ``x``, also gives ``{x_day}``, the day of the week, and ``{x_date}``, the date.
    Raises ``UnknownTextError`` for a key without words.
    """
    if text.key == "named":
        return _local(text.data["name"], language)
    if text.key == "time":
        return _worded(text.data, language)["time"]
    return sentence(text.key, language).format_map(_worded(text.data, language))


def sentence(key: str, language: str) -> str:
    """The catalogue's words for a key, place holders and all."""
    words = _catalogue(language).gettext(key)
    if words == key:
        raise UnknownTextError(f"{key} has no words in {language}")
    return words


def time_of_day(moment: datetime, language: str) -> str:
    """``9.00`` or ``09:00``, as is usual in that language in Finland."""
    return format_time(moment, "short", locale=_locale(language))


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue."""
    return tuple(sorted(path.name for path in CATALOGUES.iterdir() if (path / "LC_MESSAGES").is_dir()))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGUES, [language])


def _locale(language: str) -> str:
    return f"{language}_FI"


def _worded(data: Mapping[str, Datum], language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, datum in data.items():
        if isinstance(datum, datetime):
            words[name] = time_of_day(datum, language)
            words[f"{name}_day"] = format_date(datum, "EEEE", locale=_locale(language))
            words[f"{name}_date"] = format_skeleton("Md", datum, locale=_locale(language))
        elif isinstance(datum, str | int):
            words[name] = str(datum)
        else:
            words[name] = _local(datum, language)
    return words


def _local(words: Datum, language: str) -> str:
    named: LocalText = words if isinstance(words, Mapping) else {FALLBACK: str(words)}
    return named.get(language) or named.get(FALLBACK) or next(iter(named.values()), "")
