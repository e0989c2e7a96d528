"""What is read, when, and what makes it stop: the reader with a voice that writes, and with one that takes its time."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication

from kiosk.checkin.tell.aloud import Reading, Recording, Utterance
from kiosk.ui.voice.reader import SLOWER, VOLUMES, Reader
from kiosk.ui.voice.voice import Voice
from kiosk.ui.voice.written import WrittenVoice

Said = Utterance[str]


def line(words: str, **more: object) -> Said:
    return replace(Utterance(words, language="fi"), **more)  # type: ignore[arg-type]


SITE = line("Terveysasema.", reading=Reading.ONCE)
HELP = line("Apua.", control="choice:call-staff", reading=Reading.ONCE)
FIRST = (
    SITE,
    line("Tervetuloa."),
    line("Näytä kortti."),
    line("Kirjoita.", control="choice:type"),
    line("Rivi.", reading=Reading.WHOLE),
    line("7.", control="key:7", personal=True, reading=Reading.ASKED),
    HELP,
)
SECOND = (SITE, line("Onko tämä aikasi?"), line("Kello 9.", personal=True), HELP)


class Slow(Voice):
    """Takes as long as the test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, str]] = []
        self.tuned: list[tuple[float, float]] = []
        self.stops = 0
        self.forgotten = 0

    def say(self, number: int, words: str, language: str, recordings: Sequence[Recording] = ()) -> None:
        self.asked.append((number, words))

    def stop(self) -> None:
        self.stops += 1

    def tune(self, rate: float, volume: float) -> None:
        self.tuned.append((rate, volume))

    def forget(self) -> None:
        self.forgotten += 1

    def end(self) -> None:
        """The one that was asked for last has been said."""
        self.began.emit(self.asked[-1][0])
        self.ended.emit(self.asked[-1][0])

    @property
    def words(self) -> list[str]:
        return [words for _, words in self.asked]


class Heard:
    def __init__(self, voice: Voice) -> None:
        self.reader = Reader(voice, 0.0, 0.7)
        self.words: list[str] = []
        self.reader.heard.connect(self.words.append)

    def show(self, *said: Said, private: bool = False, visit: int = 1) -> list[str]:
        """What is heard of it."""
        self.words.clear()
        self.reader.show(said, private=private, visit=visit)
        return list(self.words)


@pytest.fixture
def app(qapp: QCoreApplication) -> QCoreApplication:
    return qapp


@pytest.fixture
def heard(app: QCoreApplication) -> Heard:
    return Heard(WrittenVoice())


@pytest.fixture
def slow(app: QCoreApplication) -> Slow:
    return Slow()


def test_a_page_is_read_from_its_beginning_and_what_stands_around_it_once(heard: Heard) -> None:
    whole = ["Terveysasema.", "Tervetuloa.", "Näytä kortti.", "Kirjoita.", "Rivi.", "Apua."]
    assert heard.show(*FIRST) == whole
    assert heard.show(*SECOND) == ["Onko tämä aikasi?"]
    assert heard.show(*FIRST) == ["Tervetuloa.", "Näytä kortti.", "Kirjoita.", "Rivi."]
    assert heard.show(*FIRST, visit=2) == []
    assert heard.show(*SECOND, visit=3) == ["Terveysasema.", "Onko tämä aikasi?", "Apua."]


def test_a_page_that_stands_is_not_read_again_but_for_what_is_new(heard: Heard) -> None:
    heard.show(*FIRST)
    assert heard.show(*FIRST) == []
    assert heard.show(*FIRST, line("Ota lappu.")) == ["Ota lappu."]
    changed = [replace(one, words="Apua. valittu.") if one is HELP else one for one in FIRST]
    assert heard.show(*changed) == ["Apua. valittu."]


def test_what_is_personal_is_for_headphones_alone(heard: Heard) -> None:
    assert heard.show(*SECOND) == ["Terveysasema.", "Onko tämä aikasi?", "Apua."]
    # Plugged in on the same page: all of it is read once more, now whole.
    assert heard.show(*SECOND, private=True) == ["Onko tämä aikasi?", "Kello 9."]


def test_what_is_said_only_again_is_never_said_by_itself(heard: Heard) -> None:
    clock = line("Kello on 8 50.", reading=Reading.AGAIN)
    assert clock.words not in heard.show(*FIRST, clock)
    later = replace(clock, words="Kello on 8 51.")
    assert heard.show(*FIRST, later) == []
    heard.words.clear()
    heard.reader.again()
    assert heard.words == ["Tervetuloa.", "Näytä kortti.", "Kirjoita.", "Rivi.", "Kello on 8 51."]


def test_typing_is_echoed_and_erasing_is_not_taken_for_typing(heard: Heard) -> None:
    def typed(character: str, count: int) -> tuple[Said, ...]:
        return (
            line("Kirjoita koodi."),
            line(f"{character}.", personal=True, mark=count),
            line(f"{count} merkkiä."),
        )

    heard.show(line("Kirjoita koodi."), private=True)
    assert heard.show(*typed("1", 1), private=True) == ["1.", "1 merkkiä."]
    assert heard.show(*typed("1", 2), private=True) == ["1.", "2 merkkiä."]
    assert heard.show(*typed("1", 1), private=True) == ["1 merkkiä."]


def test_a_control_is_said_in_the_place_of_all_else(slow: Slow) -> None:
    heard = Heard(slow)
    heard.show(*FIRST)
    assert slow.words == ["Terveysasema."]
    stops = slow.stops
    assert heard.reader.at("choice:type")
    assert slow.stops == stops + 1
    assert slow.words == ["Terveysasema.", "Kirjoita."]
    slow.end()
    assert slow.words[-1] == "Kirjoita."
    assert not heard.reader.speaking
    assert not heard.reader.at("choice:nothing")
    assert not heard.reader.at("key:7")
    assert slow.words[-1] == "Kirjoita."


def test_what_was_stopped_does_not_go_on_when_its_end_comes_late(slow: Slow) -> None:
    heard = Heard(slow)
    heard.show(*FIRST)
    number = slow.asked[-1][0]
    heard.reader.hush()
    slow.ended.emit(number)
    slow.began.emit(number)
    assert slow.words == ["Terveysasema."]
    assert heard.words == []


def test_a_new_page_stops_the_one_before(slow: Slow) -> None:
    heard = Heard(slow)
    heard.show(*FIRST)
    slow.end()
    assert slow.words == ["Terveysasema.", "Tervetuloa."]
    heard.show(*SECOND)
    assert slow.words[-1] == "Onko tämä aikasi?"


def test_news_come_behind_what_is_being_said(slow: Slow) -> None:
    heard = Heard(slow)
    heard.show(*FIRST)
    slow.end()
    stops = slow.stops
    heard.show(*FIRST[:3], line("Ota lappu."), *FIRST[4:])
    assert slow.stops == stops
    slow.end()
    slow.end()
    assert slow.words[-2:] == ["Näytä kortti.", "Rivi."]
    slow.end()
    slow.end()
    assert slow.words[-2:] == ["Apua.", "Ota lappu."]


def test_pulled_out_it_stops_and_nothing_personal_comes_any_more(slow: Slow) -> None:
    heard = Heard(slow)
    heard.show(*SECOND, private=True)
    slow.end()
    slow.end()
    assert slow.words[-1] == "Kello 9."
    stops = slow.stops
    heard.reader.unplugged()
    assert slow.stops == stops + 1
    assert not heard.reader.speaking
    heard.reader.again()
    slow.end()
    assert "Kello 9." not in slow.words[3:]


def test_again_reads_the_page_from_its_beginning(heard: Heard) -> None:
    heard.show(*FIRST)
    heard.words.clear()
    heard.reader.again()
    assert heard.words == ["Tervetuloa.", "Näytä kortti.", "Kirjoita.", "Rivi."]


def test_slower_and_louder_hold_for_the_visit_and_say_once_more_what_was_being_said(slow: Slow) -> None:
    heard = Heard(slow)
    heard.show(*FIRST)
    heard.reader.slower()
    assert slow.tuned[-1] == (SLOWER[1], 0.7)
    assert slow.words == ["Terveysasema.", "Terveysasema."]
    heard.reader.louder()
    assert slow.tuned[-1][1] == 1.0
    heard.reader.slower()
    heard.reader.slower()
    assert slow.tuned[-1][0] == 0.0
    for volume in (*VOLUMES, VOLUMES[0]):
        heard.reader.louder()
        assert slow.tuned[-1][1] == volume
    heard.show(*SECOND, visit=1)
    assert slow.tuned[-1][1] == VOLUMES[0]
    heard.show(*FIRST, visit=2)
    assert slow.tuned[-1] == (0.0, 0.7)


def test_the_steps_of_the_volume_are_far_enough_apart() -> None:
    """EN 301 549, 8.2.1.1 and 8.2.1.2: 18 dB in all, and one step 12 dB above the lowest."""
    above_lowest = [20 * math.log10(volume / VOLUMES[0]) for volume in VOLUMES]
    assert above_lowest[-1] >= 18
    assert any(abs(step - 12) < 0.1 for step in above_lowest)


def test_switched_off_it_is_silent_as_usual_and_has_forgotten(slow: Slow) -> None:
    heard = Heard(slow)
    heard.show(*SECOND, private=True)
    heard.reader.louder()
    heard.show()
    assert not heard.reader.on
    assert not heard.reader.speaking
    assert slow.tuned[-1] == (0.0, 0.7)
    assert slow.forgotten == 1
    said = len(slow.asked)
    heard.reader.again()
    heard.reader.at("choice:type")
    assert len(slow.asked) == said
    heard.show()
    assert slow.forgotten == 1
