"""The words of the pages, in the languages of the staff. Keys stand in central/locale/*/LC_MESSAGES/central.po."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date

from kiosk.texts import autonym, date_in_figures, in_its_words, locale_of, time_of_day

CATALOGUES = Path(__file__).parent.parent / "locale"
DOMAIN = "central"
LANGUAGES = ("fi", "sv", "en")
FALLBACK = "fi"
Day = date
"""By another name than that of the method."""


class UnknownWordError(KeyError):
    """A key that the catalogue does not hold."""


@cache
def catalogue_of(language: str) -> gettext.NullTranslations:
    """A compiled catalogue; an empty one where there is none."""
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)


@dataclass(frozen=True)
class Words:
    """Words, times and names in one language, on the wall clock of one time zone."""

    language: str
    zone: str = "Europe/Helsinki"

    def say(self, key: str, /, **data: object) -> str:
        """The words of a key with the data in their places; the first whole number is what they agree with.

        Moments become times of day. Raises ``UnknownWordError``.
        """
        catalogue = catalogue_of(self.language)
        number = next((one for one in data.values() if isinstance(one, int) and not isinstance(one, bool)), None)
        words = key if number is None else catalogue.ngettext(key, key, number)
        if words == key:
            words = catalogue.gettext(key)
        if words == key:
            raise UnknownWordError(f"{key} has no words in {self.language}")
        return words.format_map({name: self._shown(one) for name, one in data.items()})

    def time(self, moment: datetime) -> str:
        """The time of day: ``9.05`` or ``09:05``."""
        return time_of_day(moment.astimezone(ZoneInfo(self.zone)), self.language)

    def date(self, moment: datetime) -> str:
        """The date without the year."""
        return date_in_figures(moment.astimezone(ZoneInfo(self.zone)), self.language)

    def day(self, moment: datetime) -> str:
        """The day of the week with the date."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return f"{format_date(local, 'cccc', locale=locale_of(self.language))} {date_in_figures(local, self.language)}"

    def whole_date(self, day: Day) -> str:
        """A date with its day of the week and its year, in short."""
        form = "EEE d MMM yyyy" if self.language == "en" else "EEE d.M.yyyy"
        return format_date(day, form, locale=locale_of(self.language))

    def month(self, day: Day) -> str:
        """The month of a date, with its year."""
        name = format_date(day, "LLLL yyyy", locale=locale_of(self.language))
        return name[:1].upper() + name[1:]

    def name(self, names: Mapping[str, str]) -> str:
        """What a site calls something."""
        return in_its_words(dict(names), self.language)

    def minutes(self, span: timedelta) -> int:
        """Whole minutes of a span; never fewer than none."""
        return max(0, int(span.total_seconds() // 60))

    def _shown(self, datum: object) -> str:
        if isinstance(datum, datetime):
            return self.time(datum)
        if isinstance(datum, Mapping):
            return self.name(datum)
        return str(datum)


def autonyms() -> Mapping[str, str]:
    """The languages by their own names."""
    return {language: autonym(language) for language in LANGUAGES}


def preferred(header: str) -> str:
    """The first of our languages in ``Accept-Language`` (RFC 9110, 12.5.4) by its weight; else that of the house."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, parameters = part.partition(";")
        try:
            weight = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        language = tag.strip().lower().split("-")[0]
        if language in LANGUAGES and weight > 0:
            wanted.append((-weight, place, language))
    return min(wanted)[2] if wanted else FALLBACK
