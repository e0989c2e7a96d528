"""A page: what the client is told at a moment, free of layout. Pixels, speech and paper are renderings of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from kiosk.checkin.comfort import AS_USUAL, Comfort
from kiosk.checkin.health import Light
from kiosk.checkin.site import Severity
from kiosk.checkin.sketch import Sketch

W = TypeVar("W")
V = TypeVar("V")


class Shape(StrEnum):
    """The few ways a page is laid out. A page has one, so that a new page needs no new layout."""

    WELCOME = "welcome"
    BUSY = "busy"
    ENTRY = "entry"
    QUESTION = "question"
    CHOICES = "choices"
    NUMBER = "number"
    NOTICE = "notice"
    SERVICE = "service"
    """A technician's table of lines."""
    STAFF = "staff"
    """One fault and how whoever stands at the reception mends it."""
    CHECK = "check"
    """One device that a technician tries: a drawing, what to do, what came of it. Its first sentence stands on top."""
    TOUCH = "touch"
    """Marks all over the screen that are to be touched."""


class Sign(StrEnum):
    """The faces of truth, told apart by form, words and colour."""

    NONE = "none"
    REGISTERED = "registered"
    RECORDED = "recorded"
    NOT_REGISTERED = "not-registered"


class WayIn(StrEnum):
    """How one identifies here, drawn on welcome pages."""

    NONE = ""
    SHOW_CARD = "show-card"
    INSERT_CARD = "insert-card"
    TYPE = "type"


class Keypad(StrEnum):
    """Which keys stand on an entry page."""

    HETU = "hetu"
    CODE = "code"
    DIGITS = "digits"
    PHONE = "phone"


class Role(StrEnum):
    """How much a choice weighs on its page. At most one is the main one."""

    MAIN = "main"
    OTHER = "other"


@dataclass(frozen=True)
class Choice(Generic[W]):
    """Something the client may choose. ``id`` names it to the flow and to tests, in every language alike.

    ``note`` is a second, smaller line. What is not ``open`` is shown, but cannot be chosen. ``on`` is of a switch.
    """

    id: str
    words: W
    role: Role = Role.OTHER
    note: W | None = None
    open: bool = True
    on: bool = False


@dataclass(frozen=True)
class Row(Generic[W]):
    """One visit of a day's plan. ``now`` marks those that are checked in with this touch."""

    time: W
    place: W
    title: W | None = None
    note: W | None = None
    now: bool = False


@dataclass(frozen=True)
class Code(Generic[W]):
    """A QR code for the client's own phone, with the words that say what it is for."""

    words: W
    payload: str


@dataclass(frozen=True)
class Notice(Generic[W]):
    """What the house has to say. ``label`` is the word that a warning begins with; a note has none."""

    words: W
    severity: Severity = Severity.NOTE
    label: W | None = None


@dataclass(frozen=True)
class Line(Generic[W]):
    """One line of a technician's table. ``label`` stands before the words, ``note`` under them.

    ``light`` is ``None`` where nothing is judged. A line with a ``choice`` can be touched and chooses that id.
    """

    words: W
    label: W | None = None
    note: W | None = None
    light: Light | None = None
    choice: str = ""


@dataclass(frozen=True)
class Stop:
    """One of several steps: how it is (``None``: not known yet), and whether it is the one at hand."""

    light: Light | None = None
    here: bool = False


@dataclass(frozen=True)
class Card(Generic[W]):
    """The block with what the page is about: a time, a place, a number."""

    time: W | None = None
    day: W | None = None
    title: W | None = None
    person: W | None = None
    """Whom the client meets, where the site names them."""
    place_label: W | None = None
    place: W | None = None
    way: W | None = None
    number_label: W | None = None
    number: str | None = None
    number_alone: bool = False
    """No slip carries the number, so it is shown as large as the screen allows."""
    plan: Sketch[W] | None = None
    """The way to the place, drawn."""
    photo: str = field(default="", repr=False)
    """What the place looks like: a JPEG in base64."""


@dataclass(frozen=True)
class Entry(Generic[W]):
    """A field being typed into. ``shown`` is what may be seen of it; ``allowed`` are the keys that fit next.

    ``length`` is 0 where it is open, as with a phone number.
    """

    label: W
    shown: str
    length: int
    allowed: str
    complete: bool
    error: W | None = None
    keypad: Keypad = Keypad.HETU


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
    rows: tuple[Row[W], ...] = ()
    lines: tuple[Line[W], ...] = ()
    facts: tuple[Line[W], ...] = ()
    """What a technician wants to know beside the table: a label and a value each."""
    codes: tuple[Code[W], ...] = ()
    bulletins: tuple[Notice[W], ...] = ()
    choices: tuple[Choice[W], ...] = ()
    way_in: WayIn = WayIn.NONE
    light: Light | None = None
    """Of the fault that the page is about: it turns green when that is mended."""
    drawing: str = ""
    """The name of the drawing that shows how a fault is mended (``faults.Fault.picture``)."""
    personal: bool = False
    stops: tuple[Stop, ...] = ()
    """The steps of which this page is one."""
    marks: tuple[bool, ...] = ()
    """What is to be touched, and whether it was: the corners of the screen in reading order, and its middle."""
    awaited: tuple[str, ...] = ()
    """Keys of the keypad, by what they mean, that are told when they are pressed and do nothing yet."""

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
            rows=tuple(_map_row(row, say) for row in self.rows),
            lines=tuple(_map_line(line, say) for line in self.lines),
            facts=tuple(_map_line(fact, say) for fact in self.facts),
            codes=tuple(Code(say(code.words), code.payload) for code in self.codes),
            bulletins=tuple(Notice(say(one.words), one.severity, _maybe(one.label, say)) for one in self.bulletins),
            choices=tuple(map_choice(choice, say) for choice in self.choices),
            way_in=self.way_in,
            light=self.light,
            drawing=self.drawing,
            personal=self.personal,
            stops=self.stops,
            marks=self.marks,
            awaited=self.awaited,
        )


def _maybe(words: W | None, say: Callable[[W], V]) -> V | None:
    return None if words is None else say(words)


def map_choice(choice: Choice[W], say: Callable[[W], V]) -> Choice[V]:
    """A choice put through ``say``."""
    return Choice(choice.id, say(choice.words), choice.role, _maybe(choice.note, say), choice.open, choice.on)


def _map_row(row: Row[W], say: Callable[[W], V]) -> Row[V]:
    return Row(say(row.time), say(row.place), _maybe(row.title, say), _maybe(row.note, say), row.now)


def _map_line(line: Line[W], say: Callable[[W], V]) -> Line[V]:
    return Line(say(line.words), _maybe(line.label, say), _maybe(line.note, say), line.light, line.choice)


def _map_card(card: Card[W], say: Callable[[W], V]) -> Card[V]:
    def maybe(words: W | None) -> V | None:
        return _maybe(words, say)

    return Card(
        time=maybe(card.time),
        day=maybe(card.day),
        title=maybe(card.title),
        person=maybe(card.person),
        place_label=maybe(card.place_label),
        place=maybe(card.place),
        way=maybe(card.way),
        number_label=maybe(card.number_label),
        number=card.number,
        number_alone=card.number_alone,
        plan=None if card.plan is None else card.plan.map(say),
        photo=card.photo,
    )


def _map_entry(entry: Entry[W], say: Callable[[W], V]) -> Entry[V]:
    return Entry(
        label=say(entry.label),
        shown=entry.shown,
        length=entry.length,
        allowed=entry.allowed,
        complete=entry.complete,
        error=_maybe(entry.error, say),
        keypad=entry.keypad,
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
    help: Choice[W] | None = None
    """The way to a person, in the same place on every page."""
    light: Light | None = None
    """How the kiosk is, at the edge of the first page."""
    light_words: W | None = None
    staff_notice: Choice[W] | None = None
    """What a receptionist could mend now; choosing it shows how."""
    switches: tuple[Choice[W], ...] = ()
    """What makes the screen easier to use, in the same place on every page."""
    comfort: Comfort = AS_USUAL
    leafing: tuple[W, ...] = ()
    """What is said on the two buttons that leaf through a page that is longer than the screen: back, on."""
    mirrored: bool = False
    """The page's language is written from right to left. Whoever says the words knows."""
    voices: frozenset[str] = frozenset()
    """The languages that the kiosk can be heard in."""
    private: bool = False
    """Headphones are plugged in: what is said is heard by the client alone."""
    visit: int = 0
    """Tells visits with speech apart: what was set for one of them, as how loud, ends with it."""

    def map(self, say: Callable[[W], V]) -> "Frame[V]":
        """The same frame with every text put through ``say``."""
        return Frame(
            site=say(self.site),
            urgent=say(self.urgent),
            languages=tuple((code, say(name)) for code, name in self.languages),
            zone=self.zone,
            help=None if self.help is None else map_choice(self.help, say),
            light=self.light,
            light_words=_maybe(self.light_words, say),
            staff_notice=None if self.staff_notice is None else map_choice(self.staff_notice, say),
            switches=tuple(map_choice(one, say) for one in self.switches),
            comfort=self.comfort,
            leafing=tuple(say(words) for words in self.leafing),
            mirrored=self.mirrored,
            voices=self.voices,
            private=self.private,
            visit=self.visit,
        )
