"""A kiosk's day at the desk of its own memory: check-ins as the attendant makes them, and ``kiosk sync`` beside it.

``python -m tests.torture.kiosk_day STATE ACKS [--visits N] [--seed N] [--checkpoint PAGES] [--weaken HOW] [--alone]``

Everything goes through the product's own journal, outbox and roster, in two processes as on a kiosk. What has been
acknowledged is appended to ACKS, one JSON object a line, by the process that was told it. ``--alone`` leaves
``kiosk sync`` out, and ``--weaken`` makes one of the mistakes that the model has to find (``WEAKENED``).
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.visit import Report
from kiosk.clock import SystemClock
from kiosk.offline import enrolling
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.retention import Retention
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key, make_database_key
from kiosk.ports import JournalError, Lease, News, RosterRow
from tests.example_site import ENROLMENT, SITE, appointment

WEAKENED = {
    "normal": ("PRAGMA synchronous = NORMAL",),
    "off": ("PRAGMA synchronous = OFF",),
    "delete": ("PRAGMA main.journal_mode = DELETE",),
}
"""Mistakes, and how each is made: no fsync at a commit, none at all, a journal whose removal is not synced."""

LEASED = 40
BATCH = 8


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.kiosk_day")
    parser.add_argument("state", type=Path)
    parser.add_argument("acks", type=Path)
    parser.add_argument("--role", choices=("screen", "sync"), default="screen", help=argparse.SUPPRESS)
    parser.add_argument("--visits", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--checkpoint", type=int, default=0)
    parser.add_argument("--weaken", choices=tuple(WEAKENED))
    parser.add_argument("--alone", action="store_true")
    asked = parser.parse_args()
    if asked.role == "sync":
        with _connection(asked) as connection:
            _sync(connection, _Acks(asked.acks), asked.seed)
        return
    acks = _Acks(asked.acks)
    _enrol(asked.state)
    acks.tell(enrolled=True)
    with _connection(asked) as connection:
        screen = _Screen(connection, acks, Random(asked.seed))
        if asked.alone:
            screen.serve(asked.visits)
            return
        rest = subprocess.Popen(_command_of_sync(sys.argv[1:]), stdin=subprocess.PIPE)
        screen.serve(asked.visits)
        rest.communicate(timeout=60)
        if rest.returncode != 0:
            raise SystemExit(rest.returncode)


def _command_of_sync(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "tests.torture.kiosk_day", *arguments, "--role", "sync"]


@contextmanager
def _connection(asked: argparse.Namespace) -> Iterator[Connection]:
    with Store(asked.state / DATABASE, database_key(asked.state)).connect() as connection:
        if asked.checkpoint:
            connection.execute(f"PRAGMA wal_autocheckpoint = {asked.checkpoint}")
        for pragma in WEAKENED.get(asked.weaken or "", ()):
            connection.execute(pragma)
        yield connection


def _enrol(state: Path) -> None:
    with Store(state / DATABASE, make_database_key(state)).connect() as connection:
        key = enrolling.key_for(connection, "A1B2C3", lambda: {"kty": "EC", "d": "of nobody"})
        enrolling.finish(connection, replace(ENROLMENT, private_key=key))


class _Acks:
    """Tells the world. One write for each line, so that lines of two processes don't mix."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def tell(self, **what: Any) -> None:
        os.write(self._file, json.dumps(what).encode() + b"\n")


class _Screen:
    """What the attendant does with the journal, in an order drawn by chance."""

    def __init__(self, connection: Connection, acks: _Acks, chance: Random) -> None:
        self._journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=SystemClock())
        self._acks = acks
        self._chance = chance
        self._born = 0
        self._in: list[tuple[str, list[Appointment]]] = []

    def serve(self, visits: int) -> None:
        doings = (self._check_in, self._again, self._ticket, self._note, self._annul)
        for _ in range(visits):
            # What could not be written is told to nobody, and the next client comes.
            with suppress(JournalError):
                self._chance.choices(doings, (16, 1, 2, 3, 1))[0]()

    def _check_in(self) -> None:
        booked = [self._booked() for _ in range(self._chance.choice((1, 1, 1, 2)))]
        self._acknowledge(booked)

    def _again(self) -> None:
        if self._in:
            self._acknowledge(self._chance.choice(self._in)[1])

    def _acknowledge(self, booked: list[Appointment]) -> None:
        arrival = self._journal.check_in(booked, ClaimKind.BARCODE, "fi")
        assert arrival.fact is not None
        self._in.append((arrival.number, booked))
        about = [one.id for one in booked]
        fact = self._journal.fact_id(arrival.fact)
        self._acks.tell(about=about, number=arrival.number, seq=arrival.fact, id=fact)

    def _ticket(self) -> None:
        arrival, _ = self._journal.report(Report(FactKind.WALKED_IN, {"service": "lab"}, series="L"))
        assert arrival.fact is not None
        fact = self._journal.fact_id(arrival.fact)
        self._acks.tell(about=[f"fact:{arrival.fact}"], number=arrival.number, seq=arrival.fact, id=fact)

    def _note(self) -> None:
        fact = self._journal.note(FactKind.TICKET_PRINTED, {"arrival": "x", "outcome": "printed", "reason": ""})
        self._acks.tell(about=[], number="", seq=fact.seq, id=fact.id)

    def _annul(self) -> None:
        if self._in:
            number, booked = self._chance.choice(self._in)
            if self._journal.annul(number):
                self._in = [one for one in self._in if one[0] != number]
                self._acks.tell(annulled=[one.id for one in booked], number=number)

    def _booked(self) -> Appointment:
        self._born += 1
        return appointment(f"A{self._born}", now=datetime.now(UTC))


def _sync(connection: Connection, acks: _Acks, seed: int) -> None:
    """What ``kiosk sync`` does with the memory, till stdin ends: roster, leases, the centre's word, forgetting."""
    os.set_blocking(0, False)
    clock, chance = SystemClock(), Random(seed)
    outbox, roster = SqlOutbox(connection), SqlRosterStore(connection)
    retention = Retention(connection, clock, lambda: SITE)
    day, lent, cursor, ended = SITE.day(clock.now()), 0, 0, False
    while not ended:
        ended = _has_ended()
        with suppress(DatabaseError):
            if roster.numbers_left(day) < LEASED // 2 and chance.random() < 0.5:
                lent += 1
                roster.lease(Lease(f"l{lent}", day, "A", lent * LEASED + 1, (lent + 1) * LEASED))
                acks.tell(lease=f"l{lent}")
            if chance.random() < 0.1:
                rows = [RosterRow(appointment(f"R{cursor}-{n}"), (hashed(bytes(32), f"{n}"),)) for n in range(5)]
                news = News(str(cursor + 1), snapshot=cursor == 0, complete=True, rows=rows, site=SITE)
                cursor += roster.apply(news, str(cursor) if cursor else None, clock.now())
            if chance.random() < 0.05:
                retention.look()
            facts = outbox.due(clock.now(), BATCH)
            if facts and chance.random() < 0.2:
                outbox.postpone(facts, lambda _: clock.now() + timedelta(milliseconds=5), "unreachable")
            elif facts:
                outbox.settle([Receipt(fact.seq, Verdict.RECORDED, f"r-{fact.id}") for fact in facts], clock.now())
                acks.tell(settled=[fact.seq for fact in facts])


def _has_ended() -> bool:
    try:
        return os.read(0, 1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    main()
