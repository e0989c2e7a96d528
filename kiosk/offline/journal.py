"""The journal: the append-only table of facts. It is the outbox too."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.facts import Fact, FactKind, Verdict, uuid7
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.servicing.events import FoundVisit
from kiosk.checkin.site import Site
from kiosk.checkin.visit import Report
from kiosk.offline import annulling
from kiosk.offline.connection import Connection, DatabaseError, transaction
from kiosk.offline.numbers import take_number
from kiosk.offline.sealing import seal
from kiosk.ports import Clock, Enrolment, JournalError

KNOWN_TO_THE_CENTRE = (Verdict.RECORDED.value, Verdict.DUPLICATE.value)

_WRONG_CODES = "service:wrong-codes"

_ARRIVAL = """
SELECT arrival.number, arrival.visit, arrival.at FROM arrival JOIN fact ON fact.seq = arrival.fact
WHERE arrival.about = ? AND fact.id NOT IN (SELECT fact FROM annulled)
"""

_ELSEWHERE = """
SELECT number FROM appointment WHERE id = ? AND number IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM taken_back WHERE taken_back.appointment = appointment.id AND taken_back.number = appointment.number)
"""

_VERDICTS = """
SELECT receipt.verdict FROM arrival LEFT JOIN receipt ON receipt.fact = arrival.fact
WHERE arrival.visit = (SELECT visit FROM arrival WHERE fact = ?)
"""


class SqlJournal:
    """``kiosk.ports.Journal`` on the kiosk's database. One for each connection, and so for each thread."""

    def __init__(
        self,
        connection: Connection,
        *,
        site: Callable[[], Site | None],
        enrolment: Enrolment,
        clock: Clock,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._connection = connection
        self._site = site
        self._enrolment = enrolment
        self._clock = clock
        self._randomness = randomness

    def check_in(self, appointments: Sequence[Appointment], kind: ClaimKind, language: str) -> Arrival:
        """Facts, appointment states and one number in one transaction; the same arrival again if there is one."""
        now = self._clock.now()
        try:
            with transaction(self._connection):
                arrivals = {one.id: self._arrival(one.id) or self._elsewhere(one.id) for one in appointments}
                known = {about: arrival for about, arrival in arrivals.items() if arrival is not None}
                if len(known) == len(appointments):
                    return known[appointments[0].id]
                visit: int | None = None
                number = next((arrival.number for arrival in known.values()), None) or self._number("", now)
                for one in appointments:
                    if one.id not in known:
                        details = {"appointment": one.id, "number": number, "claim": kind.value, "language": language}
                        fact = self._append(FactKind.CHECKED_IN, details, now)
                        visit = visit or fact.seq
                        self._keep(one.id, number, fact, visit)
        except DatabaseError as error:
            raise JournalError("check-in") from error
        return Arrival(number, Standing.RECORDED, visit, now)

    def report(self, report: Report) -> tuple[Arrival, bool]:
        """Any other fact of a visit: with a number where one is asked for, and sealed where it says who."""
        now = self._clock.now()
        details = dict(report.details) | self._who(report)
        about = f"once:{self._day(now)}:{report.once}:{details.get('person', '')}" if report.once else ""
        try:
            with transaction(self._connection):
                known = self._arrival(about) if about else None
                if known is not None:
                    return known, True
                number = "" if report.series is None else self._number(report.series, now)
                fact = self._append(report.kind, details | ({"number": number} if number else {}), now)
                self._keep(about or f"fact:{fact.seq}", number, fact, fact.seq)
        except DatabaseError as error:
            raise JournalError(report.kind.value) from error
        return Arrival(number, Standing.RECORDED, fact.seq, now), False

    def try_to_write(self) -> None:
        """Write something that says nothing, and have it synced. Raises ``JournalError``."""
        try:
            with transaction(self._connection):
                self._connection.execute(
                    "INSERT INTO counter (name, next) VALUES ('written', 0)"
                    " ON CONFLICT (name) DO UPDATE SET next = next + 1"
                )
        except DatabaseError as error:
            raise JournalError("try") from error

    def note(self, kind: FactKind, details: Mapping[str, str]) -> Fact:
        """A fact of the house itself, in a transaction of its own."""
        try:
            with transaction(self._connection):
                return self._append(kind, details, self._clock.now())
        except DatabaseError as error:
            raise JournalError(kind.value) from error

    def find_number(self, number: str) -> tuple[FoundVisit, ...]:
        """The visits of today that were checked in under a ticket number and stand; empty where there is none."""
        site = self._site()
        if site is None:
            return ()
        return annulling.found(annulling.numbered(self._connection, number, self._clock.now(), site), site)

    def annul(self, number: str) -> bool:
        """Take these check-ins back, each with a fact of its own, in one transaction; whether there were any."""
        now, site = self._clock.now(), self._site()
        if site is None:
            return False
        try:
            with transaction(self._connection):
                standing = annulling.numbered(self._connection, number, now, site)
                for one in standing:
                    details = {"appointment": one.appointment, "number": number, "by": "staff"}
                    self._append(FactKind.ANNULLED, details | ({"arrival": one.fact} if one.fact else {}), now)
                    annulling.forget(self._connection, one.appointment, number)
        except DatabaseError as error:
            raise JournalError(FactKind.ANNULLED.value) from error
        return bool(standing)

    def wrong_codes(self) -> int:
        """How many wrong service codes came since the last right one, before this start too."""
        row = self._connection.execute("SELECT next FROM counter WHERE name = ?", (_WRONG_CODES,)).fetchone()
        return 0 if row is None else int(row[0])

    def keep_wrong_codes(self, count: int) -> None:
        """Keep that count over a restart, which would else open the lock. Raises ``JournalError``."""
        try:
            with transaction(self._connection):
                row = (_WRONG_CODES, count)
                self._connection.execute("INSERT OR REPLACE INTO counter (name, next) VALUES (?, ?)", row)
        except DatabaseError as error:
            raise JournalError("wrong-codes") from error

    def standing(self, fact: int) -> Standing:
        """``REGISTERED`` only where the centre's receipts for the whole of its visit are in the database."""
        return standing_of([row[0] for row in self._connection.execute(_VERDICTS, (fact,))])

    def fact_id(self, fact: int) -> str:
        """The id of the fact with this place in the journal; empty where there is none."""
        try:
            row = self._connection.execute("SELECT id FROM fact WHERE seq = ?", (fact,)).fetchone()
        except DatabaseError as error:
            raise JournalError("read") from error
        return "" if row is None else str(row[0])

    def last(self, kind: FactKind) -> datetime | None:
        """When the newest fact of a kind was recorded."""
        newest = "SELECT at FROM fact WHERE kind = ? ORDER BY seq DESC LIMIT 1"
        row = self._connection.execute(newest, (kind.value,)).fetchone()
        return None if row is None else datetime.fromisoformat(row[0])

    def _who(self, report: Report) -> dict[str, str]:
        """What tells the centre who it is, and tells this kiosk only that it is the same person."""
        if report.claim is None and not report.private:
            return {}
        content = dict(report.private)
        who: dict[str, str] = {}
        if report.claim is not None:
            content |= {"identifier": report.claim.identifier, "kind": report.claim.kind.value}
            who["person"] = hashed(self._enrolment.site_key, report.claim.identifier).hex()
        if self._enrolment.identity_key:
            who["sealed"] = seal(self._enrolment.identity_key, content)
        return who

    def _day(self, now: datetime) -> date:
        site = self._site()
        return now.date() if site is None else site.day(now)

    def _number(self, asked: str, now: datetime) -> str:
        return take_number(self._connection, self._day(now), self._enrolment.reserve_series, asked)

    def _arrival(self, about: str) -> Arrival | None:
        row = self._connection.execute(_ARRIVAL, (about,)).fetchone()
        if row is None:
            return None
        return Arrival(row[0], self.standing(row[1]), row[1], datetime.fromisoformat(row[2]))

    def _elsewhere(self, appointment: str) -> Arrival | None:
        """What the roster has learnt since the client was asked: another kiosk or the desk was faster."""
        row = self._connection.execute(_ELSEWHERE, (appointment,)).fetchone()
        return None if row is None else Arrival(row[0], Standing.REGISTERED)

    def _keep(self, about: str, number: str, fact: Fact, visit: int) -> None:
        # In the place of an earlier one only where that was annulled.
        self._connection.execute(
            "INSERT OR REPLACE INTO arrival (about, number, fact, visit, at) VALUES (?, ?, ?, ?, ?)",
            (about, number, fact.seq, visit, fact.at.isoformat()),
        )

    def _append(self, kind: FactKind, details: Mapping[str, str], now: datetime) -> Fact:
        at = now.astimezone(UTC)
        fact_id = uuid7(int(at.timestamp() * 1000), self._randomness(10))
        cursor = self._connection.execute(
            "INSERT INTO fact (id, kind, at, details) VALUES (?, ?, ?, ?)",
            (fact_id, kind.value, at.isoformat(), json.dumps(dict(details))),
        )
        return Fact(fact_id, cursor.lastrowid or 0, kind, at, dict(details))


def standing_of(verdicts: Sequence[str | None]) -> Standing:
    """What may be said of a visit with these words of the centre on its facts; ``None`` where one is awaited."""
    if any(verdict is not None and verdict not in KNOWN_TO_THE_CENTRE for verdict in verdicts):
        return Standing.DISPUTED
    return Standing.REGISTERED if verdicts and None not in verdicts else Standing.RECORDED
