"""The rules of the site as they are kept: those in use, those before them, and what was refused in their place.

``kiosk sync`` takes new ones. ``kiosk screen`` counts how often it has begun to serve by them, and goes back to those
before where it fails. All of it is one transaction of the roster file each, so that a power cut leaves one of the two.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from kiosk.checkin.configuration import Refusal, Refused, Serving, Trust, Version
from kiosk.checkin.site import Site
from kiosk.offline.connection import ROSTER, Connection, transaction
from kiosk.offline.enrolment import load_enrolment, save_enrolment
from kiosk.offline.spare import keep_spare

IN_USE, BEFORE = 1, 2
"""The row of a configuration in ``site`` and ``configuration``."""
MOST_TRIES = 2
"""How often the screen begins anew to serve by rules under which it never lasted."""

_SITE = msgspec.json.Decoder(Site)


class SqlConfigurations:
    """``kiosk.ports.ConfigurationStore``: the key and the newest number are beside the enrolment, and in its spare."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trust(self) -> Trust | None:
        """By what configurations are believed; ``None`` where this kiosk has no key."""
        enrolment = load_enrolment(self._connection)
        return None if enrolment is None else enrolment.configuration

    def believe(self, before: Trust, after: Trust) -> bool:
        """Keep another one in the place of ``before``, for good; ``False`` where that is not what is kept."""
        with transaction(self._connection):
            enrolment = load_enrolment(self._connection)
            if enrolment is None or enrolment.configuration != before:
                return False
            save_enrolment(self._connection, replace(enrolment, configuration=after))
        keep_spare(self._connection)
        return True

    def refused(self) -> Refused | None:
        """The configuration that was refused since the last one was taken."""
        return read_refused(self._connection)


def read_refused(connection: Connection) -> Refused | None:
    """The configuration that was refused since the last one was taken."""
    columns = "reason, mark, digest, number, program"
    row = connection.execute(f"SELECT {columns} FROM refused_configuration").fetchone()  # noqa: S608 - names of ours
    return None if row is None else Refused(*row)


def serving(connection: Connection) -> Serving:
    """What is to be told of it to the centre and to technicians."""
    row = connection.execute("SELECT number FROM configuration WHERE one = ?", (IN_USE,)).fetchone()
    checks = SqlConfigurations(connection).trust() is not None
    return Serving(None if row is None else row[0], checks, read_refused(connection))


def take(connection: Connection, site: Site, version: Version | None, now: datetime) -> None:
    """Serve by these rules from now on, unless they failed before. Must run inside a transaction of the roster file."""
    body = msgspec.json.encode(site).decode()
    digest = hashlib.sha256(body.encode()).hexdigest() if version is None else version.digest
    refused = read_refused(connection)
    if version is None and refused is not None and refused.reason == Refusal.FAILED and refused.digest == digest:
        # Of those that were signed the judgement knows it.
        return
    connection.execute("DELETE FROM refused_configuration")
    held = connection.execute("SELECT digest FROM configuration WHERE one = ?", (IN_USE,)).fetchone()
    there = connection.execute("SELECT body FROM site WHERE one = ?", (IN_USE,)).fetchone()
    if (held, there) == ((digest,), (body,)):
        return
    if held is not None and there is not None and held != (digest,):
        for table in ("site", "configuration"):
            connection.execute(f"DELETE FROM {table} WHERE one = ?", (BEFORE,))  # noqa: S608 - names of ours
            connection.execute(f"UPDATE {table} SET one = ? WHERE one = ?", (BEFORE, IN_USE))  # noqa: S608
    connection.execute("INSERT OR REPLACE INTO site (one, body) VALUES (?, ?)", (IN_USE, body))
    made_at = None if version is None else version.made_at.astimezone(UTC).isoformat()
    connection.execute(
        "INSERT OR REPLACE INTO configuration (one, digest, number, made_at, taken_at) VALUES (?, ?, ?, ?, ?)",
        (IN_USE, digest, None if version is None else version.number, made_at, now.astimezone(UTC).isoformat()),
    )


def keep_refused(connection: Connection, refused: Refused, now: datetime) -> None:
    """Keep what was not taken. Must run inside a transaction of the roster file."""
    connection.execute(
        "INSERT OR REPLACE INTO refused_configuration (one, reason, mark, digest, number, program, at)"
        " VALUES (1, ?, ?, ?, ?, ?, ?)",
        (
            *(refused.reason, refused.mark, refused.digest, refused.number, refused.program),
            now.astimezone(UTC).isoformat(),
        ),
    )


def begin(connection: Connection, now: datetime, program: str) -> bool:
    """The screen is about to serve; whether it must go back first, and has, since it never lasted by these rules."""
    body = connection.execute("SELECT body FROM site WHERE one = ?", (IN_USE,)).fetchone()
    row = connection.execute("SELECT begun, proven FROM configuration WHERE one = ?", (IN_USE,)).fetchone()
    if body is None or row is None:
        return False
    begun, proven = row
    if _readable(body[0]) is None or (not proven and begun >= MOST_TRIES):
        return go_back(connection, now, program)
    if not proven:
        with transaction(connection, ROSTER):
            connection.execute("UPDATE configuration SET begun = begun + 1 WHERE one = ?", (IN_USE,))
    return False


def ended_well(connection: Connection) -> None:
    """The screen was asked to end, and did: that was no failure of the rules."""
    with transaction(connection, ROSTER):
        connection.execute("UPDATE configuration SET begun = max(begun - 1, 0) WHERE one = ?", (IN_USE,))


def prove(connection: Connection, digest: str) -> None:
    """The screen has lasted by these rules: what fails later is not their doing."""
    there = (IN_USE, digest)
    row = connection.execute("SELECT proven FROM configuration WHERE one = ? AND digest = ?", there).fetchone()
    if row == (0,):
        with transaction(connection, ROSTER):
            connection.execute("UPDATE configuration SET proven = 1 WHERE one = ? AND digest = ?", there)


def digest_in_use(connection: Connection) -> str:
    """The SHA-256 of the document in use; empty where there is none."""
    row = connection.execute("SELECT digest FROM configuration WHERE one = ?", (IN_USE,)).fetchone()
    return "" if row is None else str(row[0])


def go_back(connection: Connection, now: datetime, program: str, failed: str = "") -> bool:
    """Serve by the rules before these, and never by these again; ``False`` where there are none before.

    ``failed`` is the digest of the rules that failed; where others are in use by now, those stay.
    """
    with transaction(connection, ROSTER):
        row = connection.execute("SELECT digest, number FROM configuration WHERE one = ?", (IN_USE,)).fetchone()
        before = connection.execute("SELECT body FROM site WHERE one = ?", (BEFORE,)).fetchone()
        if row is None:
            return False
        digest, number = row
        if failed not in ("", digest):
            return True
        held = None if before is None else _readable(before[0])
        enrolment = load_enrolment(connection)
        if held is None or (enrolment is not None and held.id != enrolment.site):
            # None, or that of the site where this machine was before.
            return False
        for table in ("site", "configuration"):
            connection.execute(f"DELETE FROM {table} WHERE one = ?", (IN_USE,))  # noqa: S608 - names of ours
            connection.execute(f"UPDATE {table} SET one = ? WHERE one = ?", (IN_USE, BEFORE))  # noqa: S608
        connection.execute("UPDATE configuration SET begun = 0, proven = 1 WHERE one = ?", (IN_USE,))
        keep_refused(connection, Refused(Refusal.FAILED, "", digest, number, program), now)
    return True


def _readable(body: str) -> Site | None:
    try:
        return _SITE.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
