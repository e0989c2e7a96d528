"""Where the words of a ticket stand on the slip: lines with sizes, free of any command. Pure."""

from dataclasses import dataclass

from kiosk.checkin.ticket import Ticket

CELL_WIDTH, CELL_HEIGHT = 12, 24
"""Dots of one character of font A at 203 dpi (8 dots/mm)."""
_LARGEST = 8
"""Magnifications of ``GS !`` go from 1 to 8. At 8, digits are some 17 mm tall; 7 is the least that gives 15 mm."""
_RULE = "─"
_AIR = 4
"""Columns of small print left white, so that no line runs from edge to edge."""


@dataclass(frozen=True)
class SlipLine:
    """One printed line: its text, and how many times wider and taller than font A. An empty text is a blank line."""

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False


_BLANK = SlipLine("")


def arrange(ticket: Ticket[str], dots: int) -> tuple[SlipLine, ...]:
    """The slip of a ticket on paper with that many printable dots: number first, then place, then the rest.

    A slip without a number shows the way, and its place is the largest thing on it.
    """
    columns = dots // CELL_WIDTH
    measure = columns - _AIR
    lines = [*(SlipLine(text) for text in wrap(ticket.site, measure)), _BLANK]
    if ticket.number:
        lines += [SlipLine(text) for text in wrap(ticket.number_label, measure)]
        lines += [number(ticket.number, dots), _BLANK]
    lines += [SlipLine(text) for text in wrap(ticket.place_label, measure)]
    lines += place(ticket.place, columns, largest=3 if ticket.number else 4)
    if ticket.way:
        lines += [_BLANK, *way(ticket.way, columns)]
    lines += [_BLANK, SlipLine(_RULE * (columns // 3))]
    for sentence in ticket.sentences:
        # Whoever is on the way reads these walking; at a waiting area there is time.
        small = [SlipLine(text) for text in wrap(sentence, measure)]
        lines += [_BLANK, *(small if ticket.number else way(sentence, columns))]
    if ticket.code and ticket.code_label:
        # Right above the code, and bold, so that it is read with it.
        lines += [_BLANK, *(SlipLine(text, bold=True) for text in wrap(ticket.code_label, measure))]
    return tuple(lines)


def number(text: str, dots: int) -> SlipLine:
    """The ticket number as large as the paper allows, on one line."""
    shown = _one_line(text)
    width = max(1, min(_LARGEST, dots // (CELL_WIDTH * max(1, len(shown)))))
    return SlipLine(shown, width=width, height=_LARGEST, bold=True)


def place(text: str, columns: int, largest: int = 3) -> list[SlipLine]:
    """The ``largest`` size that takes no more than two lines and breaks no word, but at least twice the size."""
    size = next((size for size in range(largest, 2, -1) if _fits(text, columns // size, lines=2)), 2)
    return [SlipLine(part, width=size, height=size, bold=True) for part in wrap(text, columns // size)]


def way(text: str, columns: int) -> list[SlipLine]:
    """Twice the size where that takes no more than two lines and breaks no word, else as small print in bold."""
    if _fits(text, columns // 2, lines=2):
        return [SlipLine(part, width=2, height=2) for part in wrap(text, columns // 2)]
    return [SlipLine(part, bold=True) for part in wrap(text, columns - _AIR)]


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most that many characters, broken between words; a longer word is broken where it must.

    Lines of one text come out about equally long: a last line with a lone word looks like a mistake.
    """
    words = [word[at : at + columns] for word in _one_line(text).split(" ") for at in range(0, len(word), columns)]
    fewest = len(_fill(words, columns))
    narrowest = next(room for room in range(1, columns + 1) if len(_fill(words, room)) <= fewest)
    return _fill(words, narrowest)


def _fits(text: str, columns: int, lines: int) -> bool:
    longest = max((len(word) for word in text.split()), default=0)
    return longest <= columns and len(wrap(text, columns)) <= lines


def _fill(words: list[str], columns: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= columns:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _one_line(text: str) -> str:
    return " ".join(part for part in text.replace("\n", " ").replace("\t", " ").split(" ") if part)
