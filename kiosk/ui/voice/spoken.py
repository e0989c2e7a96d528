"""``QtVoice``: a voice that speaks in a process of its own (``speaker``), so that the screen never waits for it."""

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import structlog
from PySide6.QtCore import QProcess, QTimer, Signal

from kiosk.checkin.tell.aloud import Recording
from kiosk.ui.voice.voice import Voice

log = structlog.get_logger(__name__)

STARTS_WITHIN = 20.0
"""Seconds in which it has found all the voices of the machine: two, where nothing else is going on."""
BEGINS_WITHIN = 5.0
LONGEST = 15.0, 0.25
"""Seconds that an utterance may take, and those for each character: one that takes longer is stuck."""
ENDS_WITHIN = 2.0
TRY_AGAIN = 1.0, 60.0
"""Seconds after which a voice that has failed is tried again, the first time and at most."""
NOTHING = "."
"""No engine makes a sound of it."""

MODULE = "kiosk.ui.voice.speaker"


class QtVoice(Voice):
    """``folder`` is for the dispatcher's files, ``audio`` what it plays through, such as ``pulse``.

    ``chosen`` names a voice for a language, as Qt names it; else the first of the language. ``broken`` tells when it
    has fallen silent and when it can be heard again. A voice that fails is started anew.
    """

    broken = Signal(bool)

    def __init__(
        self,
        folder: Path,
        audio: str,
        chosen: Mapping[str, str] | None = None,
        begins_within: float = BEGINS_WITHIN,
        module: str = MODULE,
    ) -> None:
        super().__init__()
        self._command = ["-m", module, str(folder), audio, json.dumps(dict(chosen or {}))]
        self._begins_within = begins_within
        self._process: QProcess | None = None
        self._pid = 0
        self._heard = b""
        self._languages: frozenset[str] = frozenset()
        self._language = ""
        self._tuning = (0.0, 1.0)
        self._saying: tuple[int, int] | None = None
        self._why = "ended"
        self._failures = 0
        self._silent = False
        self._too_long = QTimer(self, singleShot=True)
        self._too_long.timeout.connect(self._stuck)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.start)

    @property
    def pid(self) -> int | None:
        """The process that speaks, while there is one."""
        return None if self._process is None else self._pid

    def start(self) -> None:
        """Start the process; what it can say it tells by itself."""
        process = QProcess(self)
        # With whatever it starts itself it can be ended in one go.
        process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._hear)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed_to_start)
        self._process, self._heard, self._why = process, b"", "ended"
        self._too_long.start(round(STARTS_WITHIN * 1000))
        process.start(sys.executable, self._command)
        self._pid = process.processId()

    def say(self, number: int, words: str, language: str, recordings: Sequence[Recording] = ()) -> None:
        """Hand it over."""
        if language not in self._languages:
            self.ended.emit(number)
            return
        self._saying, self._language = (number, len(words)), language
        self._too_long.start(round(self._begins_within * 1000))
        self._ask("say", number, words, language)

    def stop(self) -> None:
        """Cancel what is being said."""
        if self._saying is not None:
            self._saying = None
            self._too_long.stop()
            self._ask("stop")

    def tune(self, rate: float, volume: float) -> None:
        """From the next utterance on."""
        if (rate, volume) != self._tuning:
            self._tuning = rate, volume
            if self._languages:
                self._ask("tune", rate, volume)

    def forget(self) -> None:
        """Let the dispatcher's last message be one of nothing."""
        if self._language in self._languages:
            self._ask("say", 0, NOTHING, self._language)

    def close(self) -> None:
        """End the process, and what it has started."""
        self._again.stop()
        pid, process = self._pid, self._part()
        if process is not None:
            process.closeWriteChannel()
            process.waitForFinished(round(ENDS_WITHIN * 1000))
            _end(pid)
            process.waitForFinished(round(ENDS_WITHIN * 1000))

    def _ask(self, *message: object) -> None:
        if self._process is not None:
            self._process.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def _hear(self) -> None:
        if self._process is None:
            return
        heard = self._heard + bytes(self._process.readAllStandardOutput().data())
        *lines, self._heard = heard.split(b"\n")
        for line in lines:
            self._told(json.loads(line))

    def _told(self, message: object) -> None:
        match message:
            case ["speaks", list(languages)]:
                self._opened(frozenset(str(one) for one in languages))
            case ["began", int(number)] if self._saying is not None and self._saying[0] == number:
                self._too_long.start(round((LONGEST[0] + LONGEST[1] * self._saying[1]) * 1000))
                self.began.emit(number)
            case ["ended", int(number)] if self._saying is not None and self._saying[0] == number:
                self._too_long.stop()
                self._saying = None
                self._failures = 0
                self.ended.emit(number)
            case ["silent", str(why)]:
                self._why = why

    def _opened(self, languages: frozenset[str]) -> None:
        self._too_long.stop()
        self._languages = languages
        self._silent = False
        self._ask("tune", *self._tuning)
        log.info("voice_speaks", languages=len(languages))
        self.broken.emit(False)
        self.speaks.emit(languages)

    def _stuck(self) -> None:
        self._fail("stuck")

    def _finished(self) -> None:
        self._fail(self._why)

    def _failed_to_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._fail("no-start")

    def _fail(self, why: str) -> None:
        saying = self._saying
        pid, process = self._pid, self._part()
        if process is not None:
            _end(pid)
            process.finished.connect(process.deleteLater)
        self._failures += 1
        self._again.start(round(min(TRY_AGAIN[1], TRY_AGAIN[0] * 2.0 ** min(self._failures - 1, 10)) * 1000))
        if not self._silent:
            self._silent = True
            log.info("voice_silent", reason=why)
            self.broken.emit(True)
            self.speaks.emit(frozenset())
        if saying is not None:
            self.ended.emit(saying[0])

    def _part(self) -> QProcess | None:
        """The process, of which nothing more is heard."""
        self._too_long.stop()
        self._saying, self._languages = None, frozenset()
        process, self._process = self._process, None
        if process is not None:
            process.readyReadStandardOutput.disconnect(self._hear)
            process.finished.disconnect(self._finished)
            process.errorOccurred.disconnect(self._failed_to_start)
        return process


def _end(pid: int) -> None:
    """Kill a process with all that it has started, also where it has ended itself."""
    if pid:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
