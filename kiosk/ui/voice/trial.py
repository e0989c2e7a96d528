"""Whether a kiosk's voice would speak: its process, started for a moment and ended again. It says nothing. No Qt."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

MODULE = "kiosk.ui.voice.speaker"
"""The process that speaks (``spoken.QtVoice``)."""


@dataclass(frozen=True)
class Trial:
    """The languages that there are voices for; where there is none, ``reason`` says why in a word."""

    languages: frozenset[str] = frozenset()
    reason: str = ""


def try_voice(audio: str, chosen: Mapping[str, str]) -> Trial:
    """Start it as the screen would, in a folder of its own, and hear what it can say. ``chosen`` as for ``QtVoice``.

    Takes as long as it takes to find the voices of the machine: some two seconds.
    """
    # A socket's path has room for about a hundred characters.
    with TemporaryDirectory(prefix="voice-") as folder:
        command = [sys.executable, "-m", MODULE, str(Path(folder) / "speech"), audio, json.dumps(dict(chosen))]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                return _heard(process)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _heard(process: "subprocess.Popen[bytes]") -> Trial:
    for line in process.stdout or ():
        match json.loads(line):
            case ["speaks", [*languages]] if languages:
                return Trial(frozenset(str(one) for one in languages))
            case ["speaks", _]:
                return Trial(reason="no-voices")
            case ["silent", str(why)]:
                return Trial(reason=why)
    return Trial(reason="ended")
