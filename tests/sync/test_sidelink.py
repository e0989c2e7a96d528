"""Day closes and heartbeats between a kiosk's real memory and a real centre, and the loop that carries them."""

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from central.day_closes import body_of
from central.store import day_closes as closed_days
from central.store import fleet
from central.store.day_closes import DayLine
from kiosk.checkin.facts import Receipt, Verdict
from kiosk.checkin.faults import DAY_CLOSE_DIFFERS
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.heartbeat import Condition
from kiosk.composition.memory import enrolled_store
from kiosk.config import Config
from kiosk.diagnostics.board import Board
from kiosk.offline import parked
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.day_close import SqlDayCloses
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster
from kiosk.ports import Enrolment
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.day_close import DIFFERENCE_SHOWN, EVERY, DayClosing
from kiosk.sync.heartbeat import Heartbeat
from kiosk.sync.sidelink import Sidelink
from tests.central.rig import Centre as RealCentre
from tests.conftest import HandClock
from tests.example_site import SITE
from tests.offline.test_day_close import record
from tests.sync.wicked_server import TOKEN, Answer, server

MONDAY = date(2026, 11, 23)
DAY = 24 * 3600.0


class Night:
    """A kiosk that is enrolled at a real centre: its memory, and what closes its days."""

    def __init__(
        self, real: RealCentre, enrolment: Enrolment, connection: Connection, clock: HandClock, board: Board
    ) -> None:
        self.real, self.enrolment, self.connection, self.clock, self.board = real, enrolment, connection, clock, board
        self.centre = Centre(enrolment.centre, enrolment.kiosk, enrolment.private_key, clock)
        self.days = SqlDayCloses(connection)
        self.outbox = SqlOutbox(connection)
        self.closing = self.closing_at(self.centre)

    def closing_at(self, centre: Centre) -> DayClosing:
        return DayClosing(
            centre,
            self.days,
            enrolment=self.enrolment,
            site=lambda: SITE,
            centre_now=self.clock.now,
            clock=self.clock,
            chance=random.Random(1),
            tell=lambda codes: self.board.tell("day-close", codes),
        )

    def heartbeat_at(self, centre: Centre) -> Heartbeat:
        roster = SqlRoster(self.connection, self.enrolment.site_key)
        today = lambda: SITE.day(self.clock.now())  # noqa: E731
        condition = Condition(self.board, self.connection, roster, self.clock, today=today, series=lambda: ("", "L"))
        return Heartbeat(centre, tell=condition.tell, codes=condition.codes, clock=self.clock, chance=random.Random(1))

    def sidelink_at(self, centre: Centre) -> Sidelink:
        return Sidelink(
            self.heartbeat_at(centre),
            self.closing_at(centre),
            clock=self.clock,
            storage_error=DatabaseError,
        )

    def send(self, count: int = 100) -> None:
        """So many facts go to the centre, and their receipts come back."""
        facts = self.outbox.due(self.clock.now(), count)
        said = zip(facts, self.centre.send_facts(facts), strict=True)
        receipts = [Receipt(fact.seq, one.verdict, one.receipt, one.reason) for fact, one in said if one is not None]
        self.outbox.settle(receipts, self.clock.now())

    def let_pass(self, seconds: float) -> None:
        self.clock.let_pass(seconds)
        self.real.moment = self.clock.now()

    def lines(self) -> list[DayLine]:
        with self.real.store.reading() as connection:
            return closed_days.listed(connection, None)[::-1]

    def bodies(self) -> list[messages.DayCloseBody]:
        rows = self.connection.execute("SELECT body FROM day_close ORDER BY first")
        return [body_of(row[0]) for row in rows]


@pytest.fixture
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCentre]:
    with RealCentre(tmp_path_factory.mktemp("centre")) as running:
        running.seed(("A1", "010594Y9032", "09:00"))
        yield running


@pytest.fixture
def night(real: RealCentre, tmp_path: Path, clock: HandClock, board: Board) -> Iterator[Night]:
    config = Config(state=tmp_path / "state")
    enrol_kiosk(config, real.url, real.code("k1"))
    store, enrolment = enrolled_store(config.state)
    with store.connect() as connection:
        found = Night(real, enrolment, connection, clock, board)
        yield found
        found.centre.close()


def test_a_day_is_closed_after_midnight_at_the_site_and_the_centre_agrees(night: Night) -> None:
    record(night.connection, night.clock, 5)
    night.send()
    # 06:50 UTC is 08:50 at the site; its midnight is at 22:00 UTC.
    night.let_pass(15 * 3600)
    night.closing.work()
    assert night.days.closed() == frozenset()
    night.let_pass(11 * 60)
    night.closing.work()
    [line] = night.lines()
    assert (line.day, line.first, line.last, line.taken, line.confirmed, line.pending) == (MONDAY, 1, 5, 5, 5, 0)
    assert (line.verdict, line.recorded_here, line.kiosk) == (messages.Agreement.AGREES, 5, "k1")
    assert night.days.open() == []
    assert night.board.health().codes == frozenset()
    night.let_pass(DAY)
    night.closing.work()
    assert len(night.lines()) == 1


def test_with_facts_pending_it_is_sent_again_when_it_is_final(night: Night) -> None:
    record(night.connection, night.clock, 6)
    night.send(2)
    night.let_pass(DAY)
    night.closing.work()
    [line] = night.lines()
    assert (line.taken, line.confirmed, line.pending) == (6, 2, 4)
    night.send(2)
    night.let_pass(EVERY * 2)
    night.closing.work()
    # Two are still missing: nothing new is said until the day is final.
    assert night.lines() == [line]
    night.send()
    night.let_pass(EVERY * 2)
    night.closing.work()
    [final] = night.lines()
    assert (final.taken, final.confirmed, final.pending, final.recorded_here) == (6, 6, 0, 6)
    assert night.days.open() == []
    assert [body.adds_up for body in night.bodies()] == [True]


def test_off_for_days_each_day_with_facts_gets_one_close(night: Night) -> None:
    for count in (3, 0, 2):
        record(night.connection, night.clock, count)
        night.let_pass(DAY)
    night.send()
    night.closing.work()
    found = [(line.day.day, line.first, line.last, line.verdict.value) for line in night.lines()]
    assert found == [(23, 1, 3, "agrees"), (25, 4, 5, "agrees")]


def test_a_lost_answer_is_asked_for_again_and_nothing_is_there_twice(night: Night) -> None:
    record(night.connection, night.clock, 2)
    night.send()
    night.let_pass(DAY)
    night.closing.close()
    [kept] = night.days.open()
    first = night.centre.close_day(kept.range.day, kept.signed)
    list(night.closing.send())
    assert len(night.lines()) == 1
    row = night.connection.execute("SELECT answer FROM day_close").fetchone()
    assert messages.encode(first).decode() == row[0]


def test_a_difference_is_a_fault_until_it_is_settled_or_a_week_old(night: Night) -> None:
    record(night.connection, night.clock, 3)
    # As though the centre had lost what it confirmed.
    night.outbox.settle([Receipt(seq, Verdict.RECORDED, "r") for seq in (1, 2, 3)], night.clock.now())
    night.let_pass(DAY)
    night.closing.work()
    assert night.board.health().codes == {DAY_CLOSE_DIFFERS.code}
    [line] = night.lines()
    assert (line.verdict.value, line.reason, line.confirmed, line.recorded_here) == ("differs", "counts", 3, 0)
    # It is kept on both sides, and not sent again.
    assert night.days.open() == []
    night.let_pass(DIFFERENCE_SHOWN.total_seconds() - 60)
    night.closing.work()
    assert night.board.health().codes == {DAY_CLOSE_DIFFERS.code}
    night.let_pass(120)
    night.closing.work()
    assert night.board.health().codes == frozenset()
    [answer] = night.connection.execute("SELECT answer FROM day_close").fetchone()
    assert json.loads(answer)["verdict"] == "differs"


def test_a_difference_while_something_is_pending_goes_with_the_final_close(night: Night) -> None:
    record(night.connection, night.clock, 2)
    night.outbox.settle([Receipt(1, Verdict.RECORDED, "r")], night.clock.now())
    night.let_pass(DAY)
    night.closing.work()
    assert night.board.health().codes == {DAY_CLOSE_DIFFERS.code}
    night.connection.execute("DELETE FROM receipt")
    night.connection.execute("UPDATE outbox SET settled = 0")
    night.send()
    night.let_pass(2 * EVERY)
    night.closing.work()
    assert night.board.health().codes == frozenset()
    assert [line.verdict.value for line in night.lines()] == ["agrees"]


def test_a_refused_fact_is_resolved_and_offered_again_before_the_day_is_over_it_is_confirmed(night: Night) -> None:
    record(night.connection, night.clock, 2)
    night.outbox.settle([Receipt(1, Verdict.REFUSED, None, "malformed")], night.clock.now())
    assert parked.retry(night.connection, {1}, night.clock.now()).offered_again == [1]
    night.send()
    night.let_pass(DAY)
    night.closing.work()
    [line] = night.lines()
    assert (line.confirmed, line.resolved, line.verdict.value) == (2, 0, "agrees")


def test_without_the_rules_of_the_site_there_is_no_midnight(night: Night) -> None:
    record(night.connection, night.clock, 2)
    night.let_pass(DAY)
    closing = night.closing_at(night.centre)
    closing._site = lambda: None
    closing.close()
    assert night.days.closed() == frozenset()


def test_the_heartbeat_says_how_the_kiosk_is_and_nothing_of_anybody(night: Night) -> None:
    record(night.connection, night.clock, 3)
    since = night.clock.now()
    night.send(1)
    night.board.tell("printer", ("printer-jam",))
    night.let_pass(300)
    night.heartbeat_at(night.centre).beat()
    with night.real.store.reading() as connection:
        [line] = fleet.kiosks(connection, None, night.clock.now())
    said = line.state
    assert said is not None
    assert (said.light, said.faults, said.waiting, said.oldest_waiting_at) == ("yellow", ["printer-jam"], 2, since)
    assert (said.numbers_left, said.clock) == ({"": 0, "L": 0}, "unknown")
    assert said.sqlite.startswith("3.")
    assert said.program
    done, known = said.schema.split("/")
    assert done == known
    assert line.heard_at == night.clock.now()


def test_a_broken_database_still_has_a_heart(night: Night) -> None:
    night.connection.execute("ALTER TABLE outbox RENAME TO gone")
    night.heartbeat_at(night.centre).beat()
    with night.real.store.reading() as connection:
        [line] = fleet.kiosks(connection, None, night.clock.now())
    assert line.state is not None
    assert (line.state.waiting, line.state.schema) == (None, "")
    assert line.state.sqlite != ""


WRONG = [(500, b""), (404, b"{}"), (401, b""), (429, b""), (200, b"<html>"), (0, b""), (400, b"{}")]


@pytest.mark.parametrize("answer", WRONG, ids=str)
def test_whatever_a_centre_answers_it_is_never_asked_hot(night: Night, answer: Answer) -> None:
    record(night.connection, night.clock, 2)
    night.let_pass(DAY)
    with server(lambda path, _n: (200, TOKEN) if path == "/v1/token" else answer) as (url, asked):
        centre = Centre(url, "k1", night.enrolment.private_key, night.clock)
        sidelink = night.sidelink_at(centre)
        for number in range(240):
            night.board.tell("printer", ("printer-jam",) if number % 2 else ())
            night.let_pass(sidelink.step())
        centre.close()
    hours = night.clock.seconds / 3600 - DAY / 3600
    # Twice the usual number of a healthy line, and twice again for a token that is renewed; each look left a pause.
    assert len([path for path in asked if path != "/v1/token"]) <= 20 + hours * 60 * 8
    assert len(asked) >= 4
    # The day is closed all the same, and waits.
    assert [kept.sent for kept in night.days.open()] == [False]
    # What of the line is broken, the loops that carry facts tell.
    assert night.board.health().codes <= {"printer-jam"}


def test_one_close_that_the_centre_will_not_take_holds_up_no_other(night: Night) -> None:
    for _ in range(3):
        record(night.connection, night.clock, 1)
        night.let_pass(DAY)
    night.send()
    night.closing.close()
    poison = night.days.open()[0]
    night.connection.execute("UPDATE day_close SET body = 'no jws' WHERE day = ?", (poison.range.day.isoformat(),))
    with pytest.raises(CentreError, match="refused malformed"):
        list(night.closing.send())
    assert [line.day.day for line in night.lines()] == [24, 25]
    assert [kept.range.day.day for kept in night.days.open()] == [23]


def test_a_full_disk_stops_no_heartbeat_and_the_day_is_closed_when_there_is_room(night: Night) -> None:
    record(night.connection, night.clock, 2)
    night.let_pass(DAY)
    night.connection.execute("CREATE TRIGGER full BEFORE INSERT ON day_close BEGIN SELECT RAISE(ABORT, 'full'); END")
    sidelink = night.sidelink_at(night.centre)
    with capture_logs() as logs:
        for _ in range(120):
            night.let_pass(sidelink.step())
    assert [(entry["source"], entry["reason"]) for entry in logs if entry["event"] == "failed"] == [
        ("day-close", "IntegrityError")
    ]
    with night.real.store.reading() as connection:
        [line] = fleet.kiosks(connection, None, night.clock.now())
    assert line.heard_at is not None
    assert (night.clock.now() - line.heard_at).total_seconds() < 70
    night.connection.execute("DROP TRIGGER full")
    while not night.lines():
        night.let_pass(sidelink.step())
        assert night.clock.seconds < DAY + 3600


def test_the_loop_ends_when_it_is_told_to(night: Night) -> None:
    changed, back, stop = Event(), Event(), Event()
    beats: list[str] = []

    class Once(Sidelink):
        def step(self) -> float:
            beats.append("step")
            back.set()
            stop.set()
            changed.set()
            return 600.0

        def line_is_back(self) -> None:
            beats.append("back")

    back.set()
    loop = night.sidelink_at(night.centre)
    loop.__class__ = Once
    thread = Thread(target=loop.run, args=(changed, back, stop))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert beats == ["back", "step"]


def test_what_comes_after_a_close_for_good_is_closed_too(night: Night) -> None:
    """A mistyped enrolment code has closed today; the wipe that follows must still tell of what came since."""
    record(night.connection, night.clock, 5)
    night.closing.close_for_good("")
    record(night.connection, night.clock, 3)
    night.closing.close_for_good("disk broken")
    bodies = night.bodies()
    assert [(one.first, one.last) for one in bodies] == [(1, 5), (6, 8)]
    assert bodies[-1].forced == "disk broken"
    night.closing.close_for_good("")
    assert len(night.bodies()) == 2
