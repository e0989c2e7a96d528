"""The mark of damage: both processes see it, end in time for whoever reads the page, and mend without flickering."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.checkin import faults
from kiosk.composition.screen import RETRY_SECONDS
from kiosk.composition.suspicion import LOOK_UNTIL, START_AGAIN, Marking, SuspicionLook
from kiosk.composition.sync import OUT_OF_ORDER
from kiosk.diagnostics import record
from kiosk.diagnostics.board import Board
from kiosk.offline.mending import Hold, leave_mark, suspect
from kiosk.offline.vault import KEY_FILE
from kiosk.scenario.stage import CLOSED
from kiosk.scenario.stagehand import wait_until
from tests.conftest import HandClock
from tests.torture.visitor import RoughStage, plan_for, rough_stage

WITHIN = 30.0


def looking(state: Path, clock: HandClock, ends: list[float]) -> SuspicionLook:
    return SuspicionLook(state, clock, LOOK_UNTIL, lambda: ends.append(clock.seconds))


def test_a_process_ends_some_time_after_the_mark_was_left(tmp_path: Path, clock: HandClock) -> None:
    ends: list[float] = []
    look = looking(tmp_path, clock, ends)
    look.serving = True
    assert look.look() == ()
    assert not suspect(tmp_path)
    leave_mark(tmp_path)
    for _ in range(10):
        assert look.look() == (faults.DATABASE_DAMAGED,)
        clock.let_pass(3)
    assert ends == [15.0]
    assert look.seen


def test_a_process_that_serves_nobody_does_not_end(tmp_path: Path, clock: HandClock) -> None:
    ends: list[float] = []
    look = looking(tmp_path, clock, ends)
    leave_mark(tmp_path)
    for _ in range(20):
        assert look.look() == (faults.DATABASE_DAMAGED,)
        clock.let_pass(3)
    # It could be mended: the count begins when it serves.
    look.serving = True
    look.look()
    assert (ends, look.seen) == ([], False)


def test_a_disk_that_takes_no_mark_keeps_nobody_from_ending(tmp_path: Path, clock: HandClock, board: Board) -> None:
    ends: list[float] = []
    gone = tmp_path / "gone"
    leave_mark(gone)
    assert not suspect(gone)
    look = looking(gone, clock, ends)
    look.serving = True
    marking = Marking(board, gone, look.met)
    marking.tell("journal", (faults.JOURNAL_UNWRITABLE.code,))
    assert look.look() == ()
    marking.tell("journal", (faults.DATABASE_DAMAGED.code,))
    for _ in range(10):
        assert look.look() == (faults.DATABASE_DAMAGED,)
        clock.let_pass(3)
    assert len(ends) == 1


@pytest.mark.parametrize("marked", [True, False])
def test_only_while_the_mark_is_there_the_other_process_is_waited_for(tmp_path: Path, marked: bool) -> None:
    other, waiting = Hold(tmp_path), Hold(tmp_path)
    other.take()
    other.share()
    if marked:
        leave_mark(tmp_path)
    thread = threading.Thread(target=waiting.take, args=(WITHIN,))
    thread.start()
    thread.join(0.5)
    assert thread.is_alive() == marked
    assert not waiting.alone
    other.drop()
    thread.join(10)
    assert waiting.alone == marked
    waiting.drop()


def test_patience_ends(tmp_path: Path) -> None:
    other, waiting = Hold(tmp_path), Hold(tmp_path)
    other.take()
    other.share()
    leave_mark(tmp_path)
    waiting.take(0.3)
    assert not waiting.alone
    other.drop()
    waiting.drop()


def rounds_go_by(stage: RoughStage) -> None:
    """Longer than a page stays that is about to end, in which the watch has looked."""
    for _ in range(5):
        stage.let_pass(timedelta(seconds=LOOK_UNTIL + 5))
        now = stage.clock.monotonic()

        def beats(since: float = now) -> bool:
            beat = record.parse_beat(record.contents(stage.plan.folder / "run" / record.file_name("screen")))
            return stage.ended("screen") is not None or (beat is not None and beat.passed >= since)

        wait_until(beats, WITHIN, "the screen has a heartbeat")


def page(stage: RoughStage) -> str:
    return stage.stagehand.shown()[-1].name if stage.stagehand.is_there() else ""


def test_over_what_cannot_be_mended_the_closed_page_stays_until_something_changes(tmp_path: Path) -> None:
    with rough_stage(plan_for(tmp_path / "s", 1)) as stage:
        for name in ("screen", "sync"):
            stage.strike(name)
        key = stage.state / KEY_FILE
        right = key.read_text()
        key.write_text("ab" * 32)
        stage.begin("screen")
        wait_until(lambda: page(stage) == CLOSED, WITHIN, "the page is closed")
        wait_until(lambda: suspect(stage.state), WITHIN, "the mark is left")
        stage.begin("sync")
        wait_until(lambda: stage.ended("sync") is not None, WITHIN, "sync has ended")
        assert stage.ended("sync") == OUT_OF_ORDER
        rounds_go_by(stage)
        assert stage.ended("screen") is None
        assert page(stage) == CLOSED
        key.write_text(right)
        wait_until(lambda: stage.ended("screen") is not None, WITHIN + RETRY_SECONDS, "the screen has ended")
        assert stage.ended("screen") == START_AGAIN
        stage.raise_again(["screen", "sync"])
        assert not suspect(stage.state)
        rounds_go_by(stage)
        assert page(stage) == "welcome"


def test_sync_waits_until_the_screen_has_ended_and_does_not_start_again_and_again(tmp_path: Path) -> None:
    with rough_stage(plan_for(tmp_path / "s", 1)) as stage:
        before = stage.pid("screen")
        leave_mark(stage.state)
        wait_until(lambda: stage.ended("sync") is not None, WITHIN, "sync has ended")
        assert stage.ended("sync") == START_AGAIN
        stage.begin("sync")
        # The screen still shows its page to whoever reads it.
        assert stage.pid("screen") == before
        stage.let_pass(timedelta(seconds=LOOK_UNTIL + 5))
        wait_until(lambda: stage.ended("screen") is not None, WITHIN, "the screen has ended")
        assert stage.ended("screen") == START_AGAIN
        wait_until(lambda: not suspect(stage.state), WITHIN, "sync has looked the files over")
        assert stage.ended("sync") is None
        stage.raise_again(["screen"])
        wait_until(lambda: page(stage) == "welcome", WITHIN, "the kiosk serves")
        assert stage.ended("sync") is None
