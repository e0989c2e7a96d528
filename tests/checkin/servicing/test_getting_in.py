"""Who gets into service mode, and who is locked out."""

from dataclasses import replace

import pytest

from kiosk.checkin import servicing, visit
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead
from kiosk.checkin.identity import Scan
from kiosk.checkin.page import Keypad
from kiosk.checkin.servicing import Lock
from kiosk.checkin.servicing.lock import after_wrong, seconds_locked
from kiosk.checkin.visit import Chosen, Keyed, LanguageChosen
from tests.checkin.servicing.rig import CLIENT, CODE, PERSON, VIEW, WRONG, Kiosk, health, offered, play, told, typed


def test_the_right_code_opens_and_is_kept_nowhere() -> None:
    kiosk = Kiosk()
    kiosk.handle(*typed(CODE)[:-1])
    page = told(kiosk.state, kiosk.view)
    assert page.entry is not None
    assert (page.name, page.entry.shown, page.entry.keypad, page.entry.complete) == (
        "service-code",
        "••••••",
        Keypad.DIGITS,
        True,
    )
    kiosk.handle(Chosen("ready"))
    assert isinstance(kiosk.state, servicing.Overview)
    assert kiosk.view.lock == Lock()
    assert CODE not in repr((kiosk.state, kiosk.effects))


def test_a_code_is_six_to_twelve_digits_and_nothing_else() -> None:
    state, effects = play(servicing.AskingCode("fi"), *typed("40827"))
    assert (state, effects) == (servicing.AskingCode("fi", "40827"), [])
    state, _ = play(servicing.AskingCode("fi"), *map(Keyed, "4a0 8-\x00٤2７71"), Keyed("12"), Keyed(""))
    assert state == servicing.AskingCode("fi", "408271")
    state, _ = play(state, Chosen("erase"), *map(Keyed, "0" * 20))
    assert state == servicing.AskingCode("fi", "40827" + "0" * 7)
    page = servicing.tell(state, VIEW)
    assert page.entry is not None
    assert page.entry.allowed == ""


def test_a_wrong_code_says_how_many_tries_are_left_and_nothing_of_itself() -> None:
    kiosk = Kiosk()
    kiosk.handle(*typed(WRONG))
    page = told(kiosk.state, kiosk.view)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.error) == ("", "Koodi on väärä. Yrityksiä jäljellä: 4.")
    near, far = Kiosk(), Kiosk()
    near.handle(*typed("408270"))
    far.handle(*typed("999999999999"))
    assert told(near.state, near.view) == told(far.state, far.view)
    kiosk.handle(Keyed("4"))
    page = told(kiosk.state, kiosk.view)
    assert page.entry is not None
    assert page.entry.error is None


def test_five_wrong_codes_lock_for_five_minutes_and_then_ever_longer_up_to_an_hour() -> None:
    kiosk = Kiosk()
    for _ in range(5):
        kiosk.handle(*typed(WRONG))
    waits = []
    for _ in range(7):
        assert isinstance(kiosk.state, servicing.LockedOut)
        left = seconds_locked(kiosk.view.lock, kiosk.view.passed)
        waits.append(left)
        kiosk.let_pass(left - 1)
        checked = len(kiosk.checked)
        kiosk.handle(*typed(CODE))
        assert (len(kiosk.checked), isinstance(kiosk.state, servicing.LockedOut)) == (checked, True)
        kiosk.let_pass(1)
        kiosk.handle(servicing.HealthChanged(), *typed(WRONG))
    assert waits == [300, 600, 1200, 2400, 3600, 3600, 3600]
    kiosk.let_pass(3600)
    kiosk.handle(servicing.HealthChanged(), *typed(CODE))
    assert isinstance(kiosk.state, servicing.Overview)
    assert kiosk.view.lock.failures == 0


def test_the_locked_page_tells_the_time_left_and_the_way_out() -> None:
    lock = Lock(5, 1000.0)
    for passed, minutes in ((1000.0, 5), (1030.0, 5), (1061.0, 4), (1299.5, 1), (1400.0, 1)):
        page = told(servicing.LockedOut("en"), replace(VIEW, lock=lock, passed=passed, carded=False))
        assert page.sentences == (f"The code was wrong too often. Wait {minutes} min.",)
        assert offered(page) == ["back"]
    page = told(servicing.LockedOut("en"), replace(VIEW, lock=lock))
    assert page.sentences[-1] == "A technician's card opens it at once."


def test_neither_leaving_nor_a_restart_nor_pulling_the_plug_opens_the_lock() -> None:
    kiosk = Kiosk()
    for _ in range(5):
        kiosk.handle(*typed(WRONG), Chosen("back"))
        assert isinstance(kiosk.state, servicing.Left | servicing.LockedOut)
        kiosk.begin()
    assert isinstance(kiosk.state, servicing.LockedOut)
    kiosk.restart()
    assert isinstance(kiosk.state, servicing.LockedOut)
    assert seconds_locked(kiosk.view.lock, kiosk.view.passed) == 300
    # A code counts before it has been looked at.
    taken = servicing.step(servicing.AskingCode("fi", WRONG), Chosen("ready"), VIEW)
    assert taken.effects == (servicing.KeepLock(Lock(1, VIEW.passed)), servicing.CheckCode(WRONG))


def test_slips_of_months_do_not_add_up() -> None:
    lock = Lock()
    for day in range(20):
        lock = after_wrong(lock, day * 86400.0)
        assert seconds_locked(lock, day * 86400.0) == 0


def test_only_an_asked_for_answer_opens() -> None:
    right = servicing.CodeChecked(True)
    for state in (servicing.AskingCode("fi"), servicing.LockedOut("fi"), servicing.StaffCard("fi", "printer-jam")):
        after, _ = play(state, right, view=replace(VIEW, health=health("printer-jam"), lock=Lock(5, VIEW.passed)))
        assert not isinstance(after, servicing.Overview)


@pytest.mark.parametrize(
    "state",
    [
        servicing.AskingCode("sv", "4082", wrong=True),
        servicing.CheckingCode("sv"),
        servicing.LockedOut("sv"),
        servicing.StaffCard("sv", "printer-jam"),
    ],
)
def test_a_technicians_card_opens_without_a_code_whatever_is_locked(state: servicing.State) -> None:
    locked = replace(VIEW, lock=Lock(9, VIEW.passed), health=health("printer-jam"))
    after, effects = play(state, CardInserted(), servicing.TechnicianCard(True), view=locked)
    assert (after, effects) == (servicing.Overview("sv"), [servicing.KeepLock(Lock())])


def test_another_card_opens_nothing_and_the_page_says_so() -> None:
    for shown in (servicing.TechnicianCard(False), CardNotRead(CardFailure.PROFESSIONAL)):
        state, effects = play(servicing.AskingCode("en", "40"), CardInserted(), shown)
        assert (state, effects) == (servicing.AskingCode("en", "40", strange=True), [])
        page = told(state)
        assert page.entry is not None
        assert page.entry.error == "This card does not open the service mode."


@pytest.mark.parametrize(
    "state",
    [servicing.AskingCode("fi", "40"), servicing.LockedOut("fi"), servicing.StaffCard("fi", "printer-jam")],
)
def test_a_clients_card_goes_to_the_visit_while_nobody_is_inside(state: servicing.State) -> None:
    view = replace(VIEW, health=health("printer-jam"), lock=Lock(5, VIEW.passed))
    scanned, read = visit.Scanned(Scan(PERSON)), CardRead(CLIENT)
    for event, handed_on in ((scanned, (scanned,)), (read, (CardInserted(), read))):
        after, effects = play(state, event, view=view)
        assert isinstance(after, servicing.Left)
        assert effects == [servicing.Leave(handed_on)]
        assert PERSON not in repr(effects)
    after, effects = play(state, CardInserted(), view=replace(view, carded=False))
    assert effects == [servicing.Leave((CardInserted(),))]


def test_it_opens_only_where_a_way_in_is_configured_and_in_a_language_that_it_has() -> None:
    assert servicing.open(replace(VIEW, coded=False), "fi") is None
    assert servicing.open_by_card(replace(VIEW, carded=False), "fi") is None
    assert servicing.open_staff_card(VIEW, "fi") is None
    for asked, home, spoken in (("sv", "fi", "sv"), ("ru", "sv", "sv"), ("ru", "et", "fi")):
        view = replace(VIEW, home_language=home, health=health("printer-jam"))
        assert servicing.open(view, asked) == servicing.AskingCode(spoken)
        assert servicing.open_by_card(view, asked) == servicing.Overview(spoken)
        assert servicing.open_staff_card(view, asked) == servicing.StaffCard(spoken, "printer-jam")
    state, _ = play(servicing.AskingCode("fi", "40"), LanguageChosen("en"), LanguageChosen("so"))
    assert state == servicing.AskingCode("en", "40")
