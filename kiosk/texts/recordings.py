"""Words as recordings: what each is called, for a language that no voice speaks (docs/speech.md)."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from babel.dates import format_date

from kiosk.checkin.tell.aloud import Recording
from kiosk.checkin.wording import Datum, Spelled, Text
from kiosk.texts import CLIENTS, FALLBACK, catalogue_of, in_its_words, locale_of, number_of, sentence, words_of
from kiosk.texts.aloud import SIGNS, as_heard, say_aloud


def recordings(text: Text, language: str) -> tuple[Recording, ...]:
    """The recordings that say ``text``, one after the other, for a language without a voice (docs/speech.md).

    A sentence has one, or one for each part between its place holders. Raises as ``say`` does.
    """
    match text.key:
        case "named" | "time" | "spelled":
            return tuple(_recorded_datum("", next(iter(text.data.values())), language))
        case "language":
            return (Recording(f"language/{text.data['code']}", say_aloud(text, language), language),)
    words, spoken = words_of(text.key, language, number_of(text.data))
    found: list[Recording] = []
    for piece in _pieces(_recording_name(text, spoken), words):
        if isinstance(piece, tuple):
            found.append(Recording(piece[0], as_heard(piece[1], spoken), spoken))
        else:
            name, _, part = piece.partition("_")
            found.extend(_recorded_datum(part, text.data[name], language))
    return tuple(found)


def needed_recordings(language: str) -> Iterator[tuple[str, str]]:
    """Each recording that a language needs whatever the site, with its words: sentences, characters, numbers, days."""
    for key, forms in _client_texts(language).items():
        named = [(key if len(forms) == 1 else f"{key}.{n}", words) for n, words in enumerate(forms)]
        for name, words in named:
            yield from ((one, as_heard(part, language)) for one, part in _fixed(name, words))
    yield from ((f"character/{character}", character) for character in "abcdefghijklmnopqrstuvwxyz0123456789")
    yield from ((f"character/{sign[6:]}", sentence(sign, language)) for sign in SIGNS.values())
    yield from ((f"number/{number}", str(number)) for number in range(60))
    yield from ((f"minute/{number:02}", f"{number:02}") for number in range(1, 60))
    locale = locale_of(language)
    yield from ((f"day/{n + 1}", locale.days["format"]["wide"][n]) for n in range(7))
    yield from ((f"month/{n}", locale.months["format"]["wide"][n]) for n in range(1, 13))


def _client_texts(language: str) -> Mapping[str, tuple[str, ...]]:
    """Every text for clients that can be said, in all its plural forms. What only a slip says is not."""
    silent = ("ticket.", "slip.", "aloud.in-full", "aloud.hour", "aloud.dash", "aloud.plus")
    catalogue = catalogue_of(CLIENTS, language)
    kept: Mapping[str | tuple[str, int], str] = getattr(catalogue, "_catalog", {})
    found: dict[str, tuple[str, ...]] = {}
    for key, words in kept.items():
        name = key[0] if isinstance(key, tuple) else key
        if name and not name.startswith(silent):
            found[name] = (*found.get(name, ()), words)
    return found


def _recording_name(text: Text, language: str) -> str:
    """The key, and where words depend on a number, which form it is."""
    number, catalogue = number_of(text.data), catalogue_of(CLIENTS, language)
    forms = _client_texts(language).get(text.key, ())
    if number is None or len(forms) < 2:
        return text.key
    return f"{text.key}.{getattr(catalogue, 'plural', int)(number)}"


def _pieces(name: str, words: str) -> Iterator[tuple[str, str] | str]:
    """Each part of a sentence with the name of its recording, and between them the place holders."""
    parts = [part for part in re.split(r"({\w+})", words) if re.search(r"\w", part)]
    count = 0
    for part in parts:
        if part.startswith("{"):
            yield part[1:-1]
        else:
            count += 1
            yield (name if len(parts) == 1 else f"{name}.part-{count}", part.strip())


def _fixed(name: str, words: str) -> Iterator[tuple[str, str]]:
    """The parts of a sentence that are always the same."""
    yield from (piece for piece in _pieces(name, words) if isinstance(piece, tuple))


def _recorded_datum(part: str, datum: Datum, language: str) -> Iterator[Recording]:
    """The recordings of a datum; ``part`` is ``day`` or ``date`` of a moment."""
    match datum:
        case datetime() if part == "day":
            yield Recording(
                f"day/{datum.isoweekday()}", format_date(datum, "EEEE", locale=locale_of(language)), language
            )
        case datetime() if part == "date":
            yield Recording(f"number/{datum.day}", str(datum.day), language)
            month = format_date(datum, "MMMM", locale=locale_of(language))
            yield Recording(f"month/{datum.month}", month, language)
        case datetime():
            yield Recording(f"number/{datum.hour}", str(datum.hour), language)
            if datum.minute:
                yield Recording(f"minute/{datum.minute:02}", f"{datum.minute:02}", language)
        case Spelled(characters):
            for one in re.findall(r"[^\W_]|[-+]", characters):
                name = SIGNS[one][6:] if one in SIGNS else one.lower()
                yield Recording(f"character/{name}", one, language)
        case int() | str():
            yield Recording(f"number/{datum}", str(datum), language)
        case _:
            own = datum.get(language)
            words = own or in_its_words(datum, language)
            slug = re.sub(r"[\W_]+", "-", words.lower()).strip("-")
            yield Recording(f"named/{slug}", as_heard(words, language), language if own else FALLBACK)
