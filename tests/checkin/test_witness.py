"""The list of arrivals that the centre does not have: by area, page by page, slip by slip, and who gets to see it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin import faults, listing, servicing
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health, Light, Trouble
from kiosk.checkin.identity import Scan
from kiosk.checkin.listing import LONGEST, Listing
from kiosk.checkin.page import Page
from kiosk.checkin.servicing import View, choices
from kiosk.checkin.tell import frame
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit import Chosen, Scanned, TicketEnded, TimeUp
from kiosk.checkin.witness import OnlyHere, Unreported, by_area
from kiosk.checkin.wording import Text
from kiosk.texts import say
from tests.example_site import NOW, SITE, words

A1, B2 = words("Area A1"), words("Area B2")
ONLY_HERE = OnlyHere(3, NOW - timedelta(minutes=40))
VIEW = View(
    NOW,
    1000.0,
    health=Health(parts=frozenset(Part)),
    zone=SITE.zone,
    coded=True,
    kiosk="kiosk-1",
    site=SITE.name,
    only_here=ONLY_HERE,
)
FACTS = servicing.OnePart("en", Part.FACTS)
ENDED = {outcome: TicketEnded(PrintResult(servicing.LIST_JOB, outcome)) for outcome in PrintOutcome}


def arrival(n: int, area: dict[str, str] | None = None, *, visit: bool = True, refused: bool = False) -> Unreported:
    at = NOW - timedelta(minutes=40 - n)
    return Unreported(f"A {n:03}", at, area, NOW + timedelta(minutes=n) if visit else None, refused)


ARRIVALS = (arrival(1, B2), arrival(2, A1), arrival(3, visit=False), arrival(4, B2, refused=True))


def opened(arrivals: Sequence[Unreported] | None = ARRIVALS, view: View = VIEW) -> servicing.Witness:
    state, effects = play(FACTS, Chosen("witness"), view=view)
    assert effects == [servicing.ListUnreported()]
    listed = servicing.UnreportedListed(None if arrivals is None else tuple(arrivals), 2)
    state, _ = play(state, listed, view=view)
    assert isinstance(state, servicing.Witness)
    return state


def play(state: servicing.State, *events: servicing.Event, view: View = VIEW) -> tuple[servicing.State, list[Any]]:
    effects: list[Any] = []
    for event in events:
        taken = servicing.step(state, event, view)
        state, effects = taken.state, [*effects, *taken.effects]
    return state, effects


def told(state: servicing.State, view: View = VIEW) -> Page[str]:
    return servicing.tell(state, view).map(lambda text: say(text, state.language))


def slips_of(arrivals: Sequence[Unreported]) -> tuple[Listing[Text], ...]:
    return listing.slips(arrivals, kiosk="kiosk-1", site=SITE.name, now=NOW, local=VIEW.local)


# --- the list -------------------------------------------------------------------------------------------------------


def test_it_is_by_area_and_in_each_as_they_came() -> None:
    groups = by_area(reversed(ARRIVALS))
    assert [(area, [one.number for one in group]) for area, group in groups] == [
        (A1, ["A 002"]),
        (B2, ["A 001", "A 004"]),
        (None, ["A 003"]),
    ]


def test_a_slip_says_what_staff_need_and_no_name() -> None:
    (slip,) = slips_of(ARRIVALS)
    said = slip.map(lambda text: say(text, "en"))
    assert said.facts == (
        "Kalasatama (en)",
        "kiosk-1",
        "23/11 at 8.50",
        "Arrivals in all: 4",
        "Slip 1/1",
    )
    assert [area for area, _ in said.groups] == ["Area A1 (en)", "Area B2 (en)", "Waiting area not shown"]
    rows = [row for _, rows in said.groups for row in rows]
    assert [(row.number, row.arrived, row.starts, row.mark) for row in rows] == [
        ("A 002", "8.12", "8.52", ""),
        ("A 001", "8.11", "8.51", ""),
        ("A 004", "8.14", "8.54", "!"),
        ("A 003", "8.13", None, ""),
    ]
    assert said.foot[0] == "! The centre refused this one."


def test_only_a_slip_with_a_mark_says_what_it_means() -> None:
    (slip,) = slips_of(ARRIVALS[:2])
    assert [text.key for text in slip.foot] == ["witness.later"]


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2, None]), st.integers(1, 999)), max_size=300))
def test_however_many_there_are_each_is_on_one_slip_and_no_slip_is_too_long(drawn: list[tuple[Any, int]]) -> None:
    areas = [words(f"Area {n}") for n in range(3)]
    arrivals = [
        Unreported(f"A {n}", NOW + timedelta(minutes=minute), None if area is None else areas[area])
        for n, (area, minute) in enumerate(drawn)
    ]
    slips = slips_of(arrivals)
    on_paper = [row.number for slip in slips for _, rows in slip.groups for row in rows]
    assert on_paper == [one.number for _, group in by_area(arrivals) for one in group]
    for place, slip in enumerate(slips, 1):
        assert all(rows for _, rows in slip.groups), "the name of an area with nobody under it"
        assert sum(1 + len(rows) for _, rows in slip.groups) <= LONGEST
        assert say(slip.facts[-1], "en") == f"Slip {place}/{len(slips)}"
        assert say(slip.facts[-2], "en") == f"Arrivals in all: {len(arrivals)}"
    assert len(slips) <= 1 + len(arrivals) // (LONGEST - 5)


# --- the flow -------------------------------------------------------------------------------------------------------


def test_the_way_to_it_is_there_only_while_arrivals_are_only_here() -> None:
    well = replace(VIEW, only_here=None)
    assert "witness" not in [choice.id for choice in told(FACTS, well).choices]
    assert play(FACTS, Chosen("witness"), view=well) == (FACTS, [])
    # No other page leads there, least of all one that needs no code.
    for state in (servicing.Overview("en"), servicing.OnePart("en", Part.CENTRE), servicing.LineCard("en")):
        after, effects = play(state, Chosen("witness"))
        assert (type(after), effects) == (type(state), [])
    page = told(FACTS)
    assert "witness" in [choice.id for choice in page.choices]
    assert page.light is Light.YELLOW
    # Even where nobody watches over the facts.
    bare = replace(VIEW, health=Health())
    assert [line.choice for line in told(servicing.Overview("en"), bare).lines] == ["part:facts"]
    assert play(servicing.Overview("en"), Chosen("part:facts"), view=bare)[0] == FACTS


def test_the_page_shows_number_time_and_area() -> None:
    page = told(opened())
    assert [(line.label, line.words, line.note) for line in page.lines] == [
        ("Area A1 (en)", "A 002, arrived 8.12, visit 8.52", None),
        ("Area B2 (en)", "A 001, arrived 8.11, visit 8.51", None),
        ("Area B2 (en)", "A 004, arrived 8.14, visit 8.54", "The centre refused this one."),
        ("Waiting area not shown", "A 003, arrived 8.13", None),
    ]
    assert page.sentences[0] == "At 8.50. Arrivals: 4."
    assert page.sentences[-1].startswith("From earlier days: 2.")


def test_pages_are_turned_and_end() -> None:
    state: servicing.State = opened([arrival(n, B2) for n in range(20)])
    seen: list[str] = []
    for _ in range(3):
        page = told(state)
        seen += [line.words.split(",")[0] for line in page.lines]
        state, _ = play(state, Chosen("older"))
    assert seen == [f"A {n:03}" for n in range(20)]
    assert [choice.id for choice in told(state).choices] == ["print-list", "newer", "back"]
    state, _ = play(state, Chosen("newer"), Chosen("newer"), Chosen("newer"))
    assert [choice.id for choice in told(state).choices] == ["print-list", "older", "back"]
    assert play(state, Chosen("back"))[0] == FACTS


def test_slips_are_printed_one_after_another() -> None:
    many = opened([arrival(n, B2) for n in range(100)])
    state, effects = play(many, Chosen("print-list"))
    printed = list(effects)
    while isinstance(state, servicing.Witness) and state.printing:
        assert told(state).lines[0].words == f"Printing slip {state.printing} of 3."
        assert servicing.patience(state) == 30.0
        # Nothing prints the same twice.
        assert play(state, Chosen("print-list")) == (state, [])
        state, effects = play(state, ENDED[PrintOutcome.PRINTED])
        printed += effects
    assert [effect.listing for effect in printed] == list(slips_of([arrival(n, B2) for n in range(100)]))
    assert told(state).lines[0].words == "The list came out."
    assert told(state).lines[0].light is Light.GREEN


@pytest.mark.parametrize(
    ("ends", "says", "light"),
    [
        (ENDED[PrintOutcome.FAILED], "Not all of it came out. Read the numbers from the screen.", Light.RED),
        (ENDED[PrintOutcome.UNKNOWN], "The list was sent. See whether all of it came out.", Light.YELLOW),
        (TimeUp(), "The list was sent. See whether all of it came out.", Light.YELLOW),
    ],
)
def test_a_list_that_may_not_have_come_out_is_never_said_to_have(ends: Any, says: str, light: Light) -> None:
    state, _ = play(opened(), Chosen("print-list"), ends)
    line = told(state).lines[0]
    assert (line.words, line.light) == (says, light)
    # It can be tried again.
    assert len(play(state, Chosen("print-list"))[1]) == 1


def test_one_slip_nobody_knows_of_is_enough_for_doubt() -> None:
    state, _ = play(opened([arrival(n, B2) for n in range(60)]), Chosen("print-list"))
    state, _ = play(state, ENDED[PrintOutcome.UNKNOWN], ENDED[PrintOutcome.PRINTED])
    assert told(state).lines[0].light is Light.YELLOW


def test_other_slips_end_nothing_and_without_a_printer_there_is_no_button() -> None:
    state, _ = play(opened(), Chosen("print-list"))
    assert play(state, TicketEnded(PrintResult(7, PrintOutcome.PRINTED))) == (state, [])
    bare = replace(VIEW, health=Health())
    assert [choice.id for choice in told(opened(view=bare), bare).choices] == ["back"]


def test_what_cannot_be_read_is_not_said_to_be_nothing() -> None:
    page = told(opened(None))
    assert page.sentences == ("The arrivals could not be read. Call support.",)
    assert [choice.id for choice in page.choices] == ["back"]


def test_left_alone_it_ends() -> None:
    state, _ = play(opened(), Chosen("print-list"), TimeUp(), TimeUp())
    assert isinstance(state, servicing.Left)


# --- the strip and the card -----------------------------------------------------------------------------------------


def health(*codes: str) -> Health:
    return Health(tuple(Trouble(faults.find(code), NOW) for code in codes), (), frozenset(Part))


@pytest.mark.parametrize(
    ("codes", "note"),
    [
        ((), "staff.line"),
        (("facts-waiting", "centre-unreachable"), "staff.line"),
        (("printer-paper-near-end",), "staff.line"),
        (("printer-paper-out",), "fault.printer-paper-out.sentence"),
    ],
)
def test_the_strip_tells_of_people_who_wait_before_what_can_wait(codes: tuple[str, ...], note: str) -> None:
    strip = servicing.edge(frame(SITE), health(*codes), ONLY_HERE).staff_notice
    assert strip is not None
    assert strip.note is not None
    assert (strip.id, strip.note.key) == (choices.STAFF, note)
    state = servicing.open_staff_card(replace(VIEW, health=health(*codes)), "en")
    assert isinstance(state, servicing.LineCard if note == "staff.line" else servicing.StaffCard)


def test_the_strip_says_how_many_and_since_when_at_the_site() -> None:
    strip = servicing.edge(frame(SITE), health(), ONLY_HERE).staff_notice
    assert strip is not None
    assert strip.note is not None
    words_of_it = "Arrivals do not reach the centre. Only at this machine: 3, the oldest at 8.10."
    assert say(strip.note, "en") == words_of_it
    assert servicing.edge(frame(SITE), health(), None).staff_notice is None


def test_the_card_names_no_number_and_turns_green_when_the_centre_has_them() -> None:
    card = servicing.LineCard("en")
    page = told(card)
    assert page.light is Light.YELLOW
    assert "A 00" not in repr(page)
    well = replace(VIEW, only_here=None)
    state, _ = play(card, servicing.HealthChanged(), view=well)
    assert state == servicing.LineCard("en", mended=True)
    assert told(state, well).light is Light.GREEN
    # A client goes before it.
    scanned = Scanned(Scan("010594Y9032"))
    after, effects = play(card, scanned)
    assert (type(after), effects) == (servicing.Left, [servicing.Leave((scanned,))])
