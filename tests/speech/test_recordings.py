"""A language without a voice: the recordings that it needs, and how they are played."""

import wave
from array import array
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from structlog.testing import capture_logs
from typer.testing import CliRunner

from kiosk.checkin.comfort import Comfort
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.tell.aloud import Recording, spelled
from kiosk.checkin.wording import Text, named
from kiosk.cli import app
from kiosk.composition.clips import missing, recorded_languages
from kiosk.composition.in_words import aloud
from kiosk.texts.recordings import needed_recordings, recordings
from kiosk.ui.voice.reader import Reader
from kiosk.ui.voice.recorded import RecordedVoice, louder
from kiosk.ui.voice.written import WrittenVoice
from tests.ui.every_page import every_state
from tests.ui.example_centre import NOW

SOMALI = "so"
LATER = NOW.replace(hour=9, minute=5)


def names(text: Text, language: str = SOMALI) -> list[str]:
    return [one.name for one in recordings(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (Text("welcome.heading"), ["welcome.heading"]),
        (spelled("B 042"), ["character/b", "character/0", "character/4", "character/2"]),
        (spelled("-"), ["character/dash"]),
        (Text("time", {"time": LATER}), ["number/9", "minute/05"]),
        (Text("time", {"time": LATER.replace(minute=0)}), ["number/9"]),
        (Text("done.later", {"time": LATER}), ["done.later.part-1", "number/9", "minute/05"]),
        (Text("day.of", {"time": LATER}), ["day/1", "number/23", "month/11"]),
        (Text("aloud.typed", {"count": 6}), ["number/6", "aloud.typed.1.part-1"]),
        (named({"fi": "Odotusalue B2"}), ["named/odotusalue-b2"]),
    ],
)
def test_each_message_is_one_recording_or_one_for_each_part(text: Text, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize("name", list(every_state(SOMALI)))
def test_a_language_with_all_its_recordings_lacks_none_on_any_page(name: str) -> None:
    state, site = every_state(SOMALI)[name]
    page = tell(state, site, NOW)
    around = frame(site, Comfort(speech=True), language=SOMALI, voices=(SOMALI,), private=True)
    needed = {one for one, _ in needed_recordings(SOMALI)}
    for said in aloud(page, around):
        assert said.recordings
        for one in said.recordings:
            # What a site or a language calls itself is no sentence of ours.
            own = one.name.startswith(("named/", "language/", "character/")) or one.name in needed
            assert own or one.name.startswith("number/"), one.name


def test_what_nobody_needs_to_record_twice_has_one_name() -> None:
    needed = list(needed_recordings(SOMALI))
    assert len({name for name, _ in needed}) == len(needed)
    assert all(words.strip() for _, words in needed)


def tone(path: Path, levels: list[int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(array("h", levels).tobytes())


def record_all(folder: Path, language: str) -> None:
    for name, _ in needed_recordings(language):
        tone(folder / language / f"{name}.wav", [0, 1000, -1000])


def test_a_language_is_offered_once_its_recordings_are_complete(tmp_path: Path) -> None:
    record_all(tmp_path, SOMALI)
    assert recorded_languages(tmp_path) == {SOMALI}
    (tmp_path / SOMALI / "welcome.heading.wav").unlink()
    with capture_logs() as logs:
        assert recorded_languages(tmp_path) == frozenset()
    assert missing(tmp_path, SOMALI) == ("welcome.heading",)
    assert logs[0]["event"] == "recordings_missing"


def test_whoever_records_is_told_what_is_still_missing(tmp_path: Path) -> None:
    record_all(tmp_path, SOMALI)
    (tmp_path / SOMALI / "welcome.heading.wav").unlink()
    whole = CliRunner().invoke(app, ["recordings", SOMALI])
    assert whole.exit_code == 0
    assert len(whole.output.splitlines()) == len(list(needed_recordings(SOMALI)))
    left = CliRunner().invoke(app, ["recordings", SOMALI, "--folder", str(tmp_path)])
    assert [line.split("\t")[0] for line in left.output.splitlines()] == ["so/welcome.heading.wav"]


@given(levels=st.lists(st.integers(-32768, 32767), min_size=1, max_size=50), volume=st.floats(0, 1))
def test_volume_scales_every_sample(tmp_path_factory: pytest.TempPathFactory, levels: list[int], volume: float) -> None:
    path = tmp_path_factory.mktemp("tone") / "tone.wav"
    tone(path, levels)
    made = path.with_name("made.wav")
    made.write_bytes(louder(path, volume))
    with wave.open(str(made), "rb") as file:
        got = array("h", file.readframes(file.getnframes()))
    assert list(got) == [round(level * volume) for level in levels]


class Playing:
    """A voice with recordings, played into nothing, and what is heard of it."""

    def __init__(self, folder: Path, player: str = "aplay", device: str = "null") -> None:
        self.other = WrittenVoice()
        self.voice = RecordedVoice(self.other, folder, frozenset({SOMALI}), device, player)
        self.events: list[tuple[str, int]] = []
        self.voice.began.connect(lambda number: self.events.append(("began", number)))
        self.voice.ended.connect(lambda number: self.events.append(("ended", number)))
        self.languages: list[frozenset[str]] = []
        self.voice.speaks.connect(self.languages.append)


HELLO = (Recording("hello", "Hei", "so"), Recording("again", "Taas", "so"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("hello", "again"):
        tone(tmp_path / SOMALI / f"{name}.wav", [1000] * 800)
    return tmp_path


def test_recordings_are_played_one_after_the_other(folder: Path, qtbot: QtBot) -> None:
    playing = Playing(folder)
    playing.voice.say(1, "Hei. Taas.", SOMALI, HELLO)
    qtbot.waitUntil(lambda: playing.events == [("began", 1), ("ended", 1)], timeout=10_000)
    playing.voice.say(2, "Hei.", "fi", ())
    assert playing.events[2:] == [("began", 2), ("ended", 2)]
    playing.voice.close()


def test_both_voices_tell_what_they_speak(folder: Path, qapp: Mapping[str, str]) -> None:
    playing = Playing(folder)
    playing.voice.start()
    assert playing.languages[-1] >= {SOMALI, "fi", "sv"}


def test_a_name_without_a_recording_is_said_by_the_other_voice(folder: Path, qtbot: QtBot) -> None:
    playing = Playing(folder)
    said: list[int] = []
    playing.other.began.connect(said.append)
    playing.voice.say(1, "Hei.", SOMALI, (HELLO[0], Recording("named/aula", "Aula", "fi"), HELLO[1]))
    qtbot.waitUntil(lambda: ("ended", 1) in playing.events, timeout=10_000)
    assert said == [1]
    assert playing.events == [("began", 1), ("ended", 1)]


def test_who_interrupts_ends_the_player(tmp_path: Path, folder: Path, qtbot: QtBot) -> None:
    played = tmp_path / "played"
    player = tmp_path / "player"
    player.write_text(f"#!/bin/sh\necho $$ >> {played}\nexec sleep 60\n")
    player.chmod(0o755)
    playing = Playing(folder, str(player))
    playing.voice.say(1, "Hei.", SOMALI, HELLO)
    qtbot.waitUntil(lambda: played.exists() and played.read_text().strip() != "", timeout=10_000)
    pid = int(played.read_text().split()[0])
    playing.voice.stop()
    qtbot.waitUntil(lambda: not Path(f"/proc/{pid}").exists(), timeout=10_000)
    assert playing.events == [("began", 1)]


def test_a_machine_without_a_player_is_silent_and_goes_on(folder: Path, qtbot: QtBot) -> None:
    playing = Playing(folder, "no-such-player")
    with capture_logs() as logs:
        playing.voice.say(1, "Hei.", SOMALI, HELLO)
        qtbot.waitUntil(lambda: ("ended", 1) in playing.events, timeout=10_000)
    assert logs[0]["event"] == "recording_not_played"


def test_a_page_is_read_from_recordings(tmp_path: Path, qtbot: QtBot) -> None:
    record_all(tmp_path, SOMALI)
    playing = Playing(tmp_path)
    reader = Reader(playing.voice)
    heard: list[str] = []
    reader.heard.connect(heard.append)
    state, site = every_state(SOMALI)["more-time"]
    page = tell(state, site, NOW)
    said = aloud(page, frame(site, Comfort(speech=True), language=SOMALI, voices=(SOMALI,)))
    reader.show([one for one in said if not one.control][:4], private=False, visit=1)
    qtbot.waitUntil(lambda: not reader.speaking, timeout=20_000)
    assert len(heard) >= 3
    playing.voice.close()
