"""What has been promised, and the invariants: looked at after every step that wrote anything, and at the end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from kiosk.checkin import visit
from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.facts import FactKind, Verdict
from kiosk.checkin.outcome import AlreadyIn
from kiosk.offline.salvage import PLACES_AHEAD
from kiosk.sync import messages
from tests.simulation.forgetting import Kept

LOST = "an acknowledged fact is lost"
TOLD_TOO_SOON = "told before it was written"
PRINTED_TOO_SOON = "printed before it was durable"
LIED = "registered without a receipt"
NUMBER_TWICE = "a number given twice"
PLACE_TWICE = "a place in the journal given twice"
FACT_TWICE = "a fact twice at the centre"
ARRIVAL_TWICE = "two arrivals for one appointment"
WORD_CHANGED = "the centre's word changed"
WORD_LOST = "the centre forgot what it answered"
WRONG_RECEIPT = "a receipt that the centre did not give"
NOT_SETTLED = "a fact never reached the centre"
ROSTER_DIFFERS = "a roster differs from the centre's"
HELD_UP = "a fact that is refused holds up others"
ROSTER_LOST = "a roster lost what the centre has"
ANNULLED_STANDS = "a check-in stands that was taken back"
TWICE_HERE = "two standing check-ins of one visit at one kiosk"
STORM = "a storm of requests"
DIED = "a process died of an error"
STUCK = "the run did not come to rest"
DAY_CLOSE = "a day close does not add up"
FORGOTTEN = "forgotten before its time"
UNTOLD = "a loss that nobody is told of"
STAYS = "what says who was here stays too long"

HELD = (Verdict.RECORDED.value, Verdict.DUPLICATE.value)
OF_THE_HOUSE = (FactKind.ANNULLED.value,)
"""Facts that name a number and give none."""


class ViolationError(Exception):
    """An invariant does not hold."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(invariant, what)
        self.invariant = invariant
        self.what = what

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


@dataclass(frozen=True)
class Written:
    """A fact that was seen in a journal. ``owner`` is whose number it gives."""

    id: str
    kind: str
    number: str
    owner: str
    day: date
    annuls: str = ""


@dataclass
class Book:
    """What is known of one kiosk."""

    facts: dict[int, Written] = field(default_factory=dict)
    promised: set[int] = field(default_factory=set)
    durable: set[int] = field(default_factory=set)
    """Facts that were on the disk for good when they were last looked at."""
    checked_in: dict[str, int] = field(default_factory=dict)
    """By appointment: the check-in of it that stands here."""
    annulled: set[str] = field(default_factory=set)
    """Ids of the check-ins that staff took back here."""
    roster: set[str] = field(default_factory=set)
    receipts: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    verdicts: dict[int, str] = field(default_factory=dict)
    """Each word of the centre that ever stood here."""
    kept: Kept = field(default_factory=Kept)
    lost: dict[int, Written] = field(default_factory=dict)
    """Facts that went with a page that was spoilt."""
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """First and last of the places that salvage has left free."""
    forgot: bool = False
    """Whether a day that was closed has gone with a page: it is closed again, and differs."""


@dataclass
class Ledger:
    """Everything that was seen and promised. ``owners`` maps each appointment to its person."""

    owners: dict[str, str]
    books: dict[str, Book] = field(default_factory=dict)
    numbers: dict[tuple[date, str], str] = field(default_factory=dict)
    words: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """By id of a fact: its receipt, and whether it was recorded (else it is in conflict)."""
    arrived: set[tuple[str, str]] = field(default_factory=set)
    """Appointments and numbers of arrivals that the centre has ever held."""
    taken_back: set[str] = field(default_factory=set)
    """Ids of check-ins that the centre knows to have been taken back."""
    one_day: bool = True
    """Whether no midnight comes in this run."""
    forgets: bool = False
    """Whether kiosks forget in this run; else nothing may ever be gone."""

    def book(self, kiosk: str) -> Book:
        """What is known of a kiosk."""
        return self.books.setdefault(kiosk, Book())

    # --- at a kiosk -------------------------------------------------------------------------------------------------

    def look_at_journal(self, kiosk: str, eye: Any, today: date, now: float, *, durable: bool = False) -> None:
        """After a write at a kiosk, or after it has come back; ``durable`` where nothing of it waits for a sync.

        ``today`` and ``now`` (seconds since the run began) are true.
        """
        book = self.book(kiosk)
        rows = dict(eye.execute("SELECT seq, id FROM fact").fetchall())
        if self.forgets:
            wrong = book.kept.look(eye, now)
            if wrong:
                raise ViolationError(FORGOTTEN, f"{kiosk}: {wrong}")
        forgotten = book.kept.forgotten
        if forgotten & rows.keys():
            raise ViolationError(PLACE_TWICE, f"fact {min(forgotten & rows.keys())} of {kiosk}")
        for seq in sorted((book.promised | book.durable) - forgotten):
            if rows.get(seq) != book.facts[seq].id:
                raise ViolationError(LOST, f"fact {seq} of {kiosk}")
        for seq in [seq for seq, known in book.facts.items() if rows.get(seq) != known.id and seq not in forgotten]:
            gone = book.facts.pop(seq)
            self.numbers.pop((gone.day, gone.number), None)
            book.checked_in = {name: place for name, place in book.checked_in.items() if place != seq}
        fresh = sorted(rows.keys() - book.facts.keys())
        for seq in fresh:
            kind, details = eye.execute("SELECT kind, details FROM fact WHERE seq = ?", (seq,)).fetchone()
            self._written(book, seq, str(rows[seq]), kind, msgspec.json.decode(details, type=dict[str, str]), today)
        if durable:
            book.durable |= rows.keys()
        self._look_at_receipts(kiosk, book, eye)
        self._look_at_roster(kiosk, book, eye)

    def mended(self, kiosk: str, eye: Any, gone: set[int]) -> tuple[int, int]:
        """A journal was spoilt, and mended at the start: only facts that stood there may be ``gone``.

        How many are lost, and how many the kiosk says are missing.
        """
        book = self.book(kiosk)
        rows = dict(eye.execute("SELECT seq, id FROM fact").fetchall())
        lost = {seq for seq, fact in book.facts.items() if rows.get(seq) != fact.id} - book.kept.forgotten
        if lost - gone:
            raise ViolationError(LOST, f"fact {min(lost - gone)} of {kiosk}, whose page was whole")
        if lost & rows.keys():
            raise ViolationError(PLACE_TWICE, f"fact {min(lost & rows.keys())} of {kiosk} is another now")
        known = book.facts.keys() | book.lost.keys() | book.kept.forgotten
        new = rows.keys() - known
        said = eye.execute("SELECT saved, missing, next FROM salvage").fetchone()
        closed = eye.execute("SELECT first, last FROM day_close WHERE final OR ended").fetchall()
        if not new:
            if lost:
                raise ViolationError(UNTOLD, f"{len(lost)} facts of {kiosk}")
            return 0, 0
        _, missing, following = said
        before = following - PLACES_AHEAD
        if new != {following} or following <= max(known, default=0):
            raise ViolationError(PLACE_TWICE, f"{kiosk} goes on at {following}")
        uncounted = {seq for seq in lost if seq <= before and not any(first <= seq <= last for first, last in closed)}
        if missing < len(uncounted):
            raise ViolationError(UNTOLD, f"{len(uncounted)} facts of {kiosk}, of which it tells {missing}")
        book.gaps.append((before + 1, following - 1))
        book.forgot |= not book.kept.days <= set(eye.execute("SELECT first, last FROM day_close").fetchall())
        self._lose(book, eye, lost)
        return len(lost), missing

    def _lose(self, book: Book, eye: Any, lost: set[int]) -> None:
        for seq in lost:
            fact = book.lost[seq] = book.facts.pop(seq)
            if fact.annuls and fact.id not in self.words:
                book.annulled.discard(fact.annuls)
        book.promised -= lost
        book.durable -= lost
        # What was on those pages besides: then a client is checked in again, which the centre sees.
        arrivals = {row[0] for row in eye.execute("SELECT about FROM arrival")}
        book.checked_in = {about: seq for about, seq in book.checked_in.items() if about in arrivals}
        book.receipts = {}

    def promise(self, kiosk: str, eye: Any, fact: int, number: str) -> None:
        """A client has been told, or holds a slip."""
        book = self.book(kiosk)
        rows = _visit(eye, fact)
        if not rows and fact in book.kept.forgotten:
            # The client has stood there for days.
            return
        if not rows:
            raise ViolationError(TOLD_TOO_SOON, f"number {number} of {kiosk}")
        for seq, name in rows:
            if seq not in book.facts or book.facts[seq].id != name:
                raise ViolationError(TOLD_TOO_SOON, f"number {number} of {kiosk}")
            if number and book.facts[seq].number not in ("", number):
                raise ViolationError(NUMBER_TWICE, f"{kiosk} told {number} and wrote {book.facts[seq].number}")
            book.promised.add(seq)

    def registered(self, kiosk: str, eye: Any, centre: Any, arrival: Arrival) -> None:
        """A client has been told that the centre knows of them."""
        if arrival.fact is None:
            if arrival.number not in {number for _, number in self.arrived}:
                raise ViolationError(LIED, f"{kiosk} tells {arrival.number} of elsewhere")
            return
        for _, name in _visit(eye, arrival.fact):
            held = centre.execute("SELECT receipt FROM fact WHERE id = ?", (name,)).fetchone()
            own = eye.execute(
                "SELECT verdict, receipt.id FROM receipt JOIN fact ON fact.seq = receipt.fact WHERE fact.id = ?",
                (name,),
            ).fetchone()
            if held is None or own is None or own[0] not in HELD or own[1] != held[0]:
                raise ViolationError(LIED, f"{arrival.number} at {kiosk}")

    def _written(self, book: Book, seq: int, name: str, kind: str, details: dict[str, str], today: date) -> None:
        number = "" if kind in OF_THE_HOUSE else details.get("number", "")
        about = details.get("appointment", "")
        if kind == FactKind.CHECKED_IN.value:
            before = book.checked_in.setdefault(about, seq)
            if before != seq and book.facts[before].id not in book.annulled | self.taken_back:
                raise ViolationError(TWICE_HERE, f"{about}: facts {before} and {seq}")
            book.checked_in[about] = seq
        if kind == FactKind.ANNULLED.value and details.get("arrival"):
            book.annulled.add(details["arrival"])
        owner = self.owners.get(details.get("appointment", ""), details.get("person") or name)
        annuls = details.get("arrival", "") if kind == FactKind.ANNULLED.value else ""
        book.facts[seq] = Written(name, kind, number, owner, today, annuls)
        if number:
            other = self.numbers.setdefault((today, number), owner)
            if other != owner:
                raise ViolationError(NUMBER_TWICE, f"{number} on {today}")

    def _look_at_roster(self, kiosk: str, book: Book, eye: Any) -> None:
        """While the day lasts, no visit ceases to be one: what was known stays known."""
        rows = {row[0] for row in eye.execute("SELECT id FROM roster.appointment")}
        if self.one_day and not book.roster <= rows:
            raise ViolationError(ROSTER_LOST, f"{kiosk}: {', '.join(sorted(book.roster - rows))}")
        book.roster = rows

    def _look_at_receipts(self, kiosk: str, book: Book, eye: Any) -> None:
        rows = {row[0]: (row[1], row[2]) for row in eye.execute("SELECT fact, verdict, id FROM receipt")}
        for seq, known in book.receipts.items():
            goes = rows.get(seq) is None and (seq in book.kept.forgotten or seq in book.lost)
            if rows.get(seq) != known and not goes:
                raise ViolationError(WORD_CHANGED, f"the receipt of fact {seq} at {kiosk}")
        for seq in rows.keys() - book.receipts.keys():
            verdict, receipt = rows[seq]
            fact = book.facts.get(seq) or book.lost.get(seq)
            word = self.words.get(fact.id) if fact is not None else None
            if verdict == Verdict.REFUSED.value:
                if word is not None:
                    raise ViolationError(WRONG_RECEIPT, f"fact {seq} of {kiosk} is refused, and the centre has it")
            elif word is not None and receipt is None and verdict == Verdict.DUPLICATE.value and book.gaps:
                # Salvage knows from the fact itself that the centre has it, and not what it said.
                continue
            elif word is None or word != (receipt, verdict in HELD):
                raise ViolationError(WRONG_RECEIPT, f"fact {seq} of {kiosk}: {verdict}")
        book.receipts = rows
        book.verdicts |= {seq: verdict for seq, (verdict, _) in rows.items()}

    # --- at the centre ----------------------------------------------------------------------------------------------

    def answered(self, results: Iterable[messages.FactResult]) -> None:
        """The centre has sent its word on a batch."""
        for one in results:
            if one.verdict is Verdict.REFUSED or not isinstance(one.id, str):
                continue
            word = (one.receipt or "", one.verdict is not Verdict.CONFLICT)
            if self.words.setdefault(one.id, word) != word:
                raise ViolationError(WORD_CHANGED, f"a {one.verdict.value} fact had another word before")

    def look_at_centre(self, eye: Any) -> None:
        """After a write at the centre, or after it has come back."""
        rows = eye.execute("SELECT id, kiosk, seq, kind, about, verdict, receipt FROM fact").fetchall()
        held = {row[0]: row for row in rows}
        if len(held) != len(rows):
            raise ViolationError(FACT_TWICE, "one id in two rows")
        places = Counter((row[1], row[2]) for row in rows)
        twice = [place for place, count in places.items() if count > 1]
        if twice:
            raise ViolationError(PLACE_TWICE, f"{twice[0][0]} {twice[0][1]}")
        for name, (receipt, recorded) in self.words.items():
            row = held.get(name)
            if row is None:
                raise ViolationError(WORD_LOST, "a fact that it had a receipt for")
            if (row[6], row[5] == Verdict.RECORDED.value) != (receipt, recorded):
                raise ViolationError(WORD_CHANGED, f"in the table: {row[5]}")
        self._look_at_arrivals(eye, rows)

    def _look_at_arrivals(self, eye: Any, rows: list[Any]) -> None:
        arrivals = eye.execute("SELECT appointment, fact, number FROM arrival").fetchall()
        taken_back = self.taken_back = {row[0] for row in eye.execute("SELECT fact FROM annulled")}
        self.arrived |= {(row[0], row[2]) for row in arrivals}
        by_appointment = {row[0]: row[1] for row in arrivals}
        if len(by_appointment) != len(arrivals):
            raise ViolationError(ARRIVAL_TWICE, "two rows")
        standing: dict[str, list[str]] = {}
        for row in rows:
            if row[3] == FactKind.CHECKED_IN.value and row[5] == Verdict.RECORDED.value and row[0] not in taken_back:
                standing.setdefault(row[4], []).append(row[0])
        for appointment, facts in standing.items():
            if len(facts) > 1:
                raise ViolationError(ARRIVAL_TWICE, f"{appointment} was recorded {len(facts)} times")
            if by_appointment.get(appointment) != facts[0]:
                raise ViolationError(LOST, f"{appointment} was recorded and has no arrival")


def arrival_of(state: visit.State) -> Arrival | None:
    """What a client at this page has been told of their arrival."""
    match state:
        case visit.Asking(before=before) | visit.StaffCalled(before=before):
            return arrival_of(before)
        case visit.CheckingContact(done=done):
            return done.arrival
        case visit.Done(arrival=arrival) | visit.Queued(arrival=arrival) | visit.CallBackRequested(arrival=arrival):
            return arrival
        case visit.Told(outcome=AlreadyIn(arrival=arrival)):
            return arrival
        case visit.Told(arrival=arrival):
            return arrival
    return None


def is_registered(arrival: Arrival) -> bool:
    """Whether the standing claims that the centre knows."""
    return arrival.standing is Standing.REGISTERED


def _visit(eye: Any, fact: int) -> list[tuple[int, str]]:
    """Places and ids of the facts that were written with this one."""
    together = "SELECT fact FROM arrival WHERE visit = (SELECT visit FROM arrival WHERE fact = ?)"
    rows = eye.execute(
        f"SELECT seq, id FROM fact WHERE seq = ? OR seq IN ({together}) ORDER BY seq",
        (fact, fact),
    ).fetchall()
    return [(int(seq), str(name)) for seq, name in rows]
