"""A page: what the client is told at a moment, free of layout. Pixels, speech and paper are renderings of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

W = TypeVar("W")
V = TypeVar("V")


class Shape(StrEnum):
    """The few ways a page is laid out. A page has one, so that a new page needs no new layout."""

    WELCOME = "welcome"
    BUSY = "busy"
    ENTRY = "entry"
    QUESTION = "question"
    NUMBER = "number"
    NOTICE = "notice"


class Sign(StrEnum):
    """The faces of truth, told apart by form, words and colour."""

    NONE = "none"
    REGISTERED = "registered"
    RECORDED = "recorded"
    NOT_REGISTERED = "not-registered"


class Role(StrEnum):
    """How much a choice weighs on its page. At most one is the main one."""

    MAIN = "main"
    OTHER = "other"


@dataclass(frozen=True)
class Choice(Generic[W]):
    """Something the client may choose. ``id`` names it to the flow and to tests, in every language alike."""

    id: str
    words: W
    role: Role = Role.OTHER


@dataclass(frozen=True)
class Card(Generic[W]):
    """The block with what the page is about: a time, a place, a number."""

    time: W | None = None
    day: W | None = None
    title: W | None = None
    place_label: W | None = None
    place: W | None = None
    way: W | None = None
    number_label: W | None = None
    number: str | None = None
    number_alone: bool = False
    """No slip carries the number, so it is shown as large as the screen allows."""


@dataclass(frozen=True)
class Entry(Generic[W]):
    """A field being typed into. ``shown`` hides all but the last character; ``allowed`` are the keys that fit next."""

    label: W
    shown: str
    length: int
    allowed: str
    complete: bool
    error: W | None = None


@dataclass(frozen=True)
class Page(Generic[W]):
    """One page. ``W`` is ``Text`` as the rules make it, ``str`` once it is in words.

    ``items`` is a short list. ``name`` is the same in every language (``welcome``, ``confirm``, ``done`` …).
    ``personal`` pages end sooner.
    """

    name: str
    shape: Shape
    language: str
    heading: W
    sentences: tuple[W, ...] = ()
    items: tuple[W, ...] = ()
    sign: Sign = Sign.NONE
    card: Card[W] | None = None
    entry: Entry[W] | None = None
    choices: tuple[Choice[W], ...] = ()
    personal: bool = False

    def map(self, say: Callable[[W], V]) -> "Page[V]":
        """The same page with every text put through ``say``."""
        return Page(
            name=self.name,
            shape=self.shape,
            language=self.language,
            heading=say(self.heading),
            sentences=tuple(say(sentence) for sentence in self.sentences),
            items=tuple(say(item) for item in self.items),
            sign=self.sign,
            card=None if self.card is None else _map_card(self.card, say),
            entry=None if self.entry is None else _map_entry(self.entry, say),
            choices=tuple(Choice(choice.id, say(choice.words), choice.role) for choice in self.choices),
            personal=self.personal,
        )


def _map_card(card: Card[W], say: Callable[[W], V]) -> Card[V]:
    def maybe(words: W | None) -> V | None:
        return None if words is None else say(words)

    return Card(
        time=maybe(card.time),
        day=maybe(card.day),
        title=maybe(card.title),
        place_label=maybe(card.place_label),
        place=maybe(card.place),
        way=maybe(card.way),
        number_label=maybe(card.number_label),
        number=card.number,
        number_alone=card.number_alone,
    )


def _map_entry(entry: Entry[W], say: Callable[[W], V]) -> Entry[V]:
    return Entry(
        label=say(entry.label),
        shown=entry.shown,
        length=entry.length,
        allowed=entry.allowed,
        complete=entry.complete,
        error=None if entry.error is None else say(entry.error),
    )


@dataclass(frozen=True)
class Frame(Generic[W]):
    """What stands around every page: where this is, the languages, the line for emergencies.

    ``zone`` is the time zone that the time of day is shown in; ``None`` before the site is known.
    """

    site: W
    urgent: W
    languages: tuple[tuple[str, W], ...]
    zone: str | None = None

    def map(self, say: Callable[[W], V]) -> "Frame[V]":
        """The same frame with every text put through ``say``."""
        return Frame(
            site=say(self.site),
            urgent=say(self.urgent),
            languages=tuple((code, say(name)) for code, name in self.languages),
            zone=self.zone,
        )
