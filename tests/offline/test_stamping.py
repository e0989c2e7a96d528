"""What a fact in the journal says of its time, whatever the clock does, over restarts too."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.facts import Fact, FactKind
from kiosk.checkin.hybrid_clock import BEGINNING_MS, STEP_MS, ClockQuality, time_in
from kiosk.checkin.identity import ClaimKind
from kiosk.offline import stamping
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import Lease
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE, appointment

START = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
ZERO = timedelta()


def journal(connection: Connection, clock: HandClock) -> SqlJournal:
    return SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)


def noted(connection: Connection, clock: HandClock) -> Fact:
    return journal(connection, clock).note(FactKind.HELP_CALLED, {})


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def hear(connection: Connection, clock: HandClock, offset: timedelta = ZERO) -> None:
    SqlRosterStore(connection).hear(ClockWord(clock.now(), clock.monotonic(), offset))


def test_a_fact_carries_what_is_known_of_its_time(connection: Connection, clock: HandClock) -> None:
    unheard = noted(connection, clock)
    assert (unheard.quality, unheard.offset_ms) == (ClockQuality.UNKNOWN, None)
    hear(connection, clock, timedelta(seconds=3))
    clock.let_pass(60)
    right = noted(connection, clock)
    assert (right.quality, right.offset_ms) == (ClockQuality.TRUSTED, 3000)
    assert time_in(right.order) == ms(right.at) - 3000
    clock.moment += timedelta(hours=2)
    jumped = noted(connection, clock)
    # The wall clock is two hours off by now, and the fact says so: the centre can tell when it was.
    assert (jumped.quality, jumped.offset_ms) == (ClockQuality.DOUBTFUL, 7_203_000)
    assert jumped.at - timedelta(milliseconds=jumped.offset_ms or 0) == right.at - timedelta(seconds=3)
    sent = SqlOutbox(connection).due(clock.now(), 10)
    assert [(one.order, one.quality, one.offset_ms) for one in sent] == [
        (one.order, one.quality, one.offset_ms) for one in (unheard, right, jumped)
    ]


def test_after_a_new_start_of_the_machine_nothing_is_known(
    connection: Connection, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(connection, clock, timedelta(seconds=3))
    before = noted(connection, clock)
    monkeypatch.setattr(stamping, "_boot", lambda: "another")
    clock.let_pass(3600)
    anew = noted(connection, clock)
    assert (before.quality, anew.quality, anew.offset_ms) == (ClockQuality.TRUSTED, ClockQuality.UNKNOWN, None)
    assert before.order < anew.order <= before.order + (STEP_MS << 16)
    clock.moment = datetime(1970, 1, 1, tzinfo=UTC)
    back = noted(connection, clock)
    assert (back.quality, back.offset_ms) == (ClockQuality.DOUBTFUL, None)
    assert back.order == anew.order + 1
    hear(connection, clock, timedelta(days=-20_780))
    assert noted(connection, clock).order > back.order


def test_a_new_kiosk_whose_clock_is_in_1970_begins_all_the_same(connection: Connection, clock: HandClock) -> None:
    clock.moment = datetime(1970, 1, 1, tzinfo=UTC)
    orders = [noted(connection, clock).order for _ in range(3)]
    assert orders == [(BEGINNING_MS << 16) + one for one in range(3)]


class Ticking(HandClock):
    """A clock that moves on by a second with each look at it."""

    def now(self) -> datetime:
        self.let_pass(1)
        return self.moment


def test_at_midnight_the_number_and_the_stamps_are_of_one_day(connection: Connection) -> None:
    clock = Ticking(datetime(2026, 11, 22, 21, 59, 0, tzinfo=UTC))
    hear(connection, clock)
    for day, series in ((22, "A"), (23, "B")):
        SqlRosterStore(connection).lease(Lease(series, date(2026, 11, day), series, 1, 60))
    clock.let_pass(57.5)
    days = set()
    for client in range(4):
        both = [appointment(f"{client}-{name}") for name in ("one", "two")]
        number = journal(connection, clock).check_in(both, ClaimKind.BARCODE, "fi").number
        last = SqlOutbox(connection).due(clock.now(), 100)[-2:]
        given = date(2026, 11, 22 if number.startswith("A") else 23)
        assert {SITE.day(fact.at) for fact in last} == {given}
        days.add(given)
        assert last[1].order == last[0].order + 1
    assert len(days) == 2


moves = st.one_of(
    st.tuples(st.just("pass"), st.integers(0, 100_000)),
    st.tuples(st.just("set"), st.integers(-(10**9), 10**10)),
    st.tuples(st.just("hear"), st.integers(-2, 2)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("reboot"), st.integers(0, 100_000)),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(moves, max_size=25))
def test_orders_grow_over_jumps_and_restarts_and_come_back_from_the_future(
    tmp_path_factory: pytest.TempPathFactory, script: list[tuple[str, int]]
) -> None:
    clock, store = HandClock(START), Store(_empty(tmp_path_factory) / "kiosk.db", bytes(32))
    true = START
    last = 0
    for facts, (what, value) in enumerate([*script, ("hear", 0)], 1):
        match what:
            case "pass":
                clock.let_pass(value)
                true += timedelta(seconds=value)
            case "set":
                clock.moment += timedelta(seconds=value)
            case "reboot":
                clock.moment += timedelta(seconds=value)
                true += timedelta(seconds=value)
                clock.seconds = 0.0
        with store.connect() as connection:
            if what == "hear":
                hear(connection, clock, clock.moment - true + timedelta(seconds=value))
            fact = noted(connection, clock)
        assert fact.order > last
        last = fact.order
        # However far ahead the clock was, the order is so by no more than a step for each fact.
        assert time_in(fact.order) <= ms(true) + facts * STEP_MS + 2001
        if fact.quality is ClockQuality.TRUSTED:
            assert fact.offset_ms is not None
            assert abs(ms(fact.at) - fact.offset_ms - ms(true)) <= 123_000


def _empty(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("stamped")
