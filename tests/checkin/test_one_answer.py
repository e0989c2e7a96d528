"""One outcome is one answer: whichever way it is reached, pages, slips and what staff get are the same."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkin import outcome, visit
from kiosk.checkin.appointment import Appointment, Channel, Status
from kiosk.checkin.handoff import HAND_OFFS, Number
from kiosk.checkin.identity import ClaimKind, ReadFailure
from kiosk.checkin.outcome import CheckIn, Outcome
from kiosk.checkin.rules import DataQuality, decide
from kiosk.checkin.site import Policy, Unit
from kiosk.checkin.visit.identifying import identified
from kiosk.texts import languages, say
from tests.checkin.clients import (
    CENTRE,
    CLIENTS,
    IN,
    VISIT,
    Client,
    Seen,
    centre_with,
    claim_of,
    everything_after,
)
from tests.example_site import HELSINKI, NOW

EVERYTHING = Policy(names_practitioner=True, family=True, contact_check=True, desk_tickets=True)
OF_A_CHECK_IN = {"confirm", "day-plan", "done", "contact", "correct-phone", "already-in"}
"""Pages of the one outcome that goes on; ``already-in`` where another kiosk was faster."""
NOT_WRITTEN = {"not-recorded"}

oddities = st.sampled_from(
    [
        *[("unit", name) for name in ("laboratory", "not-yet", "unheard-of")],
        *[("site", name) for name in ("itakatu", "nowhere")],
        *[("status", status) for status in Status],
        *[("channel", channel) for channel in Channel],
        *[("arrival", IN), ("desk_first", True), ("protected", True), ("reminder_unit", "reminded")],
    ]
)
Drawn = list[tuple[int, dict[str, object]]]
visits: st.SearchStrategy[Drawn] = st.lists(
    st.tuples(
        st.one_of(st.integers(-15, 65), st.sampled_from([-3000, -1440, -200, -60, 100, 300, 1440, 5000])),
        st.lists(oddities, max_size=2).map(dict),
    ),
    max_size=3,
)
"""Most visits are what they should be; some are odd in a way or two."""
policies = st.builds(Policy, *[st.booleans()] * 4)
windows = st.tuples(st.sampled_from([0, 30, 60]), st.sampled_from([0, 10, 45]))
moments = st.sampled_from(
    [
        NOW,
        # Days of 23 and of 25 hours, and the last minutes of one.
        datetime(2026, 3, 29, 9, 30, tzinfo=HELSINKI),
        datetime(2026, 10, 25, 9, 30, tzinfo=HELSINKI),
        datetime(2026, 11, 23, 23, 50, tzinfo=HELSINKI),
    ]
)
ages = st.sampled_from([timedelta(0), timedelta(minutes=29), timedelta(hours=3), None])

WAYS: tuple[visit.State, ...] = (
    visit.Welcome("fi"),
    visit.Welcome("fi", failures=2, earlier=("A 001",)),
    visit.NotRead("fi", ReadFailure.UNKNOWN_CODE, failures=2),
    visit.Entering("fi", "0105", failures=1),
    visit.Told("fi", ClaimKind.BARCODE, outcome.Cancelled(VISIT), IN),
    visit.Confirming("fi", ClaimKind.BARCODE, CheckIn((VISIT,)), ("A 001",)),
)
"""Where a client may stand when the kiosk learns who it is: also where somebody else has just been served."""


def roster(drawn: Drawn, now: datetime) -> tuple[Appointment, ...]:
    return tuple(
        replace(VISIT, id=f"V{place}", starts=now + timedelta(minutes=minutes), **changes)  # type: ignore[arg-type]
        for place, (minutes, changes) in enumerate(drawn)
    )


def reached(way: visit.State, kind: ClaimKind) -> visit.State:
    """The roster is about to be asked."""
    failures, earlier = getattr(way, "failures", 0), getattr(way, "earlier", ())
    return identified(way.language, claim_of(kind), failures, earlier, None).state


@settings(max_examples=150, deadline=None)
@given(visits, visits, policies, windows, moments, ages, st.sampled_from(ClaimKind), st.data())
def test_equal_outcomes_are_told_alike_whichever_way_they_are_reached(
    drawn: Drawn,
    more: Drawn,
    policy: Policy,
    window: tuple[int, int],
    moment: datetime,
    age: timedelta | None,
    kind: ClaimKind,
    data: st.DataObject,
) -> None:
    opens, closes = (timedelta(minutes=minutes) for minutes in window)
    units = {name: Unit(name, unit.name, opens, closes, unit.goes_live) for name, unit in CENTRE.units.items()}
    units["not-yet"] = replace(units["not-yet"], goes_live=date(2027, 1, 1))
    site = replace(centre_with(policy), units=units)
    held = roster(drawn, moment)
    extra = tuple(replace(one, id=f"W{one.id}") for one in roster(more, moment))
    told: dict[Outcome, Seen] = {}
    for holding in (held, held[::-1], held + extra, held[1:]):
        for minutes in (0, 3):
            now = moment + timedelta(minutes=minutes)
            trusted = data.draw(st.sampled_from([True, True, False]))
            quality = DataQuality(None if age is None else moment - age, trusted)
            decided = decide(holding, site, now, quality)
            way = data.draw(st.sampled_from(WAYS))
            seen = everything_after(reached(way, kind), Client(holding, quality), site, now)
            if asks_for_more(kind, type(decided)):
                assert_asked_for_more(seen)
                continue
            assert told.setdefault(decided, seen) == seen
            names = seen.page_names() - NOT_WRITTEN
            assert names <= OF_A_CHECK_IN if isinstance(decided, CheckIn) else names == {decided.reason}


def every_seen(wanted: type[Outcome], policy: Policy = EVERYTHING) -> list[Seen]:
    """All that clients with this outcome can see, for every kind of claim."""
    return [
        everything_after(visit.Looking("fi", claim_of(kind)), one, centre_with(policy))
        for client in CLIENTS[wanted]
        for one in (client, client.under_non_disclosure())
        for kind in ClaimKind
        if not asks_for_more(kind, wanted)
    ]


def asks_for_more(kind: ClaimKind, wanted: type[Outcome]) -> bool:
    """A chip whose number is not known here is no answer yet: the client shows something else as well."""
    return kind is ClaimKind.CHIP and wanted in (outcome.NoMatch, outcome.CannotTell)


def assert_asked_for_more(seen: Seen) -> None:
    assert seen.page_names() <= {"card-not-linked", "type", "type-code"}
    assert not any(isinstance(effect, visit.Report | visit.RecordCheckIn) for effect in seen.effects)


@pytest.mark.parametrize("wanted", [outcome.NoMatch, outcome.CannotTell])
def test_a_chip_that_nobody_knows_here_leads_to_another_way_and_to_no_record(wanted: type[Outcome]) -> None:
    for client in CLIENTS[wanted]:
        assert_asked_for_more(everything_after(visit.Looking("fi", claim_of(ClaimKind.CHIP)), client, CENTRE))


@pytest.mark.parametrize("wanted", outcome.ALL, ids=lambda wanted: wanted.reason)
def test_an_outcome_has_one_page_one_reason_and_one_hand_off(wanted: type[Outcome]) -> None:
    for policy in (EVERYTHING, Policy()):
        for seen in every_seen(wanted, policy):
            reports = [effect for effect in seen.effects if isinstance(effect, visit.Report)]
            check_ins = [effect for effect in seen.effects if isinstance(effect, visit.RecordCheckIn)]
            names = seen.page_names() - NOT_WRITTEN
            if wanted is CheckIn:
                assert len(names & {"confirm", "day-plan"}) == 1
                assert "done" in names
                assert (len(check_ins) > 0, reports) == (True, [])
                continue
            assert names == {wanted.reason}
            assert check_ins == []
            if wanted is outcome.AlreadyIn:
                assert reports == []
                continue
            hand_off = HAND_OFFS[wanted]
            wants = hand_off.number is Number.ALWAYS or (
                hand_off.number is Number.AS_THE_SITE_WANTS and policy.desk_tickets
            )
            assert {report.kind for report in reports} == {hand_off.fact}
            assert {report.details["reason"] for report in reports} == {wanted.reason}
            assert {report.series is not None for report in reports} == {wants}


def test_reasons_are_never_shared() -> None:
    assert len({kind.reason for kind in outcome.ALL}) == len(outcome.ALL)
    assert set(HAND_OFFS) == set(outcome.ALL) - {outcome.CheckIn, outcome.AlreadyIn}


@pytest.mark.parametrize("wanted", HAND_OFFS, ids=lambda wanted: wanted.reason)
def test_a_slip_comes_out_where_the_table_says_so(wanted: type[Outcome]) -> None:
    assert any(seen.slips for seen in every_seen(wanted)) is HAND_OFFS[wanted].slip


@pytest.mark.parametrize("language", languages())
def test_no_two_outcomes_say_the_same_first(language: str) -> None:
    """One heading for several causes is what sends people to the desk to ask."""
    headings: Counter[str] = Counter()
    for wanted in outcome.ALL:
        pages = [page for seen in every_seen(wanted) for page in seen.pages]
        own = OF_A_CHECK_IN - {"already-in"} if wanted is CheckIn else {wanted.reason}
        headings.update({say(page.heading, language) for page in pages if page.name in own})
    assert [heading for heading, outcomes in headings.items() if outcomes > 1] == []
