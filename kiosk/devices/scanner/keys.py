"""From a keyboard's events to text, in the layout that the scanner was set to. Pure.

What a key means here is a letter of a barcode and nothing else: no function key, no Ctrl, Alt or Meta combination, no
dead key, no auto-repeat. Key codes are those of the kernel's input-event-codes.h.
"""

from collections.abc import Mapping

from evdev import ecodes

CANCEL = "\x18"
"""What stands for events that the kernel had to drop: the framing throws the whole frame away."""

Layout = Mapping[int, tuple[str, str, str]]
"""By key code: what it types plain, with Shift, with AltGr; empty where nothing."""

_LETTERS = "qwertyuiopasdfghjklzxcvbnm"
_SHIFTS = frozenset((ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT))
_COMMANDS = frozenset(
    (ecodes.KEY_LEFTCTRL, ecodes.KEY_RIGHTCTRL, ecodes.KEY_LEFTALT, ecodes.KEY_LEFTMETA, ecodes.KEY_RIGHTMETA)
)
_ALT_GR = ecodes.KEY_RIGHTALT
_ENDS = {ecodes.KEY_ENTER: "\r", ecodes.KEY_KPENTER: "\r", ecodes.KEY_TAB: "\t"}
_DOWN, _UP = 1, 0

_BOTH: dict[int, tuple[str, str, str]] = {
    **{getattr(ecodes, f"KEY_{letter.upper()}"): (letter, letter.upper(), "") for letter in _LETTERS},
    **{getattr(ecodes, f"KEY_KP{digit}"): (digit, "", "") for digit in "0123456789"},
    ecodes.KEY_SPACE: (" ", " ", ""),
    ecodes.KEY_KPMINUS: ("-", "-", ""),
    ecodes.KEY_KPPLUS: ("+", "+", ""),
    ecodes.KEY_KPASTERISK: ("*", "*", ""),
    ecodes.KEY_KPSLASH: ("/", "/", ""),
    ecodes.KEY_KPDOT: (".", "", ""),
}


def _row(codes: str, plain: str, shifted: str, third: str = "") -> dict[int, tuple[str, str, str]]:
    """Keys by name, and what they type; a space stands for nothing."""
    third = third or " " * len(plain)
    typed = zip(codes.split(), plain, shifted, third, strict=True)
    return {
        getattr(ecodes, f"KEY_{name}"): (one.strip(), two.strip(), three.strip()) for name, one, two, three in typed
    }


_DIGITS = "1 2 3 4 5 6 7 8 9 0"
US: Layout = {
    **_BOTH,
    **_row(_DIGITS, "1234567890", "!@#$%^&*()"),
    **_row("MINUS EQUAL LEFTBRACE RIGHTBRACE BACKSLASH", "-=[]\\", "_+{}|"),
    **_row("SEMICOLON APOSTROPHE GRAVE COMMA DOT SLASH 102ND", ";'`,./<", ':"~<>?>'),
}
FI: Layout = {
    **_BOTH,
    **_row(_DIGITS, "1234567890", '!"#¤%&/()=', " @£$€ {[]}"),
    **_row("MINUS EQUAL LEFTBRACE RIGHTBRACE BACKSLASH", "+ å '", "? Å *", "\\    "),
    **_row("SEMICOLON APOSTROPHE GRAVE COMMA DOT SLASH 102ND", "öä§,.-<", "ÖÄ½;:_>", "      |"),
}
LAYOUTS = {"us": US, "fi": FI}
"""The layouts by the name a configuration gives them."""


class Keys:
    """Follows one keyboard's events; ``layout`` is a name of ``LAYOUTS``."""

    def __init__(self, layout: str) -> None:
        self._layout = LAYOUTS[layout]
        self._third_level = layout != "us"
        self._held: set[int] = set()
        self._lost = False

    def take(self, kind: int, code: int, value: int) -> str:
        """What this event types: a letter, a line end, ``CANCEL``, or nothing."""
        if kind == ecodes.EV_SYN:
            return self._synchronise(code)
        if kind != ecodes.EV_KEY or self._lost:
            return ""
        if code in _SHIFTS or code in _COMMANDS or code == _ALT_GR:
            self._modifier(code, value)
            return ""
        return self._typed(code) if value == _DOWN else ""

    def _synchronise(self, code: int) -> str:
        # SYN_DROPPED: the queue ran over. What follows up to the next report is not to be believed (evdev protocol).
        if code == ecodes.SYN_DROPPED:
            self._lost = True
            self._held.clear()
            return CANCEL
        self._lost = False
        return ""

    def _modifier(self, code: int, value: int) -> None:
        if value == _UP:
            self._held.discard(code)
        else:
            self._held.add(code)

    def _typed(self, code: int) -> str:
        alt_gr = _ALT_GR in self._held
        if self._held & _COMMANDS or (alt_gr and not self._third_level):
            return ""
        if code in _ENDS:
            return "" if alt_gr else _ENDS[code]
        plain, shifted, third = self._layout.get(code, ("", "", ""))
        if alt_gr:
            return third
        return shifted if self._held & _SHIFTS else plain
