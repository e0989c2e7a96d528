"""The real voice: Qt over a real speech dispatcher with espeak-ng, and what happens when either is not there."""

import json
import os
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot
from structlog.testing import capture_logs

from kiosk.checkin.tell.aloud import Utterance
from kiosk.config import ConfigError, load
from kiosk.ui.voice.dispatcher import Dispatcher, DispatcherError
from kiosk.ui.voice.making import SpeechOptions, voice_of
from kiosk.ui.voice.reader import Reader
from kiosk.ui.voice.recorded import RecordedVoice
from kiosk.ui.voice.spoken import BEGINS_WITHIN, QtVoice
from kiosk.ui.voice.voice import Silent, Voice
from kiosk.ui.voice.written import WrittenVoice
from tests.scenario.test_forgetting import found
from tests.speech.conftest import SECONDS, Told


def daemon_in(folder: Path) -> int:
    """The dispatcher that has its files there."""
    return int((folder / "pid").read_text())


def is_running(pid: int) -> bool:
    """Whether there is such a process, other than one that only waits to be forgotten."""
    try:
        return bool(Path(f"/proc/{pid}/maps").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return False


LONG = "Tämä on pitkä lause, jota luetaan kauan. " * 20


def test_it_speaks_the_languages_of_the_machine_and_no_somali(voice: tuple[QtVoice, Told]) -> None:
    languages = voice[0].languages  # type: ignore[attr-defined]
    assert languages >= {"fi", "sv", "en", "ru", "et", "ar"}
    assert "so" not in languages


def test_each_utterance_begins_and_ends(voice: tuple[QtVoice, Told], qtbot: QtBot) -> None:
    speaker, told = voice
    for number, (words, language) in enumerate((("Hei.", "fi"), ("Hej.", "sv"), ("Hello.", "en"), ("Привет.", "ru"))):
        speaker.say(number + 1, words, language)
        ended = ("ended", number + 1)
        qtbot.waitUntil(partial(told.events.__contains__, ended), timeout=SECONDS)
    assert told.events == [(what, number) for number in (1, 2, 3, 4) for what in ("began", "ended")]


def test_who_interrupts_hears_the_new_words_and_the_old_ones_never_end(
    voice: tuple[QtVoice, Told], qtbot: QtBot
) -> None:
    speaker, told = voice
    for number in range(1, 30):
        speaker.say(number, LONG, "fi")
    speaker.say(99, "Loppu.", "fi")
    qtbot.waitUntil(lambda: ("ended", 99) in told.events, timeout=SECONDS)
    assert [number for what, number in told.events if what == "ended"] == sorted(
        {number for what, number in told.events if what == "ended"}
    )
    assert told.events[-2:] == [("began", 99), ("ended", 99)]


def test_a_language_without_a_voice_is_over_at_once(voice: tuple[QtVoice, Told], qtbot: QtBot) -> None:
    speaker, told = voice
    speaker.say(1, "Ku soo dhowow.", "so")
    qtbot.waitUntil(lambda: told.events == [("ended", 1)], timeout=SECONDS)


def test_a_whole_page_is_read_through_it(voice: tuple[QtVoice, Told], qtbot: QtBot) -> None:
    speaker, _ = voice
    reader = Reader(speaker)
    heard: list[str] = []
    reader.heard.connect(heard.append)
    words = [f"Lause numero {number}." for number in range(8)]
    reader.show([Utterance(one, language="fi") for one in words], private=False, visit=1)
    qtbot.waitUntil(lambda: not reader.speaking, timeout=SECONDS)
    assert heard == words


def test_nothing_waits_in_the_thread_that_asks(voice: tuple[QtVoice, Told], silence: Path, qtbot: QtBot) -> None:
    speaker, told = voice
    daemon = daemon_in(silence / "speech")
    os.kill(daemon, signal.SIGSTOP)
    began = monotonic()
    for number in range(1, 20):
        speaker.say(number, LONG, "fi" if number % 2 else "sv")
        speaker.stop()
    beats: list[bool] = []
    beat = QTimer(interval=1)
    beat.timeout.connect(lambda: beats.append(True))
    beat.start()
    qtbot.waitUntil(lambda: len(beats) > 50, timeout=SECONDS)
    # The dispatcher answers nothing, and yet the window would go on drawing.
    assert told.events == []
    assert monotonic() - began < BEGINS_WITHIN
    os.kill(daemon, signal.SIGCONT)
    speaker.say(20, "Loppu.", "fi")
    qtbot.waitUntil(lambda: ("ended", 20) in told.events, timeout=SECONDS)


def test_qt_complains_of_nothing_when_the_voice_is_loaded(silence: Path) -> None:
    # The library looks for PipeWire as it is loaded, and this machine has none.
    command = [sys.executable, "-m", "kiosk.ui.voice.speaker", str(silence / "loading"), "libao", "{}"]
    done = subprocess.run(command, input="", capture_output=True, text=True, check=True)
    assert done.stdout.startswith('["speaks", [')
    assert done.stderr == ""


# --- what is not there ----------------------------------------------------------------------------------------------


def test_a_machine_without_the_program_is_silent_and_says_so_once(
    silence: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(silence / "nowhere"))
    voice = QtVoice(silence / "nothing", "libao")
    told = Told(voice)
    with capture_logs() as logs:
        voice.start()
        qtbot.waitUntil(lambda: told.broken == [True], timeout=SECONDS)
    assert told.languages == [frozenset()]
    voice.say(1, "Hei.", "fi")
    qtbot.waitUntil(lambda: told.events == [("ended", 1)], timeout=SECONDS)
    voice.close()
    assert [line["reason"] for line in logs if line["event"] == "voice_silent"] == ["no-program"]


def test_a_dispatcher_that_dies_is_a_fault_until_it_is_back(
    voice: tuple[QtVoice, Told], silence: Path, qtbot: QtBot
) -> None:
    speaker, told = voice
    os.kill(daemon_in(silence / "speech"), signal.SIGKILL)
    qtbot.waitUntil(lambda: told.broken == [True], timeout=SECONDS)
    assert told.languages == [frozenset()]
    qtbot.waitUntil(lambda: told.broken == [True, False], timeout=SECONDS)
    speaker.say(2, "Hei taas.", "fi")
    qtbot.waitUntil(lambda: told.events[-2:] == [("began", 2), ("ended", 2)], timeout=SECONDS)


def test_a_dispatcher_that_answers_nothing_is_ended_and_started_anew(silence: Path, qtbot: QtBot) -> None:
    voice = QtVoice(silence / "another", "libao", begins_within=1.0)
    told = Told(voice)
    voice.start()
    qtbot.waitUntil(lambda: told.broken == [False], timeout=SECONDS)
    hanging = daemon_in(silence / "another")
    os.kill(hanging, signal.SIGSTOP)
    voice.say(1, "Hei.", "fi")
    qtbot.waitUntil(lambda: told.broken == [False, True, False], timeout=SECONDS)
    assert told.events == [("ended", 1)]
    assert not is_running(hanging)
    voice.say(2, "Hei.", "fi")
    qtbot.waitUntil(lambda: ("ended", 2) in told.events, timeout=SECONDS)
    daemon = daemon_in(silence / "another")
    assert is_running(daemon)
    voice.close()
    assert not is_running(daemon)


@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV"])
def test_a_crash_of_the_speaking_process_is_none_of_the_screen(
    voice: tuple[QtVoice, Told], qtbot: QtBot, how: str
) -> None:
    speaker, told = voice
    assert speaker.pid is not None
    os.kill(speaker.pid, signal.Signals[how])
    qtbot.waitUntil(lambda: told.broken == [True, False], timeout=SECONDS)
    speaker.say(1, "Hei.", "sv")
    qtbot.waitUntil(lambda: told.events == [("began", 1), ("ended", 1)], timeout=SECONDS)


def test_whoever_loses_its_screen_ends_by_itself(silence: Path) -> None:
    command = [sys.executable, "-m", "kiosk.ui.voice.speaker", str(silence / "orphan"), "libao", "{}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as orphan:
        assert orphan.stdout is not None
        assert orphan.stdin is not None
        assert json.loads(orphan.stdout.readline())[0] == "speaks"
        daemon = daemon_in(silence / "orphan")
        orphan.stdin.close()
        assert orphan.wait(SECONDS / 1000) == 0
    assert not is_running(daemon)


def test_one_that_heeds_no_word_is_ended_all_the_same(silence: Path, tmp_path: Path) -> None:
    stubborn = tmp_path / "stubborn"
    stubborn.write_text("#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 0.1; done\n")
    stubborn.chmod(0o755)
    dispatcher = Dispatcher(silence / "speech", "libao", program=str(stubborn))
    ended: list[str] = []

    def start() -> None:
        try:
            dispatcher.start()
        except DispatcherError as error:
            ended.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    while dispatcher.pid is None:
        thread.join(0.01)
    pid = dispatcher.pid
    dispatcher.stop()
    assert not Path(f"/proc/{pid}").exists()
    thread.join()
    assert ended == ["ended"]


# --- which voice -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (None, Silent),
        (SpeechOptions(Path(), engine="none"), Silent),
        (SpeechOptions(Path(), engine="written"), WrittenVoice),
        (SpeechOptions(Path(), engine="speechd"), QtVoice),
        (SpeechOptions(Path(), clips=Path(), recorded=frozenset({"so"})), RecordedVoice),
        (SpeechOptions(Path(), clips=Path()), QtVoice),
    ],
)
def test_the_voice_is_the_configured_one(options: SpeechOptions | None, kind: type[Voice], qtbot: QtBot) -> None:
    assert type(voice_of(options, lambda _: None)) is kind


@pytest.mark.parametrize(
    "wrong", ["rate = 2", "volume = 0.0", 'engine = "hal"', 'audio = "rm -rf"', 'pulled_key = "x"']
)
def test_a_wrong_setting_is_named(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(f"[speech]\n{wrong}\n")
    with pytest.raises(ConfigError, match="speech"):
        load(path)


# --- what is kept ---------------------------------------------------------------------------------------------------


def processes_of(pid: int) -> list[int]:
    """A process and all that it has started, and those in their turn."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    # A module without a voice of its own has ended by itself, and has no memory any more.
    living = [int(child) for child in below if Path(f"/proc/{child}/maps").read_text()]
    return [pid, *(one for child in living for one in processes_of(child))]


def test_neither_process_nor_dispatcher_keeps_what_was_said(
    voice: tuple[QtVoice, Told], silence: Path, qtbot: QtBot
) -> None:
    secret = "Kummituksen tavaraton perjantai"
    speaker, told = voice
    pid = speaker.pid
    assert pid is not None
    assert daemon_in(silence / "speech") in processes_of(pid)
    reader = Reader(speaker)
    reader.show([Utterance(f"{secret}.", personal=True, language="fi")], private=True, visit=1)
    qtbot.waitUntil(lambda: not reader.speaking, timeout=SECONDS)
    # The daemon has the last message, or the search would prove nothing.
    assert any(found(one, secret) for one in processes_of(pid))
    reader.show([], private=False, visit=2)
    qtbot.waitUntil(lambda: not any(found(one, secret) for one in processes_of(pid)), timeout=SECONDS)
    for path in (silence / "speech").iterdir():
        assert not path.is_file() or "kummitu" not in path.read_text(errors="replace").lower()
    # And it still speaks.
    speaker.say(77, "Hei.", "fi")
    qtbot.waitUntil(lambda: told.events[-1] == ("ended", 77), timeout=SECONDS)
