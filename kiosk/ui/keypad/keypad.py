"""Serves every page by keys alone: a cursor that goes through the controls, and a voice that says where it stands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from PySide6.QtCore import QMetaObject, QObject
from PySide6.QtQuick import QQuickItem

from kiosk.checkin.comfort import SPEECH
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.servicing.choices import PRESSED
from kiosk.checkin.tell import by_keypad
from kiosk.checkin.visit import choices
from kiosk.ui import scene
from kiosk.ui.bridge import Bridge
from kiosk.ui.keypad.keys import NAMED, USUAL, Keys, Meaning, typed
from kiosk.ui.keypad.order import CHOICE, KEY, beside, in_order, remaining
from kiosk.ui.window import KioskWindow

ERASE = f"{CHOICE}{choices.ERASE}"
BACK = f"{CHOICE}{choices.BACK}"
READY = f"{CHOICE}{choices.READY}"
ERASES = NAMED["backspace"] | NAMED["delete"]
"""Keys that take back what was typed last, where they mean nothing else."""
AHEAD = 0.3
"""Seconds after a character within which the page may not show it yet."""


@dataclass(frozen=True)
class KeypadOptions:
    """As ``kiosk.config.KeypadConfig``: the keys by what they mean, and how long the same key rests, in seconds."""

    keys: Mapping[Meaning, Iterable[str]] = field(default_factory=lambda: USUAL)
    rest: float = 0.0


USUAL_KEYS = KeypadOptions()


class Voice(Protocol):
    """Whoever reads aloud. Where nothing is read, every call does nothing."""

    @property
    def private(self) -> bool:
        """Whether nobody but the client hears."""

    def at(self, control: str) -> object:
        """Stop, and say what this is called."""

    def then(self, control: str) -> object:
        """Say it behind what is being said."""

    def again(self) -> None:
        """Say it once more."""

    def slower(self) -> None:
        """Speak slower."""

    def louder(self) -> None:
        """Speak louder."""

    def hush(self) -> None:
        """Stop."""


class Keypad(QObject):
    """Hears every key of ``window``. The cursor is the window's; ``page_shown`` tells of each page once it stands.

    A key that repeats by itself counts once. The same key within ``options.rest`` seconds counts once too (EN 301 549,
    5.8). Raises ``ValueError`` for keys that can't be told apart.
    """

    def __init__(
        self,
        window: KioskWindow,
        bridge: Bridge,
        voice: Voice,
        options: KeypadOptions = USUAL_KEYS,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._voice = voice
        self._keys = Keys(options.keys)
        self._rest = options.rest
        self._clock = clock
        self._last: tuple[int, float] | None = None
        self._shown: tuple[Page[str], Frame[str]] | None = None
        self._order: tuple[str, ...] = ()
        self._in_use = False
        self._typed_at = -AHEAD
        window.struck.connect(self.struck)

    @property
    def cursor(self) -> str:
        """The control that it stands on; empty before the first key on a page."""
        return str(self._window.root.property("cursor"))

    def page_shown(self, page: Page[str], frame: Frame[str]) -> None:
        """The window shows this page now. On the same page the cursor stays, on another one it is not set yet."""
        before = self._shown
        self._shown = page, frame
        if before is None or before[0].name != page.name:
            self._in_use = False
            self._order = ()
            self._put("")
            return
        to = self._follow(page)
        if to != self.cursor:
            self._put(to)
            if to:
                # What is new on the page is being said, such as the character that was typed.
                self._voice.then(self._named(to))

    def struck(self, code: int, modifiers: int, text: str, repeats: bool) -> None:
        """A key went down: Qt's code, its modifiers, what it types, and whether it only repeats by itself."""
        if repeats or self._bounces(code):
            return
        meaning, character = self._keys.meaning(code, modifiers), typed(text, modifiers)
        self._bridge.touched()
        self._in_use = self._in_use or meaning is not None or character != ""
        if meaning is not None and self._shown is not None and meaning.value in self._shown[0].awaited:
            self._bridge.chosen(f"{PRESSED}{meaning.value}")
            return
        self._do(meaning, code, character)

    def _do(self, meaning: Meaning | None, code: int, character: str) -> None:
        match meaning:
            case Meaning.UP:
                self._move(-1)
            case Meaning.DOWN:
                self._move(1)
            case Meaning.SELECT:
                self._select()
            case Meaning.BACK:
                self._choose(BACK, by_keypad.NO_WAY_BACK)
            case Meaning.HELP:
                self._choose(self._help, by_keypad.NO_HELP)
            case Meaning.VOLUME:
                self._voice.louder()
            case Meaning.SLOWER:
                self._voice.slower()
            case Meaning.AGAIN:
                self._voice.again()
            case Meaning.SPEECH:
                self._speak()
            case None:
                self._type(code, character)

    def _bounces(self, code: int) -> bool:
        now = self._clock()
        last, self._last = self._last, (code, now)
        return last is not None and last[0] == code and 0 <= now - last[1] < self._rest

    def _controls(self) -> tuple[str, ...]:
        if self._shown is None:
            return ()
        self._order = in_order((item.objectName() for item in self._items()), *self._shown)
        return self._order

    def _items(self) -> list[QQuickItem]:
        """Whatever can be chosen on the screen now."""
        return [
            item
            for item in scene.visible_items(self._window.root)
            if item.property("atCursor") is not None and item.objectName() and item.isEnabled()
        ]

    def _item(self, name: str) -> QQuickItem | None:
        return next((item for item in self._items() if item.objectName() == name), None)

    @property
    def _help(self) -> str:
        help_ = self._shown[1].help if self._shown else None
        return f"{CHOICE}{help_.id}" if help_ else ""

    def _move(self, step: int) -> None:
        self._stand(beside(self.cursor, step, self._controls()))

    def _stand(self, name: str) -> None:
        self._put(name)
        self._voice.at(self._named(name))

    def _named(self, name: str) -> str:
        """Under which name a control is said: of a key nothing that tells others what is typed."""
        return by_keypad.HIDDEN_KEY if name.startswith(KEY) and not self._voice.private else name

    def _put(self, name: str) -> None:
        self._window.root.setProperty("cursor", name)

    def _select(self) -> None:
        order = self._controls()
        if self.cursor not in order:
            self._stand(beside("", 0, order))
            return
        self._choose(self.cursor, "")

    def _choose(self, name: str, otherwise: str) -> None:
        item = self._item(name)
        if item is None:
            self._voice.at(otherwise)
            return
        self._voice.hush()
        if name.startswith(KEY):
            # Whoever types by keys may type the same character twice as quickly as they like: ``rest`` is for that.
            self._bridge.keyed(name.removeprefix(KEY))
        elif name == ERASE:
            self._bridge.chosen(choices.ERASE)
        else:
            QMetaObject.invokeMethod(item, "act")

    def _speak(self) -> None:
        frame = self._shown[1] if self._shown else None
        if frame is None or frame.comfort.speech:
            self._voice.again()
        elif any(one.id == SPEECH for one in frame.switches):
            self._bridge.chosen(SPEECH)

    def _type(self, code: int, character: str) -> None:
        entry = self._shown[0].entry if self._shown else None
        if entry is None or not (character or code in ERASES):
            self._voice.hush()
        elif code in ERASES:
            if self._item(ERASE) is not None:
                self._bridge.chosen(choices.ERASE)
        elif self._fits(f"{KEY}{character}"):
            self._typed_at = self._clock()
            self._bridge.keyed(character)
        else:
            self._voice.at(by_keypad.DOES_NOT_FIT)

    def _fits(self, key: str) -> bool:
        """Whether it may be typed. Whoever types faster than the page is drawn is judged by the rules alone."""
        ahead = 0 <= self._clock() - self._typed_at < AHEAD
        return self._item(key) is not None or (ahead and scene.find(self._window.root, key) is not None)

    def _follow(self, page: Page[str]) -> str:
        """Where one stands now: there still; where nothing more can be typed, on what hands it in."""
        before, here = self._order, self.cursor
        order = self._controls()
        to = remaining(here, before, order) if here else ""
        full = page.entry is not None and page.entry.complete and not page.entry.allowed
        return READY if full and self._in_use and READY in order and (here == "" or here.startswith(KEY)) else to
