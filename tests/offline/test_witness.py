"""Which arrivals the centre does not have, from the kiosk's real database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.site import Service
from kiosk.checkin.visit import Report
from kiosk.checkin.witness import OnlyHere, Unreported
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.witness import SqlWitness
from kiosk.ports import JournalError, Lease, News, RosterRow
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE, appointment, words

KEY = b"k" * 32
CLAIM = Claim(ClaimKind.BARCODE, "010594Y9032")
AFTER = timedelta(minutes=10)
AREA = SITE.areas["B2"].name
SERVED = replace(SITE, services={"blood": Service("blood", words("Blood tests"), "B2", "L", ())})


class Kiosk:
    def __init__(self, connection: Connection, clock: HandClock) -> None:
        self.connection, self.clock = connection, clock
        self.journal = SqlJournal(connection, site=lambda: SERVED, enrolment=ENROLMENT, clock=clock)
        self.outbox = SqlOutbox(connection)
        self.news = SqlRosterStore(connection)
        self.news.lease(Lease("l", date(2026, 11, 23), "A", 41, 60))
        self.witness = SqlWitness(connection, site=lambda: SERVED, clock=clock, after=AFTER)

    def book(self, *names: str, protected: bool = False, minutes: int = 10, annulled: tuple[str, ...] = ()) -> None:
        rows = [
            RosterRow(
                replace(appointment(name, minutes), protected=protected),
                (hashed(KEY, CLAIM.identifier),),
                annulled=annulled,
            )
            for name in names
        ]
        cursor = self.news.cursor()
        news = News(f"{cursor}+", snapshot=cursor is None, complete=True, rows=rows, site=SITE)
        assert self.news.apply(news, cursor, self.clock.now())

    def check_in(self, *names: str, protected: bool = False, minutes: int = 10) -> str:
        self.book(*names, protected=protected, minutes=minutes)
        visits = [replace(appointment(name, minutes), protected=protected) for name in names]
        return self.journal.check_in(visits, ClaimKind.BARCODE, "fi").number

    def settle(self, verdict: Verdict, *seqs: int) -> None:
        mark = "r" if verdict is not Verdict.REFUSED else None
        self.outbox.settle([Receipt(seq, verdict, mark) for seq in seqs], self.clock.now())

    def numbers(self) -> list[str]:
        return [one.number for one in self.witness.unreported()[0]]


@pytest.fixture
def kiosk(connection: Connection, clock: HandClock) -> Kiosk:
    return Kiosk(connection, clock)


def test_an_arrival_is_on_it_until_the_centre_has_it(kiosk: Kiosk, clock: HandClock) -> None:
    at = clock.now()
    number = kiosk.check_in("A1")
    expected = Unreported(number, at, AREA, appointment("A1").starts)
    assert kiosk.witness.unreported() == ((expected,), 0)
    kiosk.settle(Verdict.RECORDED, 1)
    assert kiosk.witness.unreported() == ((), 0)


@pytest.mark.parametrize("verdict", [Verdict.DUPLICATE, Verdict.CONFLICT])
def test_what_the_centre_knows_of_otherwise_is_not_on_it(kiosk: Kiosk, verdict: Verdict) -> None:
    kiosk.check_in("A1")
    kiosk.settle(verdict, 1)
    assert kiosk.numbers() == []


def test_what_it_refused_is_and_says_so(kiosk: Kiosk) -> None:
    number = kiosk.check_in("A1")
    kiosk.settle(Verdict.REFUSED, 1)
    ((one,), _) = kiosk.witness.unreported()
    assert (one.number, one.refused) == (number, True)


def test_it_is_offered_only_once_the_oldest_has_waited_too_long(kiosk: Kiosk, clock: HandClock) -> None:
    assert kiosk.witness.only_here() is None
    began = clock.now()
    kiosk.check_in("A1")
    clock.let_pass(599)
    kiosk.check_in("A2")
    assert kiosk.witness.only_here() is None
    clock.let_pass(1)
    assert kiosk.witness.only_here() == OnlyHere(2, began)
    kiosk.settle(Verdict.RECORDED, 1)
    assert kiosk.witness.only_here() is None
    kiosk.settle(Verdict.RECORDED, 2)
    clock.let_pass(3600)
    assert kiosk.witness.only_here() is None


def test_a_clock_that_was_set_back_hides_nobody(kiosk: Kiosk, clock: HandClock) -> None:
    kiosk.check_in("A1")
    clock.moment -= timedelta(minutes=30)
    assert kiosk.witness.only_here() is not None
    assert len(kiosk.numbers()) == 1


def test_yesterdays_are_counted_and_not_listed(kiosk: Kiosk, clock: HandClock) -> None:
    kiosk.check_in("A1")
    kiosk.check_in("A2")
    clock.let_pass(86_400)
    assert kiosk.witness.unreported() == ((), 2)
    assert kiosk.witness.only_here() is None
    number = kiosk.check_in("A3")
    assert kiosk.numbers() == [number]
    # The same number on two days is two people.
    assert kiosk.witness.unreported()[1] == 2


def test_several_visits_of_one_client_are_one_line_where_the_first_is(kiosk: Kiosk) -> None:
    kiosk.book("A2", minutes=90)
    visits = [appointment("A2", 90), appointment("A1", 10)]
    kiosk.book("A1", minutes=10)
    number = kiosk.journal.check_in(visits, ClaimKind.BARCODE, "fi").number
    ((one,), _) = kiosk.witness.unreported()
    assert (one.number, one.starts) == (number, appointment("A1", 10).starts)


def test_under_non_disclosure_there_is_a_number_and_no_more(kiosk: Kiosk, clock: HandClock) -> None:
    number = kiosk.check_in("A1", protected=True)
    assert kiosk.witness.unreported() == ((Unreported(number, clock.now()),), 0)


def test_without_the_roster_the_number_is_still_there(kiosk: Kiosk) -> None:
    number = kiosk.check_in("A1")
    kiosk.connection.execute("DELETE FROM appointment")
    ((one,), _) = kiosk.witness.unreported()
    assert (one.number, one.area, one.starts) == (number, None, None)


def test_what_staff_took_back_is_not_on_it(kiosk: Kiosk) -> None:
    number = kiosk.check_in("A1")
    assert kiosk.journal.annul(number)
    assert kiosk.numbers() == []


def test_what_the_centre_took_back_is_not_on_it(kiosk: Kiosk) -> None:
    kiosk.check_in("A1")
    kiosk.book("A1", annulled=(kiosk.journal.fact_id(1),))
    assert kiosk.numbers() == []


def test_whoever_else_waits_with_a_number_is_on_it_too(kiosk: Kiosk) -> None:
    walked, _ = kiosk.journal.report(Report(FactKind.WALKED_IN, {"service": "blood"}, series="L"))
    unmatched, _ = kiosk.journal.report(Report(FactKind.UNMATCHED, {}, claim=CLAIM, series=""))
    kiosk.journal.report(Report(FactKind.HELP_CALLED, {}))
    kiosk.journal.note(FactKind.PRINT_FAILED, {"arrival": "1"})
    assert [(one.number, one.area, one.starts) for one in kiosk.witness.unreported()[0]] == [
        (walked.number, AREA, None),
        (unmatched.number, SITE.desk, None),
    ]


def test_a_database_that_cannot_be_read_is_no_empty_list(kiosk: Kiosk) -> None:
    kiosk.check_in("A1")
    kiosk.connection.close()
    assert kiosk.witness.only_here() is None
    with pytest.raises(JournalError):
        kiosk.witness.unreported()
