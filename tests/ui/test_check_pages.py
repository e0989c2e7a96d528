"""The device check on the screen: marks that are touched and nothing else, drawings, and answers, with real touches."""

from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint

from kiosk.checkin.page import Page, Shape
from kiosk.checkin.visit import Chosen
from kiosk.ui import scene
from tests.ui.every_page import every_page
from tests.ui.staff_pages import frame_of_state
from tests.ui.stage_set import LANDSCAPE, PORTRAIT, Events, StageSet
from tests.ui.test_service_pages import LEAST_DIFFERENCE, LEAST_INK, SMALL, drawn

DRAWINGS = sorted(
    {page.drawing for name, page in every_page("fi").items() if page.drawing and page.shape is Shape.CHECK}
)
SIZES = (PORTRAIT, LANDSCAPE, SMALL)
MARKS = range(5)
LEAST_TARGET_MM = 20.5


def put_up(stage_set: StageSet, name: str) -> Page[str]:
    page = every_page("fi")[name]
    stage_set.put_up(page, frame_of_state("fi"))
    return page


def tap(stage_set: StageSet, point: QPoint) -> None:
    stage_set.press(point)
    stage_set.release(point)


def test_every_device_has_a_drawing_of_its_own(stage_set: StageSet) -> None:
    assert len(DRAWINGS) == 7
    fields = {name: drawn(stage_set, name) for name in DRAWINGS}
    assert [name for name, field in fields.items() if sum(field) < LEAST_INK * len(field)] == []
    for one, other in combinations(DRAWINGS, 2):
        different = sum(a != b for a, b in zip(fields[one], fields[other], strict=True))
        assert different > LEAST_DIFFERENCE * len(fields[one]), f"{one} and {other} look alike"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_each_mark_is_touched_by_itself_and_is_as_large_as_any_target(
    stage_set: StageSet, events: Events, size: tuple[int, int]
) -> None:
    stage_set.turn(size)
    put_up(stage_set, "check-touch")
    areas = [scene.area(stage_set.item(f"mark:{n}")) for n in MARKS]
    for n, area in enumerate(areas):
        assert min(area.width(), area.height()) >= LEAST_TARGET_MM * 4
        tap(stage_set, scene.centre(stage_set.item(f"mark:{n}")))
        assert events == [Chosen(f"mark:{n}")]
        events.clear()
    # The corners, as near as a finger comes to them, and the middle of the whole screen.
    assert areas[0].left() < 0.1 * size[0]
    assert areas[0].top() < 0.1 * size[1]
    assert areas[3].right() > 0.9 * size[0]
    assert areas[3].bottom() > 0.7 * size[1]
    assert abs(areas[4].center().x() - size[0] / 2) < 2
    assert abs(areas[4].center().y() - size[1] / 2) < 2
    for one, other in combinations(areas, 2):
        assert not one.intersects(other)


def test_a_touch_beside_the_marks_shows_where_it_landed_and_marks_nothing(stage_set: StageSet, events: Events) -> None:
    put_up(stage_set, "check-touch")
    beside = scene.centre(stage_set.item("mark:4")) + QPoint(150, 30)
    tap(stage_set, beside)
    assert events == []
    ring = scene.area(stage_set.item("landed"))
    assert abs(ring.center().x() - beside.x()) <= 2
    assert abs(ring.center().y() - beside.y()) <= 2


def test_the_buttons_between_the_marks_work_as_ever(stage_set: StageSet, events: Events) -> None:
    put_up(stage_set, "check-touch")
    stage_set.touch("choice:check-next")
    assert events == [Chosen("check-next")]


def test_a_device_that_is_good_has_a_tick_in_the_place_of_its_drawing(stage_set: StageSet) -> None:
    put_up(stage_set, "check-scanner")
    assert stage_set.item("mending").property("mended") == 0.0
    put_up(stage_set, "check-scanner-read")
    stage_set.window.picture()
    assert stage_set.item("mending").property("mended") == 1.0


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_back_and_on_stand_last_and_in_one_row(stage_set: StageSet, size: tuple[int, int]) -> None:
    stage_set.turn(size)
    for name, page in every_page("fi").items():
        if page.shape is not Shape.CHECK or "choice:back" not in {f"choice:{one.id}" for one in page.choices}:
            continue
        put_up(stage_set, name)
        back, on = (scene.area(stage_set.item(f"choice:{one}")) for one in ("back", "check-next"))
        assert back.top() == on.top(), name
        assert back.right() < on.left(), name
        others = [one.id for one in page.choices if one.id not in ("back", "check-next")]
        assert all(scene.area(stage_set.item(f"choice:{one}")).bottom() < on.top() for one in others), name


def test_where_one_stands_is_seen(stage_set: StageSet) -> None:
    page = put_up(stage_set, "check-scanner")
    stops = scene.find(stage_set.window.root, "stops")
    assert stops is not None
    assert len([one for one in page.stops if one.here]) == 1
    put_up(stage_set, "check-scanner")
    stage_set.put_up(replace(page, stops=()), frame_of_state("fi"))
    assert scene.find(stage_set.window.root, "stops") is None
