"""Ids that sort by when they were made, also those that one process makes within a millisecond."""

import secrets
from datetime import datetime
from itertools import count

from kiosk.checkin.facts import uuid7

_COUNT = count()


def new(at: datetime) -> str:
    """An id (RFC 9562, 5.7; counted within the millisecond by its 6.2, method 1)."""
    tail = (next(_COUNT) & 0xFFF).to_bytes(2) + secrets.token_bytes(8)
    return uuid7(int(at.timestamp() * 1000), tail)
