"""Plans as a kiosk sees them: turned so that ahead is up, cut to what matters, and what pages and slips get of them."""

from dataclasses import replace
from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.closer import AROUND, closer
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.outcome import AlreadyIn, CheckIn, TooLate
from kiosk.checkin.page import Page
from kiosk.checkin.plan import Floor, FloorPlan, Landmark, Leg, Line, Mark, Point, Stand, Turn, seen_from, turn
from kiosk.checkin.plan_signs import free_corner, heading, middle, to_the_edge
from kiosk.checkin.site import Site
from kiosk.checkin.sketch import Sheet, Sketch, to_area, to_desk
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.tell.aloud import spoken
from kiosk.checkin.ticket import PrintOutcome, for_check_in, for_outcome
from kiosk.checkin.visit import states
from kiosk.checkin.wording import Text, named
from tests.example_plan import PLAN, at_example
from tests.example_site import NOW, SITE, appointment

ARRIVAL = Arrival("A 001", Standing.REGISTERED, 1)


@pytest.mark.parametrize(
    ("to", "looks", "begins"),
    [
        ((0, -100), 0, Turn.AHEAD),
        ((100, -100), 0, Turn.AHEAD_RIGHT),
        ((100, 0), 0, Turn.RIGHT),
        ((100, 100), 0, Turn.BEHIND_RIGHT),
        ((0, 100), 0, Turn.BEHIND),
        ((-100, 100), 0, Turn.BEHIND_LEFT),
        ((-100, 0), 0, Turn.LEFT),
        ((-100, -100), 0, Turn.AHEAD_LEFT),
        ((100, 0), 90, Turn.AHEAD),
        ((0, -100), 90, Turn.LEFT),
        ((0, 100), 180, Turn.AHEAD),
        ((100, 0), 270, Turn.BEHIND),
        ((0, -100), 359, Turn.AHEAD),
    ],
)
def test_where_the_way_begins_as_seen_from_the_kiosk(to: Point, looks: int, begins: Turn) -> None:
    assert turn(((0, 0), to), looks) is begins


def test_a_step_around_the_kiosk_is_not_yet_the_way() -> None:
    assert turn(((0, 0), (10, 0), (10, -300)), 0) is Turn.AHEAD
    assert turn(((5, 5), (5, 5)), 0) is Turn.AHEAD


@pytest.mark.parametrize("looks", [0, 90, 180, 270, 40, 320])
def test_what_lies_ahead_lies_up_whichever_way_the_kiosk_stands(looks: int) -> None:
    ways = {"B2": (Leg(0, ((300, 200), (500, 200))),)}
    floor = Floor("1", 1000, 400, walls=(((0, 0), (1000, 0)),))
    view = seen_from(FloorPlan((floor,), {"k": Stand(0, (300, 200), looks, ways)}), "k")
    assert view is not None
    assert -45 <= (view.stand.looks + 180) % 360 - 180 <= 45
    [drawn] = view.floors
    assert (drawn.width, drawn.height) == ((400, 1000) if looks in (90, 270) else (1000, 400))
    line = view.stand.ways["B2"][0].line
    assert line[0] == view.stand.at
    # An eastward way lies to the right of whoever looks north, ahead of whoever looks east, and so on.
    assert turn(line, view.stand.looks) is turn(ways["B2"][0].line, looks)
    assert {x for point in line for x in point[:1] if not 0 <= x <= drawn.width} == set()


def test_a_kiosk_that_the_plan_does_not_know_has_no_plan() -> None:
    assert seen_from(PLAN, "kiosk-9") is None
    assert to_area(None, "B2") is None
    assert to_desk(None) is None
    view = seen_from(PLAN, "kiosk-1")
    assert view is not None
    assert to_area(view, "Z9") is None


def test_a_way_over_two_floors_has_a_sheet_for_each() -> None:
    sketch = sketch_to("B2")
    here, there = sketch.sheets
    assert sketch.told == Text(f"plan.begins-{sketch.turn}")
    assert (here.name, there.name) == (Text("plan.floor", {"floor": "1"}), Text("plan.floor", {"floor": "2"}))
    assert here.you == here.way[0]
    assert there.you is None
    assert (here.ends, there.ends) == (False, True)
    assert here.lift == there.lift == Mark(Landmark.LIFT, (800, 100))
    assert (here.target, there.sign) == ((), "B2")
    assert there.target
    assert {place.sign for place in here.others} == {"A1"}
    assert Mark(Landmark.STAIRS, (100, 100)) in here.marks


def sketch_to(area: str) -> Sketch[Text]:
    sketch = to_area(seen_from(PLAN, "kiosk-1"), area)
    assert sketch is not None
    return sketch


# --- closer ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["A1", "B2"])
@pytest.mark.parametrize("ratio", [0.3, 0.46, 0.6, 1.0])
def test_the_part_that_is_shown_holds_all_that_matters_and_nothing_beyond(area: str, ratio: float) -> None:
    sketch = sketch_to(area)
    near = closer(sketch, ratio)
    assert [sheet.name for sheet in near.sheets] == [sheet.name for sheet in sketch.sheets]
    for whole, part in zip(sketch.sheets, near.sheets, strict=True):
        assert part.width <= whole.width
        assert part.height <= whole.height
        assert len(part.way) == len(whole.way)
        assert lengths(part.way) == lengths(whole.way)
        lines = (*part.rooms, *part.walls, *part.details, part.way, *(place.outline for place in part.others))
        for x, y in (point for line in lines for point in line):
            assert -1 <= x <= part.width + 1
            assert -1 <= y <= part.height + 1
        assert not part.target or len(part.target) == len(whole.target)


def test_sheets_of_one_way_are_drawn_alike() -> None:
    here, there = closer(sketch_to("B2"), 0.9).sheets
    assert here.width == there.width
    assert here.width < PLAN.floors[0].width


def test_a_small_floor_is_shown_whole() -> None:
    floor = Floor("1", 300, 200)
    sheet = Sheet("1", 300, 200, (), (), (), (), (), ((50, 50), (250, 150)), True)
    sketch = Sketch(Turn.AHEAD, "", "", (sheet,))
    assert closer(sketch, 0.6).sheets == (sheet,)
    assert floor.width == 300


points = st.tuples(st.integers(0, 1000), st.integers(0, 500))
some_lines = st.lists(st.lists(points, min_size=2, max_size=8).map(tuple), max_size=8).map(tuple)
way_points = st.lists(points, min_size=2, max_size=6).map(tuple)


@given(some_lines, some_lines, way_points, st.floats(0.2, 2.0))
def test_no_line_leaves_the_part_that_is_shown(
    walls: tuple[Line, ...], rooms: tuple[Line, ...], way: Line, ratio: float
) -> None:
    sheet = Sheet("1", 1000, 500, rooms, walls, (), (), (), way, True, you=way[0])
    [part] = closer(Sketch(Turn.AHEAD, "", "", (sheet,)), ratio).sheets
    for line in (*part.walls, *part.rooms, part.way):
        assert len(line) > 1
        assert all(-1 <= x <= part.width + 1 and -1 <= y <= part.height + 1 for x, y in line)
    assert sum(map(length, part.walls)) <= sum(map(length, walls)) + 3 * len(walls) * 8
    least = min(x for x, _ in way)
    assert part.way[0][0] - (min(x for x, _ in part.way)) == way[0][0] - least
    assert min(x for x, _ in part.way) >= min(AROUND, least) - 1


def lengths(line: Line) -> list[float]:
    return [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line)]


def length(line: Line) -> float:
    return sum(lengths(line))


# --- signs ----------------------------------------------------------------------------------------------------------

SQUARE = ((100, 100), (200, 100), (200, 200), (100, 200))


def test_the_head_of_the_way_stands_at_the_door_of_its_area() -> None:
    assert to_the_edge(((150, 0), (150, 150)), SQUARE) == ((150, 0), (150, 100))
    assert to_the_edge(((0, 150), (20, 150), (150, 150)), SQUARE) == ((0, 150), (20, 150), (100, 150))
    assert to_the_edge(((120, 120), (150, 150)), SQUARE) == ((120, 120), (150, 150))
    assert to_the_edge(((0, 0), (9, 9)), ()) == ((0, 0), (9, 9))
    assert middle(SQUARE) == (150, 150)


@pytest.mark.parametrize(
    ("way", "degrees"), [(((0, 9), (0, -99)), 0), (((0, 0), (99, 0)), 90), (((0, 0), (0, 99)), 180)]
)
def test_the_head_points_where_one_goes(way: Line, degrees: float) -> None:
    assert heading(way) % 360 == degrees


def test_words_take_the_corner_that_nothing_needs() -> None:
    sheet = Sheet("1", 400, 200, (), (), (), (), (), ((0, 0), (390, 190), (390, 10)), True)
    assert free_corner(sheet, left=True) == (0, 200)


# --- pages and slips ------------------------------------------------------------------------------------------------

DRAWN = at_example(SITE)


def done(site: Site, *, protected: bool = False) -> Page[Text]:
    visit = appointment()
    plan = CheckIn((visit if not protected else replace(visit, protected=True),))
    return tell(states.Done("fi", ClaimKind.BARCODE, plan, ARRIVAL, PrintOutcome.PRINTED), site, NOW)


def test_whoever_has_checked_in_gets_the_way_on_page_and_slip() -> None:
    page, slip = done(DRAWN), for_check_in(CheckIn((appointment(),)), ARRIVAL, DRAWN)
    assert page.card is not None
    assert page.card.plan == slip.plan == sketch_to("B2")
    already = tell(states.Told("fi", ClaimKind.BARCODE, AlreadyIn(appointment(), ARRIVAL), ARRIVAL), DRAWN, NOW)
    assert already.card is not None
    assert already.card.plan == sketch_to("B2")


def test_where_nothing_of_the_visit_may_be_shown_no_way_is() -> None:
    page = done(DRAWN, protected=True)
    assert page.card is not None
    assert page.card.plan is None
    hidden = replace(appointment(), protected=True)
    assert for_check_in(CheckIn((hidden,)), ARRIVAL, DRAWN).plan is None


def test_whoever_is_sent_to_the_desk_gets_the_way_there() -> None:
    told = TooLate(appointment())
    page = tell(states.Told("fi", ClaimKind.BARCODE, told, ARRIVAL), DRAWN, NOW)
    assert page.card is not None
    assert page.card.plan == to_desk(seen_from(PLAN, "kiosk-1"))
    slip = for_outcome(told, ARRIVAL, DRAWN)
    assert slip is not None
    assert slip.plan == page.card.plan


def test_where_the_way_begins_is_said_in_the_place_of_the_arrow() -> None:
    said = [words for one in spoken(done(DRAWN), frame(DRAWN)) for words in (one.words, *one.more)]
    at = said.index(Text("plan.begins-ahead"))
    assert said[at - 1] == named(DRAWN.areas["B2"].name)
    assert said[at + 1] == named(DRAWN.areas["B2"].directions)


def test_a_site_without_a_plan_is_as_it_was() -> None:
    page = done(SITE)
    assert page.card is not None
    assert page.card.plan is None
    assert for_check_in(CheckIn((appointment(),)), ARRIVAL, SITE).plan is None
