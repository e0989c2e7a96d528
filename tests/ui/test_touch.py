"""What a finger does: real touches on the real QML."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from kiosk.checkin.comfort import Comfort
from kiosk.checkin.page import Choice
from kiosk.checkin.visit import Chosen, Keyed, LanguageChosen
from kiosk.ui import scene
from tests.ui.every_page import every_page, frame_in
from tests.ui.stage_set import Events, StageSet

CALL_STAFF = frame_in("fi").help or Choice("", "")


def test_a_touch_sends_exactly_one_event_on_release(stage_set: StageSet, events: Events) -> None:
    stage_set.show("confirm")
    point = scene.centre(stage_set.item("choice:check-in"))
    stage_set.press(point)
    assert events == []
    stage_set.release(point)
    assert events == [Chosen("check-in")]


def test_a_finger_that_slides_off_chooses_nothing(stage_set: StageSet, events: Events) -> None:
    stage_set.show("confirm")
    point = scene.centre(stage_set.item("choice:check-in"))
    off = QPoint(point.x(), 40)
    stage_set.press(point)
    stage_set.move(off)
    stage_set.release(off)
    assert events == []


def test_a_finger_may_rest_as_long_as_it_likes(stage_set: StageSet, events: Events, qtbot: QtBot) -> None:
    stage_set.show("confirm")
    point = scene.centre(stage_set.item("choice:check-in"))
    stage_set.press(point)
    # Longer than what Qt takes for a long press.
    qtbot.wait(900)
    stage_set.release(point)
    assert events == [Chosen("check-in")]


def test_a_hand_that_leans_on_the_screen_disturbs_nothing(stage_set: StageSet, events: Events) -> None:
    stage_set.show("confirm")
    stage_set.press(QPoint(20, 900), finger=7)
    point = scene.centre(stage_set.item("choice:check-in"))
    stage_set.press(point)
    stage_set.release(point)
    assert events == [Chosen("check-in")]


def test_a_double_strike_chooses_once(stage_set: StageSet, events: Events, qtbot: QtBot) -> None:
    stage_set.show("confirm")
    stage_set.touch("choice:check-in")
    stage_set.touch("choice:check-in")
    stage_set.show("done-registered")
    stage_set.touch("choice:finish")
    assert events == [Chosen("check-in")]
    qtbot.waitUntil(lambda: not stage_set.window.resting)
    stage_set.touch("choice:finish")
    assert events == [Chosen("check-in"), Chosen("finish")]


def test_quick_typing_loses_no_key_but_a_key_struck_twice_counts_once(stage_set: StageSet, events: Events) -> None:
    stage_set.show("type-empty")
    for key in "0131":
        stage_set.touch(f"key:{key}")
    stage_set.touch("key:1")
    stage_set.touch("choice:erase")
    stage_set.touch("key:2")
    assert events == [Keyed("0"), Keyed("1"), Keyed("3"), Keyed("1"), Chosen("erase"), Keyed("2")]


def test_a_key_that_cannot_follow_sends_nothing(stage_set: StageSet, events: Events) -> None:
    stage_set.show("type-empty")
    assert not stage_set.item("key:A").isEnabled()
    stage_set.touch("key:A")
    stage_set.touch("choice:ready")
    assert events == []


def test_the_code_can_be_handed_in_once_it_is_complete(stage_set: StageSet, events: Events) -> None:
    stage_set.show("type-full")
    stage_set.touch("choice:ready")
    assert events == [Chosen("ready")]


def test_a_language_is_chosen_from_the_strip(stage_set: StageSet, events: Events) -> None:
    stage_set.show("welcome")
    stage_set.touch("language:sv")
    assert events == [LanguageChosen("sv")]


def test_every_choice_of_every_page_sends_exactly_one_event_unless_it_is_closed(
    stage_set: StageSet, events: Events
) -> None:
    for name, page in every_page("fi").items():
        stage_set.show(name)
        lines = [Choice(line.choice, "") for line in page.lines if line.choice]
        choices = [*page.choices, *lines, CALL_STAFF]
        for choice in choices:
            events.clear()
            stage_set.rest()
            stage_set.touch(f"choice:{choice.id}")
            dead = not choice.open or (choice.id == "ready" and page.entry is not None and not page.entry.complete)
            assert events == ([] if dead else [Chosen(choice.id)]), f"{choice.id} of {name}"


def test_staff_can_be_called_while_typing(stage_set: StageSet, events: Events) -> None:
    stage_set.show("type-empty")
    stage_set.touch("key:0")
    stage_set.touch("choice:call-staff")
    assert events == [Keyed("0"), Chosen("call-staff")]


def test_every_touch_is_heard_even_one_that_hits_nothing(stage_set: StageSet, events: Events) -> None:
    stage_set.show("welcome")
    stage_set.press(QPoint(5, 5))
    stage_set.release(QPoint(5, 5))
    assert stage_set.touches == 1
    assert events == []


def test_news_on_the_page_does_not_take_the_button_from_under_the_finger(stage_set: StageSet, events: Events) -> None:
    stage_set.show("done-recorded")
    point = scene.centre(stage_set.item("choice:finish"))
    stage_set.press(point)
    stage_set.show("done-registered")
    stage_set.release(point)
    assert events == [Chosen("finish")]


def test_a_finger_that_comes_down_on_one_page_means_nothing_on_the_next(stage_set: StageSet, events: Events) -> None:
    stage_set.show("confirm")
    point = scene.centre(stage_set.item("choice:not-mine"))
    stage_set.press(point)
    stage_set.show("more-time")
    assert stage_set.item("choice:finish").contains(stage_set.item("choice:finish").mapFromScene(point))
    stage_set.release(point)
    assert events == []


def test_a_touch_is_not_lost_when_a_page_is_drawn_anew_with_other_choices(stage_set: StageSet, events: Events) -> None:
    """A fault comes or goes while a finger is down: other items draw the same choices."""
    page = stage_set.show("welcome")
    identity, walk_in, call_back = page.choices

    def drawn(*choices: Choice[str]) -> QRectF:
        stage_set.put_up(replace(page, choices=choices), frame_in("fi"))
        return scene.area(stage_set.item(f"choice:{walk_in.id}"))

    for before, after in (
        # Another choice goes, and what was the second of three becomes the last of two.
        ((identity, walk_in, call_back), (identity, walk_in)),
        # Another comes, and the layout shifts.
        ((identity, walk_in), (identity, walk_in, call_back)),
        # The choice moves into the item of another.
        ((walk_in, identity), (walk_in, identity, call_back)),
    ):
        both = drawn(*before).intersected(drawn(*after))
        assert not both.isEmpty(), "the choice lies elsewhere altogether"
        drawn(*before)
        events.clear()
        stage_set.rest()
        stage_set.press(both.center().toPoint())
        drawn(*after)
        stage_set.release(both.center().toPoint())
        stage_set.app.processEvents()
        assert events == [Chosen(walk_in.id)]


def test_a_touch_means_nothing_where_what_was_meant_went_from_under_the_finger(
    stage_set: StageSet, events: Events
) -> None:
    page = stage_set.show("welcome")
    identity, walk_in, call_back = page.choices
    point = scene.centre(stage_set.item(f"choice:{call_back.id}"))
    stage_set.rest()
    stage_set.press(point)
    stage_set.put_up(replace(page, choices=(identity, walk_in)), frame_in("fi"))
    stage_set.release(point)
    stage_set.app.processEvents()
    assert events == []


def test_a_switch_is_a_choice_and_tells_that_it_is_on(stage_set: StageSet, events: Events) -> None:
    for on in (False, True):
        comfort = Comfort(low=on)
        stage_set.show("confirm", around=frame_in("fi", comfort))
        told = QAccessible.queryAccessibleInterface(stage_set.item("choice:comfort-low"))
        assert told.state().checkable
        assert bool(told.state().checked) is on
        events.clear()
        stage_set.rest()
        stage_set.touch("choice:comfort-low")
        assert events == [Chosen("comfort-low")]


def test_what_is_too_long_is_leafed_through_and_the_choices_stay(stage_set: StageSet, events: Events) -> None:
    stage_set.show("confirm", around=frame_in("fi", Comfort(large=True)))
    body = stage_set.item("page-body")
    count = int(body.property("leafCount"))
    assert count > 1
    place = scene.area(stage_set.item("choice:check-in"))
    assert not stage_set.item("leaf:back").isEnabled()
    for _ in range(count - 1):
        stage_set.rest()
        stage_set.touch("leaf:on")
        assert scene.area(stage_set.item("choice:check-in")) == place
    assert body.property("leaf") == count - 1
    assert not stage_set.item("leaf:on").isEnabled()
    stage_set.rest()
    stage_set.touch("leaf:back")
    assert body.property("leaf") == count - 2
    assert events == []
    stage_set.rest()
    stage_set.touch("choice:check-in")
    assert events == [Chosen("check-in")]
