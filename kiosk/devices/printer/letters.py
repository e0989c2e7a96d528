"""Making any text printable, and harmless. Pure.

No letter ever becomes a question mark: it is written otherwise where readers of Latin script know how, and a text that
still holds letters which the printer lacks is drawn instead.
"""

import unicodedata
from collections.abc import Callable

_STAND_INS = str.maketrans(
    {
        "\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}",
        "\N{THIN SPACE}": "\N{NO-BREAK SPACE}",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{BULLET}": "*",
    }
)
_WRITTEN_OTHERWISE = {
    "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "Ŋ": "N", "ŋ": "n", "Ə": "E", "ə": "e",
    "Ø": "Ö", "ø": "ö", "Æ": "Ä", "æ": "ä", "Œ": "OE", "œ": "oe", "ß": "ss", "ẞ": "SS", "Þ": "Th", "þ": "th",
    "Ð": "D", "ð": "d", "Ŧ": "T", "ŧ": "t", "Ǥ": "G", "ǥ": "g", "Ʒ": "Z", "ʒ": "z", "ʻ": "'", "ʼ": "'", "€": "EUR",
    "→": "->", "←": "<-", "─": "-",
}  # fmt: skip
"""Latin letters that no accent tells from others, after the use of Finland."""
_COMMAND_OR_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINERS = {"\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}"}
"""Invisible, but Persian and Kurdish are misread without them."""


def readable(text: str, fits: Callable[[str], bool]) -> str:
    """The text as it is to be printed: all of it fits where any way to write it is known; else it is to be drawn.

    Control characters, which a printer would obey as commands, become spaces; invisible ones go.
    """
    clean = _clean(text)
    written = "".join(_written(character, fits) for character in clean if character not in _JOINERS)
    return written if all(map(fits, written)) else clean


def _clean(text: str) -> str:
    shown: list[str] = []
    for character in unicodedata.normalize("NFC", text).translate(_STAND_INS):
        if character not in _JOINERS and unicodedata.category(character) in _COMMAND_OR_INVISIBLE:
            shown.append(" " if character.isspace() else "")
        else:
            shown.append(character)
    return "".join(shown)


def _written(character: str, fits: Callable[[str], bool]) -> str:
    if fits(character):
        return character
    stand_in = _WRITTEN_OTHERWISE.get(character, "")
    if stand_in and all(map(fits, stand_in)):
        return stand_in
    if not unicodedata.name(character, "").startswith("LATIN") and unicodedata.category(character).startswith("L"):
        # Taking marks off letters of another script makes other letters of them.
        return character
    parts = [part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)]
    plain = "".join(_WRITTEN_OTHERWISE.get(part, part) for part in parts)
    return plain if plain and all(map(fits, plain)) else character
