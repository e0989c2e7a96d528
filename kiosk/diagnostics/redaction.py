"""What must not leave the house is taken out of a text, whatever stands around it.

This is the second line: what goes into a support bundle is allow-listed first (``redaction_words.py``). So it errs on
the side of hiding: a harmless number that is long enough to be somebody's goes too. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

_GAP = r"[\W_]{0,4}"
"""What people and machines put between the characters of a number: blanks, dots, dashes, an MRZ's ``<``."""

_DATE = rf"\d(?:{_GAP}\d){{5}}"

_IDENTITY_CODE = re.compile(rf"(?={_DATE}(?P<end>{_GAP}[^\W\d_]?{_GAP}\d{_GAP}\d{_GAP}\d{_GAP}[^\W_]))")
"""A HETU in any spelling: six digits, perhaps a sign of whatever alphabet, three digits and one more character.

A look-ahead finds those that begin within another one too. The check character is not reckoned: a code with a slip of
the finger is somebody's all the same.
"""

_DIGITS = re.compile(rf"\+?\d(?:{_GAP}\d){{5,}}(?:{_GAP}[^\W\d_](?![^\W_]))?")
"""Six digits or more: a telephone number, a CAN, a date of birth, a SATU with its check letter."""

_MACHINE_READABLE = re.compile(r"(?<![\w<])[\w<]*<[\w<]*")
"""A line of a machine-readable zone (ICAO 9303), or a piece of one."""
_MAIL = re.compile(r"(?<![^\s@<>\"'])[^\s@<>\"']+@[^\s@<>\"']+")
_PEM = re.compile(r"-----BEGIN [^-]*-----.*?(?:-----END [^-]*-----|\Z)", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z0-9_+/=.~-]{20,}|(?=[a-zA-Z+/_-]*\d)[A-Za-z0-9_+/=-]{12,}")
"""A key, a JWT, a hash, a packed text: long runs without a blank, or shorter ones that mix letters and digits."""

NAME_FIELDS = (
    *("name", "names", "surname", "lastname", "firstname", "forename", "givenname", "fullname", "displayname"),
    *("nimi", "nimet", "sukunimi", "etunimi", "etunimet", "namn", "efternamn", "förnamn"),
    *("client", "patient", "person", "practitioner", "potilas", "asiakas", "patienten", "kund"),
    *("cn", "sn", "gn", "user", "username", "subject"),
)
"""Fields that say who somebody is, however they are spelled (``Given-Name``, ``given_name``)."""

_FIELD = "|".join("[-_ ]?".join(map(re.escape, field)) for field in sorted(NAME_FIELDS, key=len, reverse=True))
_NAMED = re.compile(
    rf"(?P<field>(?<![^\W_])(?:{_FIELD})(?![^\W_])[\"']?\s*[:=]\s*)(?P<value>\"[^\"\n]*\"?|'[^'\n]*'?|[^,;&\n\"'}}\])]+)",
    re.IGNORECASE,
)


def scrub(text: str) -> str:
    """``text`` without identity codes, numbers, addresses, keys and named people; each leaves its kind in ``<…>``."""
    text = _NAMED.sub(lambda found: found["field"] + "<name>", text)
    text = _PEM.sub("<key>", text)
    text = _MAIL.sub("<mail>", text)
    text = _cut(text, ((found.start(), found.end("end")) for found in _IDENTITY_CODE.finditer(_plain(text))), "<code>")
    text = _cut(text, (found.span() for found in _DIGITS.finditer(_plain(text))), "<number>")
    text = _cut(text, (found.span() for found in _MACHINE_READABLE.finditer(_unmarked(text))), "<mrz>")
    return _TOKEN.sub("<key>", text)


def is_clean(text: str) -> bool:
    """Whether ``scrub`` finds no identity code and no machine-readable line in it."""
    return not _IDENTITY_CODE.search(_plain(text)) and not _MACHINE_READABLE.search(_unmarked(text))


def _plain(text: str) -> str:
    """The same text, character for character, with every kind of digit and letter as its plain one."""
    return text if text.isascii() else "".join(map(_plain_character, text))


@cache
def _plain_character(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


_MARK = re.compile(r"<(?:name|key|mail|code|number|mrz)>")


def _unmarked(text: str) -> str:
    # What this module itself put there is no machine-readable zone.
    return _MARK.sub(lambda found: " " * len(found[0]), _plain(text))


def _cut(text: str, spans: Iterable[tuple[int, int]], mark: str) -> str:
    pieces: list[str] = []
    at = 0
    for begin, end in _merged(spans):
        pieces += [text[at:begin], mark]
        at = end
    return "".join([*pieces, text[at:]])


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans, in the order of their beginnings, with those that overlap made one."""
    open_span: tuple[int, int] | None = None
    for begin, end in spans:
        if open_span is not None and begin <= open_span[1]:
            open_span = (open_span[0], max(open_span[1], end))
            continue
        if open_span is not None:
            yield open_span
        open_span = (begin, end)
    if open_span is not None:
        yield open_span
