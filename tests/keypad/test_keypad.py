"""Everything by keys: the real QML, driven by key events."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent

from kiosk.checkin.comfort import Comfort
from kiosk.checkin.page import Page
from kiosk.checkin.visit import Chosen, Keyed, LanguageChosen
from kiosk.ui import scene
from kiosk.ui.keypad.keys import Meaning
from tests.keypad.conftest import Hand
from tests.ui.every_page import every_page, frame_in

UP, DOWN, SELECT, BACK, HELP = Meaning.UP, Meaning.DOWN, Meaning.SELECT, Meaning.BACK, Meaning.HELP
SPEAKING = frame_in("fi", Comfort(speech=True), speaks=True)


def can_be_chosen(hand: Hand) -> set[str]:
    """What a finger could choose now."""
    return {
        item.objectName()
        for item in scene.visible_items(hand.stage.window.root)
        if item.objectName().startswith(("choice:", "key:", "language:", "leaf:")) and item.isEnabled()
    }


@pytest.mark.parametrize("name", every_page("fi"))
def test_every_control_is_reached_from_every_other_and_none_twice(hand: Hand, name: str) -> None:
    hand.show(name)
    down = hand.walk()
    assert set(down) == can_be_chosen(hand)
    hand.press(*[UP] * len(down))
    assert hand.cursor == down[0], "a trap: the way back is another"


@pytest.mark.parametrize(
    "comfort", [Comfort(large=True), Comfort(low=True), Comfort(large=True, low=True), Comfort(speech=True)], ids=str
)
def test_no_mode_hides_a_control_from_the_keys(hand: Hand, comfort: Comfort) -> None:
    for name in ("welcome", "type-half", "confirm-bulletins", "done-everything", "walk-in", "day-plan-long"):
        hand.show(name, frame_in("fi", comfort, speaks=True))
        order = hand.walk()
        assert set(order) == can_be_chosen(hand), name
        # Whatever is leafed through, no control lies on a leaf that is not shown.
        screen = QRectF(0, 0, hand.stage.window.width(), hand.stage.window.height())
        assert all(screen.contains(scene.area(hand.stage.item(one))) for one in order), name


@pytest.mark.parametrize("name", ["welcome", "confirm", "walk-in", "done-everything", "type-full"])
def test_the_page_comes_first_in_its_own_order_then_what_stands_around_it(hand: Hand, name: str) -> None:
    page = hand.show(name)
    frame = frame_in("fi")
    around = [
        "choice:call-staff",
        *(f"language:{code}" for code, _ in frame.languages),
        *(f"choice:{one.id}" for one in frame.switches),
    ]
    open_ = [f"choice:{one.id}" for one in page.choices if one.open]
    assert [one for one in hand.walk() if not one.startswith("key:")] == [*open_, *around]


def test_keys_come_before_what_hands_the_code_in(hand: Hand) -> None:
    hand.show("phone")
    order = hand.walk()
    keys = [one for one in order if one.startswith("key:")]
    assert keys == [f"key:{digit}" for digit in "1234567890"]
    assert order[len(keys)] == "choice:ready"


def test_the_first_key_on_a_page_goes_to_its_first_control_whichever_it_is(hand: Hand) -> None:
    for meaning in (DOWN, UP, SELECT):
        hand.show("welcome")
        assert hand.cursor == ""
        hand.press(meaning)
        assert hand.cursor == "choice:type"
        assert hand.events == []
        hand.show("confirm")
    assert hand.voice.asked == ["choice:type"] * 3


def test_the_ring_is_seen_round_what_the_cursor_stands_on(hand: Hand) -> None:
    for name in ("welcome", "type-half", "confirm", "service"):
        hand.show(name)
        for _ in range(len(hand.walk())):
            hand.press(DOWN)
            ring = scene.find(hand.stage.window.root, "cursor")
            assert ring is not None, hand.cursor
            place = scene.area(hand.stage.item(hand.cursor))
            assert scene.area(ring).contains(place)
            assert QRectF(0, 0, hand.stage.window.width(), hand.stage.window.height()).intersects(place)


def test_nothing_has_a_ring_before_a_key_is_pressed(hand: Hand) -> None:
    hand.show("welcome")
    assert scene.find(hand.stage.window.root, "cursor") is None


def test_select_chooses_once(hand: Hand) -> None:
    hand.show("confirm")
    hand.press(DOWN, SELECT)
    assert hand.events == [Chosen("check-in")]
    hand.press(SELECT)
    assert hand.events == [Chosen("check-in")], "a double strike"


def test_every_choice_of_every_page_can_be_chosen(hand: Hand) -> None:
    for name in every_page("fi"):
        hand.show(name)
        for control in hand.walk():
            if control.startswith("leaf:"):
                continue
            hand.events.clear()
            hand.stage.rest()
            assert hand.cursor == control
            hand.press(SELECT)
            kind, _, rest = control.partition(":")
            meant = {"choice": Chosen, "key": Keyed, "language": LanguageChosen}[kind](rest)
            assert hand.events == [meant], f"{control} of {name}"
            hand.press(DOWN)


def test_a_language_and_a_switch_are_chosen_and_the_cursor_stays_there(hand: Hand) -> None:
    hand.show("welcome")
    while hand.cursor != "language:sv":
        hand.press(DOWN)
    hand.press(SELECT)
    assert hand.events == [LanguageChosen("sv")]
    hand.show("welcome", language="sv")
    assert hand.cursor == "language:sv"
    while hand.cursor != "choice:comfort-large":
        hand.press(DOWN)
    hand.show("welcome", frame_in("sv", Comfort(large=True)), "sv")
    assert hand.cursor == "choice:comfort-large"


def test_another_page_is_begun_at_its_beginning(hand: Hand) -> None:
    hand.show("confirm")
    hand.press(DOWN, DOWN)
    assert hand.cursor == "choice:not-mine"
    hand.show("done-registered")
    assert hand.cursor == ""
    hand.press(DOWN)
    assert hand.cursor == "choice:finish"


def test_news_on_a_page_moves_nothing(hand: Hand) -> None:
    hand.show("done-recorded-everything")
    hand.press(DOWN, DOWN)
    here = hand.cursor
    hand.voice.asked.clear()
    hand.show("done-everything")
    assert hand.cursor == here
    assert hand.voice.asked == []


def test_where_a_control_goes_the_cursor_stands_on_the_next(hand: Hand) -> None:
    page = hand.show("welcome")
    hand.press(DOWN, DOWN)
    assert hand.cursor == "choice:walk-in"
    hand.put_up(replace(page, choices=tuple(one for one in page.choices if one.id != "walk-in")), frame_in("fi"))
    assert hand.cursor == "choice:call-back"
    assert hand.voice.asked[-1] == "then choice:call-back"
    hand.press(SELECT)
    assert hand.events == [Chosen("call-back")]


def test_back_is_the_pages_own_way_back(hand: Hand) -> None:
    hand.show("walk-in")
    hand.press(BACK)
    assert hand.events == [Chosen("back")]


@pytest.mark.parametrize("name", ["welcome", "confirm", "done-registered", "busy"])
def test_where_there_is_no_way_back_that_is_said_and_nothing_else_happens(hand: Hand, name: str) -> None:
    hand.show(name)
    hand.press(BACK)
    assert hand.events == []
    assert hand.voice.asked == ["aside:no-way-back"]


def test_help_calls_staff_from_every_page_of_a_client(hand: Hand) -> None:
    for name, page in every_page("fi").items():
        if "help" in page.awaited:
            continue
        hand.events.clear()
        hand.stage.rest()
        hand.show(name)
        hand.press(HELP)
        assert hand.events == [Chosen("call-staff")], name


def test_a_key_that_is_awaited_is_told_and_does_nothing_and_then_works_as_always(hand: Hand) -> None:
    page = every_page("fi")["check-keypad"]
    hand.show("check-keypad")
    hand.press(HELP)
    assert hand.events == [Chosen("pressed:help")]
    assert hand.cursor == ""
    hand.put_up(replace(page, awaited=()), frame_in("fi"))
    hand.stage.rest()
    hand.press(HELP)
    assert hand.events[1:] == [Chosen("call-staff")]


def test_without_staff_to_call_that_is_said(hand: Hand) -> None:
    hand.show("closed", replace(frame_in("fi"), help=None, languages=(), switches=()))
    hand.press(HELP)
    assert hand.events == []
    assert hand.voice.asked == ["aside:no-help"]
    hand.press(DOWN, SELECT)
    assert hand.cursor == ""


def test_the_voice_is_told_what_to_do(hand: Hand) -> None:
    hand.show("welcome")
    hand.press(Meaning.AGAIN, Meaning.SLOWER, Meaning.VOLUME)
    assert hand.voice.asked == ["again", "slower", "louder"]
    assert hand.cursor == ""


def test_any_other_key_stops_the_voice_and_does_nothing(hand: Hand) -> None:
    hand.show("welcome")
    for key in (Qt.Key.Key_F12, Qt.Key.Key_X, Qt.Key.Key_5, Qt.Key.Key_Tab):
        hand.strike(key)
    assert hand.voice.asked == ["hush"] * 4
    assert hand.events == []


def test_the_key_of_speech_starts_it_and_never_ends_it(hand: Hand) -> None:
    hand.show("welcome", frame_in("fi", speaks=True))
    hand.press(Meaning.SPEECH)
    assert hand.events == [Chosen("comfort-speech")]
    hand.show("welcome", SPEAKING)
    hand.press(Meaning.SPEECH)
    assert hand.events == [Chosen("comfort-speech")]
    assert hand.voice.asked == ["again"]


def test_a_kiosk_without_a_voice_does_not_start_one(hand: Hand) -> None:
    hand.show("welcome", frame_in("fi"))
    hand.press(Meaning.SPEECH)
    assert hand.events == []


def test_every_key_is_a_sign_of_the_client(hand: Hand) -> None:
    hand.show("welcome")
    hand.press(DOWN, Meaning.AGAIN)
    hand.strike(Qt.Key.Key_F12)
    assert hand.stage.touches == 3


def test_a_key_that_is_held_down_counts_once(hand: Hand) -> None:
    hand.show("welcome")
    for repeats in (False, True, True):
        press = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, "", autorep=repeats, count=1
        )
        hand.stage.app.sendEvent(hand.stage.window, press)
    assert hand.cursor == "choice:type"
    assert hand.stage.touches == 1


def test_a_hand_that_trembles_strikes_once(hand: Hand) -> None:
    hand.stage.window.struck.disconnect(hand.keypad.struck)
    hand.take(rest=0.5)
    hand.show("welcome")
    hand.press(DOWN)
    hand.now = 0.4
    hand.press(DOWN)
    assert hand.cursor == "choice:type"
    hand.now = 0.95
    hand.press(DOWN)
    assert hand.cursor == "choice:walk-in"
    hand.press(UP)
    assert hand.cursor == "choice:type", "another key counts at once"


# --- typing -----------------------------------------------------------------------------------------------------


def entered(page: Page[str], shown: str, allowed: str, complete: bool = False) -> Page[str]:
    assert page.entry is not None
    return replace(page, entry=replace(page.entry, shown=shown, allowed=allowed, complete=complete))


def test_the_digits_of_a_numeric_keypad_type(hand: Hand) -> None:
    hand.show("type-empty")
    hand.type("0131")
    hand.strike(Qt.Key.Key_1, Qt.KeyboardModifier.KeypadModifier)
    assert hand.events == [Keyed("0"), Keyed("1"), Keyed("3"), Keyed("1"), Keyed("1")]
    assert hand.cursor == ""


def test_a_character_that_cannot_follow_is_refused_and_that_is_said(hand: Hand) -> None:
    hand.show("type-empty")
    hand.type("Xå")
    assert hand.events == []
    assert hand.voice.asked == ["aside:does-not-fit"] * 2


def test_whoever_types_faster_than_pages_are_drawn_loses_nothing(hand: Hand) -> None:
    hand.show("type-empty")
    hand.now = 5.0
    hand.type("0-")
    assert hand.events == [Keyed("0"), Keyed("-")], "the rules say whether it fits"
    hand.now = 5.4
    hand.type("-")
    assert len(hand.events) == 2
    assert hand.voice.asked == ["aside:does-not-fit"]


def test_backspace_takes_back(hand: Hand) -> None:
    hand.show("type-half")
    hand.strike(Qt.Key.Key_Backspace)
    hand.strike(Qt.Key.Key_Backspace)
    assert hand.events == [Chosen("erase"), Chosen("erase")]


def test_on_a_page_without_a_field_digits_do_nothing(hand: Hand) -> None:
    hand.show("confirm")
    hand.type("1")
    hand.strike(Qt.Key.Key_Backspace)
    assert hand.events == []


def test_a_digit_that_is_mapped_moves_and_does_not_type(hand: Hand) -> None:
    hand.stage.window.struck.disconnect(hand.keypad.struck)
    hand.named = {Meaning.UP: ["2"], Meaning.DOWN: ["8"], Meaning.SELECT: ["5"]}
    hand.take()
    hand.show("type-empty")
    hand.type("885")
    assert hand.events == [Keyed("2")]


def test_the_same_character_can_be_typed_twice_from_the_cursor(hand: Hand) -> None:
    hand.show("phone")
    hand.press(DOWN, SELECT, SELECT)
    assert hand.events == [Keyed("1"), Keyed("1")]


def test_while_typing_the_cursor_stays_on_its_key(hand: Hand) -> None:
    page = hand.show("type-empty")
    hand.press(DOWN, DOWN)
    assert hand.cursor == "key:2"
    hand.voice.asked.clear()
    hand.put_up(entered(page, "2", "0123456789"), frame_in("fi"))
    assert hand.cursor == "key:2"
    assert hand.voice.asked == []


def test_where_a_key_no_longer_fits_the_cursor_goes_to_the_next_that_does(hand: Hand) -> None:
    page = hand.show("type-empty")
    hand.press(DOWN, DOWN)
    hand.put_up(entered(page, "•••••2", "-+A"), frame_in("fi"))
    assert hand.cursor == "key:-"
    assert hand.voice.asked[-1] == "then key:-"


@pytest.mark.parametrize("begun", [(), (DOWN,), (DOWN, DOWN, DOWN)])
def test_when_nothing_more_can_be_typed_the_cursor_goes_to_ready(hand: Hand, begun: tuple[Meaning, ...]) -> None:
    page = hand.show("type-half")
    hand.type("1")
    hand.press(*begun)
    hand.put_up(entered(page, "••••••••••M", "", complete=True), frame_in("fi"))
    assert hand.cursor == "choice:ready"
    assert hand.voice.asked[-1] == "then choice:ready"


def test_whoever_touches_gets_no_cursor(hand: Hand) -> None:
    page = hand.show("type-half")
    hand.put_up(entered(page, "••••••••••M", "", complete=True), frame_in("fi"))
    assert hand.cursor == ""


def test_a_number_that_may_go_on_keeps_the_cursor_on_the_keys(hand: Hand) -> None:
    page = hand.show("phone-empty")
    hand.press(DOWN)
    here = hand.cursor
    hand.put_up(entered(page, "040 123", "0123456789", complete=True), frame_in("fi"))
    assert hand.cursor == here


def test_without_headphones_no_key_of_a_code_is_named(hand: Hand) -> None:
    hand.voice.private = False
    hand.show("type-empty")
    order = hand.walk()
    keys = [one for one in order if one.startswith("key:")]
    assert hand.voice.asked.count("aside:hidden-key") >= len(keys)
    assert not any("key:" in one for one in hand.voice.asked)


# --- pages that are leafed through ------------------------------------------------------------------------------


def test_a_long_page_is_leafed_through_by_keys(hand: Hand) -> None:
    hand.show("day-plan-long", frame_in("fi", Comfort(large=True)))
    body = hand.stage.item("page-body")
    count = int(body.property("leafCount"))
    assert count > 1
    assert hand.walk()[0] == "leaf:on"
    for leaf in range(1, count):
        hand.stage.rest()
        assert hand.cursor == "leaf:on"
        hand.press(SELECT)
        assert body.property("leaf") == leaf
    # On the last leaf there is no way on, and the ring is not lost.
    hand.press(DOWN)
    assert hand.cursor != ""


def test_whoever_is_read_to_comes_to_the_choices_first(hand: Hand) -> None:
    hand.show("day-plan-long", frame_in("fi", Comfort(large=True, speech=True), speaks=True))
    order = hand.walk()
    assert order[:3] == ["choice:check-in", "choice:not-mine", "leaf:on"]
