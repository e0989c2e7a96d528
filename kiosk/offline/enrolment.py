"""What the kiosk got at enrolment, kept in its encrypted database."""

import msgspec

from kiosk.offline.connection import Connection
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
