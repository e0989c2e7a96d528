"""The Finnish personal identity code (HETU), as DVV has issued it since 1 January 2023.

Form: ``DDMMYY`` + sign + three digits + check character. The sign tells the century *and* tells people
apart (``010594Y9032`` and ``010594-9032`` are two persons), so it is never dropped or normalised.
Source: DVV, "Henkilötunnuksen uudistaminen"; check character and ranges by python-stdnum.
"""

import re
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.fi import hetu as stdnum_hetu

LENGTH = 11
SIGNS = "-+ABCDEFYXWVU"
CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"

_CENTURY_OF_SIGN = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_IN_TEXT = re.compile(rf"(?<![0-9A-Z])[0-9]{{6}}[{re.escape(SIGNS)}][0-9]{{3}}[{CHECK_CHARACTERS}](?![0-9A-Z])")


def canonical(text: str, today: date) -> str | None:
    """The code in its one written form, or ``None`` where ``text`` is not a HETU of someone born by ``today``.

    Artificial codes (individual number 900-999) are accepted: test systems and some local registers use them.
    """
    try:
        code = str(stdnum_hetu.validate(text, allow_temporary=True))
    except ValidationError:
        return None
    return code if birth_date(code) <= today else None


def birth_date(code: str) -> date:
    """The birth date written in a canonical code."""
    century = _CENTURY_OF_SIGN[code[6]]
    return date(century + int(code[4:6]), int(code[2:4]), int(code[0:2]))


def find(text: str, today: date) -> str | None:
    """The only valid code standing free in ``text``; ``None`` where there is none or where two differ."""
    found = {code for match in _IN_TEXT.finditer(text.upper()) if (code := canonical(match.group(), today))}
    return found.pop() if len(found) == 1 else None


def allowed_next(typed: str) -> str:
    """The characters that may follow what has been typed so far, so that a keypad can dim the others."""
    position = len(typed)
    if position < 6 or 7 <= position < 10:
        return "0123456789"
    if position == 6:
        return SIGNS
    return CHECK_CHARACTERS if position == 10 else ""
