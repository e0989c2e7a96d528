"""Rules under which the screen can't make a page are taken back by itself, and whoever stands there is served."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from kiosk.attendant import Attendant, Inbox, Nudged, Stop
from kiosk.checkin import visit
from kiosk.checkin.configuration import Refusal, Version
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Scan
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.site import Site
from kiosk.checkin.wording import Text
from kiosk.composition.probation import Probation
from kiosk.diagnostics.board import Board
from kiosk.offline.configuration import read_refused
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import News, RosterRow
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, NOW, SITE, appointment, words
from tests.test_attendant import PATIENCE, Lobby

GOOD, BAD = SITE, replace(SITE, name=words("Unspeakable"))
PERSON = "010594Y9032"


class Fussy(Lobby):
    """A screen that fails at a site of this name, as no rehearsal foresaw."""

    def show(self, page: Page[Text], frame: Frame[Text]) -> None:
        if "Unspeakable" in str(frame.site.data):
            raise ZeroDivisionError
        super().show(page, frame)


def publish(connection: Connection, number: int, site: Site) -> None:
    """The sync process takes a version; with the first one comes the roster."""
    store = SqlRosterStore(connection)
    cursor = store.cursor()
    row = RosterRow(appointment("A1"), (hashed(ENROLMENT.site_key, PERSON),))
    told = Version(number, f"{number:064}", NOW)
    news = News(f"{number}", snapshot=cursor is None, complete=True, rows=[row], site=site, version=told)
    assert store.apply(news, cursor, NOW)


@contextmanager
def serving(store: Store, clock: HandClock) -> Iterator[tuple[Fussy, Inbox, list[BaseException]]]:
    lobby, failed = Fussy(), list[BaseException]()
    inbox: Inbox = queue.SimpleQueue()

    def run() -> None:
        with store.connect() as connection:
            roster = SqlRoster(connection, ENROLMENT.site_key)
            probation = Probation(connection, clock)
            probation.begin()
            try:
                Attendant(
                    inbox,
                    clock=clock,
                    roster=roster,
                    journal=SqlJournal(connection, site=roster.site, enrolment=ENROLMENT, clock=clock),
                    printer=lobby,
                    screen=lobby,
                    line=lobby,
                    board=Board(clock, "screen", store.path.parent, store.path.parent, ()),
                    home_language="fi",
                    take_back=probation.failed,
                ).run()
            except ZeroDivisionError as error:
                failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield lobby, inbox, failed
    finally:
        inbox.put(Stop())
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_rules_that_come_while_it_serves(store: Store, clock: HandClock) -> None:
    with store.connect() as other:
        publish(other, 1, GOOD)
        with serving(store, clock) as (lobby, inbox, failed):
            lobby.next("welcome")
            publish(other, 2, BAD)
            inbox.put(Nudged("roster"))
            inbox.put(visit.Scanned(Scan(PERSON)))
            for page in ("welcome", "looking", "confirm"):
                lobby.next(page)
            inbox.put(visit.Chosen("check-in"))
            for page in ("recording", "done"):
                lobby.next(page)
            refused = read_refused(other)
            assert refused is not None
            assert (refused.reason, refused.number) == (Refusal.FAILED, 2)
        assert failed == []
        assert other.execute("SELECT count(*) FROM fact").fetchone() == (1,)


def test_rules_that_came_while_it_was_off(store: Store, clock: HandClock) -> None:
    with store.connect() as other:
        publish(other, 1, GOOD)
        publish(other, 2, BAD)
        with serving(store, clock) as (lobby, _, failed):
            lobby.next("welcome")
        assert failed == []


def test_without_rules_to_go_back_to_the_failure_is_told(store: Store, clock: HandClock) -> None:
    with store.connect() as other:
        publish(other, 1, BAD)
        with serving(store, clock) as (_, _inbox, failed):
            pass
        assert [type(error) for error in failed] == [ZeroDivisionError]
        assert read_refused(other) is None
