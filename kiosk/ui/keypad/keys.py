"""What each key of a keypad means. A keypad is a USB keyboard with few keys; which ones it sends is a setting."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from PySide6.QtCore import Qt


class Meaning(StrEnum):
    """What a key does."""

    UP = "up"
    DOWN = "down"
    SELECT = "select"
    BACK = "back"
    HELP = "help"
    VOLUME = "volume"
    SLOWER = "slower"
    AGAIN = "again"
    SPEECH = "speech"
    """Starts to read aloud."""


NAMED: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        name: frozenset(int(key) for key in keys)
        for name, keys in {
            "up": [Qt.Key.Key_Up],
            "down": [Qt.Key.Key_Down],
            "left": [Qt.Key.Key_Left],
            "right": [Qt.Key.Key_Right],
            # The one of the letters and the one of the digits.
            "enter": [Qt.Key.Key_Return, Qt.Key.Key_Enter],
            "space": [Qt.Key.Key_Space],
            "tab": [Qt.Key.Key_Tab],
            "back-tab": [Qt.Key.Key_Backtab],
            "escape": [Qt.Key.Key_Escape],
            "backspace": [Qt.Key.Key_Backspace],
            "insert": [Qt.Key.Key_Insert],
            "delete": [Qt.Key.Key_Delete],
            "home": [Qt.Key.Key_Home],
            "end": [Qt.Key.Key_End],
            "page-up": [Qt.Key.Key_PageUp],
            "page-down": [Qt.Key.Key_PageDown],
            # The 5 of the digits without Num Lock.
            "clear": [Qt.Key.Key_Clear],
            "help": [Qt.Key.Key_Help],
            "menu": [Qt.Key.Key_Menu],
            "volume-up": [Qt.Key.Key_VolumeUp],
            "volume-down": [Qt.Key.Key_VolumeDown],
            "mute": [Qt.Key.Key_VolumeMute],
            "plus": [Qt.Key.Key_Plus],
            "minus": [Qt.Key.Key_Minus],
            "asterisk": [Qt.Key.Key_Asterisk],
            "slash": [Qt.Key.Key_Slash],
            "period": [Qt.Key.Key_Period],
            "comma": [Qt.Key.Key_Comma],
            "number-sign": [Qt.Key.Key_NumberSign],
            **{str(n): [Qt.Key(Qt.Key.Key_0.value + n)] for n in range(10)},
            **{f"f{n}": [Qt.Key(Qt.Key.Key_F1.value + n - 1)] for n in range(1, 36)},
        }.items()
    }
)
"""The keys that a configuration may name (``kiosk.config.KeyName``), and Qt's codes for them."""

USUAL: Mapping[Meaning, tuple[str, ...]] = MappingProxyType(
    {
        Meaning.UP: ("up", "left"),
        Meaning.DOWN: ("down", "right"),
        Meaning.SELECT: ("enter",),
        Meaning.BACK: ("escape",),
        Meaning.HELP: ("help", "f1"),
        Meaning.VOLUME: ("volume-up", "f2"),
        Meaning.SLOWER: ("f3",),
        Meaning.AGAIN: ("f4",),
        Meaning.SPEECH: ("f5",),
    }
)

COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
).value
"""Modifiers with which a key is a command to a computer, and none to a kiosk."""


class Keys:
    """The keys by what they mean. Raises ``ValueError`` for a name that no key has, or a key that means two things."""

    def __init__(self, named: Mapping[Meaning, Iterable[str]] = USUAL) -> None:
        self._meanings: dict[int, Meaning] = {}
        self._codes: dict[Meaning, int] = {}
        for meaning, names in named.items():
            for name in names:
                if name not in NAMED:
                    raise ValueError(f"no key is called {name!r}")
                for code in NAMED[name]:
                    if self._meanings.setdefault(code, meaning) is not meaning:
                        raise ValueError(f"{name} means both {self._meanings[code]} and {meaning}")
                self._codes.setdefault(meaning, min(NAMED[name]))

    def meaning(self, code: int, modifiers: int = 0) -> Meaning | None:
        """What a key does, by Qt's code for it; ``None`` for one that does nothing."""
        return None if modifiers & COMMANDS else self._meanings.get(code)

    def code(self, meaning: Meaning) -> int | None:
        """Qt's code of the first key with that meaning; ``None`` where none has it."""
        return self._codes.get(meaning)


def typed(text: str, modifiers: int = 0) -> str:
    """The character that a key types, as the keys on the screen have it; empty where it types none."""
    one = len(text) == 1 and text.isprintable() and not text.isspace()
    return text.upper() if one and not modifiers & COMMANDS else ""
