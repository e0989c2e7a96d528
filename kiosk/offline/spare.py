"""The spare: what this kiosk is, a second time, in the roster file. Each file's copy mends the other.

With it goes how far the journal had come, so that nothing is given twice should it be lost.
"""

from dataclasses import dataclass, field

import msgspec

from kiosk.offline.connection import ROSTER, Connection, transaction
from kiosk.offline.enrolment import load_enrolment
from kiosk.ports import Enrolment


@dataclass(frozen=True)
class Spare:
    """``newest`` is the journal's newest place when this was kept.

    ``counters`` are those of the own letter series, and where this enrolment began. ``salvages`` are the places of the
    facts that tell of a salvage: before each of them places were left free.
    """

    enrolment: Enrolment
    newest: int = 0
    counters: dict[str, int] = field(default_factory=dict)
    salvages: tuple[int, ...] = ()


_SPARE = msgspec.json.Decoder(Spare)


def keep_spare(connection: Connection) -> None:
    """Keep it, where it has changed; nothing where this machine is not enrolled."""
    enrolment = load_enrolment(connection)
    if enrolment is None:
        return
    newest = int(connection.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone()[0])
    counters = connection.execute(
        "SELECT name, next FROM counter WHERE name LIKE 'reserve:%' OR name LIKE 'day-close:%' ORDER BY name"
    )
    before = connection.execute("SELECT body FROM spare").fetchone()
    salvages = set(_SPARE.decode(before[0]).salvages if before else ())
    salvages.update(place for (place,) in connection.execute("SELECT next FROM salvage"))
    spare = Spare(enrolment, newest, dict(counters.fetchall()), tuple(sorted(salvages)))
    body = msgspec.json.encode(spare).decode()
    if before is None or before[0] != body:
        with transaction(connection, ROSTER):
            connection.execute("INSERT OR REPLACE INTO spare (one, body) VALUES (1, ?)", (body,))


def load_spare(connection: Connection) -> Spare | None:
    """The spare, from a connection that has the roster file; ``None`` where there is none."""
    row = connection.execute("SELECT body FROM spare").fetchone()
    return None if row is None else _SPARE.decode(row[0])
