"""What each key of a keypad means. A keypad is a USB keyboard with few keys; which ones it sends is a setting."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


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
        "up": frozenset({0x01000013}),
        "down": frozenset({0x01000015}),
        "left": frozenset({0x01000012}),
        "right": frozenset({0x01000014}),
        # The one of the letters and the one of the digits.
        "enter": frozenset({0x01000004, 0x01000005}),
        "space": frozenset({0x20}),
        "tab": frozenset({0x01000001}),
        "back-tab": frozenset({0x01000002}),
        "escape": frozenset({0x01000000}),
        "backspace": frozenset({0x01000003}),
        "insert": frozenset({0x01000006}),
        "delete": frozenset({0x01000007}),
        "home": frozenset({0x01000010}),
        "end": frozenset({0x01000011}),
        "page-up": frozenset({0x01000016}),
        "page-down": frozenset({0x01000017}),
        # The 5 of the digits without Num Lock.
        "clear": frozenset({0x0100000B}),
        "help": frozenset({0x01000058}),
        "menu": frozenset({0x01000055}),
        "volume-up": frozenset({0x01000072}),
        "volume-down": frozenset({0x01000070}),
        "mute": frozenset({0x01000071}),
        "plus": frozenset({0x2B}),
        "minus": frozenset({0x2D}),
        "asterisk": frozenset({0x2A}),
        "slash": frozenset({0x2F}),
        "period": frozenset({0x2E}),
        "comma": frozenset({0x2C}),
        "number-sign": frozenset({0x23}),
        **{str(n): frozenset({0x30 + n}) for n in range(10)},
        **{f"f{n}": frozenset({0x01000030 + n - 1}) for n in range(1, 36)},
    }
)
"""The keys that a configuration may name (``kiosk.config.KeyName``), and Qt's codes for them (``Qt::Key``).

As numbers: to ask Qt for one of them makes all its 500 known to Python, which takes 25 ms of every start.
"""

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

COMMANDS = 0x04000000 | 0x08000000 | 0x10000000
"""Modifiers with which a key is a command to a computer, and none to a kiosk: Control, Alt, Meta."""


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
