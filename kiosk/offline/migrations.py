"""The schema, step by step. A step that has been released is never changed; a new one is added at the end."""

import sqlite_utils

from kiosk.offline.connection import Connection, StoreError, transaction


def m001_first_check_in(database: sqlite_utils.Database) -> None:
    """Facts, roster, numbers and receipts. A ``?`` marks a column that may be empty."""
    tables: dict[str, dict[str, type]] = {
        "fact": {"seq": int, "id": str, "kind": str, "at": str, "details": str},
        "arrival": {"about": str, "number": str, "fact": int, "visit": int, "at": str},
        "counter": {"name": str, "next": int},
        "receipt": {"fact": int, "verdict": str, "id?": str, "reason?": str, "at": str},
        "attempt": {"fact": int, "tries": int, "next_at": str, "error": str},
        "outbox": {"one": int, "settled": int},
        "appointment": {"id": str, "starts": str, "body": str, "number?": str, "generation": int},
        "unread": {"appointment": str},
        "annulled": {"fact": str},
        "taken_back": {"appointment": str, "number": str},
        "queue": {"service": str, "body": str},
        "identifier": {"hash": bytes, "appointment": str},
        "lease": {"id": str, "day": str, "asked": str, "series": str, "first": int, "last": int},
        "feed": {
            "one": int,
            "cursor": str,
            "generation": int,
            "in_snapshot": int,
            "as_of?": str,
            "centre_as_of?": str,
            "offset?": float,
        },
        "site": {"one": int, "body": str},
        "enrolment": {"one": int, "body": str},
        "enrolling": {"one": int, "code": str, "key": str},
    }
    for name, columns in tables.items():
        database.table(name).create(
            {column.rstrip("?"): kind for column, kind in columns.items()},
            pk=tuple(columns) if name in ("identifier", "taken_back") else next(iter(columns)),
            not_null={column for column in columns if not column.endswith("?")},
            strict=True,
        )
    database.table("identifier").create_index(["appointment"])


STEPS = (m001_first_check_in,)

MIGRATIONS = sqlite_utils.Migrations("kiosk")
for _step in STEPS:
    MIGRATIONS()(_step)


def migrate(connection: Connection) -> None:
    """Apply what is missing. Raises ``StoreError("newer-database")`` where a newer version has been here."""
    database = sqlite_utils.Database(connection)
    newer = {applied.name for applied in MIGRATIONS.applied(database)} - {step.__name__ for step in STEPS}
    if newer:
        raise StoreError("newer-database", ", ".join(sorted(newer)))
    if MIGRATIONS.pending(database):
        # The lock first: both processes may start at once on a new kiosk, and the second finds nothing left to do.
        with transaction(connection):
            MIGRATIONS.apply(database)
