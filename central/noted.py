"""What people write down beside what they settle: short, and without anybody's name or number. Pure."""

import re
from enum import StrEnum

LONGEST_NOTE = 400
LONGEST_BY = 64
_BY = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_CODES = (
    re.compile(r"[0-9]{6} ?[-+–A-FU-Ya-fu-y] ?[0-9]{3} ?[0-9A-Ya-y](?![0-9A-Za-z])"),
    re.compile(r"[0-9]{6} ?[0-9]{3} ?[0-9A-Ya-y](?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])[0-9]{8} ?[A-Ya-y](?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9])[+0]?[0-9](?:[ -]?[0-9]){8,}"),
)
"""Identity codes in any of their spellings, electronic client identifiers, and numbers as long as a telephone's."""


class Why(StrEnum):
    """What is wrong with a text."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    LIKE_A_CODE = "like-a-code"
    UNPRINTABLE = "unprintable"


class NotNotedError(ValueError):
    """The text cannot be kept. What stood in it is not repeated."""

    def __init__(self, why: Why, longest: int = LONGEST_NOTE) -> None:
        super().__init__(_SAID[why].format(longest=longest))
        self.why, self.longest = why, longest


_SAID = {
    Why.EMPTY: "the note takes 1 to {longest} characters",
    Why.TOO_LONG: "the note takes 1 to {longest} characters",
    Why.LIKE_A_CODE: "the note has what looks like an identity code or a telephone number",
    Why.UNPRINTABLE: "the note takes printable characters",
}


def text(written: str, longest: int = LONGEST_NOTE, *, may_be_empty: bool = False) -> str:
    """The text as it is kept: without blanks around it. Raises ``NotNotedError``."""
    kept = written.strip()
    if not kept and not may_be_empty:
        raise NotNotedError(Why.EMPTY, longest)
    if len(kept) > longest:
        raise NotNotedError(Why.TOO_LONG, longest)
    if not all(one.isprintable() or one in "\r\n\t" for one in kept):
        raise NotNotedError(Why.UNPRINTABLE, longest)
    if any(code.search(kept) for code in _CODES):
        raise NotNotedError(Why.LIKE_A_CODE, longest)
    return kept


def is_role(by: str) -> bool:
    """Whether a word can stand for a desk or a role in the place of a name."""
    return _BY.fullmatch(by) is not None
