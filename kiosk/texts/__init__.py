"""Words: the one place that makes sentences, for screen, speech, slip and technician alike.

Under ``locale/`` each language has a folder. ``kiosk.po`` in it is what clients see and makes the language one that is
offered; ``service.po`` is what only staff see, and a language without it has the house's. Each key stands in one of the
two.

Languages, plural rules, dates and times are as the CLDR has them, asked through Babel. Where it knows how a language is
written in Finland (``fi_FI``, ``sv_FI``, ``en_FI``), as in Finland; elsewhere as that language has it, with three
exceptions, so that what stands on the screen is what stands on the wall clock and in the letter:

- Hours are counted to 24, though Somali and Arabic count to 12 elsewhere.
- Digits are Western in every language, as in ticket numbers. Babel writes dates and times with no others.
- The day stands before the month. A language that has it the other way round (Somali, Persian, Chinese), where 11/5
  could be read as either, gets the Finnish 5.11.; the marks that turn 5/11 round in Arabic are left out.
"""

import gettext
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError, localedata
from babel.dates import format_date, format_time

from kiosk.checkin.site import LocalText
from kiosk.checkin.wording import Datum, Spelled, Text

CATALOGUES = Path(__file__).parent.parent / "locale"
CLIENTS, STAFF = "kiosk", "service"
"""The two catalogues of a language."""
FALLBACK = "fi"
"""The language of the house: what a site or a catalogue for staff left unsaid in another is said in this one."""

FIRST_STRONG_ISOLATE = "\N{FIRST STRONG ISOLATE}"
POP_ISOLATE = "\N{POP DIRECTIONAL ISOLATE}"
_FINNISH_DATE = "d.M."


class UnknownTextError(KeyError):
    """A key that no catalogue of that language holds."""


def say(text: Text, language: str) -> str:
    """``text`` in words.

    A datum that is a moment, ``x``, also gives ``{x_day}``, the day of the week, and ``{x_date}``, the date. Words that
    depend on a number agree with the first whole number of the data. In a language written from right to left each
    datum is isolated, so that its own order stays as it is ("•• 67", "Odotusalue B2"; Unicode Annex 9, 2.4).
    Raises ``UnknownTextError`` for a key without words.
    """
    if text.key == "named":
        return in_its_words(text.data["name"], language)
    if text.key == "language":
        return autonym(str(text.data["code"]))
    if text.key == "time":
        return _worded(text.data, language)["time"]
    words, spoken = words_of(text.key, language, number_of(text.data))
    data = _worded(text.data, spoken)
    if direction(spoken) == "rtl":
        data = {name: f"{FIRST_STRONG_ISOLATE}{datum}{POP_ISOLATE}" for name, datum in data.items()}
    return words.format_map(data)


def sentence(key: str, language: str, number: int | None = None) -> str:
    """The catalogue's words for a key, place holders and all; ``number`` is what they agree with, where they do."""
    return words_of(key, language, number)[0]


def time_of_day(moment: datetime, language: str) -> str:
    """``9.00`` or ``09:00``, as is usual in that language in Finland."""
    locale = locale_of(language)
    usual = locale.time_formats["short"].pattern
    twelve_hours = set("abB") & set(usual)
    return format_time(moment, locale.datetime_skeletons["Hm"].pattern if twelve_hours else usual, locale=locale)


def date_in_figures(moment: datetime, language: str) -> str:
    """``5.11.`` or ``05/11``: the day, then the month."""
    locale = locale_of(language)
    skeleton = locale.datetime_skeletons.get("Md")
    usual = "" if skeleton is None else "".join(c for c in skeleton.pattern if unicodedata.category(c) != "Cf")
    day_first = -1 < usual.find("d") < usual.find("M")
    return format_date(moment, usual if day_first else _FINNISH_DATE, locale=locale)


def languages() -> tuple[str, ...]:
    """The languages that clients can be served in: those with a catalogue of their own, compiled."""
    return _with(CLIENTS)


def service_languages() -> tuple[str, ...]:
    """The languages that staff and technicians can read."""
    return _with(STAFF)


def autonym(language: str) -> str:
    """A language's name for itself: ``Suomi``. What CLDR does not know keeps its code."""
    if not _is_known(language):
        return language
    name = Locale.parse(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


def direction(language: str) -> str:
    """``ltr`` or ``rtl``: which way the language is written (CLDR, ``characterOrder``)."""
    return locale_of(language).text_direction


def _with(domain: str) -> tuple[str, ...]:
    folders = CATALOGUES.glob(f"*/LC_MESSAGES/{domain}.mo")
    return tuple(sorted(name for path in folders if _is_known(name := path.parents[1].name)))


@cache
def _is_known(language: str) -> bool:
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def words_of(key: str, language: str, number: int | None) -> tuple[str, str]:
    """The words of a key, and the language that they are in."""
    for domain, spoken in ((CLIENTS, language), (STAFF, language), (STAFF, FALLBACK)):
        catalogue = catalogue_of(domain, spoken)
        words = key if number is None else catalogue.ngettext(key, key, number)
        if words == key:
            words = catalogue.gettext(key)
        if words != key:
            return words, spoken
    raise UnknownTextError(f"{key} has no words in {language}")


@cache
def catalogue_of(domain: str, language: str) -> gettext.NullTranslations:
    """A compiled catalogue; an empty one where there is none."""
    return gettext.translation(domain, CATALOGUES, [language], fallback=True)


@cache
def locale_of(language: str) -> Locale:
    """How the language is written in Finland, where the CLDR knows that."""
    in_finland = f"{language}_FI"
    return Locale.parse(in_finland if localedata.exists(in_finland) else language)


def number_of(data: Mapping[str, Datum]) -> int | None:
    """The number that the words agree with."""
    return next((datum for datum in data.values() if isinstance(datum, int)), None)


def _worded(data: Mapping[str, Datum], language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, datum in data.items():
        if isinstance(datum, datetime):
            words[name] = time_of_day(datum, language)
            words[f"{name}_day"] = format_date(datum, "EEEE", locale=locale_of(language))
            words[f"{name}_date"] = date_in_figures(datum, language)
        elif isinstance(datum, Spelled):
            words[name] = datum.characters
        elif isinstance(datum, str | int):
            words[name] = str(datum)
        else:
            words[name] = in_its_words(datum, language)
    return words


def in_its_words(words: Datum, language: str) -> str:
    """What a site calls something, in that language or else the house's."""
    named: LocalText = words if isinstance(words, Mapping) else {FALLBACK: str(words)}
    return named.get(language) or named.get(FALLBACK) or next(iter(named.values()), "")
