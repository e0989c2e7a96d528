"""A page by ear: what is said of it, in reading order, and what each control is called.

First where one is, then what the page is about, what was typed and what is wrong with it, what may be chosen, and last
what stands around every page. Nothing that can be seen is left out but what only adorns.

Personal is what tells who somebody is, or when and to whom they go. The number and the place to wait are not: they are
called out and seen in the lobby. What is personal is for headphones alone; without them it is said that it was kept.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from kiosk.checkin.comfort import CONTRAST, SWITCHES, Contrast
from kiosk.checkin.page import Card, Choice, Entry, Frame, Keypad, Line, Page, Row, Shape
from kiosk.checkin.wording import Spelled, Text

W = TypeVar("W")
V = TypeVar("V")

HIDDEN = "•"
LONGEST_ADDRESS = 40
"""Characters of a web address that is said whole; of a longer one it is said whose it is."""
SPELLED = ("number", "phone")
"""Data of sentences that are said one character at a time."""

KEYS = {
    Keypad.HETU: "1234567890ABCDEFHJKLMNPRSTUVWXY-+",
    Keypad.CODE: "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-",
    Keypad.DIGITS: "1234567890",
    Keypad.PHONE: "1234567890+",
}
"""The keys of each kind of entry page."""


class Reading(StrEnum):
    """When something is said without being asked for."""

    PAGE = "page"
    """With its page, and when it alone is new there."""
    WHOLE = "whole"
    """With its page, but not when it alone is new."""
    ONCE = "once"
    """Once in a visit: it stands around every page."""
    AGAIN = "again"
    """Only with its page, and only where that is asked for once more."""
    ASKED = "asked"
    """Only where somebody has come to it."""


@dataclass(frozen=True)
class Recording:
    """What a recording is called, and the words to say where there is none, in their language."""

    name: str
    words: str
    language: str


@dataclass(frozen=True)
class Utterance(Generic[W]):
    """Something said in one go: ``words``, and what belongs to them.

    ``control`` names what can be chosen, as the screen's controls are named (``choice:check-in``, ``key:7``,
    ``language:fi``); empty where nothing can. ``personal`` goes to headphones alone. ``language`` is that of the words
    where it is not the page's. ``mark`` tells apart what sounds alike and is new all the same: the same character typed
    twice. A mark lower than before is something taken back, and not said. ``recordings`` say it where no voice speaks
    the language.
    """

    words: W
    control: str = ""
    personal: bool = False
    more: tuple[W, ...] = ()
    reading: Reading = Reading.PAGE
    language: str = ""
    mark: int = 0
    recordings: tuple[Recording, ...] = ()

    def map(self, say: Callable[[W, str], V]) -> "Utterance[V]":
        """The same put through ``say``, which gets the language too, empty for the page's."""
        return Utterance(
            say(self.words, self.language),
            self.control,
            self.personal,
            tuple(say(one, self.language) for one in self.more),
            self.reading,
            self.language,
            self.mark,
        )


Said = Utterance[Text]


def spoken(page: Page[Text], frame: Frame[Text], now: datetime | None = None) -> tuple[Said, ...]:
    """All that is said of a page and of what stands around it, in reading order.

    ``now`` is the time of day at the site, which stands above every page; ``None`` where none does.
    """
    own = [*_content(page), *_choices(page), *_keys(page.entry)]
    if any(one.personal and one.reading is not Reading.ASKED for one in own) and not frame.private:
        after_heading = next((n for n, one in enumerate(own) if one.words == page.heading), 0) + 1
        own.insert(after_heading, Utterance(Text("aloud.kept-back")))
    return Utterance(frame.site, reading=Reading.ONCE), *_state_of_things(page, frame, now), *own, *_around(page, frame)


def _state_of_things(page: Page[Text], frame: Frame[Text], now: datetime | None) -> Iterator[Said]:
    """What may change by itself at any time, so that it is said only where somebody wants to know it."""
    if now is not None:
        # On the first page one looks around; later one would be interrupted by it.
        reading = Reading.WHOLE if page.shape is Shape.WELCOME else Reading.AGAIN
        yield Utterance(Text("aloud.now", {"time": now}), reading=reading)
    if frame.light is not None:
        yield Utterance(Text(f"aloud.light-{frame.light.value}"), reading=Reading.AGAIN)


def spelled(characters: str) -> Text:
    """Characters said one by one: ``B 042`` as "B, 0 4 2"."""
    return Text("spelled", {"characters": Spelled(characters)})


def _content(page: Page[Text]) -> Iterator[Said]:
    yield Utterance(page.heading)
    numbered = page.card is not None and page.card.number is not None
    for sentence in page.sentences:
        yield _told(sentence, personal=page.personal and _is_personal(sentence))
    for item in page.items:
        yield _told(item)
    if page.card is not None:
        yield from _card(page.card, personal=page.personal, public_place=numbered or page.card.time is None)
    for row in page.rows:
        yield _row(row, personal=page.personal)
    for line in (*page.lines, *page.facts):
        yield _line(line)
    if page.entry is not None:
        yield from _entry(page.entry, personal=page.personal)
    for code in page.codes:
        leads = Text("aloud.code-address", {"address": {"fi": address(code.payload)}})
        yield Utterance(Text("aloud.code"), more=(code.words, leads), reading=Reading.WHOLE)
    for bulletin in page.bulletins:
        yield _joined(bulletin.label, bulletin.words, personal=False)


def address(payload: str) -> str:
    """A web address as people say it: without what stands before the host, and of a long one the host alone."""
    parts = urlsplit(payload)
    host = (parts.hostname or "").removeprefix("www.")
    whole = f"{host}{parts.path}".rstrip("/")
    plain = host and not parts.query and not parts.fragment and len(whole) <= LONGEST_ADDRESS
    return whole if plain else host or payload[:LONGEST_ADDRESS]


def _told(sentence: Text, *, personal: bool = False) -> Said:
    return Utterance(_spelled_in(sentence), personal=personal)


def _spelled_in(sentence: Text) -> Text:
    """Ticket and phone numbers in a sentence are said one character at a time; of a hidden one what can be seen."""
    data = {
        name: Spelled(datum) if name in SPELLED and isinstance(datum, str) else datum
        for name, datum in sentence.data.items()
    }
    return replace(sentence, data=data)


def _is_personal(sentence: Text) -> bool:
    """A sentence with data tells of this client: a time, a phone number, how far it is to another house."""
    return bool(sentence.data)


def _joined(*parts: Text | None, personal: bool, control: str = "", reading: Reading = Reading.PAGE) -> Said:
    there = [part for part in parts if part is not None]
    return Utterance(there[0], control, personal, tuple(there[1:]), reading)


def _card(card: Card[Text], *, personal: bool, public_place: bool) -> Iterator[Said]:
    if card.number is not None:
        # The number comes first here, and it is the last thing that may be missed: it is said once more at the end.
        yield _joined(card.number_label, spelled(card.number), personal=False)
    when = [part for part in (_clock(card.time), card.day, card.title, card.person) if part is not None]
    if when:
        yield _joined(*when, personal=personal)
    if card.place is not None:
        # What a drawing shows is said: where the way begins, before the words about the way itself.
        drawn = None if card.plan is None else card.plan.told
        shown = Text("aloud.photo") if card.photo else None
        yield _joined(card.place_label, card.place, drawn, card.way, shown, personal=personal and not public_place)
    if card.number is not None:
        yield _joined(card.number_label, spelled(card.number), personal=False, reading=Reading.WHOLE)


def _clock(time: Text | None) -> Text | None:
    """A bare time, as said alone: "at 9 05"."""
    return time if time is None or time.key != "time" else Text("aloud.at", time.data)


def _row(row: Row[Text], *, personal: bool) -> Said:
    # Where there is no room for the words the page draws a sign, which nobody hears.
    note = row.note or Text("day-plan.now" if row.now else "day-plan.later")
    return _joined(_clock(row.time), row.title, row.place, note, personal=personal)


def _line(line: Line[Text]) -> Said:
    return _joined(line.label, line.words, line.note, personal=False, control=_named(line.choice))


def _entry(entry: Entry[Text], *, personal: bool) -> Iterator[Said]:
    yield Utterance(entry.label)
    typed = entry.shown.replace(" ", "")
    if not typed:
        yield Utterance(Text("aloud.nothing-typed"), reading=Reading.WHOLE)
    else:
        if HIDDEN not in entry.shown:
            yield Utterance(spelled(entry.shown), personal=personal, reading=Reading.WHOLE)
        yield Utterance(spelled(typed[-1]), personal=personal, mark=len(typed))
        yield Utterance(Text("aloud.typed", {"count": len(typed)}))
    if entry.error is not None:
        yield Utterance(entry.error)
    elif entry.complete:
        yield Utterance(Text("aloud.complete"))


def _choices(page: Page[Text]) -> Iterator[Said]:
    if page.choices:
        yield Utterance(Text("aloud.choices", {"count": len(page.choices)}))
    for choice in page.choices:
        yield _choice(choice)


def _choice(choice: Choice[Text], reading: Reading = Reading.PAGE, contrast: Contrast = Contrast.USUAL) -> Said:
    state: Text | None = None
    if choice.id == CONTRAST and choice.on:
        state = Text(f"aloud.contrast-{contrast.value}")
    elif choice.id in SWITCHES and choice.on:
        state = Text("aloud.on")
    elif not choice.open and choice.note is None:
        state = Text("aloud.closed")
    return _joined(choice.words, choice.note, state, personal=False, control=_named(choice.id), reading=reading)


def _keys(entry: Entry[Text] | None) -> Iterator[Said]:
    """The keys by their names. Who moves about on them tells what is typed, so that their names are personal too."""
    if entry is not None:
        for key in KEYS[entry.keypad]:
            yield Utterance(spelled(key), f"key:{key}", personal=True, reading=Reading.ASKED)


def _around(page: Page[Text], frame: Frame[Text]) -> Iterator[Said]:
    if frame.help is not None:
        yield _choice(frame.help, Reading.ONCE)
    yield Utterance(frame.urgent, reading=Reading.ONCE)
    for code, name in frame.languages:
        on = (Text("aloud.on"),) if code == page.language else ()
        yield Utterance(name, f"language:{code}", more=on, reading=Reading.ONCE, language=code)
    for switch in frame.switches:
        yield _choice(switch, Reading.ONCE, frame.comfort.contrast)
    if frame.staff_notice is not None and page.shape is Shape.WELCOME:
        yield _choice(frame.staff_notice, Reading.ASKED)
    for control, words in zip(("leaf:back", "leaf:on"), frame.leafing, strict=False):
        yield Utterance(words, control, reading=Reading.ASKED)


def _named(choice: str) -> str:
    return f"choice:{choice}" if choice else ""


def without_personal(said: Iterable[Utterance[W]]) -> tuple[Utterance[W], ...]:
    """What may be heard by whoever stands by."""
    return tuple(one for one in said if not one.personal)
