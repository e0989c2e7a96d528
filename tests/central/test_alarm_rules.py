"""What makes an alarm, and above all what makes none: the rules, without a database."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.alarms import rules
from central.alarms.falling import CHANCE, Fall, at_most, fall, wilson_low
from central.alarms.rules import Counts, Kind, Seen, Standing
from central.machines import Change, Light, Paper, Was, changes, light_of, oldest_waits, paper_of, roster_age, since
from central.misdirected import Misdirected, Pattern, Scope
from central.silence import SILENT_AFTER
from central.steps import Step, Tally
from kiosk.sync.messages import Heartbeat
from tests.central.rig import MORNING

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
LONG_AGO = MORNING - timedelta(days=9)
USUAL = Tally(980, 20)


@pytest.mark.parametrize(
    ("now", "usual", "found"),
    [
        (Tally(20, 0), USUAL, Fall.NONE),
        (Tally(19, 1), USUAL, Fall.NONE),
        (Tally(0, 20), USUAL, Fall.FELL),
        (Tally(10, 10), USUAL, Fall.FELL),
        (Tally(3, 5), USUAL, Fall.GOES_ON),
        (Tally(0, 8), USUAL, Fall.FELL),
        # Too few to say that it began; enough not to say that it is over.
        (Tally(0, 7), USUAL, Fall.GOES_ON),
        (Tally(7, 0), USUAL, Fall.NONE),
        (Tally(), USUAL, Fall.NONE),
        # Nothing is usual yet.
        (Tally(0, 30), Tally(49, 0), Fall.NONE),
        (Tally(0, 30), Tally(50, 0), Fall.FELL),
        # It always goes badly here.
        (Tally(8, 12), Tally(400, 600), Fall.NONE),
        # No chance at all, and too little to run for.
        (Tally(91_000, 9_000), Tally(98_000, 2_000), Fall.GOES_ON),
        (Tally(80_000, 20_000), Tally(98_000, 2_000), Fall.FELL),
    ],
)
def test_a_fall_is_told_from_chance(now: Tally, usual: Tally, found: Fall) -> None:
    assert fall(now, usual) is found


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 5000), st.integers(0, 5000))
def test_a_better_share_is_never_a_fall(good: int, bad: int, usually: int, not_usually: int) -> None:
    now, usual = Tally(good, bad), Tally(usually, not_usually)
    if now.total and usual.total and now.rate >= usual.rate:
        assert fall(now, usual) is not Fall.FELL


def test_the_tail_is_that_of_the_binomial() -> None:
    assert at_most(0, 3, 0.5) == pytest.approx(0.125)
    assert at_most(1, 3, 0.5) == pytest.approx(0.5)
    assert at_most(3, 3, 0.5) == at_most(0, 3, 0.0) == 1.0
    assert at_most(2, 3, 1.0) == 0.0
    # Brown, Cai and DasGupta (2001), table 5: 9 of 10 by Wilson at 95 %.
    assert wilson_low(Tally(9, 1), 1.96) == pytest.approx(0.596, abs=0.001)
    assert wilson_low(Tally()) == 0.0


@pytest.mark.parametrize("share", [0.8, 0.95, 0.995])
def test_chance_alone_is_no_alarm(share: float) -> None:
    """Three hundred kiosks for twelve days of five spans each, judged by their own two weeks before."""
    chance = random.Random(20261123)
    told = 0
    for _ in range(300):
        good = sum(chance.random() < share for _ in range(400))
        usual = Tally(good, 400 - good)
        for _ in range(60):
            count = chance.randrange(8, 30)
            went = sum(chance.random() < share for _ in range(count))
            told += fall(Tally(went, count - went), usual) is Fall.FELL
    assert told == 0


def test_a_real_fall_is_told_soon() -> None:
    """A printer that fails three times of four is told of before twenty clients have stood before it."""
    chance = random.Random(7)
    needed = []
    for _ in range(200):
        now, usual = Tally(), Tally(1990, 10)
        while fall(now, usual) is not Fall.FELL:
            now += Tally(1, 0) if chance.random() < 0.25 else Tally(0, 1)
        needed.append(now.total)
    assert max(needed) < 20
    assert CHANCE < 1e-6


def seen(kiosk: str, sign: datetime, unsent: timedelta | None = None) -> Seen:
    return Seen(kiosk, "s", sign, unsent)


def opening(found: list[Standing]) -> list[tuple[str, bool]]:
    return [(one.subject, one.opens) for one in found]


def test_silence_opens_only_when_somebody_could_be_heard() -> None:
    just, gone = MORNING - SILENT_AFTER, MORNING - SILENT_AFTER - SECOND
    fleet = [seen("k1", MORNING), seen("k2", just), seen("k3", gone)]
    assert opening(rules.silent(fleet, LONG_AGO, MORNING)) == [("k3", True)]
    # A service that has just begun opens nothing, and does not close what another one has opened.
    assert opening(rules.silent(fleet, MORNING, MORNING)) == [("k3", False)]


def test_unsent_facts_open_late_and_close_early() -> None:
    fleet = [seen(f"k{one}", MORNING, one * MINUTE) for one in (10, 15, 16, 30, 31)] + [seen("k0", MORNING)]
    found = opening(rules.unsent(fleet, 30 * MINUTE))
    assert found == [("k16", False), ("k30", False), ("k31", True)]


def counts(kiosk: str, now: Tally, step: Step = Step.PRINT, site: str = "s") -> Counts:
    return Counts(site, kiosk, step, now, USUAL)


def test_one_kiosk_is_told_of_before_its_site() -> None:
    one, other = counts("k1", Tally(2, 18)), counts("k2", Tally(20, 0))
    [found] = rules.fallen([one, other])
    assert (found.subject, found.opens, found.data["percent"], found.data["usual"]) == ("print:k1", True, 10, 98)
    # At none of them enough to be told alone, at the site together there is.
    few = [counts(f"k{number}", Tally(1, 3)) for number in range(6)]
    [together] = [one for one in rules.fallen(few) if one.opens]
    assert (together.subject, together.data["kiosk"]) == ("print:", "")
    assert rules.fallen([counts("k1", Tally(20, 0)), counts("k1", Tally(3, 0), Step.SCAN)]) == []


def test_a_wrong_unit_pattern_stands_while_people_come() -> None:
    came = tuple(Misdirected(str(n), MORNING + n * MINUTE, "a", "b", "dental") for n in range(3))
    pattern = Pattern(Scope.REMINDER, "dental", came)
    [found] = rules.wrong_unit([pattern], MORNING + 62 * MINUTE)
    assert (found.kind, found.site, found.subject, found.data["many"]) == (Kind.WRONG_UNIT, "a", "reminder:dental", 3)
    assert rules.wrong_unit([pattern], MORNING + 63 * MINUTE) == []


def test_what_is_counted_none_times_is_nothing() -> None:
    assert [one.subject for one in rules.dead_letters({"apotti": 2, "other": 0})] == ["apotti"]
    assert [(one.site, one.data) for one in rules.lost_clients({"a": 0, "b": 3})] == [("b", {"many": 3})]


@pytest.mark.parametrize(
    ("tally", "percent"),
    [(Tally(), 0), (Tally(1), 100), (Tally(999, 1), 99), (Tally(1, 999), 1), (Tally(0, 9), 0), (Tally(1, 2), 33)],
)
def test_per_cents_do_not_round_a_failure_away(tally: Tally, percent: int) -> None:
    assert tally.percent == percent


# --- one kiosk -------------------------------------------------------------------------------------------------------


def said(light: str = "green", *codes: str, clock: str = "trusted", **more: object) -> Heartbeat:
    return Heartbeat(**{"at": MORNING, "light": light, "faults": list(codes), "clock": clock, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("beat", "silent", "late", "light"),
    [
        (said(), False, False, Light.GREEN),
        (said(), False, True, Light.YELLOW),
        (said(clock="doubtful"), False, False, Light.YELLOW),
        (said("yellow"), False, False, Light.YELLOW),
        (said("red"), False, True, Light.RED),
        (said("red"), True, False, Light.SILENT),
        (said("violet"), False, False, Light.UNKNOWN),
        (said("silent"), False, False, Light.UNKNOWN),
        (None, False, False, Light.UNKNOWN),
        (None, True, False, Light.SILENT),
    ],
)
def test_lights(beat: Heartbeat | None, silent: bool, late: bool, light: Light) -> None:
    assert light_of(beat, silent, late) is light


def test_ages_are_by_the_kiosks_own_clock_and_grow_since() -> None:
    ahead = MORNING + timedelta(hours=5)
    beat = said(at=ahead, waiting=2, oldest_waiting_at=ahead - 4 * MINUTE, roster_as_of=ahead - 9 * MINUTE)
    assert oldest_waits(beat, MORNING, MORNING + MINUTE) == 5 * MINUTE
    assert roster_age(beat, MORNING, MORNING + MINUTE) == 10 * MINUTE
    assert oldest_waits(said(waiting=0, oldest_waiting_at=MORNING), MORNING, MORNING) is None
    assert (oldest_waits(None, None, MORNING), roster_age(said(), MORNING, MORNING)) == (None, None)


@pytest.mark.parametrize(
    ("codes", "paper"),
    [
        ((), Paper.THERE),
        (("printer-jam",), Paper.THERE),
        (("printer-paper-near-end",), Paper.LOW),
        (("printer-paper-out", "printer-gone"), Paper.OUT),
        (("printer-gone",), Paper.UNKNOWN),
    ],
)
def test_paper(codes: tuple[str, ...], paper: Paper) -> None:
    assert paper_of(said("green", *codes)) is paper
    assert paper_of(None) is Paper.UNKNOWN


def test_a_fault_has_stood_since_it_last_came() -> None:
    def was(minutes: int, *codes: str, program: str = "1") -> Was:
        return Was(MORNING + minutes * MINUTE, "yellow", frozenset(codes), program)

    history = [was(9, "b", "a", program="2"), was(7, "a"), was(5), was(3, "a"), was(1, "a", "b")]
    begun = since(history, ["a", "b", "c"], LONG_AGO)
    assert begun == {"a": MORNING + 7 * MINUTE, "b": MORNING + 9 * MINUTE, "c": LONG_AGO}
    first, *_, oldest = changes(history)
    assert first == Change(MORNING + 9 * MINUTE, "yellow", ["b"], [], "2")
    assert (oldest.came, oldest.gone, oldest.program) == (["a", "b"], [], "1")
    assert [(one.came, one.gone) for one in changes(history)[1:4]] == [(["a"], []), ([], ["a"]), ([], ["b"])]
