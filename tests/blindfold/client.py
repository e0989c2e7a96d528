"""A client with a blindfold on. Knows the keys under the fingers and what is heard; of a screen nothing at all."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from tests.blindfold.ears import Ears, Sound

UP, DOWN, SELECT, BACK, HELP, AGAIN, LISTEN = "up", "down", "enter", "escape", "f1", "f4", "f5"
"""What is embossed on the keys."""

PATIENCE = 20.0
"""Seconds of real time after which a client gives up."""
QUIET = 4.0
"""Seconds without a word that makes sense, after which a client has the page read once more."""
GLANCE = 0.02
ROUND = 60
"""More controls than any page has."""


class Handset(Protocol):
    """Headphones and keys: all that there is between the client and the kiosk."""

    def press(self, key: str) -> None:
        """Press a key and let it go."""

    def heard(self) -> Sequence[str]:
        """Everything that was said so far."""


class Lost(Exception):  # noqa: N818 (what a client would say)
    """The client does not know how to go on; the message says what was wanted and what was heard instead."""


@dataclass(frozen=True)
class Choose:
    """Look for it by ear, and choose it."""

    what: Sound


@dataclass(frozen=True)
class Type:
    """Find each character by ear, and press it; with ``digits`` the keypad has keys for those."""

    text: str
    digits: bool = True


@dataclass(frozen=True)
class Press:
    """Press this key."""

    key: str


@dataclass(frozen=True)
class Do:
    """Something that is done with the hands, or that happens in the lobby."""

    what: Callable[[], None]


Act = Choose | Type | Press | Do
Wishes = Mapping[Sound, Sequence[tuple[Act, ...]]]
"""What is done when this is heard for the first time, for the second …"""


class Client:
    """Presses one key after another, and decides by what is heard after it."""

    def __init__(self, handset: Handset, ears: Ears) -> None:
        self._handset = handset
        self._ears = ears
        self._from = len(handset.heard())
        self._next = self._from
        self._standing = ""

    @property
    def heard(self) -> Sequence[str]:
        """All that this client has been told."""
        return self._handset.heard()[self._from :]

    def begin(self) -> None:
        """Listen to the greeting."""
        self.recognise(Sound.GREETING)
        self._next = self._from

    def follow(self, wishes: Wishes, end: Sound | None) -> None:
        """Do at each page, as it is heard, what is wished there next, until all is done and ``end`` is heard."""
        left = {sound: deque(visits) for sound, visits in wishes.items()}
        while waited := [sound for sound, visits in left.items() if visits]:
            sound = self.recognise(*waited, Sound.GREETING)
            if sound not in waited:
                # The kiosk speaks the language of its house.
                self.choose(Sound.OWN_LANGUAGE)
                continue
            for act in left[sound].popleft():
                self._act(act)
        if end is not None:
            self.recognise(end)

    def recognise(self, *sounds: Sound) -> Sound:
        """The first of these that is heard from now on. Where nothing makes sense, have the page read again."""
        ends = time.monotonic() + PATIENCE
        quiet = time.monotonic() + QUIET
        while True:
            said = self._handset.heard()
            for place in range(self._next, len(said)):
                for sound in sounds:
                    if self._ears.hear(sound, said[place]):
                        self._next = place + 1
                        return sound
            if time.monotonic() > ends:
                names = ", ".join(sound.name for sound in sounds)
                raise Lost(f"waiting to hear {names}; heard {list(said[self._next :])[-30:]}")
            if time.monotonic() > quiet:
                self._handset.press(AGAIN)
                quiet = time.monotonic() + QUIET
            time.sleep(2 * GLANCE)

    def choose(self, what: Sound) -> None:
        """Go through what there is until it is heard, and select it."""
        if not self._ears.hear(what, self._standing):
            self._go_to(lambda words: self._ears.hear(what, words) is not None, DOWN, what.name)
        self._standing = ""
        self._press(SELECT)

    def type(self, text: str, *, digits: bool) -> None:
        """One character after the other."""
        here = ""
        for character in text:
            if digits and character.isdigit():
                self._press(character)
            else:
                way = _way(here, character)
                self._go_to(partial(self._ears.is_character, character), way, character)
                here = character
                self._press(SELECT)
            echo = self._wait_for_words()
            if not any(self._ears.is_character(character, one) for one in echo):
                raise Lost(f"typed a character and did not hear it: {echo}")
            self._standing = echo[-1]

    def _act(self, act: Act) -> None:
        match act:
            case Choose(what):
                self.choose(what)
            case Type(text, digits):
                self._standing = ""
                self.type(text, digits=digits)
            case Press(key):
                self._standing = ""
                self._press(key)
            case Do(what):
                self._standing = ""
                self._next = len(self._handset.heard())
                what()

    def _go_to(self, is_it: Callable[[str], bool], way: str, name: str) -> None:
        passed: list[str] = []
        while len(passed) < ROUND:
            self._press(way)
            words = self._wait_for_words()
            if len(words) > 1:
                # Something else was said at the same time: who knows where one is? Back, and once more.
                self._press(UP if way == DOWN else DOWN)
                self._wait_for_words()
                passed.append("?")
                continue
            if is_it(words[0]):
                return
            passed.append(words[0])
        raise Lost(f"looking for {name}, came by {passed}")

    def _press(self, key: str) -> None:
        self._next = len(self._handset.heard())
        self._handset.press(key)

    def _wait_for_words(self) -> list[str]:
        """What was said since the last key."""
        ends = time.monotonic() + PATIENCE
        while len(said := self._handset.heard()) <= self._next:
            if time.monotonic() > ends:
                raise Lost("pressed a key and heard nothing")
            time.sleep(GLANCE)
        return list(said[self._next :])


def _way(here: str, there: str) -> str:
    """Keys go up from 1 to 9, and on from A; who stands behind what is wanted goes back."""
    order = "123456789-0+ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return UP if here and order.index(there) < order.index(here) else DOWN
