"""What the attendant sees of roster, clock, rules and disk, on the board."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.attendant import LOOK_AT_THE_DATA_EVERY, NAMES_FORGOTTEN_AFTER, HealthChanged, Nudged
from kiosk.checkin import faults, visit
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.doubts import clock_doubts, roster_doubts
from kiosk.checkin.faults import Fault, Part
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.site import Queue, Site
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import News
from tests.conftest import HandClock
from tests.diagnostics.test_board import wait_for
from tests.example_site import NOW, SITE
from tests.test_attendant import CARD, Serving, serving

OLD = NOW - SITE.roster_stale_after - timedelta(seconds=1)


def stands(served: Serving, *found: Fault) -> None:
    wait_for(lambda: served.board.health().codes == {fault.code for fault in found})


@pytest.mark.parametrize(
    ("quality", "steady", "unread", "clock", "roster"),
    [
        (DataQuality(NOW), True, 0, (), ()),
        (DataQuality(None), True, 0, (), (faults.ROSTER_MISSING,)),
        (DataQuality(None), True, 2, (), (faults.ROSTER_UNREAD,)),
        (DataQuality(OLD), True, 0, (), (faults.ROSTER_STALE,)),
        (DataQuality(NOW + (NOW - OLD)), True, 0, (), (faults.ROSTER_STALE,)),
        (DataQuality(OLD), True, 1, (), (faults.ROSTER_UNREAD, faults.ROSTER_STALE)),
        (DataQuality(OLD, clock_trusted=False), True, 0, (faults.CLOCK_WRONG,), ()),
        (DataQuality(OLD), False, 0, (faults.CLOCK_JUMPED,), ()),
        (DataQuality(NOW, clock_trusted=False), False, 1, (faults.CLOCK_WRONG, faults.CLOCK_JUMPED), None),
    ],
)
def test_what_may_be_doubted(
    quality: DataQuality, steady: bool, unread: int, clock: tuple[Fault, ...], roster: tuple[Fault, ...] | None
) -> None:
    assert clock_doubts(quality, steady=steady) == clock
    expected = (faults.ROSTER_UNREAD,) if roster is None else roster
    assert roster_doubts(quality, SITE, NOW, steady=steady, unread=unread) == expected


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
        unread = News("u", snapshot=False, complete=True, unread=["A7"], clock_offset=-500.0)
        assert SqlRosterStore(served.connection).apply(unread, "None+++", clock.now())
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
