"""The key of an enrolment that is not over: made once for each code, and on the disk before the centre hears of it.

Should the answer be lost, the same key with the same code gets it again; another key would find the code used.
"""

from collections.abc import Callable, Mapping

import msgspec

from kiosk.offline.connection import Connection, transaction
from kiosk.offline.day_close import end_enrolment
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.spare import keep_spare
from kiosk.ports import Enrolment


def key_for(connection: Connection, code: str, make: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    """The private key that was made for this code before, or a new one, which is on the disk now."""
    # As people type it, and as the centre reads it.
    plain = "".join(character for character in code.upper() if character.isalnum())
    with transaction(connection):
        row = connection.execute("SELECT key FROM enrolling WHERE code = ?", (plain,)).fetchone()
        if row is not None:
            return msgspec.json.decode(row[0], type=dict[str, str])
        key = dict(make())
        connection.execute(
            "INSERT OR REPLACE INTO enrolling (one, code, key) VALUES (1, ?, ?)",
            (plain, msgspec.json.encode(key).decode()),
        )
    return key


def finish(connection: Connection, enrolment: Enrolment) -> None:
    """Keep the enrolment, and forget how it came about."""
    with transaction(connection):
        end_enrolment(connection)
        save_enrolment(connection, enrolment)
        connection.execute("DELETE FROM enrolling")
    keep_spare(connection)
