"""A ticket number as it is typed: a series of letters, then digits."""

import re

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
MOST_LETTERS = 3
MOST_DIGITS = 4
_WHOLE = re.compile(r"([A-Z]{1,3})([0-9]{1,4})")


def allowed(typed: str) -> str:
    """The keys that may follow."""
    digits = sum(key in DIGITS for key in typed)
    if digits:
        return DIGITS if digits < MOST_DIGITS else ""
    if not typed:
        return LETTERS
    return LETTERS + DIGITS if len(typed) < MOST_LETTERS else DIGITS


def read(typed: str) -> str | None:
    """``B42`` as tickets have it: ``B 042``; ``None`` before it is whole."""
    found = _WHOLE.fullmatch(typed)
    return None if found is None else f"{found[1]} {int(found[2]):03d}"


def shown(typed: str) -> str:
    """What was typed, with the gap that a ticket has."""
    letters = typed.rstrip(DIGITS)
    return f"{letters} {typed[len(letters) :]}".rstrip()
