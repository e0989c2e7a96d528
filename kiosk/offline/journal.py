"""The journal: the append-only table of facts. It is the outbox too."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.facts import Fact, FactKind, Verdict, uuid7
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.site import Site
from kiosk.offline.connection import Connection, DatabaseError, transaction
from kiosk.offline.numbers import take_number
from kiosk.ports import Clock, JournalError

KNOWN_TO_THE_CENTRE = (Verdict.RECORDED.value, Verdict.DUPLICATE.value)


class SqlJournal:
    """``kiosk.ports.Journal`` on the kiosk's database. One for each connection, and so for each thread."""

    def __init__(
        self,
        connection: Connection,
        *,
        site: Callable[[], Site | None],
        reserve_series: str,
        clock: Clock,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._connection = connection
        self._site = site
        self._reserve_series = reserve_series
        self._clock = clock
        self._randomness = randomness

    def check_in(self, appointment: Appointment, kind: ClaimKind, language: str) -> Arrival:
        """Fact, appointment state and ticket number in one transaction; the same arrival again if there is one."""
        now = self._clock.now()
        site = self._site()
        day = now.date() if site is None else site.day(now)
        try:
            with transaction(self._connection):
                known = self._arrival(appointment.id)
                if known is not None:
                    return known
                number = take_number(self._connection, day, self._reserve_series)
                details = {
                    "appointment": appointment.id,
                    "number": number,
                    "claim": kind.value,
                    "language": language,
                }
                fact = self._append(FactKind.CHECKED_IN, details, now)
                self._connection.execute(
                    "INSERT INTO arrival (appointment, number, fact) VALUES (?, ?, ?)",
                    (appointment.id, number, fact.seq),
                )
        except DatabaseError as error:
            raise JournalError("check-in") from error
        return Arrival(number, Standing.RECORDED, fact.seq)

    def note(self, kind: FactKind, details: Mapping[str, str]) -> Fact:
        """Any other fact, in a transaction of its own."""
        try:
            with transaction(self._connection):
                return self._append(kind, details, self._clock.now())
        except DatabaseError as error:
            raise JournalError(kind.value) from error

    def standing(self, fact: int) -> Standing:
        """``REGISTERED`` only where the centre's receipt is in the database."""
        row = self._connection.execute("SELECT verdict FROM receipt WHERE fact = ?", (fact,)).fetchone()
        known = row is not None and row[0] in KNOWN_TO_THE_CENTRE
        return Standing.REGISTERED if known else Standing.RECORDED

    def _arrival(self, appointment: str) -> Arrival | None:
        row = self._connection.execute(
            "SELECT number, fact FROM arrival WHERE appointment = ?", (appointment,)
        ).fetchone()
        return None if row is None else Arrival(row[0], self.standing(row[1]), row[1])

    def _append(self, kind: FactKind, details: Mapping[str, str], now: datetime) -> Fact:
        at = now.astimezone(UTC)
        fact_id = uuid7(int(at.timestamp() * 1000), self._randomness(10))
        cursor = self._connection.execute(
            "INSERT INTO fact (id, kind, at, details) VALUES (?, ?, ?, ?)",
            (fact_id, kind.value, at.isoformat(), json.dumps(dict(details))),
        )
        return Fact(fact_id, cursor.lastrowid or 0, kind, at, dict(details))
