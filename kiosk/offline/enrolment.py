"""What the kiosk got at enrolment, kept in its encrypted database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from kiosk.offline.connection import Connection, transaction
from kiosk.ports import Enrolment

_ENROLMENT = msgspec.json.Decoder(Enrolment)


def save_enrolment(connection: Connection, enrolment: Enrolment) -> None:
    """Keep it, in the place of any earlier one."""
    body = msgspec.json.encode(enrolment).decode()
    connection.execute("INSERT OR REPLACE INTO enrolment (one, body) VALUES (1, ?)", (body,))


def load_enrolment(connection: Connection) -> Enrolment | None:
    """The enrolment, or ``None`` on a machine that has none."""
    row = connection.execute("SELECT body FROM enrolment").fetchone()
    return None if row is None else _ENROLMENT.decode(row[0])


def change_keys(
    connection: Connection, private_key: Mapping[str, str], since: datetime | None, next_key: Mapping[str, str] | None
) -> Enrolment:
    """Keep other keys in the enrolment, and all else as it is. Raises ``LookupError`` where there is none."""
    with transaction(connection):
        before = load_enrolment(connection)
        if before is None:
            raise LookupError("not enrolled")
        after = replace(before, private_key=private_key, keyed_at=since, next_key=next_key)
        save_enrolment(connection, after)
    return after
