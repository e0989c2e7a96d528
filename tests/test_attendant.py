"""The attendant with the real memory: what is shown, in order, and what is kept."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import structlog

from kiosk.attendant import TEST_PULL, Attendant, HealthChanged, Inbox, Nudged, Stop
from kiosk.checkin import comfort, servicing, throttle, visit
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.faults import Part
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Scan
from kiosk.checkin.listing import Listing
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.plan import Floor, FloorPlan, Stand
from kiosk.checkin.site import Bulletin, Policy
from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.checkin.wording import Text
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store
from kiosk.offline.witness import SqlWitness
from kiosk.ports import Figures, News, RosterRow
from kiosk.service_desk import ServiceDesk, ServiceSetting
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE, appointment

SITE_KEY = b"k" * 32
CARD = visit.Scanned(Scan("010594Y9032"))
PATIENCE = 10.0
ONLY_HERE_AFTER = timedelta(minutes=10)


@dataclass
class Lobby:
    """The world around the attendant, recording what it is told. It stands at the ports, where the world begins."""

    pages: "queue.Queue[Page[Text]]" = field(default_factory=queue.Queue)
    slips: list[tuple[Ticket[Text], str, int]] = field(default_factory=list)
    listings: list[tuple[Listing[Text], str]] = field(default_factory=list)
    rings: list[str] = field(default_factory=list)
    worked: list[tuple[str, Part]] = field(default_factory=list)
    frames: list[Frame[Text]] = field(default_factory=list)
    rung: threading.Event = field(default_factory=threading.Event)

    def show(self, page: Page[Text], frame: Frame[Text]) -> None:
        self.frames.append(frame)
        self.pages.put(page)

    def print(self, ticket: Ticket[Text], language: str, job: int) -> None:
        self.slips.append((ticket, language, job))

    def new_fact(self) -> None:
        self.rings.append("fact")

    def pull(self, mark: int) -> None:
        self.rings.append(f"pull:{mark}")
        self.rung.set()

    def test(self, part: Part) -> list[servicing.Event]:
        self.worked.append(("test", part))
        return []

    def stop(self, part: Part) -> None:
        self.worked.append(("stop", part))

    def reopen(self, part: Part) -> None:
        self.worked.append(("reopen", part))

    def self_test(self) -> tuple[str, ...] | None:
        self.worked.append(("self-test", Part.SOFTWARE))
        return ("printer-gone",)

    def figures(self) -> Figures:
        return Figures()

    def print_list(self, listing: Listing[Text], language: str) -> None:
        self.listings.append((listing, language))

    def next(self, name: str) -> Page[Text]:
        page = self.pages.get(timeout=PATIENCE)
        assert page.name == name
        return page


@dataclass
class Serving:
    lobby: Lobby
    inbox: Inbox
    connection: Connection
    clock: HandClock
    board: Board

    def news(self, *names: str, cursor: str | None = None) -> None:
        """The sync process takes a page of the feed."""
        rows = [RosterRow(appointment(name), (hashed(SITE_KEY, "010594Y9032"),)) for name in names]
        news = News(f"{cursor}+", snapshot=cursor is None, complete=True, rows=rows, site=SITE)
        assert SqlRosterStore(self.connection).apply(news, cursor, self.clock.now())

    def pulls(self) -> Nudged:
        """The end of the pull that the attendant has asked for."""
        assert self.lobby.rung.wait(PATIENCE)
        self.lobby.rung.clear()
        return Nudged(self.lobby.rings[-1].replace("pull", "pulled"))

    def checked_in(self) -> Page[Text]:
        self.inbox.put(CARD)
        self.lobby.next("looking")
        self.lobby.next("confirm")
        self.inbox.put(visit.Chosen("check-in"))
        self.lobby.next("recording")
        return self.lobby.next("done")


@contextmanager
def serving(
    store: Store,
    clock: HandClock,
    *names: str,
    printer: bool = True,
    parts: tuple[Part, ...] = (),
    desk: ServiceSetting | None = None,
    languages: tuple[str, ...] | None = None,
) -> Iterator[Serving]:
    lobby = Lobby()
    inbox: Inbox = queue.SimpleQueue()
    with store.connect() as other:
        board = Board(clock, "screen", store.path.parent, store.path.parent, parts)
        served = Serving(lobby, inbox, other, clock, board)
        if names:
            served.news(*names)

        def run() -> None:
            with store.connect() as connection:
                roster = SqlRoster(connection, SITE_KEY)
                journal = SqlJournal(connection, site=roster.site, enrolment=ENROLMENT, clock=clock)
                Attendant(
                    inbox,
                    clock=clock,
                    roster=roster,
                    journal=journal,
                    printer=lobby if printer else None,
                    screen=lobby,
                    line=lobby,
                    board=served.board,
                    home_language="fi",
                    languages=languages,
                    desk=None
                    if desk is None
                    else ServiceDesk(
                        desk,
                        clock=clock,
                        board=board,
                        journal=journal,
                        line=lobby,
                        workshop=lobby,
                        newest=lambda: (),
                        witness=SqlWitness(connection, site=roster.site, clock=clock, after=ONLY_HERE_AFTER),
                    ),
                ).run()

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield served
        finally:
            inbox.put(Stop())
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_a_check_in_is_told_only_after_it_is_on_the_disk(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        page = served.checked_in()
        assert page.sign.value == "recorded"
        (fact,) = SqlOutbox(served.connection).due(clock.now(), 10)
        assert page.card is not None
        assert fact.details["number"] == page.card.number == "K 001"
        SqlOutbox(served.connection).settle([Receipt(fact.seq, Verdict.RECORDED, "r")], clock.now())
        served.inbox.put(Nudged("receipts"))
        assert served.lobby.next("done").sign.value == "registered"
        assert served.lobby.rings == ["fact"]


def test_what_makes_the_screen_easier_stays_for_the_visit_and_no_longer(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.inbox.put(visit.Chosen(comfort.LARGE))
        served.inbox.put(visit.Chosen(comfort.SPEECH))
        for _ in range(2):
            served.lobby.next("welcome")
        served.checked_in()
        assert served.lobby.frames[-1].comfort == comfort.Comfort(large=True, speech=True)
        # Somebody else's card on the last page: nothing is left of what the one before had chosen.
        served.inbox.put(CARD)
        served.lobby.next("looking")
        assert served.lobby.frames[-1].comfort == comfort.AS_USUAL


def test_it_ends_with_time_on_the_first_page_too(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.inbox.put(visit.Chosen(comfort.SPEECH))
        served.lobby.next("welcome")
        patience = visit.patience(visit.Welcome("fi"), comfort.Comfort(speech=True))
        assert patience is not None
        clock.let_pass(patience + 1)
        served.lobby.next("welcome")
        assert served.lobby.frames[-1].comfort == comfort.AS_USUAL


def test_a_kiosk_that_opens_again_has_nothing_of_who_read_its_closed_page(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.board.tell("test", ["database-unsafe"])
        served.inbox.put(HealthChanged())
        served.lobby.next("out-of-order")
        served.inbox.put(visit.Chosen(comfort.CONTRAST))
        served.lobby.next("out-of-order")
        assert served.lobby.frames[-1].comfort.contrast is comfort.Contrast.DARK
        clock.let_pass(61.0)
        served.lobby.next("out-of-order")
        assert served.lobby.frames[-1].comfort == comfort.AS_USUAL


def test_a_lost_wake_up_only_delays(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.checked_in()
        SqlOutbox(served.connection).settle([Receipt(1, Verdict.RECORDED, "r")], clock.now())
        clock.let_pass(1.1)
        assert served.lobby.next("done").sign.value == "registered"


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [(PrintOutcome.PRINTED, FactKind.TICKET_PRINTED), (PrintOutcome.FAILED, FactKind.PRINT_FAILED)],
)
def test_what_became_of_the_slip_is_a_fact(
    store: Store, clock: HandClock, outcome: PrintOutcome, kind: FactKind
) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.checked_in()
        ((slip, language, job),) = served.lobby.slips
        assert (slip.number, language, job) == ("K 001", "fi", 1)
        # The client is gone before the printer answers.
        served.inbox.put(visit.Chosen("finish"))
        served.lobby.next("welcome")
        served.inbox.put(visit.TicketEnded(PrintResult(1, outcome)))
        served.inbox.put(CARD)
        served.lobby.next("looking")
        served.lobby.next("already-in")
        assert [fact.kind for fact in SqlOutbox(served.connection).due(clock.now(), 10)] == [FactKind.CHECKED_IN, kind]


def test_without_a_printer_the_number_stands_alone(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1", printer=False) as served:
        served.lobby.next("welcome")
        served.checked_in()
        page = served.lobby.next("done")
        assert page.card is not None
        assert page.card.number_alone


def test_a_client_whom_nobody_knows_yet_is_found_after_a_pull(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "B9") as served:
        served.connection.execute("DELETE FROM identifier")
        served.lobby.next("welcome")
        served.inbox.put(CARD)
        served.lobby.next("looking")
        ended = served.pulls()
        served.news("A1", cursor="None+")
        served.inbox.put(ended)
        served.lobby.next("confirm")
        assert len(served.lobby.rings) == 1


def test_a_late_word_on_the_pull_of_one_client_is_none_for_the_next(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "B9") as served:
        served.connection.execute("DELETE FROM identifier")
        served.lobby.next("welcome")
        served.inbox.put(CARD)
        served.lobby.next("looking")
        late = served.pulls()
        clock.let_pass(visit.LONGEST_PULL)
        served.lobby.next("recording")
        served.lobby.next("no-match")
        served.inbox.put(CARD)
        served.lobby.next("looking")
        ended = served.pulls()
        assert ended != late
        # The word for the client before comes now, that of a process of another version, and a technician's.
        for word in (late, Nudged("pulled"), Nudged(f"pulled:{TEST_PULL}")):
            served.inbox.put(word)
        served.news("A1", cursor="None+")
        served.inbox.put(ended)
        # Had any of them been taken for its own, the client would have been told that there is no appointment.
        served.lobby.next("confirm")


def test_nobody_waits_longer_than_two_seconds_for_the_network(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "B9") as served:
        served.connection.execute("DELETE FROM identifier")
        served.lobby.next("welcome")
        served.inbox.put(CARD)
        served.lobby.next("looking")
        served.pulls()
        clock.let_pass(2.0)
        served.lobby.next("recording")
        page = served.lobby.next("no-match")
        # Nobody is sent away: the client has a number, and staff have it in writing.
        assert page.card is not None
        assert page.card.number == "K 001"
        (fact,) = SqlOutbox(served.connection).due(clock.now(), 10)
        assert (fact.kind, fact.details["number"]) == (FactKind.UNMATCHED, "K 001")
        assert "9032" not in str(fact)
        served.inbox.put(visit.Chosen("finish"))
        served.lobby.next("welcome")
        served.inbox.put(CARD)
        served.lobby.next("looking")
        served.pulls()
        clock.let_pass(2.1)
        served.lobby.next("recording")
        again = served.lobby.next("no-match")
        assert again.card is not None
        assert again.card.number == "K 001"


def test_a_kiosk_without_its_site_is_closed_until_it_comes(store: Store, clock: HandClock) -> None:
    with serving(store, clock) as served:
        served.lobby.next("closed")
        served.inbox.put(CARD)
        served.news("A1")
        served.inbox.put(Nudged("roster"))
        served.lobby.next("welcome")


def test_a_language_without_words_is_not_offered(store: Store, clock: HandClock) -> None:
    with structlog.testing.capture_logs() as logged, serving(store, clock, languages=("sv", "ru")) as served:
        served.lobby.next("closed")
        served.news("A1")
        served.inbox.put(Nudged("roster"))
        welcome = served.lobby.next("welcome")
        served.inbox.put(visit.LanguageChosen("en"))
        served.inbox.put(CARD)
        assert served.lobby.next("looking").language == welcome.language == "sv"
        assert [code for code, _ in served.lobby.frames[-1].languages] == ["sv"]
    said = [one["languages"] for one in logged if one["event"] == "site_languages_without_words"]
    assert said == [["en", "fi"]]


def test_a_kiosk_that_nobody_has_drawn_on_the_plan_says_so_once(store: Store, clock: HandClock) -> None:
    plan = FloorPlan((Floor("1", 1000, 500),), {"another": Stand(0, (10, 10), 0)})
    with store.connect() as other:
        drawn = replace(SITE, plan=plan)
        assert SqlRosterStore(other).apply(News("1", snapshot=True, complete=True, site=drawn), None, clock.now())
    with structlog.testing.capture_logs() as logged, serving(store, clock) as served:
        served.lobby.next("welcome")
        served.inbox.put(Nudged("roster"))
        served.inbox.put(visit.Chosen(comfort.LARGE))
        served.lobby.next("welcome")
    assert [one["event"] for one in logged].count("kiosk_not_on_plan") == 1


def test_a_site_without_any_language_of_this_kiosk_is_served_in_its_own(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1", languages=("ru",)) as served:
        assert served.lobby.next("welcome").language == "fi"
        assert [code for code, _ in served.lobby.frames[-1].languages] == ["fi"]


def test_who_walks_away_is_asked_and_then_forgotten(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.inbox.put(CARD)
        served.lobby.next("looking")
        served.lobby.next("confirm")
        clock.let_pass(29)
        served.inbox.put(visit.Touched())
        served.inbox.put(visit.LanguageChosen("sv"))
        served.lobby.next("confirm")
        clock.let_pass(30)
        assert served.lobby.next("more-time").language == "sv"
        clock.let_pass(20)
        assert served.lobby.next("welcome").language == "fi"


def test_a_disk_that_takes_no_write_is_admitted(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON fact BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        served.inbox.put(CARD)
        served.lobby.next("looking")
        served.lobby.next("confirm")
        served.inbox.put(visit.Chosen("check-in"))
        served.lobby.next("recording")
        assert served.lobby.next("not-recorded").sign.value == "not-registered"
        assert served.lobby.slips == []
        assert served.lobby.rings == []


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh roster", "old roster"])
def test_typed_codes_that_match_nobody_slow_the_next_one_but_no_card(
    store: Store, clock: HandClock, fresh: bool
) -> None:
    site = replace(SITE, policy=Policy(code_pattern="AJ-[0-9]{4}"))
    known = RosterRow(appointment(), (hashed(SITE_KEY, "010594Y9032"), hashed(SITE_KEY, "AJ-0042")))
    with store.connect() as other:
        news = News("1", snapshot=True, complete=True, rows=[known], site=site)
        assert SqlRosterStore(other).apply(news, None, clock.now() - timedelta(hours=0 if fresh else 3))
    with serving(store, clock) as served:
        served.lobby.next("welcome")

        def type_in(code: str) -> None:
            served.inbox.put(visit.Chosen("type"))
            served.inbox.put(visit.Chosen("type-code"))
            for key in code:
                served.inbox.put(visit.Keyed(key))
            served.inbox.put(visit.Chosen("ready"))
            served.lobby.next("type")
            for _ in range(len(code) + 1):
                served.lobby.next("type-code")
            served.lobby.next("looking")

        for missed in ("AJ-0001", "AJ-0002", "AJ-0003"):
            type_in(missed)
            served.inbox.put(served.pulls())
            served.lobby.next("recording")
            served.lobby.next("no-match" if fresh else "cannot-tell")
            served.inbox.put(visit.Chosen("finish"))
            served.lobby.next("welcome")
        type_in("AJ-0042")
        # Everything that came before the language has been dealt with when its page comes: nothing was looked up.
        served.inbox.put(visit.LanguageChosen("sv"))
        assert served.lobby.next("looking").language == "sv"
        clock.let_pass(throttle.STEP)
        page = served.lobby.next("confirm")
        assert page.card is not None
        assert page.card.title is None
        served.inbox.put(CARD)
        served.lobby.next("looking")
        assert served.lobby.next("confirm").language == "sv"


def test_who_is_slowed_down_waits_once_and_not_again_after_the_pull(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        for place in range(4):
            served.inbox.put(visit.Chosen("type"))
            for key in "040594V9030":
                served.inbox.put(visit.Keyed(key))
            served.inbox.put(visit.Chosen("ready"))
            for _ in range(12):
                served.lobby.next("type")
            served.lobby.next("looking")
            if place == 3:
                clock.let_pass(throttle.STEP)
            served.inbox.put(served.pulls())
            # With the clock standing still from here on.
            served.lobby.next("recording")
            served.lobby.next("no-match")
            served.inbox.put(visit.Chosen("finish"))
            served.lobby.next("welcome")


def test_a_bulletin_leaves_the_first_page_when_its_time_is_over(store: Store, clock: HandClock) -> None:
    ends = clock.now() + timedelta(seconds=30)
    bulletin = Bulletin("b", {"fi": "Hissi on rikki."}, clock.now() - timedelta(days=1), ends)
    with store.connect() as other:
        site = replace(SITE, bulletins=(bulletin,))
        assert SqlRosterStore(other).apply(News("1", snapshot=True, complete=True, site=site), None, clock.now())
    with serving(store, clock) as served:
        assert len(served.lobby.next("welcome").bulletins) == 1
        clock.let_pass(61)
        assert served.lobby.next("welcome").bulletins == ()
