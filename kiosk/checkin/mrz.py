"""The machine-readable zone of passports, identity cards, residence permits and visas.

ICAO Doc 9303, eighth edition: part 3 (check digits), 4 (TD3: two rows of 44), 5 (TD1: three rows of 30), 6 (TD2: two
rows of 36), 7 (visas, without composite check digit). Names are never read out of it: nobody here needs them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

FILLER = "<"

_WEIGHTS = (7, 3, 1)
_VALUES = {letter: value for value, letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {FILLER: 0}
_DIGIT_OF = str.maketrans("OISB", "0158")
"""Letters that a reader sees in the place of digits. Changed only where nothing but a digit can stand."""

_ROW = re.compile(r"[A-Z0-9<]+")
_SHORTEST = 28
_WIDTH_OF_ALL = {88: 44, 72: 36, 90: 30}
_SHAPES = {(44, 44): "TD3", (36, 36): "TD2", (30, 30, 30): "TD1"}
_KINDS = "PIACV"
"""What a document code begins with: passport, three kinds of card, visa."""
_DATE = re.compile(r"[0-9<]{6}")
_PERSONAL_CODE = re.compile(
    r"(?<![0-9A-Z])(?:([0-9OISB]{6})([<A-FU-Y])([0-9OISB]{3})([0-9A-Z])|([0-9OISB]{11}))(?![0-9A-Z])"
)
"""The shape of a HETU whose ``-`` or ``+`` became a filler (part 4, 4.2.2), or of an Estonian isikukood."""


class MrzError(Exception):
    """It is a zone, or part of one, and was not read well: a row is missing, or a check digit disagrees."""


@dataclass(frozen=True)
class Document:
    """What a zone says, without names. Nothing but the format is in its ``repr``.

    ``kind`` is the document code (``P``, ``I``, ``AC`` …), ``issuer`` and ``nationality`` are codes of at most three
    letters, ``born`` and ``expires`` are ``YYMMDD`` with ``<`` for what is not known, ``sex`` is ``M``, ``F`` or ``<``,
    ``number`` is the whole document number, and ``optional`` are the optional fields without the fillers around them.
    """

    format: str
    kind: str = field(repr=False)
    issuer: str = field(repr=False)
    number: str = field(repr=False)
    nationality: str = field(repr=False)
    born: str = field(repr=False)
    sex: str = field(repr=False)
    expires: str = field(repr=False)
    optional: tuple[str, ...] = field(repr=False)


def rows(text: str) -> tuple[str, ...]:
    """The rows of what looks like a zone, whole or not; none where it does not.

    A zone holds nothing but capital letters, digits and fillers, and at least one filler. Document readers may pad
    with ``_``, and may send all rows as one.
    """
    found = tuple(text.upper().replace("_", FILLER).split())
    together = "".join(found)
    if len(together) < _SHORTEST or FILLER not in together or not all(_ROW.fullmatch(row) for row in found):
        return ()
    width = _WIDTH_OF_ALL.get(len(together), 0)
    if len(found) == 1 and width:
        return tuple(together[start : start + width] for start in range(0, len(together), width))
    return found


def check_digit(text: str) -> str:
    """The check digit of these characters (part 3, 4.9): weights 7, 3, 1, modulo 10."""
    return str(sum(_VALUES[letter] * _WEIGHTS[place % 3] for place, letter in enumerate(text)) % 10)


def parse(text: str) -> Document | None:
    """The document, or ``None`` where ``text`` is no zone at all. Raises ``MrzError``."""
    found = rows(text)
    if not found:
        return None
    shape = _SHAPES.get(tuple(len(row) for row in found))
    if shape is None or found[0][0] not in _KINDS:
        raise MrzError("rows")
    for candidate in _readings(shape, found):
        document, agrees = _td1(candidate) if shape == "TD1" else _two_rows(shape, candidate)
        if agrees:
            return document
    raise MrzError("check digits")


def _readings(shape: str, found: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The rows with digits where only digits can stand, then also with a personal code read so."""
    if shape == "TD1":
        first = _digits(found[0], (14, 15))
        second = _digits(found[1], (0, 7), (8, 15), (29, 30))
        yield first, second, found[2]
        yield first[:15] + _personal(first[15:]), second[:18] + _personal(second[18:29]) + second[29:], found[2]
        return
    visa = found[0].startswith("V")
    ends = [] if visa else [(42, 44)] if shape == "TD3" else [(35, 36)]
    second = _digits(found[1], (9, 10), (13, 20), (21, 28), *ends)
    yield found[0], second
    if shape == "TD3" and not visa:
        yield found[0], second[:28] + _personal(second[28:42]) + second[42:]


def _td1(found: tuple[str, ...]) -> tuple[Document, bool]:
    first, second = found[:2]
    number, number_digit, rest = _number(first[5:14], first[14], first[15:])
    document = Document(
        "TD1",
        first[:2].rstrip(FILLER),
        first[2:5].rstrip(FILLER),
        number,
        second[15:18].rstrip(FILLER),
        second[:6],
        second[7],
        second[8:14],
        (rest.strip(FILLER), second[18:29].strip(FILLER)),
    )
    composite = first[5:] + second[:7] + second[8:15] + second[18:29]
    return document, _agree(document, (number, number_digit), second[6], second[14], (composite, second[29]))


def _two_rows(shape: str, found: tuple[str, ...]) -> tuple[Document, bool]:
    first, second = found
    visa = first.startswith("V")
    optional = second[28:] if visa else second[28:42] if shape == "TD3" else second[28:35]
    number, number_digit = second[:9].rstrip(FILLER), second[9]
    if shape == "TD2" and not visa:
        number, number_digit, optional = _number(second[:9], number_digit, optional)
    document = Document(
        shape,
        first[:2].rstrip(FILLER),
        first[2:5].rstrip(FILLER),
        number,
        second[10:13].rstrip(FILLER),
        second[13:19],
        second[20],
        second[21:27],
        (optional.strip(FILLER),),
    )
    checked = [(number, number_digit)]
    if shape == "TD3" and not visa:
        checked.append((second[28:42], second[42]))
    if not visa:
        checked.append((second[:10] + second[13:20] + second[21:-1], second[-1]))
    return document, _agree(document, checked[0], second[19], second[27], *checked[1:])


def _number(short: str, digit: str, optional: str) -> tuple[str, str, str]:
    """The document number, its check digit and what is left of the optional field.

    A number of more than nine characters goes on in the optional field, with its check digit last, up to the first
    filler; a filler then stands in the place of the check digit (part 5, note j; part 6, note j).
    """
    if digit != FILLER:
        return short.rstrip(FILLER), digit, optional
    more, _, rest = optional.partition(FILLER)
    return (short + more[:-1]).rstrip(FILLER), more[-1:].translate(_DIGIT_OF), rest


def _agree(document: Document, number: tuple[str, str], born: str, expires: str, *more: tuple[str, str]) -> bool:
    dates = ((document.born, born), (document.expires, expires))
    return all(_DATE.fullmatch(date) for date, _ in dates) and all(
        # A field that is not used may have a filler for its check digit.
        digit == check_digit(text) or (digit in ("", FILLER) and not text.strip(FILLER))
        for text, digit in (number, *dates, *more)
    )


def _digits(row: str, *places: tuple[int, int]) -> str:
    for start, end in places:
        row = row[:start] + row[start:end].translate(_DIGIT_OF) + row[end:]
    return row


def _personal(text: str) -> str:
    def corrected(match: re.Match[str]) -> str:
        day, sign, serial, check, digits = match.groups()
        if digits is not None:
            return str(digits.translate(_DIGIT_OF))
        # The check character is a digit or a letter, but never one that looks like 0 or 1.
        return day.translate(_DIGIT_OF) + sign + serial.translate(_DIGIT_OF) + check.replace("O", "0").replace("I", "1")

    return _PERSONAL_CODE.sub(corrected, text)
