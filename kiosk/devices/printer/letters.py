"""Making any text printable on a code page, and harmless. Pure."""

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
_COMMAND_OR_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def printable(text: str, fits: Callable[[str], bool]) -> str:
    """The text with nothing in it but characters for which ``fits`` holds.

    Control characters, which a printer would obey as commands, become spaces. A letter the page lacks loses its
    accent before it becomes a question mark.
    """
    shown: list[str] = []
    for character in unicodedata.normalize("NFC", text).translate(_STAND_INS):
        if unicodedata.category(character) in _COMMAND_OR_INVISIBLE:
            shown.append(" " if character.isspace() else "")
        elif fits(character):
            shown.append(character)
        else:
            shown.append(_plain(character, fits))
    return "".join(shown)


def _plain(character: str, fits: Callable[[str], bool]) -> str:
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part if fits(part) else "?" for part in parts if not unicodedata.combining(part))
