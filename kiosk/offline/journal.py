"""The journal: the append-only table of facts. It is the outbox too."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Concatenate, ParamSpec, TypeVar

import msgspec

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.facts import Fact, FactKind, Verdict, uuid7
from kiosk.checkin.hashing import hashed
from kiosk.checkin.hybrid_clock import Stamp
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.servicing.events import FoundVisit
from kiosk.checkin.site import Site
from kiosk.checkin.visit import Report
from kiosk.offline import annulling
from kiosk.offline.connection import Connection, DatabaseError, transaction
from kiosk.offline.numbers import NO_NUMBER, Number, next_number
from kiosk.offline.sealing import seal
from kiosk.offline.stamping import Now, read_now
from kiosk.ports import Clock, Enrolment, JournalError

KNOWN_TO_THE_CENTRE = (Verdict.RECORDED.value, Verdict.DUPLICATE.value)

_WRONG_CODES = "service:wrong-codes"

# What was taken here; else what the roster has learnt since the client was asked: somebody else was faster.
_KNOWN = """
SELECT arrival.number, arrival.visit, fact.at FROM arrival JOIN fact ON fact.seq = arrival.fact
WHERE arrival.about = ?1 AND fact.id NOT IN (SELECT fact FROM annulled)
UNION ALL
SELECT number, NULL, NULL FROM appointment WHERE id = ?1 AND number IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM taken_back WHERE taken_back.appointment = appointment.id AND taken_back.number = appointment.number)
LIMIT 1
"""

_APPEND = """
INSERT INTO fact (id, kind, at, details, ordering, clock, offset_ms, lease, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_KEEP = "INSERT OR REPLACE INTO arrival (about, number, fact, visit) VALUES (?, ?, ?, ?)"

_VERDICTS = """
SELECT receipt.verdict FROM arrival LEFT JOIN receipt ON receipt.fact = arrival.fact
WHERE arrival.visit = (SELECT visit FROM arrival WHERE fact = ?)
"""


_P = ParamSpec("_P")
_R = TypeVar("_R")


def _again_with_room(
    act: "Callable[Concatenate[SqlJournal, _P], _R]",
) -> "Callable[Concatenate[SqlJournal, _P], _R]":
    """The same, and once more for each time that room could be made on a full disk: nothing of the first was kept."""

    def tried(self: "SqlJournal", /, *given: _P.args, **named: _P.kwargs) -> _R:
        while True:
            try:
                return act(self, *given, **named)
            except JournalError as error:
                if not self.make_room(error.__cause__):
                    raise

    tried.__doc__, tried.__name__ = act.__doc__, act.__name__
    return tried


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
        make_room: Callable[[BaseException | None], bool] = lambda _: False,
    ) -> None:
        self._connection = connection
        self._site = site
        self._enrolment = enrolment
        self._clock = clock
        self._randomness = randomness
        self.make_room = make_room

    @_again_with_room
    def check_in(self, appointments: Sequence[Appointment], kind: ClaimKind, language: str) -> Arrival:
        """Facts, appointment states and one number in one transaction; the same arrival again if there is one."""
        try:
            with transaction(self._connection):
                known = [self._known(one.id) for one in appointments]
                told = next((arrival for arrival in known if arrival is not None), None)
                if told is not None and None not in known:
                    return told
                now = self._now()
                number = self._number("", now) if told is None else Number(told.number)
                said = {"number": number.text, "claim": kind.value, "language": language}
                visit, at = 0, None
                for one, arrival in zip(appointments, known, strict=True):
                    if arrival is None:
                        _, seq, stamp = self._append(now, FactKind.CHECKED_IN, {"appointment": one.id, **said}, number)
                        visit, at = visit or seq, at or stamp.at
                        self._keep(one.id, number.text, seq, visit)
        except DatabaseError as error:
            raise JournalError("check-in") from error
        return Arrival(number.text, Standing.RECORDED, visit, at)

    @_again_with_room
    def report(self, report: Report) -> tuple[Arrival, bool]:
        """Any other fact of a visit: with a number where one is asked for, and sealed where it says who."""
        details = dict(report.details) | self._who(report)
        today = self._day(self._clock.now()) if report.once else None
        about = f"once:{today}:{report.once}:{details.get('person', '')}" if report.once else ""
        try:
            with transaction(self._connection):
                known = self._known(about) if about else None
                if known is not None:
                    return known, True
                now = self._now()
                number = NO_NUMBER if report.series is None else self._number(report.series, now)
                said = {"number": number.text} if number.text else {}
                _, seq, stamp = self._append(now, report.kind, details | said, number)
                self._keep(about or f"fact:{seq}", number.text, seq, seq)
        except DatabaseError as error:
            raise JournalError(report.kind.value) from error
        return Arrival(number.text, Standing.RECORDED, seq, stamp.at), False

    @_again_with_room
    def answers(self) -> bool:
        """Whether the file can be locked for a fact: false where somebody holds it for longer than anybody should.

        Nothing is written. Whatever else may be wrong with it is no silence, and is told where facts are written.
        """
        try:
            with transaction(self._connection):
                return True
        except DatabaseError as error:
            return not str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))

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

    @_again_with_room
    def note(self, kind: FactKind, details: Mapping[str, str]) -> Fact:
        """A fact of the house itself, in a transaction of its own."""
        try:
            with transaction(self._connection):
                name, seq, stamp = self._append(self._now(), kind, dict(details))
        except DatabaseError as error:
            raise JournalError(kind.value) from error
        return Fact(name, seq, kind, stamp.at, dict(details), stamp.order, stamp.quality, stamp.offset_ms)

    def find_number(self, number: str) -> tuple[FoundVisit, ...]:
        """The visits of today that were checked in under a ticket number and stand; empty where there is none.

        Raises ``JournalError`` where nobody can tell.
        """
        site = self._site()
        if site is None:
            return ()
        try:
            numbered = annulling.numbered(self._connection, number, self._clock.now(), site)
        except DatabaseError as error:
            raise JournalError("read") from error
        return annulling.found(numbered, site)

    @_again_with_room
    def annul(self, number: str) -> bool:
        """Take these check-ins back, each with a fact of its own, in one transaction; whether there were any."""
        site = self._site()
        if site is None:
            return False
        try:
            with transaction(self._connection):
                now = self._now()
                standing = annulling.numbered(self._connection, number, now.wall, site)
                for one in standing:
                    details = {"appointment": one.appointment, "number": number, "by": "staff"}
                    self._append(now, FactKind.ANNULLED, details | ({"arrival": one.fact} if one.fact else {}))
                    annulling.forget(self._connection, one.appointment, number)
        except DatabaseError as error:
            raise JournalError(FactKind.ANNULLED.value) from error
        return bool(standing)

    def wrong_codes(self) -> int:
        """How many wrong service codes came since the last right one, over a restart too. Raises ``JournalError``."""
        try:
            row = self._connection.execute("SELECT next FROM counter WHERE name = ?", (_WRONG_CODES,)).fetchone()
        except DatabaseError as error:
            raise JournalError("read") from error
        return 0 if row is None else int(row[0])

    @_again_with_room
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

    def _now(self) -> Now:
        return read_now(self._connection, self._clock)

    def _number(self, asked: str, now: Now) -> Number:
        # By the centre's time: with a clock that is a day off, a kiosk would give today what is lent for another day.
        day = None if now.centre is None else self._day(now.centre)
        return next_number(self._connection, day, self._enrolment.reserve_series, asked)

    def _known(self, about: str) -> Arrival | None:
        row = self._connection.execute(_KNOWN, (about,)).fetchone()
        if row is None:
            return None
        number, visit, at = row
        if visit is None:
            return Arrival(number, Standing.REGISTERED)
        return Arrival(number, self.standing(visit), visit, datetime.fromisoformat(at))

    def _keep(self, about: str, number: str, fact: int, visit: int) -> None:
        # In the place of an earlier one only where that was annulled.
        self._connection.execute(_KEEP, (about, number, fact, visit))

    def _append(
        self, now: Now, kind: FactKind, details: Mapping[str, str], number: Number = NO_NUMBER
    ) -> tuple[str, int, Stamp]:
        """Write a fact: its id, its place in the journal, and its stamp."""
        stamp = now.stamp()
        name = uuid7(int(stamp.at.timestamp() * 1000), self._randomness(10))
        values = (
            *(name, kind.value, stamp.at.isoformat(), msgspec.json.encode(details).decode()),
            *(stamp.order, stamp.quality.value, stamp.offset_ms, number.lease, number.place),
        )
        return name, self._connection.execute(_APPEND, values).lastrowid or 0, stamp


def standing_of(verdicts: Sequence[str | None]) -> Standing:
    """What may be said of a visit with these words of the centre on its facts; ``None`` where one is awaited."""
    if any(verdict is not None and verdict not in KNOWN_TO_THE_CENTRE for verdict in verdicts):
        return Standing.DISPUTED
    return Standing.REGISTERED if verdicts and None not in verdicts else Standing.RECORDED
