"""The heartbeat's pace: once a minute, soon after a change, and never hot."""

import random
from contextlib import suppress
from typing import cast

import pytest

from kiosk.sync.client import Centre, CentreError
from kiosk.sync.heartbeat import EVERY, JITTER, LEAST, LONGEST_PAUSE, SOON, Heartbeat
from kiosk.sync.messages import Heartbeat as Said
from kiosk.sync.messages import HeartbeatAnswer
from kiosk.sync.pace import Pace
from tests.conftest import HandClock


class Heart:
    """A heartbeat, its faults, and a centre that answers or fails as the test says."""

    def __init__(self, clock: HandClock, seed: int = 1) -> None:
        self.clock = clock
        self.codes: frozenset[str] = frozenset()
        self.beats: list[float] = []
        self.tries = 0
        self.failure: CentreError | None = None
        centre = cast("Centre", self)
        self.heartbeat = Heartbeat(
            centre, tell=self._tell, codes=lambda: self.codes, clock=clock, chance=random.Random(seed)
        )

    def beat(self, said: Said) -> HeartbeatAnswer:
        self.tries += 1
        if self.failure is not None:
            raise self.failure
        assert said.faults == sorted(self.codes)
        self.beats.append(self.clock.monotonic())
        return HeartbeatAnswer(heard_at=self.clock.now())

    def live(self, seconds: float) -> None:
        """Let time pass, and do what is due, as the loop does."""
        ends = self.clock.monotonic() + seconds
        while self.clock.monotonic() < ends:
            with suppress(CentreError):
                self.heartbeat.beat()
            self.clock.let_pass(min(5.0, max(0.05, self.heartbeat.seconds_left())))

    def _tell(self) -> Said:
        return Said(at=self.clock.now(), light="green", faults=sorted(self.codes))


@pytest.fixture
def heart(clock: HandClock) -> Heart:
    return Heart(clock)


def test_once_a_minute_give_or_take(heart: Heart) -> None:
    heart.live(3600)
    gaps = [later - earlier for earlier, later in zip(heart.beats, heart.beats[1:], strict=False)]
    assert heart.beats[0] == 0
    assert all(EVERY * (1 - JITTER) - 0.01 <= gap <= EVERY * (1 + JITTER) + 0.1 for gap in gaps)
    assert len(set(gaps)) > 10


def test_two_kiosks_that_started_together_part(clock: HandClock) -> None:
    one, other = Heart(clock, 1), Heart(clock, 2)
    one.live(600)
    clock.seconds = 0
    other.live(600)
    assert one.beats[1:] != other.beats[1:]


def test_soon_after_the_faults_have_changed(heart: Heart) -> None:
    heart.live(30)
    changed = heart.clock.monotonic()
    heart.codes = frozenset({"printer-jam"})
    heart.live(5)
    assert len(heart.beats) == 2
    assert 0 < heart.beats[1] - changed <= SOON + 0.1


def test_faults_that_come_and_go_all_the_time_are_no_stream(heart: Heart) -> None:
    for number in range(600):
        heart.codes = frozenset({"printer-jam"}) if number % 2 else frozenset()
        heart.live(0.5)
    gaps = [later - earlier for earlier, later in zip(heart.beats, heart.beats[1:], strict=False)]
    assert min(gaps) >= LEAST * 0.99
    assert len(heart.beats) <= heart.clock.monotonic() / LEAST + 1


@pytest.mark.parametrize("key", ["unreachable", "busy", "unauthorised", "refused", "nonsense"])
def test_a_failing_centre_is_not_asked_hot_however_much_changes(heart: Heart, key: str) -> None:
    heart.failure = CentreError(key)
    for number in range(400):
        heart.codes = frozenset({"printer-jam"}) if number % 2 else frozenset()
        heart.live(1)
    # 1, 2, 4 … 60 seconds, and at least half of each.
    assert heart.tries <= 7 + heart.clock.monotonic() / (LONGEST_PAUSE / 2)
    assert heart.tries >= heart.clock.monotonic() / (LONGEST_PAUSE + 5)
    heart.failure = None
    heart.live(LONGEST_PAUSE)
    assert heart.beats


def test_a_line_that_is_back_ends_the_pause_and_one_that_never_failed_changes_nothing(heart: Heart) -> None:
    heart.heartbeat.line_is_back()
    heart.live(10)
    assert heart.tries == 1
    heart.heartbeat.line_is_back()
    heart.live(10)
    assert heart.tries == 1
    heart.failure = CentreError("unreachable")
    heart.live(600)
    heart.failure, before = None, heart.tries
    heart.heartbeat.line_is_back()
    heart.live(0.1)
    assert heart.tries == before + 1


def test_a_centre_that_asks_to_be_left_alone_is(heart: Heart) -> None:
    heart.failure = CentreError("busy", "429", after=250.0)
    heart.live(250)
    assert heart.tries == 1


def test_a_pace_never_goes_back_to_work_by_a_hint_while_it_fails(clock: HandClock) -> None:
    pace = Pace(clock, random.Random(1), every=60, jitter=0, longest=300)
    for _ in range(12):
        pace.failed()
        pace.hasten(0)
        assert pace.left() > 0
    assert 150 <= pace.left() <= 300
    pace.worked()
    assert pace.left() == 60
    pace.hasten(2)
    assert pace.left() == 2
