"""Identifiers of people beside the HETU, each in one canonical form, so that one person has one hash.

Every system has its own prefix (``satu:``, ``ee:``, ``se:``, ``local:``), so that equal digits of two systems are never
one person. A HETU stands bare (``kiosk.checkin.hetu``), and so do appointment codes; neither may begin like a prefix.
"""

import re
from datetime import date

from stdnum import luhn
from stdnum.ee import ik
from stdnum.exceptions import ValidationError
from stdnum.util import clean

from kiosk.checkin import hetu

SATU, ESTONIAN, SWEDISH, LOCAL = "satu", "ee", "se", "local"
SYSTEMS = (SATU, ESTONIAN, SWEDISH, LOCAL)
HETU, CODE = "hetu", "code"

LONGEST = 64
"""Characters. No identifier here is longer; longer text is not examined."""

_SATU = re.compile(rf"([0-9]{{8}})([{hetu.CHECK_CHARACTERS}])")
_SWEDISH = re.compile(r"(18|19|20)?([0-9]{2})([0-9]{2})([0-9]{2})([-+]?)([0-9]{4})")


def satu(text: str) -> str | None:
    """``satu:99900001N``, or ``None`` where ``text`` is no electronic client identifier (sähköinen asiointitunnus).

    It stands in the certificate of a Finnish eID as the subject's ``serialNumber``: eight digits and a check character,
    reckoned as that of a HETU (the number mod 31). Source: DVV, "FINEID S2", on the subject of citizen certificates.
    """
    match = _SATU.fullmatch(_plain(text).upper())
    if match is None or hetu.CHECK_CHARACTERS[int(match[1]) % 31] != match[2]:
        return None
    return f"{SATU}:{match[0]}"


def estonian(text: str, today: date) -> str | None:
    """``ee:37605030299``, or ``None`` where ``text`` is no isikukood of someone born by ``today``.

    Eleven digits: century and sex, birth date, serial number, check digit. Source: EVS 585, by python-stdnum.
    """
    try:
        code = str(ik.validate(_plain(text)))
        born = ik.get_birth_date(code)
    except ValidationError:
        return None
    return f"{ESTONIAN}:{code}" if born <= today else None


def swedish(text: str, today: date) -> str | None:
    """``se:YYYYMMDDNNNN``, or ``None`` where ``text`` is no personnummer of someone born by ``today``.

    Written with twelve digits, or with ten and a sign that tells the century: ``-``, and ``+`` from the year on in
    which one turns a hundred. Ten digits without a sign are taken for the youngest person whom they fit. Coordination
    numbers (day of birth plus 60) are none. Source: Folkbokföringslag (1991:481), section 18; Skatteverket, SKV 704.
    """
    match = _SWEDISH.fullmatch(_plain(text))
    if match is None:
        return None
    century, year, month, day, sign, serial = match.groups()
    if serial.startswith("000") or not luhn.is_valid(year + month + day + serial) or (century and sign == "+"):
        return None
    # The newest year that ends so, and where that is not meant the one a hundred years before it.
    newest = today.year - (today.year - int(year)) % 100
    years = {"-": [newest], "+": [newest - 100], "": [newest, newest - 100]}[sign]
    for one in [int(century + year)] if century else years:
        born = _date(one, int(month), int(day))
        if born is not None and born <= today:
            return f"{SWEDISH}:{born:%Y%m%d}{serial}"
    return None


def local(text: str, pattern: str) -> str | None:
    """``local:…`` in capital letters, or ``None`` where ``text`` is not as a site's own temporary identifiers are.

    ``pattern`` is the site's regular expression for the whole of it, empty where it has none. Each organisation gives
    its own (tilapäinen yksilöintitunnus), so it says who somebody is at that site alone.
    """
    plain = _plain(text).upper()
    return f"{LOCAL}:{plain}" if pattern and plain and re.fullmatch(pattern, plain) else None


def canonical(written: str, today: date, local_pattern: str = "") -> str | None:
    """The identifier in what a register wrote: a bare HETU, or the prefix of another system and the number in it."""
    prefix, colon, number = written.strip().partition(":")
    if not colon:
        return hetu.canonical(prefix, today)
    match prefix.strip().lower():
        case "satu":
            return satu(number)
        case "ee":
            return estonian(number, today)
        case "se":
            return swedish(number, today)
        case "local":
            return local(number, local_pattern)
    return None


def reserved(text: str) -> bool:
    """Whether ``text`` begins as an identifier of some system does, and so cannot be an appointment code."""
    prefix, colon, _ = text.strip().partition(":")
    return bool(colon) and prefix.strip().lower() in SYSTEMS


def system(identifier: str) -> str:
    """The system of a canonical identifier: one of ``SYSTEMS``, ``hetu``, or ``code`` for an appointment code."""
    if reserved(identifier):
        return identifier.partition(":")[0]
    return HETU if hetu.canonical(identifier, date.max) == identifier else CODE


def _plain(text: str) -> str:
    """Without spaces, and with the plain form of each digit and dash; empty where it is too long to be examined."""
    return "" if len(text) > LONGEST else str(clean(text, " ")).strip()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
