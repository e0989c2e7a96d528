"""What the attendant sees of roster, clock, rules and disk, on the board."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.attendant import HealthChanged, Nudged
from kiosk.checkin import faults, visit
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.clock_watch import ClockWord, Judgement
from kiosk.checkin.doubts import clock_doubts, roster_doubts, with_clock
from kiosk.checkin.faults import Fault, Part
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.rules import DataQuality, roster_age
from kiosk.checkin.site import Queue, Site
from kiosk.data_look import LOOK_AT_THE_DATA_EVERY, NAMES_FORGOTTEN_AFTER
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import News
from tests.conftest import HandClock
from tests.diagnostics.test_board import wait_for
from tests.example_site import NOW, SITE
from tests.test_attendant import CARD, Serving, serving

OLD = NOW - SITE.roster_stale_after - timedelta(seconds=1)
RIGHT = Judgement(ClockQuality.TRUSTED, timedelta())
WRONG = Judgement(ClockQuality.DOUBTFUL, timedelta(hours=3))
JUMPED = Judgement(ClockQuality.DOUBTFUL, timedelta(hours=3), jumped=True)


def stands(served: Serving, *found: Fault) -> None:
    wait_for(lambda: served.board.health().codes == {fault.code for fault in found})


@pytest.mark.parametrize(
    ("told", "clock", "unread", "of_clock", "of_roster"),
    [
        (NOW, RIGHT, 0, (), ()),
        (None, RIGHT, 0, (), (faults.ROSTER_MISSING,)),
        (None, RIGHT, 2, (), (faults.ROSTER_UNREAD,)),
        (OLD, RIGHT, 0, (), (faults.ROSTER_STALE,)),
        (NOW + (NOW - OLD), RIGHT, 0, (), (faults.ROSTER_STALE,)),
        (OLD, RIGHT, 1, (), (faults.ROSTER_UNREAD, faults.ROSTER_STALE)),
        (OLD, WRONG, 0, (faults.CLOCK_WRONG,), ()),
        (OLD, JUMPED, 0, (faults.CLOCK_JUMPED,), ()),
        (NOW, JUMPED, 1, (faults.CLOCK_JUMPED,), (faults.ROSTER_UNREAD,)),
        # What keeps the centre's word away is a fault of its own.
        (NOW, Judgement(ClockQuality.UNKNOWN), 0, (), ()),
        (OLD, Judgement(ClockQuality.UNKNOWN), 0, (), (faults.ROSTER_STALE,)),
    ],
)
def test_what_may_be_doubted(
    told: datetime | None, clock: Judgement, unread: int, of_clock: tuple[Fault, ...], of_roster: tuple[Fault, ...]
) -> None:
    assert clock_doubts(clock) == of_clock
    assert roster_doubts(with_clock(DataQuality(told), clock), SITE, NOW, unread=unread) == of_roster


@pytest.mark.parametrize("hours", [-5, 0, 5])
def test_how_old_the_roster_is_a_clock_that_is_off_tells_too(hours: int) -> None:
    off = timedelta(hours=hours)
    fresh = with_clock(DataQuality(NOW, centre_as_of=NOW), Judgement(ClockQuality.TRUSTED, off))
    assert roster_age(fresh, NOW + off) == timedelta()
    assert roster_doubts(fresh, SITE, NOW + off, unread=0) == ()
    assert roster_doubts(fresh, SITE, NOW + off + (NOW - OLD), unread=0) == (faults.ROSTER_STALE,)


def test_a_jump_right_after_news_is_a_fault_of_the_clock_and_not_of_the_roster(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        roster = SqlRosterStore(served.connection)
        served.lobby.next("welcome")
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        roster.hear(ClockWord(clock.now(), clock.monotonic(), timedelta()))
        served.news("A1", cursor="None+")
        # Between the news and the next look of the attendant somebody sets the clock.
        clock.moment += timedelta(hours=3)
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        wait_for(lambda: bool(served.board.health().codes))
        assert served.board.health().codes == {faults.CLOCK_JUMPED.code}
        # The next word tells how far it is off; mended, it is trusted by the word after that.
        roster.hear(ClockWord(clock.now(), clock.monotonic(), timedelta(hours=3)))
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served, faults.CLOCK_WRONG)
        clock.moment -= timedelta(hours=3)
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served, faults.CLOCK_JUMPED)
        roster.hear(ClockWord(clock.now(), clock.monotonic(), timedelta()))
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served)


def test_old_data_and_a_clock_that_jumps_are_seen_though_nobody_is_there(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        clock.let_pass(SITE.roster_stale_after.total_seconds() + 60)
        stands(served, faults.ROSTER_STALE)
        served.news("A1", cursor="None+")
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served)
        clock.moment += timedelta(hours=3)
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served, faults.CLOCK_JUMPED)
        served.news("A1", cursor="None++")
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served)
        unread = News("u", snapshot=False, complete=True, unread=["A7"])
        assert SqlRosterStore(served.connection).apply(unread, "None+++", clock.now())
        word = ClockWord(clock.now(), clock.monotonic(), timedelta(seconds=-500))
        SqlRosterStore(served.connection).hear(word)
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served, faults.ROSTER_UNREAD, faults.CLOCK_WRONG)


def test_a_kiosk_that_was_never_told_anything_says_so(store: Store, clock: HandClock) -> None:
    with serving(store, clock) as served:
        served.lobby.next("closed")
        stands(served, faults.ROSTER_MISSING)


@pytest.mark.parametrize("mended", [True, False])
def test_a_name_that_the_rules_lack_is_a_fault_until_they_have_it_or_it_comes_no_more(
    store: Store, clock: HandClock, mended: bool
) -> None:
    with serving(store, clock, "A1") as served:

        def rules(site: Site, cursor: str) -> None:
            news = News(f"{cursor}+", snapshot=False, complete=True, site=site, queues=site.queues)
            assert SqlRosterStore(served.connection).apply(news, cursor, clock.now())
            served.inbox.put(Nudged("roster"))

        served.lobby.next("welcome")
        lacking = replace(SITE, units={})
        rules(lacking, "None+")
        served.inbox.put(CARD)
        served.lobby.next("looking")
        served.lobby.next("confirm")
        stands(served, faults.SITE_RULES_INCOMPLETE)
        # News of a queue change the site, but not its rules.
        rules(replace(lacking, queues={"lab": Queue(3, 10, NOW)}), "None++")
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served, faults.SITE_RULES_INCOMPLETE)
        if mended:
            rules(SITE, "None+++")
            clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        else:
            clock.let_pass(NAMES_FORGOTTEN_AFTER)
        wait_for(lambda: faults.SITE_RULES_INCOMPLETE.code not in served.board.health().codes)


def test_a_disk_that_takes_no_write_is_a_fault_until_the_next_one_is_taken(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        for table in ("fact", "counter"):
            served.connection.execute(
                f"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )
        served.inbox.put(CARD)
        for page, choice in (("looking", ""), ("confirm", "check-in"), ("recording", ""), ("not-recorded", "finish")):
            served.lobby.next(page)
            if choice:
                served.inbox.put(visit.Chosen(choice))
        served.lobby.next("out-of-order")
        stands(served, faults.JOURNAL_UNWRITABLE)
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served, faults.JOURNAL_UNWRITABLE)
        for table in ("fact", "counter"):
            served.connection.execute(f"DROP TRIGGER full_{table}")
        clock.let_pass(LOOK_AT_THE_DATA_EVERY)
        stands(served)
        served.inbox.put(HealthChanged())
        served.lobby.next("welcome")
        served.checked_in()


def test_nobody_begins_while_nobody_can_be_served_and_whoever_has_begun_goes_on(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.inbox.put(CARD)
        served.lobby.next("looking")
        served.lobby.next("confirm")
        served.board.tell("disk", [faults.DISK_FULL.code])
        served.inbox.put(HealthChanged())
        served.inbox.put(visit.Chosen("not-mine"))
        closed = served.lobby.next("out-of-order")
        assert closed.card is not None
        served.inbox.put(CARD)
        served.board.tell("disk", ())
        served.inbox.put(HealthChanged())
        served.lobby.next("welcome")


def test_the_page_names_the_ways_that_work_as_they_come_and_go(store: Store, clock: HandClock) -> None:
    parts = (Part.SCANNER, Part.CARD_READER)
    with serving(store, clock, "A1", parts=parts) as served:
        both = served.lobby.next("welcome")
        assert [text.key for text in both.sentences] == ["welcome.sentence", "welcome.or-insert"]
        served.board.tell("scanner", [faults.SCANNER_GONE.code])
        served.inbox.put(HealthChanged())
        one = served.lobby.next("welcome")
        assert [text.key for text in one.sentences] == ["welcome.insert", "welcome.no-scanner"]


def test_a_card_checks_in_and_is_not_forgotten(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.inbox.put(CardInserted())
        served.lobby.next("reading-card")
        served.inbox.put(CardRead(Claim(ClaimKind.CHIP, "010594Y9032")))
        served.lobby.next("looking")
        served.lobby.next("confirm")
        served.inbox.put(visit.Chosen("check-in"))
        served.lobby.next("recording")
        assert "card.take" in [text.key for text in served.lobby.next("done").sentences]
        served.inbox.put(CardRemoved())
        assert "card.take" not in [text.key for text in served.lobby.next("done").sentences]


def test_nobody_is_told_to_take_a_card_that_they_have_taken_out_too_early(store: Store, clock: HandClock) -> None:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        served.inbox.put(CardInserted())
        served.lobby.next("reading-card")
        served.inbox.put(CardNotRead(CardFailure.PULLED))
        told = served.lobby.next("card-pulled")
        assert [text.key for text in told.sentences] == ["card-pulled.sentence"]
