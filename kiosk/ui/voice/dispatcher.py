"""The kiosk's own speech dispatcher: a daemon that nobody else speaks through, and that keeps nothing that was said.

Debian's ``speech-dispatcher`` keeps up to 10,000 messages in its memory and may log them. This one keeps the last,
which the next one replaces; what it frees is overwritten (``kiosk.forgetting``, inherited through the environment). It
ends by itself once nobody is connected, so that no crash leaves one behind.
"""

import os
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

PROGRAM = "speech-dispatcher"
MACHINE = Path("/etc/speech-dispatcher")
"""Where the machine has the settings of its voices."""
ADDRESS = "SPEECHD_ADDRESS"
"""The variable that libspeechd looks for it in, and does not start one by itself then."""
STARTS_WITHIN = 8.0
ENDS_WITHIN = 1.0
ALONE = 10
"""Seconds after which it ends when nobody is connected."""
LOOK = 0.02

CONFIG = """\
LogLevel 0
MaxHistoryMessages 1
AudioOutputMethod "{audio}"
DisableAutoSpawn
"""


class DispatcherError(Exception):
    """It does not run; the argument says why, in a word."""


class Dispatcher:
    """``folder`` is emptied for its socket, settings and log; ``audio`` is what it plays through, such as ``pulse``."""

    def __init__(self, folder: Path, audio: str, program: str = PROGRAM) -> None:
        self.folder = folder
        self._audio = audio
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start it, and let this process find it. Raises ``DispatcherError``."""
        self.stop()
        path = self.folder / "socket"
        try:
            self._settle()
            command = [self._program, "--run-single", "--timeout", str(ALONE), "--communication-method", "unix_socket"]
            command += ["--socket-path", str(path), "--pid-file", str(self.folder / "pid")]
            command += ["--config-dir", str(self.folder), "--log-dir", str(self.folder)]
            nowhere = subprocess.DEVNULL
            self._process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        except OSError as error:
            raise DispatcherError("no-program" if isinstance(error, FileNotFoundError) else "no-start") from error
        until = time.monotonic() + STARTS_WITHIN
        while not _answers(path):
            if self.pid is None:
                raise DispatcherError("ended")
            if time.monotonic() >= until:
                self.stop()
                raise DispatcherError("silent")
            time.sleep(LOOK)
        os.environ[ADDRESS] = f"unix_socket:{path}"

    def kill(self) -> None:
        """End it at once."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def stop(self) -> None:
        """End it; one that is stuck in its sound card does not heed a polite word."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _settle(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.folder / "socket").unlink(missing_ok=True)
        (self.folder / "speechd.conf").write_text(CONFIG.format(audio=self._audio))
        modules = self.folder / "modules"
        with suppress(FileExistsError):
            modules.symlink_to(MACHINE / "modules")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(path))
        except OSError:
            return False
    return True
