"""``RecordedVoice``: languages without a voice from recordings, a file for each message; others from another voice.

The files are WAV with 16 bits, ``<folder>/<language>/<name>.wav``. ALSA's own player plays them (``aplay``), in a
process of its own, as with the chime: it is ended at once where somebody interrupts. They are made quieter as the kiosk
is set; slower they can't be.
"""

import io
import sys
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path

import structlog
from PySide6.QtCore import QProcess

from kiosk.checkin.tell.aloud import Recording
from kiosk.ui.voice.voice import Voice

log = structlog.get_logger(__name__)

PLAYER = "aplay"


class RecordedVoice(Voice):
    """``languages`` are those that have all their recordings in ``folder``; ``device`` is ALSA's name for the output.

    What a site names itself may have no recording: ``other`` says it, as well as it can.
    """

    def __init__(
        self, other: Voice, folder: Path, languages: frozenset[str], device: str, player: str = PLAYER
    ) -> None:
        super().__init__()
        self._other = other
        self._folder = folder
        self._languages = languages
        self._command = (player, ["--quiet", f"--device={device}", "--file-type=wav", "-"])
        self._volume = 1.0
        self._left: list[Recording] = []
        self._language = ""
        self._number: int | None = None
        self._playing: QProcess | None = None
        other.began.connect(self._other_began)
        other.ended.connect(self._other_ended)
        other.speaks.connect(self._other_speaks)

    def start(self) -> None:
        """Recordings need no start; the other voice may."""
        self.speaks.emit(self._languages)
        self._other.start()

    def say(self, number: int, words: str, language: str, recordings: Sequence[Recording] = ()) -> None:
        """Play the recordings, or let the other voice say it."""
        self.stop()
        self._number, self._language = number, language
        if language in self._languages:
            self._left = list(recordings)
            self.began.emit(number)
            self._next()
        else:
            self._other.say(number, words, language)

    def stop(self) -> None:
        """Silence at once."""
        self._left, self._number = [], None
        playing, self._playing = self._playing, None
        if playing is not None:
            playing.finished.disconnect(self._played)
            playing.errorOccurred.disconnect(self._failed)
            playing.finished.connect(playing.deleteLater)
            playing.kill()
        self._other.stop()

    def tune(self, rate: float, volume: float) -> None:
        """The volume for both, the rate for the other."""
        self._volume = volume
        self._other.tune(rate, volume)

    def forget(self) -> None:
        """Nothing is kept here."""
        self._other.forget()

    def close(self) -> None:
        """End both."""
        self.stop()
        self._other.close()

    def _next(self) -> None:
        if self._number is None:
            return
        if not self._left:
            number, self._number = self._number, None
            self.ended.emit(number)
            return
        recording = self._left.pop(0)
        try:
            sound = louder(self._folder / self._language / f"{recording.name}.wav", self._volume)
        except (OSError, wave.Error, EOFError):
            self._other.say(self._number, recording.words, recording.language)
            return
        player = QProcess(self)
        player.setStandardErrorFile(QProcess.nullDevice())
        player.finished.connect(self._played)
        player.errorOccurred.connect(self._failed)
        self._playing = player
        player.start(*self._command)
        player.write(sound)
        player.closeWriteChannel()

    def _played(self) -> None:
        player, self._playing = self._playing, None
        if player is not None:
            if player.exitCode():
                log.warning("recording_not_played")
            player.deleteLater()
        self._next()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            log.warning("recording_not_played")
            self._playing = None
            self._next()

    def _other_began(self, number: int) -> None:
        if self._language not in self._languages:
            self.began.emit(number)

    def _other_ended(self, number: int) -> None:
        if self._language in self._languages:
            self._next()
        else:
            self.ended.emit(number)

    def _other_speaks(self, languages: frozenset[str]) -> None:
        self.speaks.emit(languages | self._languages)


def louder(path: Path, volume: float) -> bytes:
    """The file at ``volume``, from 0 to 1. Raises ``OSError``, ``EOFError`` or ``wave.Error`` for what is none."""
    with wave.open(str(path), "rb") as file:
        shape, samples = file.getparams(), file.readframes(file.getnframes())
    if shape.sampwidth != 2:
        raise wave.Error("not of 16 bits")
    levels = array("h", samples)
    if sys.byteorder == "big":
        levels.byteswap()
    scaled = array("h", (round(level * volume) for level in levels))
    if sys.byteorder == "big":
        scaled.byteswap()
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams(shape)
        file.writeframes(scaled.tobytes())
    return made.getvalue()
