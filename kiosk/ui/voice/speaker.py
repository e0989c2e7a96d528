"""``python -m kiosk.ui.voice.speaker``: the process that speaks, with Qt's QTextToSpeech over a speech dispatcher.

A process of its own, because libspeechd waits for each answer of its daemon with Python's lock held, and crashes where
that daemon dies: neither may happen to the screen. One JSON value per line, in by standard input:

``["say", 7, "Hei.", "fi"]``, ``["stop"]``, ``["tune", -0.25, 0.7]``

and out by standard output: ``["speaks", ["fi", …]]`` once it can, ``["began", 7]``, ``["ended", 7]``, and before it
gives up ``["silent", "no-program"]``. It ends with its input.

Qt tells of the state alone (speaking, ready), not whose: one utterance begins only once the one before has ended or
been cancelled.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale, QLoggingCategory, QSocketNotifier, Qt, QTimer

from kiosk.ui.voice.dispatcher import Dispatcher, DispatcherError

UNUSED = "qt.multimedia.symbolsresolver"
"""QtTextToSpeech is linked with QtMultimedia, which looks for PipeWire's library as it is loaded and complains where a
machine has none. Nothing is played through QtMultimedia here: the dispatcher plays."""

STOPS_WITHIN = 1.0
"""Seconds after which something that was cancelled before it began is believed to be over."""
LOOK_EVERY = 0.5
READ = 65536

LOCALES = {"en": "en_GB"}
"""Where a language has several, and the first is not the one that is written here."""


def main(folder: Path, audio: str, voices: Mapping[str, str]) -> int:
    """Speak until the input ends. 1 where it could not."""
    QLoggingCategory.setFilterRules(f"{UNUSED}.warning=false")
    app = QCoreApplication([])
    dispatcher = Dispatcher(folder, audio)
    try:
        dispatcher.start()
        speaker = Speaker(voices)
    except DispatcherError as error:
        tell("silent", str(error))
        return 1
    finally:
        # Whatever happens from here on, the daemon must not stay.
        app.aboutToQuit.connect(dispatcher.kill)
    looking = QTimer(interval=round(LOOK_EVERY * 1000))
    looking.timeout.connect(lambda: app.exit(1) if dispatcher.pid is None else None)
    looking.start()
    listening = QSocketNotifier(0, QSocketNotifier.Type.Read)
    heard = b""

    def hear() -> None:
        nonlocal heard
        more = os.read(0, READ)
        if not more:
            app.exit(0)
        *lines, heard = (heard + more).split(b"\n")
        for line in lines:
            speaker.do(*json.loads(line))

    listening.activated.connect(hear)
    speaker.open()
    code = app.exec()
    dispatcher.kill()
    return code


def tell(*message: object) -> None:
    """Say something to whoever started this."""
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Speaker:
    """One utterance after the other. Raises ``DispatcherError`` where Qt can't reach the daemon."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        # Loaded late: the daemon has been started meanwhile.
        from PySide6.QtTextToSpeech import QTextToSpeech

        self._states = QTextToSpeech.State
        self._chosen = chosen
        self._speech = QTextToSpeech("speechd")
        if self._speech.state() is not self._states.Ready:
            raise DispatcherError(self._speech.errorReason().name.lower())
        self._locales = locale_of_each(self._speech.availableLocales())
        self._language = ""
        self._waiting: tuple[int, str, str] | None = None
        self._number: int | None = None
        self._busy = False
        self._cancelled = QTimer(singleShot=True, interval=round(STOPS_WITHIN * 1000))
        self._cancelled.timeout.connect(self._over)
        self._speech.stateChanged.connect(self._changed, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """Tell what can be said."""
        tell("speaks", sorted(self._locales))

    def do(self, what: str, *how: Any) -> None:
        """What was asked for."""
        match what, *how:
            case "say", int(number), str(words), str(language):
                self._say(number, words, language)
            case ("stop",):
                self._stop()
            case "tune", rate, volume:
                self._speech.setRate(float(rate))
                self._speech.setVolume(float(volume))

    def _say(self, number: int, words: str, language: str) -> None:
        if language not in self._locales:
            tell("ended", number)
            return
        self._waiting = number, words, language
        if self._busy:
            self._cancel()
        else:
            self._begin()

    def _stop(self) -> None:
        self._waiting = None
        if self._busy:
            self._cancel()

    def _begin(self) -> None:
        if self._waiting is None:
            return
        number, words, language = self._waiting
        self._waiting = None
        self._number, self._busy = number, True
        if language != self._language:
            self._language = language
            self._speech.setLocale(self._locales[language])
            name = self._chosen.get(language)
            for voice in self._speech.availableVoices() if name else ():
                if voice.name() == name:
                    self._speech.setVoice(voice)
        self._speech.say(words)

    def _cancel(self) -> None:
        self._number = None
        self._cancelled.start()
        self._speech.stop()

    def _changed(self, state: object) -> None:
        if state is self._states.Speaking and self._number is not None:
            tell("began", self._number)
        elif state is self._states.Ready and self._busy:
            self._over()
        elif state is self._states.Error:
            QCoreApplication.exit(1)

    def _over(self) -> None:
        """What was being said has ended, or was cancelled."""
        self._cancelled.stop()
        self._busy = False
        number, self._number = self._number, None
        if number is not None:
            tell("ended", number)
        self._begin()


def locale_of_each(locales: list[QLocale]) -> dict[str, QLocale]:
    """The locale in which each language is spoken; of several the usual one."""
    found: dict[str, dict[str, QLocale]] = {}
    for locale in locales:
        found.setdefault(locale.name().partition("_")[0], {})[locale.name()] = locale
    return {code: _usual(code, several) for code, several in found.items() if code != "C"}


def _usual(code: str, several: Mapping[str, QLocale]) -> QLocale:
    wanted = (LOCALES.get(code, ""), QLocale(code).name())
    return next((several[name] for name in wanted if name in several), several[min(several)])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])))
