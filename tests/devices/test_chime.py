"""The chime through the real player, into ALSA's own file plugin in the place of a sound card."""

import io
import itertools
import math
import os
import time
import wave
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.checkin.faults import HELP_SOUND_GONE
from kiosk.devices import chime
from kiosk.devices.chime import Chime
from kiosk.devices.supervisor import DeviceState

Until = Callable[[Callable[[], object]], None]
SILENT = DeviceState("chime", connected=False, faults=frozenset({HELP_SOUND_GONE.code}))
WELL = DeviceState("chime", connected=True)


def recorder(path: Path, form: str = "wav") -> str:
    """An ALSA device that writes what it plays, and takes no time for it."""
    return f"file:'{path}',{form}"


def samples(file: Path | io.BytesIO) -> Sequence[int]:
    with wave.open(str(file) if isinstance(file, Path) else file) as sound:
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (chime.RATE, 2, 1)
        return array("h", sound.readframes(sound.getnframes()))


def power(heard: Sequence[int], since: float, until: float, hertz: float) -> float:
    """Of a sine of this frequency in a piece of the sound, by Goertzel's algorithm; 1 is the loudest there can be."""
    piece = heard[round(since * chime.RATE) : round(until * chime.RATE)]
    turn = 2 * math.cos(2 * math.pi * hertz / chime.RATE)
    before, last = 0.0, 0.0
    for sample in piece:
        before, last = last, sample / 32_768 + turn * last - before
    return (before**2 + last**2 - turn * before * last) * 4 / len(piece) ** 2


def test_three_times_two_tones_come_out_of_the_real_player(tmp_path: Path, until: Until) -> None:
    path, states = tmp_path / "heard.wav", list[DeviceState]()
    whole = len(chime.sound())
    with capture_logs() as logs, Chime(recorder(path), on_state=states.append) as bell:
        bell.give()
        until(lambda: path.exists() and path.stat().st_size >= whole and bell._playing is None)
    heard = samples(path)
    first, second = chime.TONES
    between = math.sqrt(first * second)
    for time_ in range(chime.TIMES):
        begins = time_ * (chime.LASTS + chime.PAUSE)
        early = [power(heard, begins + 0.05, begins + 0.4, hertz) for hertz in (first, second, between)]
        late = [power(heard, begins + 0.6, begins + 1.0, hertz) for hertz in (first, second, between)]
        assert early[0] > 50 * max(early[1:])
        assert late[1] > 5 * late[0] > 0
        assert late[1] > 50 * late[2]
        assert power(heard, begins + chime.LASTS + 0.01, begins + chime.LASTS + chime.PAUSE - 0.01, first) == 0
    assert logs == []
    assert states == []


def test_who_is_read_to_hears_one_at_a_time_with_long_rests(tmp_path: Path, until: Until) -> None:
    heard, player = tmp_path / "heard", tmp_path / "player"
    # Each that is played is kept in a file of its own, by the time at which it began.
    player.write_text(f'#!/bin/sh\nexec cat > "{heard}-$(date +%s%N)"\n')
    player.chmod(0o700)
    with Chime("null", player=str(player), rest=0.2) as bell:
        bell.give(listening=True)
        until(lambda: len(list(tmp_path.glob("heard-*"))) == chime.TIMES and bell._playing is None)
    played = sorted(tmp_path.glob("heard-*"))
    begun = [int(path.name.removeprefix("heard-")) / 1e9 for path in played]
    assert min(later - earlier for earlier, later in itertools.pairwise(begun)) >= 0.2
    lasts = [len(samples(path)) / chime.RATE for path in played]
    # Three seconds is what EN 301 549, 5.1.3.10 lets a sound interfere.
    assert lasts == [pytest.approx(chime.LASTS)] * chime.TIMES
    assert max(lasts) < 3.0 < chime.REST


def test_closing_does_not_wait_for_the_rests(until: Until) -> None:
    with Chime("null", player="cat") as bell:
        bell.give(listening=True)
        until(lambda: bell._listening and not bell._asked.is_set() and bell._playing is None)
        began = time.monotonic()
    assert time.monotonic() - began < chime.LEAVING


def test_it_is_soft_and_never_clips() -> None:
    heard = samples(io.BytesIO(chime.sound()))
    assert len(heard) == round(chime.RATE * (3 * chime.LASTS + 2 * chime.PAUSE))
    assert 0.3 * 32_768 < max(abs(sample) for sample in heard) <= chime.LOUDNESS * 32_768
    # Neither the beginning nor the end clicks.
    steps = [abs(after - before) for before, after in itertools.pairwise(heard)]
    assert max(steps[:100]) < 500
    assert max(steps[-100:]) < 100
    assert heard[0] == 0


def test_a_device_that_is_not_there_is_said_once_and_so_is_its_coming_back(tmp_path: Path, until: Until) -> None:
    states: list[DeviceState] = []
    folder, tries, player = tmp_path / "later", tmp_path / "tries", tmp_path / "player"
    player.write_text(f'#!/bin/sh\necho >> {tries}\nexec aplay "$@"\n')
    player.chmod(0o700)
    device = recorder(folder / "heard.wav")
    with capture_logs() as logs, Chime(device, player=str(player), on_state=states.append) as bell:
        bell.give()
        until(lambda: states == [SILENT] and bell._playing is None)
        bell.give()
        until(lambda: tries.stat().st_size == 2 and bell._playing is None)
        folder.mkdir()
        bell.give()
        until(lambda: states == [SILENT, WELL])
    assert [(entry["event"], entry.get("reason")) for entry in logs] == [
        ("chime_silent", "no-device"),
        ("chime_sounds", None),
    ]


@pytest.mark.parametrize(
    ("device", "player", "why"), [("no-such-device", "aplay", "no-device"), ("null", "no-such-player", "no-player")]
)
def test_nothing_to_play_with_stops_nothing(device: str, player: str, why: str, until: Until) -> None:
    states: list[DeviceState] = []
    with capture_logs() as logs, Chime(device, player=player, on_state=states.append) as bell:
        bell.give()
        until(lambda: states == [SILENT])
    assert [entry["reason"] for entry in logs] == [why]


@pytest.fixture
def stuck(tmp_path: Path) -> str:
    """A device whose opening never ends: the player waits for somebody to read from the pipe."""
    os.mkfifo(tmp_path / "pipe")
    return recorder(tmp_path / "pipe", "raw")


def test_a_player_that_hangs_holds_nobody_up_and_is_ended(stuck: str, until: Until) -> None:
    states: list[DeviceState] = []
    with capture_logs() as logs, Chime(stuck, longest=0.3, on_state=states.append) as bell:
        began = time.monotonic()
        bell.give()
        assert time.monotonic() - began < 0.01
        until(lambda: bell._playing is not None)
        player = bell._playing
        assert player is not None
        began = time.monotonic()
        for _ in range(100):
            bell.give()
        assert time.monotonic() - began < 0.05
        until(lambda: states == [SILENT])
        assert player.returncode == -9
    assert [entry["reason"] for entry in logs] == ["hangs"]


def test_closing_ends_a_player_that_hangs(stuck: str, until: Until) -> None:
    with capture_logs() as logs, Chime(stuck) as bell:
        bell.give()
        until(lambda: bell._playing is not None)
        player = bell._playing
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert player is not None
    assert player.returncode == -9
    assert logs == []


def test_closing_unasked_is_quick() -> None:
    began = time.monotonic()
    with Chime("null"):
        pass
    assert time.monotonic() - began < 1
