"""Staff called by light and sound: each is given, whatever becomes of the other."""

import os
import select
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk import config
from kiosk.composition.fitting import signalling
from kiosk.composition.signals import Signals
from kiosk.config import Config, HelpConfig, RelayConfig
from kiosk.diagnostics.board import Board

SECONDS = 5.0


class Counting:
    def __init__(self, error: Exception | None = None) -> None:
        self.given = 0
        self.error = error
        self.listening = False

    def give(self, *, listening: bool = False) -> None:
        self.given += 1
        self.listening = listening
        if self.error is not None:
            raise self.error


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    ours, theirs = os.openpty()
    tty.setraw(ours)
    yield ours, os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def test_one_that_fails_stops_no_other() -> None:
    first, broken, last = Counting(), Counting(RuntimeError("secret")), Counting()
    with capture_logs() as logs:
        Signals([first, broken, last]).give(listening=True)
    assert (first.given, broken.given, last.given) == (1, 1, 1)
    assert first.listening
    assert last.listening
    assert [(entry["event"], entry["error"]) for entry in logs] == [("signal_failed", "RuntimeError")]
    assert "secret" not in repr(logs)


def test_light_and_sound_of_one_kiosk(line: tuple[int, str], tmp_path: Path, board: Board) -> None:
    """A chime that hangs keeps no light dark: the player waits for somebody to read from a pipe."""
    ours, port = line
    os.mkfifo(tmp_path / "pipe")
    file = tmp_path / "kiosk.toml"
    relay = RelayConfig(port, "4f4e", "4f4646", seconds=0.05)
    file.write_bytes(config.dump(Config(help=HelpConfig(sound=f"file:'{tmp_path}/pipe',raw", relay=relay))))
    read = config.load(file).help
    assert read is not None
    with signalling(read, board) as signal:
        assert signal is not None
        signal.give()
        got = b""
        while len(got) < 5 and select.select([ours], [], [], SECONDS)[0]:
            got += os.read(ours, 5 - len(got))
        assert got == b"ONOFF"


def test_a_kiosk_without_either_has_none(board: Board) -> None:
    for nothing in (None, HelpConfig()):
        with signalling(nothing, board) as signal:
            assert signal is None
