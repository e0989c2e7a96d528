"""Who is read to: the switch, headphones and voices, from the attendant to what is heard."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from kiosk.attendant import Headphones, Incoming, VoicesChanged
from kiosk.checkin import comfort, tell, visit
from kiosk.checkin.page import Frame
from kiosk.checkin.wording import Text
from kiosk.composition.in_words import ScreenInWords
from kiosk.offline.store import Store
from kiosk.texts import say
from kiosk.texts.aloud import say_aloud
from kiosk.ui.bridge import Bridge
from kiosk.ui.voice.reader import Reader
from kiosk.ui.voice.written import LANGUAGES, WrittenVoice
from tests.conftest import HandClock
from tests.example_site import SITE
from tests.test_attendant import CARD, Serving, serving

VOICES = VoicesChanged(frozenset({"fi", "sv", "en"}))
IN, OUT = Headphones(plugged=True), Headphones(plugged=False)


@pytest.fixture
def served(store: Store, clock: HandClock) -> Iterator[Serving]:
    with serving(store, clock, "A1") as served:
        served.lobby.next("welcome")
        yield served


def after(served: Serving, *incoming: Incoming, page: str = "welcome") -> Frame[Text]:
    """The frame of the page that each of these gives."""
    for one in incoming:
        served.inbox.put(one)
        served.lobby.next(page)
    return served.lobby.frames[-1]


def offers_to_listen(frame: Frame[Text]) -> bool:
    return any(one.id == comfort.SPEECH for one in frame.switches)


def test_listen_is_offered_while_there_is_a_voice(served: Serving) -> None:
    assert not offers_to_listen(served.lobby.frames[-1])
    assert offers_to_listen(after(served, VOICES))
    assert not offers_to_listen(after(served, VoicesChanged(frozenset())))


def test_plugged_in_is_listening_in_private_and_pulled_out_is_neither(served: Serving) -> None:
    heard = after(served, VOICES, IN)
    assert (heard.comfort.speech, heard.private) == (True, True)
    silent = after(served, OUT)
    assert (silent.comfort.speech, silent.private) == (False, False)


def test_the_switch_alone_is_heard_by_everybody(served: Serving) -> None:
    heard = after(served, VOICES, visit.Chosen(comfort.SPEECH))
    assert (heard.comfort.speech, heard.private) == (True, False)


def test_headphones_wait_for_a_voice_that_comes_later(served: Serving) -> None:
    assert not after(served, IN).comfort.speech
    assert after(served, VOICES).comfort.speech
    assert not after(served, VoicesChanged(frozenset())).comfort.speech
    assert after(served, VOICES).comfort.speech


def test_the_end_of_a_visit_ends_listening_unless_headphones_stay_in(served: Serving) -> None:
    first = after(served, VOICES, visit.Chosen(comfort.SPEECH), visit.Chosen(comfort.LARGE))
    served.clock.let_pass(200)
    served.lobby.next("welcome")
    ended = served.lobby.frames[-1]
    assert not ended.comfort.speech
    assert ended.visit == first.visit + 1
    heard = after(served, IN, visit.Chosen(comfort.LARGE))
    assert (heard.comfort.speech, heard.comfort.large) == (True, True)
    served.clock.let_pass(200)
    served.lobby.next("welcome")
    again = served.lobby.frames[-1]
    assert (again.comfort.speech, again.comfort.large, again.private) == (True, False, True)
    assert again.visit == ended.visit + 1


def test_who_left_headphones_in_a_lonely_kiosk_is_not_read_to_over_and_over(served: Serving) -> None:
    after(served, VOICES, IN)
    served.clock.let_pass(200)
    served.lobby.next("welcome")
    count = len(served.lobby.frames)
    for _ in range(3):
        served.clock.let_pass(200)
        served.inbox.put(visit.LanguageChosen("tlh"))
    served.inbox.put(visit.Chosen(comfort.LARGE))
    served.lobby.next("welcome")
    assert len(served.lobby.frames) == count + 1


class Room:
    """From the pages of an attendant to what is heard of them, as the screen joins the two."""

    def __init__(self, clock: HandClock) -> None:
        self.plugged: list[bool] = []
        self.bridge = Bridge(lambda _: None, on_headphones=self.plugged.append)
        self.screen = ScreenInWords(self.bridge, clock)
        self.voice = WrittenVoice()
        self.reader = Reader(self.voice)
        self.bridge.unplugged.connect(self.reader.unplugged)
        self.heard: list[str] = []
        self.reader.heard.connect(self.heard.append)

    def read(self) -> str:
        self.heard.clear()
        for _, frame, said in self.bridge.pages():
            self.reader.show(said, private=frame.private, visit=frame.visit)
        return " ".join(self.heard)


@pytest.mark.parametrize("private", [True, False])
def test_what_is_personal_of_a_check_in_is_heard_on_headphones_and_only_there(
    served: Serving, clock: HandClock, qtbot: QtBot, *, private: bool
) -> None:
    room = Room(clock)
    after(served, VoicesChanged(LANGUAGES), IN if private else visit.Chosen(comfort.SPEECH))
    served.inbox.put(CARD)
    served.lobby.next("looking")
    page = served.lobby.next("confirm")
    room.screen.show(page, served.lobby.frames[-1])
    heard = room.read()
    assert say_aloud(page.heading, "fi") in heard
    assert page.card is not None
    assert page.card.time is not None
    assert ("kello" in heard) == private
    assert (say(Text("aloud.kept-back"), "fi") in heard) != private


def test_the_time_that_is_said_is_the_one_on_the_screen(served: Serving, clock: HandClock, qtbot: QtBot) -> None:
    room = Room(clock)
    around = after(served, VoicesChanged(LANGUAGES), visit.Chosen(comfort.SPEECH))
    page = tell.tell(visit.Welcome("fi"), SITE, clock.now())
    room.screen.show(page, around)
    assert "Kello on 8 50." in room.read()
    assert room.screen.time() == "8.50"
    assert list(room.bridge.pages()) == []
    clock.let_pass(120)
    assert room.screen.time() == "8.52"
    # Nobody is interrupted by the clock, and whoever asks hears what it is now.
    assert room.read() == ""
    room.reader.again()
    assert "Kello on 8 52." in room.heard
    room.screen.show(page, replace(around, comfort=comfort.AS_USUAL))
    room.read()
    clock.let_pass(120)
    assert room.screen.time() == "8.54"
    assert list(room.bridge.pages()) == []


def test_pulled_out_the_reader_is_told_before_the_attendant_has_done_anything(clock: HandClock, qtbot: QtBot) -> None:
    room = Room(clock)
    room.bridge.headphones(True)
    assert room.plugged == [True]
    with qtbot.waitSignal(room.bridge.unplugged):
        room.bridge.headphones(False)
    assert room.plugged == [True, False]
    assert not room.reader.private
