"""Staff take a check-in back at this kiosk: found by its number, gone at once, and told to the centre."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.checkin.appointment import Appointment, Standing
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.servicing.events import FoundVisit
from kiosk.checkin.visit import Report
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import JournalError, Lease, News, RosterRow
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE, appointment

SITE_KEY = b"k" * 32
CLAIM = Claim(ClaimKind.BARCODE, "010594Y9032")
DAY = date(2026, 11, 23)
DENTAL = SITE.units["dental"].name


class Kiosk:
    """The memory of one kiosk, as both of its processes use it."""

    def __init__(self, connection: Connection, clock: HandClock) -> None:
        self.connection, self.clock = connection, clock
        self.journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)
        self.roster, self.news = SqlRoster(connection, SITE_KEY), SqlRosterStore(connection)
        self.news.lease(Lease("l", DAY, "A", 41, 60))

    def hear(self, *rows: RosterRow) -> None:
        cursor = self.news.cursor()
        news = News(f"{cursor}+", snapshot=cursor is None, complete=True, rows=rows, site=SITE)
        assert self.news.apply(news, cursor, self.clock.now())

    def book(self, *names: str, number: str | None = None, annulled: tuple[str, ...] = ()) -> None:
        self.hear(*(row(appointment(name), number, annulled) for name in names))

    def check_in(self) -> str:
        return self.journal.check_in(self.roster.find(CLAIM), ClaimKind.BARCODE, "fi").number

    def sent(self) -> list[tuple[str, dict[str, str]]]:
        return [(one.kind.value, dict(one.details)) for one in SqlOutbox(self.connection).due(self.clock.now(), 99)]

    def arrivals(self) -> dict[str, str | None]:
        return {one.id: None if one.arrival is None else one.arrival.number for one in self.roster.find(CLAIM)}


def row(booked: Appointment, number: str | None = None, annulled: tuple[str, ...] = ()) -> RosterRow:
    return RosterRow(booked, (hashed(SITE_KEY, CLAIM.identifier),), number, annulled)


@pytest.fixture
def kiosk(connection: Connection, clock: HandClock) -> Kiosk:
    return Kiosk(connection, clock)


def test_a_check_in_is_taken_back_and_the_client_checks_in_anew_with_a_new_number(kiosk: Kiosk) -> None:
    kiosk.book("A1")
    assert kiosk.check_in() == "A 041"
    starts = appointment("A1").starts
    assert kiosk.journal.find_number("A 041") == (FoundVisit(starts, DENTAL, kiosk.clock.now()),)
    assert kiosk.journal.annul("A 041")
    assert kiosk.arrivals() == {"A1": None}
    assert kiosk.journal.find_number("A 041") == ()
    assert not kiosk.journal.annul("A 041"), "there is nothing to be taken back any more"
    assert kiosk.check_in() == "A 042"
    (_, first), (kind, said), (_, second) = kiosk.sent()
    own = kiosk.journal.fact_id(1)
    assert (kind, said) == ("annulled", {"appointment": "A1", "number": "A 041", "arrival": own, "by": "staff"})
    assert (first["number"], second["number"]) == ("A 041", "A 042")
    assert kiosk.journal.standing(3) is Standing.RECORDED


def test_every_visit_under_the_number_goes_at_once(kiosk: Kiosk) -> None:
    kiosk.book("A1", "A2")
    assert kiosk.check_in() == "A 041"
    assert len(kiosk.journal.find_number("A 041")) == 2
    assert kiosk.journal.annul("A 041")
    assert [said["appointment"] for kind, said in kiosk.sent() if kind == "annulled"] == ["A1", "A2"]
    assert kiosk.arrivals() == {"A1": None, "A2": None}


def test_what_another_machine_took_is_found_and_gone_here_before_the_centre_has_heard(kiosk: Kiosk) -> None:
    kiosk.book("A1", number="A 007")
    assert kiosk.journal.find_number("A 007") == (FoundVisit(appointment("A1").starts, DENTAL),)
    assert kiosk.journal.annul("A 007")
    assert kiosk.sent() == [("annulled", {"appointment": "A1", "number": "A 007", "by": "staff"})]
    assert (kiosk.arrivals(), kiosk.journal.find_number("A 007")) == ({"A1": None}, ())
    # The centre tells of something else meanwhile, and has not heard of it yet.
    kiosk.book("A1", number="A 007")
    assert kiosk.check_in() == "A 041"
    assert kiosk.arrivals() == {"A1": "A 041"}
    # A newer arrival elsewhere is another one.
    assert kiosk.journal.annul("A 041")
    kiosk.book("A1", number="A 009", annulled=("f-1",))
    assert kiosk.arrivals() == {"A1": "A 009"}
    assert kiosk.check_in() == "A 009"


def test_of_a_conflict_each_number_is_taken_back_by_itself(kiosk: Kiosk) -> None:
    kiosk.book("A1")
    assert kiosk.check_in() == "A 041"
    SqlOutbox(kiosk.connection).settle([Receipt(1, Verdict.CONFLICT, "r")], kiosk.clock.now())
    kiosk.book("A1", number="A 007")
    assert kiosk.journal.annul("A 041")
    assert kiosk.arrivals() == {"A1": "A 007"}
    assert kiosk.journal.annul("A 007")
    assert kiosk.arrivals() == {"A1": None}


def test_what_the_centre_took_back_is_not_found_any_more(kiosk: Kiosk) -> None:
    kiosk.book("A1")
    kiosk.check_in()
    kiosk.book("A1", annulled=(kiosk.journal.fact_id(1),))
    assert kiosk.journal.find_number("A 041") == ()
    assert not kiosk.journal.annul("A 041")


def test_yesterdays_number_is_somebody_elses_today(kiosk: Kiosk) -> None:
    kiosk.book("A1", "A2")
    kiosk.check_in()
    kiosk.hear(row(replace(appointment("A3"), starts=appointment("A3").starts - timedelta(days=1)), "A 050"))
    assert kiosk.journal.find_number("A 050") == ()
    kiosk.clock.let_pass(24 * 3600)
    assert kiosk.journal.find_number("A 041") == ()
    assert not kiosk.journal.annul("A 041")


def test_under_non_disclosure_nothing_is_shown_but_when_it_was_recorded(kiosk: Kiosk) -> None:
    protected = replace(appointment("A1"), protected=True)
    kiosk.hear(row(protected))
    kiosk.check_in()
    assert kiosk.journal.find_number("A 041") == (FoundVisit(None, None, kiosk.clock.now()),)
    kiosk.hear(row(protected, "A 041"), row(replace(protected, id="A2"), "A 008"))
    assert kiosk.journal.find_number("A 008") == (FoundVisit(None, None, None),)


def test_an_appointment_that_left_the_roster_can_be_taken_back_all_the_same(kiosk: Kiosk) -> None:
    kiosk.book("A1")
    kiosk.check_in()
    cursor = kiosk.news.cursor()
    assert kiosk.news.apply(News("9", snapshot=False, complete=True, gone=["A1"]), cursor, kiosk.clock.now())
    assert kiosk.journal.find_number("A 041") == (FoundVisit(None, None, kiosk.clock.now()),)
    assert kiosk.journal.annul("A 041")


def test_a_number_that_stands_for_no_check_in_is_not_found(kiosk: Kiosk) -> None:
    kiosk.book("A1")
    report = Report(FactKind.WALKED_IN, {"service": "lab", "language": "fi"}, series="")
    arrival, _ = kiosk.journal.report(report)
    assert arrival.number == "A 041"
    for number in ("A 041", "A 042", "", "A 041' OR 1=1"):
        assert kiosk.journal.find_number(number) == ()
        assert not kiosk.journal.annul(number)
    assert [kind for kind, _ in kiosk.sent()] == ["walked-in"]


def test_what_can_not_be_written_is_not_taken_back(kiosk: Kiosk, store: Store) -> None:
    kiosk.book("A1", "A2")
    kiosk.check_in()
    with store.connect() as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON taken_back BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(JournalError):
        kiosk.journal.annul("A 041")
    assert kiosk.arrivals() == {"A1": "A 041", "A2": "A 041"}
    assert [kind for kind, _ in kiosk.sent()] == ["checked-in", "checked-in"]


def test_before_the_site_is_known_there_is_nothing_to_take_back(connection: Connection, clock: HandClock) -> None:
    journal = SqlJournal(connection, site=lambda: None, enrolment=ENROLMENT, clock=clock)
    assert (journal.find_number("A 041"), journal.annul("A 041")) == ((), False)


def test_wrong_codes_are_counted_over_a_restart(store: Store, clock: HandClock) -> None:
    for before, after in ((0, 4), (4, 5), (5, 0), (0, 0)):
        with store.connect() as connection:
            journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)
            assert journal.wrong_codes() == before
            journal.keep_wrong_codes(after)
    with store.connect() as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON counter BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        with pytest.raises(JournalError):
            SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock).keep_wrong_codes(1)
