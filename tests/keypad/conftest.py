"""A real window, a real keyboard's events, and somebody who writes down what a voice is asked to say."""

from collections.abc import Iterable, Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.checkin.page import Frame, Page
from kiosk.ui.keypad.keypad import Keypad, KeypadOptions
from kiosk.ui.keypad.keys import USUAL, Keys, Meaning
from tests.ui.conftest import events, lettering, no_complaints, qapp_cls, stage_set
from tests.ui.every_page import every_page, frame_in
from tests.ui.stage_set import Events, StageSet

__all__ = ["events", "lettering", "no_complaints", "qapp_cls", "stage_set"]


class Asked:
    """A voice that says nothing: what it was asked to say, in order."""

    def __init__(self) -> None:
        self.private = True
        self.asked: list[str] = []

    def at(self, control: str) -> None:
        self.asked.append(control)

    def then(self, control: str) -> None:
        self.asked.append(f"then {control}")

    def again(self) -> None:
        self.asked.append("again")

    def slower(self) -> None:
        self.asked.append("slower")

    def louder(self) -> None:
        self.asked.append("louder")

    def hush(self) -> None:
        self.asked.append("hush")


class Hand:
    """Presses keys, on a page that is put up for it."""

    def __init__(self, stage: StageSet, events: Events) -> None:
        self.stage = stage
        self.events = events
        self.voice = Asked()
        self.named: Mapping[Meaning, Iterable[str]] = USUAL
        self.now = 0.0
        self.keypad = self.take()

    def take(self, rest: float = 0.0) -> Keypad:
        """Plug a keypad in."""
        options = KeypadOptions(self.named, rest)
        self.keypad = Keypad(self.stage.window, self.stage.bridge, self.voice, options, clock=lambda: self.now)
        return self.keypad

    @property
    def cursor(self) -> str:
        return str(self.stage.window.root.property("cursor"))

    def put_up(self, page: Page[str], frame: Frame[str]) -> None:
        self.stage.put_up(page, frame)
        self.keypad.page_shown(page, frame)

    def show(self, name: str, frame: Frame[str] | None = None, language: str = "fi") -> Page[str]:
        page = every_page(language)[name]
        self.put_up(page, frame or frame_in(language))
        return page

    def press(self, *meanings: Meaning) -> None:
        for meaning in meanings:
            code = Keys(self.named).code(meaning)
            assert code is not None
            self.strike(Qt.Key(code))

    def strike(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.stage.window, key, modifier)

    def type(self, text: str) -> None:
        for character in text:
            QTest.keyClick(self.stage.window, Qt.Key(ord(character.upper())))

    def walk(self) -> list[str]:
        """Where the cursor comes by, from its first place until it is there again."""
        self.press(Meaning.DOWN)
        found = [self.cursor]
        while True:
            self.press(Meaning.DOWN)
            if self.cursor == found[0]:
                return found
            assert self.cursor not in found, "a ring that leaves out where it began"
            found.append(self.cursor)


@pytest.fixture
def hand(stage_set: StageSet, events: Events) -> Hand:
    return Hand(stage_set, events)
