"""The personal data file of Estonian identity cards: records in clear, no PIN (EstEID card specification).

Nothing on the card signs these records. They say no more than a printed code would.
"""

import re
from datetime import date

from kiosk.devices.card.apdu import Conversation, read_content, select, select_application
from kiosk.devices.card.steps import Step, Trail

APPLICATION = bytes.fromhex("a000000077010800070000fe00000100")
DIRECTORY = bytes.fromhex("5000")
PERSONAL_CODE, EXPIRY = 6, 8
"""The numbers of the records that are read. The other fourteen are left alone."""

_LONGEST_RECORD = 64
_DATE = re.compile(r"([0-9]{2})[ .]([0-9]{2})[ .]([0-9]{4})")


def personal_code(trail: Trail) -> Conversation[tuple[str, date | None] | None]:
    """The personal code as written and the last day of the card; ``None`` where there is no personal data file.

    The day is ``None`` where the record holds none.
    """
    there = yield from select_application(APPLICATION)
    there = there and ((yield from select(0x01, DIRECTORY)) or (yield from select(0x02, DIRECTORY)))
    if not trail.note(Step.PERSONAL_DATA, there):
        return None
    code = yield from _record(PERSONAL_CODE)
    return code, last_day((yield from _record(EXPIRY)))


def _record(number: int) -> Conversation[str]:
    if not (yield from select(0x02, DIRECTORY[:1] + bytes([number]))):
        return ""
    return ((yield from read_content(_LONGEST_RECORD)) or b"").rstrip(b"\0\xff").decode("utf-8", "replace").strip()


def last_day(written: str) -> date | None:
    """The date in a record, written as day, month and year; ``None`` where it is none."""
    match = _DATE.fullmatch(written)
    if match is None:
        return None
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
