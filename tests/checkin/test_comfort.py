"""What makes the screen easier to use: what a choice switches, and when all of it ends."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin import comfort, tell, visit
from kiosk.checkin.card import CardInserted
from kiosk.checkin.comfort import AS_USUAL, Comfort, Contrast
from kiosk.checkin.identity import Claim, ClaimKind, Scan
from kiosk.checkin.outcome import CheckIn, TooEarly
from tests.example_site import SITE, appointment

SETTING = visit.Setting(SITE, "fi", datetime(2026, 11, 23, 6, 50, tzinfo=UTC))
CARD = visit.Scanned(Scan("010594Y9032"))
CLAIM = Claim(ClaimKind.BARCODE, "010594Y9032")
A1 = appointment("A1")
DONE = visit.Told("sv", ClaimKind.BARCODE, TooEarly(A1, A1.starts))
CONFIRMING = visit.Confirming("sv", ClaimKind.BARCODE, CheckIn((A1,), ()))


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ([comfort.LARGE], Comfort(large=True)),
        ([comfort.LARGE, comfort.LARGE], AS_USUAL),
        ([comfort.LARGE, comfort.LOW], Comfort(large=True, low=True)),
        ([comfort.CONTRAST], Comfort(contrast=Contrast.DARK)),
        ([comfort.CONTRAST] * 2, Comfort(contrast=Contrast.LIGHT)),
        ([comfort.CONTRAST] * 3, AS_USUAL),
        ([comfort.SPEECH, comfort.CALM], Comfort(speech=True, calm=True)),
    ],
)
def test_what_a_choice_switches(choices: list[str], expected: Comfort) -> None:
    at = AS_USUAL
    for one in choices:
        at = comfort.after(at, one)
    assert at == expected


@given(st.lists(st.sampled_from(list(comfort.SWITCHES))))
def test_what_is_on_can_be_switched_off_again(choices: list[str]) -> None:
    at = AS_USUAL
    for one in choices:
        at = comfort.after(at, one)
    frame = tell.frame(SITE, at, speaks=True)
    assert [one.on for one in frame.switches] == [comfort.is_on(at, one) for one in comfort.SWITCHES]
    for one in comfort.SWITCHES:
        while comfort.is_on(at, one):
            at = comfort.after(at, one)
    assert at == AS_USUAL


@pytest.mark.parametrize(
    ("state", "event", "ends"),
    [
        (visit.Welcome("sv"), visit.TimeUp(), True),
        (visit.Welcome("sv"), visit.Chosen("type"), False),
        (visit.Welcome("sv"), CARD, False),
        (visit.Welcome("sv"), CardInserted(), False),
        (visit.Entering("sv"), visit.Chosen("back"), False),
        (visit.Entering("sv"), visit.LanguageChosen("en"), False),
        (CONFIRMING, visit.Chosen("check-in"), False),
        (CONFIRMING, visit.TimeUp(), False),
        (visit.Asking("sv", CONFIRMING), visit.Chosen("more-time"), False),
        (visit.Asking("sv", CONFIRMING), visit.Chosen("finish"), True),
        (visit.Asking("sv", CONFIRMING), visit.TimeUp(), True),
        (DONE, visit.Chosen("finish"), True),
        (visit.HandedOver("sv"), CARD, True),
        (visit.HandedOver("sv"), CardInserted(), True),
        (visit.Closed("fi"), visit.SiteArrived(), False),
        (visit.Closed("sv"), visit.TimeUp(), True),
    ],
)
def test_it_ends_with_the_visit(state: visit.State, event: visit.Event, *, ends: bool) -> None:
    assert visit.step(state, event, SETTING).over is ends


def test_it_ends_where_the_kiosk_closes() -> None:
    setting = replace(SETTING, in_order=False)
    assert visit.step(visit.Asking("sv", CONFIRMING), visit.TimeUp(), setting) == visit.Step(
        visit.Closed("fi"), over=True
    )


def test_who_is_read_to_has_more_time() -> None:
    by_ear = Comfort(speech=True)
    assert visit.patience(CONFIRMING, by_ear) == 90.0
    assert visit.patience(visit.Asking("sv", CONFIRMING), by_ear) == 60.0
    for state in (visit.Looking("sv", CLAIM), visit.ReadingCard("sv")):
        assert visit.patience(state, by_ear) == visit.patience(state)


def test_nothing_offers_to_read_aloud_without_a_voice() -> None:
    offered = [one.id for one in tell.frame(SITE).switches]
    assert offered == [one for one in comfort.SWITCHES if one != comfort.SPEECH]
    assert tell.frame(None, speaks=True).switches == ()


def test_a_closed_page_goes_back_to_what_is_usual_by_itself() -> None:
    closed, setting = visit.Closed("sv"), replace(SETTING, in_order=False)
    assert visit.patience(closed) is None
    assert visit.patience(closed, Comfort(large=True)) == 60.0
    assert visit.patience(closed, Comfort(speech=True)) == 180.0
    assert visit.step(closed, visit.TimeUp(), setting) == visit.Step(visit.Closed("fi"), over=True)


def test_a_language_chosen_on_a_closed_page_goes_away_with_whoever_chose_it() -> None:
    setting = replace(SETTING, in_order=False)
    swedish = visit.step(visit.Closed("fi"), visit.LanguageChosen("sv"), setting).state
    assert swedish == visit.Closed("sv", chosen=True)
    assert visit.patience(swedish) == 60.0
    assert visit.step(swedish, visit.TimeUp(), setting) == visit.Step(visit.Closed("fi"), over=True)
    # Whoever sets the house's own language has nothing that would have to go away.
    assert visit.patience(visit.step(swedish, visit.LanguageChosen("fi"), setting).state) is None
