"""Service mode, the receptionist's card, and what stands at the edge of the first page, with real touches."""

from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickItem
from pytestqt.qtbot import QtBot

from kiosk.checkin import faults
from kiosk.checkin.health import Light
from kiosk.checkin.page import Frame, Page, Shape
from kiosk.checkin.servicing import choices
from kiosk.checkin.visit import Chosen, Keyed
from kiosk.ui import scene
from kiosk.ui.bridge import Bridge
from kiosk.ui.viewmodels import page_view
from kiosk.ui.window import KioskWindow
from tests.contact_sheet import as_picture
from tests.ui.every_page import every_page, frame_in
from tests.ui.staff_pages import frame_of_state, frame_with
from tests.ui.stage_set import LANDSCAPE, PIXELS_PER_MM, PORTRAIT, Events, StageSet

PICTURES = sorted({fault.picture for fault in faults.ALL if fault.picture})
GESTURE = "gesture:service"
FIELD = 48
"""Pixels of the side of a field on which drawings are compared."""
LEAST_INK = 0.08
LEAST_DIFFERENCE = 0.08
SMALL = (768, 1366)
NO_LIGHT = frame_in("fi")


def taps(stage_set: StageSet, count: int, point: QPoint | None = None) -> None:
    where = point or scene.centre(stage_set.item(GESTURE))
    for _ in range(count):
        stage_set.press(where)
        stage_set.release(where)


def shape_of(grey: Image.Image, item: QQuickItem) -> list[bool]:
    """Where the field under an item is dark, on so many pixels."""
    area = scene.area(item).toRect()
    field = grey.crop((area.left(), area.top(), area.right(), area.bottom())).resize((FIELD, FIELD))
    return [field.getpixel((x, y)) < 160 for y in range(FIELD) for x in range(FIELD)]  # type: ignore[operator]


def grey_of(stage_set: StageSet) -> Image.Image:
    return as_picture(stage_set.window.picture()).convert("L")


# Drawings


def drawn(stage_set: StageSet, drawing: str) -> list[bool]:
    page = every_page("fi")["staff-printer-paper-out"]
    stage_set.put_up(replace(page, drawing=drawing, light=None), NO_LIGHT)
    return shape_of(grey_of(stage_set), stage_set.item("mending"))


def test_the_catalogue_names_the_drawings_that_are_tested_here() -> None:
    assert len(PICTURES) == 8


def test_every_picture_of_the_catalogue_is_drawn_and_no_two_look_alike(stage_set: StageSet) -> None:
    assert not any(drawn(stage_set, "")), "the ground itself is dark"
    assert not any(drawn(stage_set, "no-such-picture"))
    drawings = {name: drawn(stage_set, name) for name in PICTURES}
    thin = {name: sum(field) / len(field) for name, field in drawings.items() if sum(field) < LEAST_INK * len(field)}
    assert thin == {}
    for one, other in combinations(PICTURES, 2):
        different = sum(a != b for a, b in zip(drawings[one], drawings[other], strict=True))
        assert different > LEAST_DIFFERENCE * FIELD * FIELD, f"{one} and {other} look alike"


# The card


def card(name: str = "staff-printer-paper-out") -> Page[str]:
    return every_page("en")[name]


def ground(stage_set: StageSet) -> object:
    """The colour of the card's ground, beside the drawing."""
    place = scene.area(stage_set.item("mending")).toRect()
    return as_picture(stage_set.window.picture()).getpixel((place.left() + 30, place.center().y()))


def test_the_card_turns_green_when_the_fault_has_gone_and_back_when_another_comes(stage_set: StageSet) -> None:
    stage_set.put_up(card(), frame_in("en"))
    before = ground(stage_set)
    stage_set.put_up(card("staff-mended"), frame_in("en"))
    assert stage_set.item("mending").property("mended") == 1.0
    assert ground(stage_set) == (226, 241, 231)
    stage_set.put_up(card("staff-printer-cover-open"), frame_in("en"))
    assert stage_set.item("mending").property("mended") == 0.0
    assert ground(stage_set) == before


def test_a_card_that_is_mended_when_it_comes_does_not_move(stage_set: StageSet) -> None:
    stage_set.put_up(card("staff-mended"), frame_in("en"))
    assert stage_set.item("mending").property("mended") == 1.0


def test_it_turns_green_in_one_short_movement(stage_set: StageSet, qtbot: QtBot) -> None:
    stage_set.strike()
    window = KioskWindow(Bridge(Events().append), PIXELS_PER_MM, closable=True, calm=False)
    stage_set.window = window
    window.resize(*PORTRAIT)
    window.show()
    qtbot.waitUntil(window.isExposed)
    window.show_page(card(), frame_in("en"))
    panel = scene.find(window.root, "mending")
    assert panel is not None
    seen: list[float] = []
    panel.mendedChanged.connect(lambda: seen.append(float(panel.property("mended"))))  # type: ignore[attr-defined]
    window.show_page(card("staff-mended"), frame_in("en"))
    assert panel.property("mended") < 0.5
    qtbot.waitUntil(lambda: panel.property("mended") == 1.0, timeout=5000)
    assert seen == sorted(seen)
    # A picture shows the end of it, however early it is taken.
    window.show_page(card(), frame_in("en"))
    window.picture()
    assert panel.property("mended") == 0.0


def test_what_to_do_stands_in_steps() -> None:
    steps = page_view(card())["steps"]
    assert steps == ["Open the printer cover and put in a new roll.", "Pull some paper out and close the cover."]
    assert page_view(card())["heading"] == "Printer"


# The hidden gesture


def test_five_quick_taps_on_the_clock_ask_for_service_mode(stage_set: StageSet, events: Events) -> None:
    stage_set.show("welcome")
    taps(stage_set, 5)
    assert events == [Chosen("service")]


def test_fewer_taps_do_nothing_that_could_be_seen(stage_set: StageSet, events: Events) -> None:
    stage_set.show("welcome")
    before = stage_set.window.picture()
    taps(stage_set, 4)
    assert events == []
    assert stage_set.window.picture() == before
    assert not stage_set.window.resting


def test_slow_taps_do_not_add_up(stage_set: StageSet, events: Events, qtbot: QtBot) -> None:
    stage_set.show("welcome")
    place = stage_set.item(GESTURE)
    assert (place.property("taps"), place.property("within")) == (5, 3000)
    place.setProperty("within", 120)
    for _ in range(5):
        taps(stage_set, 1)
        qtbot.wait(50)
    assert events == []
    taps(stage_set, 5)
    assert events == [Chosen("service")]


def test_every_five_taps_ask_once(stage_set: StageSet, events: Events) -> None:
    stage_set.show("welcome")
    taps(stage_set, 9)
    assert events == [Chosen("service")]
    taps(stage_set, 1)
    assert events == [Chosen("service")] * 2


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_gesture_works_on_every_page(stage_set: StageSet, events: Events, size: tuple[int, int]) -> None:
    stage_set.turn(size)
    assert "closed" in every_page("fi")
    for name in every_page("fi"):
        stage_set.show(name)
        taps(stage_set, 5)
        # On the page of marks each touch is told besides, and nobody is let in from there.
        assert [event for event in events if not getattr(event, "choice", "").startswith("mark:")] == [
            Chosen("service")
        ], name
        events.clear()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_place_of_the_gesture_is_large_and_low_enough_and_holds_the_clock(
    stage_set: StageSet, events: Events, size: tuple[int, int]
) -> None:
    stage_set.turn(size)
    stage_set.window.show_time("23.59")
    stage_set.show("welcome")
    area = scene.area(stage_set.item(GESTURE))
    assert area.width() >= 50 * PIXELS_PER_MM
    assert area.height() >= 20.5 * PIXELS_PER_MM
    clock = next(i for i in scene.visible_items(stage_set.window.root) if i.property("text") == "23.59")
    assert area.contains(scene.area(clock))
    taps(stage_set, 5, QPoint(int(area.left()) - 10, int(area.center().y())))
    assert events == []
    taps(stage_set, 5, QPoint(int(area.left()) + 2, int(area.bottom()) - 2))
    assert events == [Chosen("service")]


# The edge of the first page

STRIP = f"choice:{choices.STAFF}"
ROLL = frame_with("fi", faults.PRINTER_PAPER_OUT)


def test_the_strip_for_staff_can_be_touched(stage_set: StageSet, events: Events) -> None:
    stage_set.show("welcome", around=ROLL)
    assert any("Tulostimen paperi on loppu." in words for words in scene.words(stage_set.item(STRIP)))
    stage_set.touch(STRIP)
    assert events == [Chosen(choices.STAFF)]


def test_the_strip_stands_only_where_nobody_is_being_served(stage_set: StageSet) -> None:
    for name, page in every_page("fi").items():
        stage_set.show(name, around=ROLL)
        there = scene.find(stage_set.window.root, STRIP) is not None
        assert there == (page.shape is Shape.WELCOME), name


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_reserved_while_there_is_nothing_to_mend(stage_set: StageSet, size: tuple[int, int]) -> None:
    stage_set.turn(size)

    def places(around: Frame[str]) -> dict[str, tuple[float, ...]]:
        stage_set.show("welcome", around=around)
        items = scene.visible_items(stage_set.window.root)
        areas = {item.objectName(): scene.area(item) for item in items if item.objectName().startswith("choice:")}
        return {name: (area.x(), area.y(), area.width(), area.height()) for name, area in areas.items()}

    before = places(NO_LIGHT)
    assert places(frame_with("fi")) == before
    assert places(frame_with("fi", faults.DISK_FULL)) == before
    places(ROLL)
    assert places(NO_LIGHT) == before


def test_the_light_is_known_by_its_form(stage_set: StageSet) -> None:
    shapes = []
    for light in Light:
        stage_set.show("welcome", around=replace(ROLL, light=light))
        shapes.append(shape_of(grey_of(stage_set), stage_set.item("health-light")))
    for one, other in combinations(shapes, 2):
        assert sum(a != b for a, b in zip(one, other, strict=True)) > FIELD * FIELD / 8


def test_the_light_can_be_heard_and_is_no_button(stage_set: StageSet, events: Events) -> None:
    stage_set.show("welcome", around=ROLL)
    light = stage_set.item("health-light")
    told = QAccessible.queryAccessibleInterface(light)
    assert told.text(QAccessible.Text.Name) == ROLL.light_words
    assert told.role() is QAccessible.Role.StaticText
    taps(stage_set, 5, scene.centre(light))
    assert events == []
    assert scene.area(light).height() == pytest.approx(8 * PIXELS_PER_MM, abs=1)


def test_without_a_light_there_is_none(stage_set: StageSet) -> None:
    stage_set.show("welcome")
    assert scene.find(stage_set.window.root, "health-light") is None


# Service mode


def test_a_line_leads_on_where_it_has_a_choice(stage_set: StageSet, events: Events) -> None:
    stage_set.put_up(every_page("en")["service"], frame_of_state("en"))
    stage_set.touch("choice:part:printer")
    assert events == [Chosen("part:printer")]


def test_lines_that_are_only_read_are_no_targets(stage_set: StageSet) -> None:
    page = stage_set.show("service-log-longest", around=frame_of_state("fi"))
    named = {item.objectName() for item in scene.visible_items(stage_set.window.root)}
    assert {name for name in named if name.startswith("choice:")} == {f"choice:{choice.id}" for choice in page.choices}


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL, (1280, 1024)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_all_words_of_the_longest_tables_are_on_the_screen(
    stage_set: StageSet, size: tuple[int, int], language: str
) -> None:
    stage_set.turn(size)
    for name in ("service", "service-log-longest", "service-past", "service-self-tested"):
        page = stage_set.show(name, language)
        shown = {words.lower() for words in scene.words(stage_set.window.root)}
        for line in (*page.lines, *page.facts):
            assert {part.lower() for part in (line.words, line.label, line.note) if part} <= shown, name


def test_the_service_code_has_the_keys_of_a_telephone(stage_set: StageSet, events: Events) -> None:
    stage_set.show("service-code-empty")
    keys = {key: scene.area(stage_set.item(f"key:{key}")) for key in "0123456789"}
    assert keys["0"].x() == keys["8"].x()
    assert keys["0"].y() > keys["8"].y()
    for side in ([area.width() for area in keys.values()], [area.height() for area in keys.values()]):
        assert max(side) - min(side) <= 1, "of one size, in whole pixels"
    for key in "0459":
        stage_set.touch(f"key:{key}")
    assert events == [Keyed(key) for key in "0459"]
