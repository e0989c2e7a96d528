"""What a centre holds in the end, against what kiosks, staff and a health record were told meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, func, select

from central.people.actions import Action
from central.steps import Step
from central.store import ehr_letters, listing, step_counts
from central.store.tables import (
    annulled,
    arrival,
    call,
    calling_room,
    care,
    change,
    fact,
    lease,
    matched,
    site,
    staff_action,
)
from kiosk.checkin.facts import FactKind, Verdict
from tests.central.ehr.record import Record
from tests.central.ehr.test_fhir_record import ticket
from tests.central.rig import SITE
from tests.torture.centre_clients import KioskBook
from tests.torture.centre_staff import StaffBook
from tests.torture.findings import Findings

EHR = "apotti"
SETTLING = (Action.CALL_ANSWERED, Action.CALL_UNANSWERED, Action.CALL_TAKEN_BACK)
_DESKS = ("@desk", "@phone")


class Held:
    """All that the centre holds, read at once."""

    def __init__(self, connection: Connection) -> None:
        def rows(table: Table) -> Sequence[Row[Any]]:
            return connection.execute(select(table)).all()

        self.facts = {row.id: row for row in rows(fact)}
        self.details = {name: msgspec.json.decode(row.details) for name, row in self.facts.items()}
        self.arrivals = {row.appointment: row for row in rows(arrival)}
        self.leases = {row.id: (row.day, row.series, row.first, row.last) for row in rows(lease)}
        self.annulled = {row.fact: row for row in rows(annulled)}
        self.matched = {row.fact: row for row in rows(matched)}
        self.care = {row.fact: row for row in rows(care)}
        self.calls = {row.number: row for row in rows(call)}
        self.turns = {row.room: row.turn for row in rows(calling_room)}
        self.log = [(row.what, row.subject or "", row.name) for row in rows(staff_action)]
        self.changes = connection.execute(select(change.c.seq).where(change.c.site == SITE)).scalars().all()
        self.last_change = connection.execute(select(site.c.last_change).where(site.c.id == SITE)).scalar_one()
        self.receipts = connection.execute(select(func.count(func.distinct(fact.c.receipt)))).scalar_one()

    def lines(self, what: Action) -> Counter[str]:
        """How often the log has it of each subject."""
        return Counter(subject for one, subject, _ in self.log if one == what.value)

    def number(self, subject: str) -> str:
        """The number that is called, where the log names the client by the fact of their coming."""
        return str(self.details[subject].get("number", "")) if subject in self.details else subject


def kiosks_were_told(held: Held, books: Iterable[KioskBook]) -> Findings:
    """Each fact and each block of numbers is there as it was told, once; no number has two clients."""
    lost, doubled, half, lied = list[str](), list[str](), list[str](), list[str]()
    told = {name: one for book in books for name, one in book.facts.items()}
    for name, (sent, receipt) in told.items():
        row = held.facts.get(name)
        if row is None or row.receipt != receipt:
            lost.append(f"fact {name}")
        elif held.details[name] != dict(sent.details) or row.seq != sent.seq:
            lied.append(f"fact {name} is another one")
    half += [f"fact {name} came from nobody" for name in held.facts if name not in told and not _of_desk(held, name)]
    places = Counter((row.kiosk, row.seq) for row in held.facts.values())
    doubled += [f"place {place}" for place, count in places.items() if count > 1]
    for book in books:
        lost += [f"block {name}" for name, block in book.blocks.items() if held.leases.get(name) != block]
        came = {name: str(held.details[name]["appointment"]) for name in book.taken if name in held.details}
        lost += [
            f"arrival {name}" for name, about in came.items() if name not in held.annulled and not _stands(held, about)
        ]
    blocks = sorted((day, series, first, last) for day, series, first, last in held.leases.values())
    doubled += [f"numbers {one}" for one, other in pairwise(blocks) if one[:2] == other[:2] and other[2] <= one[3]]
    clients = defaultdict[str, set[str]](set)
    for name, row in held.facts.items():
        if number := held.details[name].get("number"):
            of = held.matched[name].appointment if name in held.matched else row.about or name
            clients[number].add(of)
    doubled += [f"number {number}: {sorted(found)}" for number, found in clients.items() if len(found) > 1]
    return Findings.of(lost=lost, doubled=doubled, half=half, lied=lied) + _whole(held)


def _whole(held: Held) -> Findings:
    """Arrivals rest on facts, check-ins have arrivals, and the changes are numbered without a gap."""
    half = [f"arrival {name}" for name, row in held.arrivals.items() if row.fact not in held.facts]
    check_ins = Counter(
        str(row.about)
        for name, row in held.facts.items()
        if row.kind == FactKind.CHECKED_IN and row.verdict == Verdict.RECORDED.value and name not in held.annulled
    )
    half += [f"check-in of {name} without an arrival" for name in check_ins if name not in held.arrivals]
    doubled = [f"{count} arrivals of {name}" for name, count in check_ins.items() if count > 1]
    if sorted(held.changes) != list(range(1, held.last_change + 1)):
        half.append(f"changes up to {held.last_change} have gaps")
    return Findings.of(half=half, doubled=doubled)


def staff_were_told(held: Held, books: Sequence[StaffBook]) -> Findings:
    """What was answered as done is so, and each thing done has its line in the log, neither more nor less."""
    return _calls(held, books) + _reception(held, books)


def _calls(held: Held, books: Sequence[StaffBook]) -> Findings:
    lost, doubled, half = list[str](), list[str](), list[str]()
    opened, rang, settled = Counter[str](), Counter[str](), Counter[str]()
    for what, subject, _ in held.log:
        number = held.number(subject)
        opened[number] += what == Action.CALLED.value
        rang[number] += what in (Action.CALLED.value, Action.CALLED_AGAIN.value)
        settled[number] += what in {one.value for one in SETTLING}
    for book in books:
        lost += [f"call {number}" for number in book.numbers if number not in held.calls]
        turn = held.turns.get(book.room, 0)
        lost += [f"turn {one} of {book.room}" for one in book.turns if one >= turn]
    for number in {one for one, count in (opened + rang + settled).items() if count} | held.calls.keys():
        row = held.calls.get(number)
        if row is None:
            half.append(f"log of a call {number} that is none")
            continue
        if row.rings != rang[number]:
            half.append(f"call {number} rang {row.rings} times, the log has {rang[number]}")
        is_open = row.state == "called"
        if opened[number] - settled[number] > is_open:
            doubled.append(f"call {number}: {opened[number]} times, {settled[number]} settled, now {row.state}")
        elif opened[number] - settled[number] < is_open:
            half.append(f"call {number}: {opened[number]} times, {settled[number]} settled, now {row.state}")
    for room in {book.room for book in books}:
        those = [book for book in books if book.room == room]
        most = len(set[int]().union(*(book.pressed for book in those))) + sum(book.asked for book in those)
        made = sum(what == Action.CALLED.value and name in {one.name for one in those} for what, _, name in held.log)
        if made > most:
            doubled.append(f"{made} calls to room {room} by {most} presses")
    return Findings.of(lost=lost, doubled=doubled, half=half)


def _reception(held: Held, books: Sequence[StaffBook]) -> Findings:
    lost, doubled, half = list[str](), list[str](), list[str]()
    for book in books:
        lost += [f"acknowledged {name}" for name in book.seen if name not in held.care or not held.care[name].seen_at]
        lost += [
            f"taken in {name}" for name in book.taken_in if not (one := held.care.get(name)) or not one.taken_in_at
        ]
        lost += [f"annulled {name}" for name in book.annulled if name not in held.annulled]
        ever = {str(row.about) for row in held.facts.values()}
        lost += [f"arrival of {name}" for name in book.noted | book.matched if name not in ever]
    seen, inside = held.lines(Action.ACKNOWLEDGED), held.lines(Action.TAKEN_IN)
    cared = [name for name, one in held.care.items() if one.seen_at is not None]
    by_call = held.lines(Action.CALLED).keys() | held.lines(Action.CALL_ANSWERED).keys()
    known = seen.keys() | inside.keys() | by_call
    half += [f"acknowledged {name} without a line" for name in cared if name not in known]
    half += [f"line of {name}, who was not acknowledged" for name in (seen.keys() | inside.keys()) - set(cared)]
    doubled += [f"acknowledged {name} twice" for name, count in seen.items() if count > 1]
    doubled += [f"taken in {name} twice" for name, count in inside.items() if count > 1]
    half += _differing("matched", held.lines(Action.MATCHED), held.matched.keys())
    made_by_hand = {name for name in held.facts if _of_desk(held, name)} - {
        one.check_in for one in held.matched.values()
    }
    half += _differing("arrival noted", held.lines(Action.ARRIVAL_NOTED), made_by_hand)
    times = {(one.appointment, one.at) for one in held.annulled.values()}
    undone = Counter(
        str(held.facts[name].about) for name in held.lines(Action.ANNULLED).elements() if name in held.facts
    )
    if Counter(name for name, _ in times) != undone:
        half.append(f"annulled {len(times)} times, the log has {undone.total()}")
    return Findings.of(lost=lost, doubled=doubled, half=half)


def record_was_told(record: Record, connection: Connection, names: Sequence[str]) -> Findings:
    """The record says of every visit what the centre says, by steps that were told, and none of them twice."""
    standing = {one.appointment: one.number for one in listing.arrivals(connection, SITE) if not one.annulled_at}
    letters = ehr_letters.listed(connection, EHR, SITE, ("done", "waiting", "dead"))
    lost, doubled, lied = list[str](), list[str](), list[str]()
    for name in names:
        steps = [(one["status"], tuple(ticket(one))) for one in record.versions(f"Appointment/{name}")]
        wanted = ("arrived", (standing[name],)) if name in standing else ("booked", ())
        if steps[-1] != wanted:
            lost.append(f"{name}: {steps[-1]} and not {wanted}")
        told = [one for one in letters if one.appointment == name]
        if len(steps) > 1 + len(told) or any(one == other for one, other in pairwise(steps)):
            doubled.append(f"{name}: {steps}")
        numbers = {one.number for one in told}
        lied += [f"{name}: {numbers}" for _, found in steps if found and found[0] not in numbers]
    dead = [f"{one.appointment}: {one.reason}" for one in letters if one.state != "done"]
    return Findings.of(lost=lost, doubled=doubled, half=dead, lied=lied)


def told_everything(connection: Connection) -> bool:
    """Whether no letter waits, and the newest one of each appointment says what is so."""
    standing = {one.appointment for one in listing.arrivals(connection, SITE) if not one.annulled_at}
    waiting = ehr_letters.listed(connection, EHR, SITE, ("waiting",))
    done = sorted(ehr_letters.listed(connection, EHR, SITE, ("done", "dead")), key=lambda one: one.id)
    newest = {one.appointment: one.kind for one in done}
    return not waiting and {name for name, kind in newest.items() if kind == "arrived"} == standing


def counted(connection: Connection, books: Iterable[KioskBook]) -> Findings:
    """Steps were counted once each, however often the counting was killed."""
    now = datetime.now(UTC)
    step_counts.count(connection, now, 3)
    found = step_counts.together(step_counts.since(connection, datetime(2000, 1, 1, tzinfo=UTC), now))
    printed = sum(one.kind is FactKind.TICKET_PRINTED for book in books for one, _ in book.facts.values())
    good = found[Step.PRINT].good
    if good == printed:
        return Findings()
    return Findings.of(**{"lost" if good < printed else "doubled": [f"{good} prints are counted, {printed} were told"]})


def _differing(what: str, lines: Mapping[str, int], rows: Iterable[str]) -> list[str]:
    wrong = Counter(lines)
    wrong.subtract(rows)
    return [f"{what} {name}: {count:+} lines" for name, count in wrong.items() if count]


def _of_desk(held: Held, name: str) -> bool:
    return held.facts[name].kiosk in _DESKS


def _stands(held: Held, about: str) -> bool:
    return about in held.arrivals
