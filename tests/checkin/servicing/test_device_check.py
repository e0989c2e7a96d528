"""The device check: on and back through the stations, what each takes for good, and what is left to do at the end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkin import faults, servicing
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health, Light
from kiosk.checkin.identity import Scan
from kiosk.checkin.page import Role, Shape
from kiosk.checkin.servicing import (
    Checking,
    KeepWalk,
    Leave,
    Left,
    Overview,
    RunSelfTest,
    SelfTestEnded,
    Station,
    StopTest,
    TestEnded,
    TestPart,
    Walk,
    left_to_do,
    way,
)
from kiosk.checkin.servicing.device_check import MARKS, Found
from kiosk.checkin.servicing.view import View
from kiosk.checkin.tell import frame
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit import Chosen, Keyed, LanguageChosen, Scanned, TicketEnded, TimeUp
from tests.checkin.servicing.rig import INSIDE, PERSON, VIEW, health, offered, play, told

ALL = tuple(Station)
KEYS = ("up", "down", "select", "back")
KIOSK = replace(VIEW, stations=ALL, keys=KEYS)
GOOD, ON, BACK = Chosen("found:good"), Chosen("check-next"), Chosen("back")


EVERY = dict.fromkeys(ALL[:-1], Found.GOOD)


def at(station: Station, found: Mapping[Station, Found] | None = None, *, first: bool = True) -> Checking:
    return Checking("fi", Walk(first, station, found or {}))


def check(state: Checking, *events: servicing.Event) -> tuple[Any, list[Any]]:
    return play(state, *events, view=KIOSK)


def found_at(state: Checking, *events: servicing.Event) -> Found | None:
    after, _ = check(state, *events)
    said: Found | None = after.walk.found.get(state.walk.at)
    return said


# What there is to look at


def test_a_kiosk_has_the_stations_of_its_devices_and_those_that_each_has() -> None:
    bare = (Station.PLACE, Station.TOUCH, Station.SELF_TEST, Station.SUMMARY)
    assert way([]) == bare
    assert way([Station.SCANNER, Station.PRINTER]) == (*bare[:2], Station.PRINTER, Station.SCANNER, *bare[2:])


@pytest.mark.parametrize("station", Station)
def test_one_can_always_go_on_and_back(station: Station) -> None:
    place = ALL.index(station)
    if place:
        assert check(at(station), BACK)[0].walk.at is ALL[place - 1]
    else:
        assert "back" not in offered(told(at(station), KIOSK))
        assert check(at(station), BACK)[0] == at(station)
    if station is not Station.SUMMARY:
        assert check(at(station), ON)[0].walk.at is ALL[place + 1]


def test_from_service_mode_it_is_begun_anew_and_led_back_to_the_parts() -> None:
    known = replace(KIOSK, walk=Walk(found={Station.PRINTER: Found.UNCUT}, at=Station.SUMMARY))
    begun, effects = play(INSIDE, Chosen("device-check"), view=known)
    assert isinstance(begun, Checking)
    assert (begun.walk.at, begun.walk.first, begun.walk.found) == (Station.PLACE, False, {Station.PRINTER: Found.UNCUT})
    assert effects == [KeepWalk(replace(begun.walk, language="fi"))]
    assert isinstance(play(begun, BACK, view=known)[0], Overview)
    assert "device-check" not in offered(told(INSIDE, VIEW)), "a kiosk without stations has nothing to look at"


# What is taken for good


@pytest.mark.parametrize(
    ("station", "events", "found"),
    [
        (Station.PLACE, [GOOD], Found.GOOD),
        (Station.PLACE, [Chosen("found:broken")], Found.BROKEN),
        (Station.TOUCH, [Chosen(f"mark:{n}") for n in range(MARKS)], Found.GOOD),
        (Station.TOUCH, [Chosen(f"mark:{n}") for n in range(MARKS - 1)], None),
        (Station.TOUCH, [Chosen(f"mark:{n}") for n in (0, 0, 0, 0, 0, 5, "x", "")], None),
        (Station.TOUCH, [Chosen("found:off")], Found.OFF),
        (Station.SCANNER, [Scanned(Scan("TEST PAGE"))], Found.GOOD),
        (Station.SCANNER, [CardInserted()], None),
        (Station.CARD_READER, [CardInserted()], Found.GOOD),
        # Whatever card it is: the reader has seen one.
        (Station.CARD_READER, [CardNotRead(CardFailure.TECHNICIAN)], Found.GOOD),
        (Station.CARD_READER, [servicing.TechnicianCard(ok=True)], Found.GOOD),
        (Station.CARD_READER, [Scanned(Scan("x"))], None),
        (Station.CARD_READER, [Chosen("found:absent")], Found.ABSENT),
        (Station.PRINTER, [Chosen("test"), TicketEnded(PrintResult(0, PrintOutcome.PRINTED))], None),
        (Station.PRINTER, [Chosen("found:uncut")], Found.UNCUT),
        (Station.KEYPAD, [Chosen(f"pressed:{key}") for key in KEYS], Found.GOOD),
        (Station.KEYPAD, [Chosen("pressed:up"), Chosen("pressed:xx"), Chosen("pressed:up")], None),
        (Station.SELF_TEST, [Chosen("test"), SelfTestEnded(())], Found.GOOD),
        (Station.SELF_TEST, [Chosen("test"), SelfTestEnded(("card-left-behind",))], Found.GOOD),
        (Station.SELF_TEST, [Chosen("test"), SelfTestEnded(("device-check-open",))], Found.GOOD),
        (Station.SELF_TEST, [Chosen("test"), SelfTestEnded(("scanner-gone",))], Found.BROKEN),
        (Station.SELF_TEST, [Chosen("test"), SelfTestEnded(None)], Found.BROKEN),
        # An answer to what nobody asked.
        (Station.SELF_TEST, [SelfTestEnded(())], None),
        (Station.PLACE, [Chosen("found:xx"), Chosen("check:printer"), Keyed("1"), TimeUp()], None),
    ],
)
def test_what_is_found(station: Station, events: list[servicing.Event], found: Found | None) -> None:
    assert found_at(at(station), *events) is found


def test_good_and_absent_lead_on_and_what_does_not_work_tells_what_to_do() -> None:
    assert check(at(Station.SCANNER), GOOD)[0].walk.at is Station.CARD_READER
    assert check(at(Station.SCANNER), Chosen("found:absent"))[0].walk.at is Station.CARD_READER
    broken, effects = check(at(Station.SCANNER), Chosen("found:broken"))
    assert broken.walk.at is Station.SCANNER
    assert isinstance(effects[-1], KeepWalk)
    lines = told(broken, KIOSK).lines
    assert [line.light for line in lines] == [Light.RED]
    assert "kiosk doctor scanner" in (lines[0].note or "")


def test_what_the_kiosk_knows_itself_stands_in_the_place_of_the_advice() -> None:
    gone = replace(KIOSK, health=health("printer-cover-open", "scanner-gone"))
    page = told(at(Station.PRINTER, {Station.PRINTER: Found.BROKEN}), gone)
    assert [line.words for line in page.lines] == ["Tulostimen kansi on auki."]


def test_what_the_centre_has_not_sent_yet_is_awaited() -> None:
    def said(view: View) -> list[str]:
        return [line.words for line in told(at(Station.PLACE), view).lines[1:]]

    awaited = "odottaa keskuksen tietoja"
    assert said(replace(KIOSK, site=None)) == [awaited, awaited]
    assert awaited not in said(KIOSK)


def test_a_code_is_told_by_kind_and_length_alone() -> None:
    state, effects = check(at(Station.SCANNER), Scanned(Scan(PERSON, "QR")))
    page = told(state, KIOSK)
    assert "11" in page.lines[0].words
    assert PERSON not in repr((state, effects, page))


def test_the_printer_is_asked_about_only_once_something_may_have_come_out() -> None:
    page = told(at(Station.PRINTER), KIOSK)
    assert "found:good" not in offered(page)
    printing, effects = check(at(Station.PRINTER), Chosen("test"))
    assert effects == [TestPart(Part.PRINTER)]
    for outcome in (PrintOutcome.PRINTED, PrintOutcome.UNKNOWN):
        asked, _ = check(printing, TicketEnded(PrintResult(0, outcome)))
        assert {"found:good", "found:illegible", "found:uncut", "found:broken"} <= set(offered(told(asked, KIOSK)))
    failed, _ = check(printing, TicketEnded(PrintResult(0, PrintOutcome.FAILED, "printer-paper-out")))
    page = told(failed, KIOSK)
    assert "found:good" not in offered(page)
    assert "Tulostimen paperi on loppu." in [line.words for line in page.lines]
    # That of a client is none of ours, and one that never ends is asked about all the same.
    assert check(printing, TicketEnded(PrintResult(7, PrintOutcome.PRINTED)))[0] == printing
    assert "found:good" in offered(told(check(printing, TimeUp())[0], KIOSK))


def test_light_and_sound_and_voice_are_given_when_somebody_listens() -> None:
    given, effects = check(at(Station.HELP), Chosen("test"), TestEnded(Part.HELP, None, servicing.Result.GIVEN))
    assert (effects, given.asked) == ([TestPart(Part.HELP)], True)
    none, _ = check(at(Station.HELP), Chosen("test"), TestEnded(Part.HELP, False, servicing.Result.NOT_GIVEN))
    assert not none.asked
    heard, _ = check(at(Station.SOUND), Chosen("test"))
    frame = servicing.around(FRAME, heard)
    assert frame.comfort.speech
    assert not servicing.around(FRAME, check(heard, Chosen("test"))[0]).comfort.speech
    assert servicing.patience(heard) is None


def test_the_scanner_reads_while_it_is_looked_at_and_no_longer() -> None:
    come, effects = check(at(Station.PRINTER), ON)
    assert TestPart(Part.SCANNER) in effects
    assert StopTest(Part.SCANNER) in check(come, ON)[1]
    away, effects = check(replace(come, walk=replace(come.walk, first=False)), TimeUp())
    assert isinstance(away, Left)
    assert StopTest(Part.SCANNER) in effects


def test_keys_are_awaited_until_each_was_pressed() -> None:
    state = at(Station.KEYPAD)
    assert told(state, KIOSK).awaited == KEYS
    state, _ = check(state, Chosen("pressed:select"))
    assert told(state, KIOSK).awaited == ("up", "down", "back")
    state, _ = check(state, *(Chosen(f"pressed:{key}") for key in KEYS))
    assert told(state, KIOSK).awaited == ()


# The end


def test_the_last_page_tells_of_each_and_leads_back_to_it() -> None:
    found = {Station.PLACE: Found.GOOD, Station.PRINTER: Found.ILLEGIBLE, Station.SCANNER: Found.BROKEN}
    state = at(Station.SUMMARY, found)
    page = told(state, KIOSK)
    assert page.light is Light.RED
    lights = {line.choice: line.light for line in page.lines}
    assert lights["check:place"] is Light.GREEN
    assert lights["check:printer"] is Light.YELLOW
    assert lights["check:scanner"] is Light.RED
    assert lights["check:keypad"] is Light.YELLOW, "nobody has looked at it"
    assert check(state, Chosen("check:printer"))[0].walk.at is Station.PRINTER
    assert check(state, Chosen("check:summary"))[0] == state


def test_the_end_of_a_first_run_lets_the_kiosk_serve_and_tells_the_centre_what_is_left() -> None:
    left, effects = check(at(Station.SUMMARY, EVERY), Chosen("check-done"))
    assert isinstance(left, Left)
    kept, tested, leave = effects
    assert (tested, leave) == (RunSelfTest(), Leave())
    assert not kept.walk.first
    assert left_to_do(kept.walk, ALL) == ()
    _, effects = check(at(Station.SUMMARY, {**EVERY, Station.PRINTER: Found.UNCUT}), Chosen("check-done"))
    assert left_to_do(effects[0].walk, ALL) == (faults.DEVICE_CHECK_OPEN,)


def test_what_was_passed_over_in_a_first_run_is_left_for_later_and_told() -> None:
    _, effects = check(at(Station.SUMMARY, {Station.PLACE: Found.GOOD}), Chosen("check-done"))
    kept = effects[0].walk
    assert kept.found[Station.PRINTER] is Found.LATER
    assert left_to_do(kept, ALL) == (faults.DEVICE_CHECK_OPEN,)
    # A technician who only looks in from service mode leaves nothing open.
    _, effects = check(at(Station.SUMMARY, first=False), Chosen("check-done"))
    assert left_to_do(effects[0].walk, ALL) == ()


def test_what_is_not_fitted_any_more_is_forgotten() -> None:
    walk = Walk(found={Station.PRINTER: Found.BROKEN, Station.SELF_TEST: Found.BROKEN})
    assert left_to_do(walk, ALL) == (faults.DEVICE_CHECK_OPEN,)
    assert left_to_do(walk, way([])) == ()
    assert left_to_do(None, ALL) == ()


def test_a_first_run_goes_on_where_it_was_and_any_other_does_not() -> None:
    kept = Walk(True, Station.SCANNER, {Station.PRINTER: Found.GOOD}, "sv")
    begun = servicing.open_first_run(replace(KIOSK, walk=kept), "fi")
    assert begun is not None
    assert isinstance(begun.state, Checking)
    assert (begun.state.walk, begun.state.language) == (kept, "sv")
    assert TestPart(Part.SCANNER) in begun.effects
    # The scanner was taken out of the settings meanwhile.
    less = servicing.open_first_run(replace(KIOSK, walk=kept, stations=way([])), "fi")
    assert less is not None
    assert isinstance(less.state, Checking)
    assert less.state.walk.at is Station.PLACE
    assert servicing.open_first_run(replace(KIOSK, walk=replace(kept, first=False)), "fi") is None
    assert servicing.open_first_run(KIOSK, "fi") is None


# Whatever happens

FRAME = servicing.around(frame(None, voices=("fi",)), Overview("fi"))
MOVES: list[Any] = [
    *[ON] * 6,
    *[BACK] * 3,
    *[GOOD] * 4,
    *(Chosen(f"found:{found.value}") for found in Found),
    *(Chosen(f"check:{station.value}") for station in Station),
    *(Chosen(f"mark:{n}") for n in range(7)),
    *(Chosen(f"pressed:{key}") for key in (*KEYS, "xx")),
    *(Chosen(one) for one in ("test", "test", "leave", "check-done", "service", "part:printer", "device-check", "")),
    *map(LanguageChosen, ("fi", "sv", "en", "ru")),
    *(Scanned(Scan(PERSON)), CardInserted(), CardNotRead(CardFailure.PULLED), TimeUp(), TimeUp(), Keyed("1")),
    *(TicketEnded(PrintResult(0, outcome, "printer-jam")) for outcome in PrintOutcome),
    *(SelfTestEnded(codes) for codes in ((), ("disk-full",), None)),
    *(servicing.HealthChanged(), TestEnded(Part.HELP, None, servicing.Result.GIVEN)),
    *(health(), health("printer-jam", "scanner-gone", "speech-silent"), Health()),
    "restart",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(MOVES), min_size=20, max_size=80), st.sets(st.sampled_from(ALL)))
def test_whatever_happens_nothing_traps_and_nothing_is_lost(played: list[Any], fitted: set[Station]) -> None:
    view = replace(KIOSK, stations=way(sorted(fitted)), walk=Walk(True))
    begun = servicing.open_first_run(view, "fi")
    assert begun is not None
    state, effects = begun.state, list(begun.effects)
    for move in played:
        view = replace(view, walk=next((one.walk for one in reversed(effects) if isinstance(one, KeepWalk)), view.walk))
        if isinstance(state, Left):
            assert view.walk is not None
            assert not view.walk.first
            return
        assert isinstance(state, Checking), "a first run leads nowhere without its end"
        assert view.walk == replace(state.walk, language=view.walk.language if view.walk else ""), "all of it is kept"
        page = told(state, view)
        assert page.choices
        assert sum(choice.role is Role.MAIN for choice in page.choices) <= 1
        on = "check-done" if state.walk.at is Station.SUMMARY else "check-next"
        assert on in offered(page), "there is always a way on"
        assert page.shape in (Shape.CHECK, Shape.TOUCH, Shape.SERVICE)
        assert PERSON not in repr((state, page, effects))
        if move == "restart":
            again = servicing.open_first_run(view, "fi")
            assert again is not None
            assert isinstance(again.state, Checking)
            assert again.state.walk.found == state.walk.found
            assert again.state.walk.at is state.walk.at
            state, effects = again.state, [*effects, *again.effects]
        elif isinstance(move, Health):
            view = replace(view, health=move)
        else:
            state, more = play(state, move, view=view)
            effects += more
    for _ in Station:
        state, _ = play(state, ON, view=view)
    assert isinstance(play(state, Chosen("check-done"), view=view)[0], Left)
