"""A real speech dispatcher with real voices, and a sound card that swallows everything."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from kiosk.forgetting import ENVIRONMENT
from kiosk.ui.voice.dispatcher import ADDRESS
from kiosk.ui.voice.spoken import QtVoice

SECONDS = 20_000
"""Milliseconds that a busy machine may take to find all its voices."""


class Told:
    """What a voice has told, in order."""

    def __init__(self, voice: QtVoice) -> None:
        self.events: list[tuple[str, int]] = []
        self.languages: list[frozenset[str]] = []
        self.broken: list[bool] = []
        self._heard = (
            (voice.began, lambda number: self.events.append(("began", number))),
            (voice.ended, lambda number: self.events.append(("ended", number))),
            (voice.speaks, self.languages.append),
            (voice.broken, self.broken.append),
        )
        for signal, hear in self._heard:
            signal.connect(hear)

    def close(self) -> None:
        for signal, hear in self._heard:
            signal.disconnect(hear)


@pytest.fixture(scope="module")
def silence() -> Iterator[Path]:
    """A folder with a short path, and no sound from anywhere."""
    with TemporaryDirectory(prefix="voice-") as name, pytest.MonkeyPatch.context() as monkeypatch:
        folder = Path(name)
        (folder / ".libao").write_text("default_driver=null\n")
        monkeypatch.setenv("HOME", name)
        monkeypatch.setenv("XDG_RUNTIME_DIR", name)
        # As a kiosk has them: what is given back is overwritten.
        for variable, value in ENVIRONMENT.items():
            monkeypatch.setenv(variable, value)
        monkeypatch.setenv(ADDRESS, "unset")
        yield folder


@pytest.fixture(scope="module")
def speaker(silence: Path, qapp: QCoreApplication) -> Iterator[QtVoice]:
    """A voice that speaks: to find all voices of a machine takes it two seconds."""
    voice = QtVoice(silence / "speech", "libao")
    told = Told(voice)
    waiting = QEventLoop()
    voice.speaks.connect(waiting.quit)
    QTimer.singleShot(SECONDS, waiting.quit)
    voice.start()
    waiting.exec()
    assert told.broken == [False]
    assert told.languages[0]
    voice.languages = told.languages[0]  # type: ignore[attr-defined]
    yield voice
    voice.close()


@pytest.fixture
def voice(speaker: QtVoice) -> Iterator[tuple[QtVoice, Told]]:
    """The voice, and what it tells from now on."""
    told = Told(speaker)
    yield speaker, told
    told.close()
