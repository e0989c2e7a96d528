"""What must not be told, for every outcome, every kind of claim and every policy, on every page and every slip."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from itertools import product
from typing import Any

import pytest

from kiosk.checkin import outcome, visit
from kiosk.checkin.appointment import Appointment
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.outcome import Outcome
from kiosk.checkin.rules import decide
from kiosk.checkin.site import Policy
from kiosk.checkin.wording import Text, named
from kiosk.texts import say
from tests.checkin.clients import (
    CENTRE,
    CLIENTS,
    CODE,
    PERSON,
    Client,
    Seen,
    centre_with,
    claim_of,
    everything_after,
    words_of,
)
from tests.example_site import NOW

LANGUAGE = "en"

PROVES = {
    ClaimKind.CHIP: True,
    ClaimKind.DOCUMENT: True,
    ClaimKind.BARCODE: True,
    ClaimKind.APPOINTMENT_CODE: True,
    ClaimKind.TYPED: False,
    ClaimKind.TYPED_CODE: False,
}
"""Whether a client of that kind has shown something that not anybody could type."""

WITH_VISITS = [wanted for wanted in outcome.ALL if any(client.visits for client in CLIENTS[wanted])]

DECISIONS = [field.name for field in fields(Policy) if isinstance(field.default, bool)]


def policies() -> Iterator[Policy]:
    """Every combination of what a site may decide."""
    for decided in product((False, True), repeat=len(DECISIONS)):
        yield policy_with(dict(zip(DECISIONS, decided, strict=True)))


def policy_with(decided: Mapping[str, Any]) -> Policy:
    return replace(Policy(), **decided)


def test_no_outcome_and_no_kind_of_claim_is_left_out() -> None:
    assert set(CLIENTS) == set(outcome.ALL)
    assert set(PROVES) == set(ClaimKind)
    assert {kind for kind in ClaimKind if kind.typed} == {kind for kind, proves in PROVES.items() if not proves}
    assert {"names_practitioner", "contact_check", "desk_tickets", "family"} <= set(DECISIONS)


@pytest.mark.parametrize("wanted", outcome.ALL, ids=lambda wanted: wanted.reason)
def test_every_outcome_comes_out_of_the_rules(wanted: type[Outcome]) -> None:
    for client in CLIENTS[wanted]:
        for one in (client, client.under_non_disclosure()):
            assert type(decide(one.visits, CENTRE, NOW, one.quality)) is wanted


def said(text: Text) -> str:
    return say(text, LANGUAGE)


@cache
def never() -> tuple[str, ...]:
    """What stands on no page and no slip: identifiers, and the names that neutral ones stand for."""
    reminded = said(named(CENTRE.units["reminded"].name))
    return (PERSON, CODE, "visit-1", "psychiatry", "not-yet", "unheard-of", "Z9", reminded)


@cache
def details(one: Appointment) -> tuple[str, ...]:
    """What a visit would give away under non-disclosure: when, where, and all that is told with it."""
    moments = [one.starts, one.starts - CENTRE.units.get(one.unit, CENTRE.units["psychiatry"]).opens_before]
    moments += [] if one.moved_to is None else [one.moved_to]
    local = [CENTRE.local(moment) for moment in moments]
    day = [said(Text("day.of", {"time": moment})) for moment in local]
    area = CENTRE.areas.get(one.area)
    place = [said(named(area.name)), said(named(area.directions))] if area else []
    other = CENTRE.neighbours.get(one.site)
    there = [said(named(words)) for words in (other.name, other.address, other.way)] if other else []
    return (*(said(Text("time", {"time": moment})) for moment in local), *day, *place, *there, "https://map.invalid")


def units() -> tuple[str, ...]:
    """The public names of units, and what those have to say to their clients."""
    return (*(said(named(unit.name)) for unit in CENTRE.units.values()), "Reception C has moved")


def told_to(client: Client, kind: ClaimKind, policy: Policy) -> tuple[list[str], list[str]]:
    """Every page and every slip, in words."""
    seen = everything_after(visit.Looking(LANGUAGE, claim_of(kind)), client, centre_with(policy))
    return in_words(seen)


def in_words(seen: Seen) -> tuple[list[str], list[str]]:
    return [words_of(page.map(said)) for page in seen.pages], [words_of(slip.map(said)) for slip in seen.slips]


@pytest.mark.parametrize("kind", ClaimKind)
@pytest.mark.parametrize("wanted", outcome.ALL, ids=lambda wanted: wanted.reason)
def test_nothing_is_told_that_must_not_be(wanted: type[Outcome], kind: ClaimKind) -> None:
    for client, policy in product(CLIENTS[wanted], policies()):
        pages, slips = told_to(client, kind, policy)
        forbidden = list(never())
        if not PROVES[kind]:
            forbidden += units()
        if not PROVES[kind] or not policy.names_practitioner:
            forbidden.append("Practitioner X")
        if not PROVES[kind] or not policy.contact_check:
            forbidden.append("•• 67")
        for text, secret in product(pages, forbidden):
            assert secret not in text, (client, policy, text)
        # Paper is left lying about: whoever showed what, it names nothing that a typed code would not.
        for text, secret in product(slips, (*never(), *units(), "Practitioner X", "•• 67")):
            assert secret not in text, (client, policy, text)


@pytest.mark.parametrize("kind", ClaimKind)
@pytest.mark.parametrize("wanted", WITH_VISITS, ids=lambda wanted: wanted.reason)
def test_under_non_disclosure_nothing_but_the_number_is_told(wanted: type[Outcome], kind: ClaimKind) -> None:
    for client, policy in product(CLIENTS[wanted], policies()):
        hidden = client.under_non_disclosure()
        pages, slips = told_to(hidden, kind, policy)
        secrets = {secret for one in hidden.visits for secret in details(one)}
        for text, secret in product((*pages, *slips), (*never(), *units(), *secrets, "Practitioner X", "•• 67")):
            assert secret not in text, (client, policy, text)


def test_what_may_be_told_is_told() -> None:
    """Without this the tests above would hold for blank pages."""
    everything = policy_with(dict.fromkeys(DECISIONS, True))
    client = CLIENTS[outcome.CheckIn][0]
    shown = " ".join(told_to(client, ClaimKind.BARCODE, everything)[0])
    least = " ".join(told_to(client, ClaimKind.TYPED_CODE, everything)[0])
    for secret in ("Reception C", "Practitioner X", "•• 67", "Reception C has moved", "9.15", "Waiting area B2"):
        assert secret in shown
    assert "9.15" in least
    assert "Waiting area B2" in least
    assert "The lift is broken" in least
    pages, slips = told_to(client.under_non_disclosure(), ClaimKind.BARCODE, everything)
    assert any("A 042" in text for text in pages)
    assert all("A 042" in text for text in slips)
    assert "Practitioner X" not in " ".join(told_to(client, ClaimKind.BARCODE, Policy())[0])
