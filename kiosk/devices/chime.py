"""A chime through the sound card: tells staff who do not see the light that somebody at the kiosk needs help.

Two falling tones a major third apart, as of a doorbell, three times; where somebody at the kiosk is being read to with
long rests, for no sound may drown the voice for more than three seconds (EN 301 549, 5.1.3.10). ALSA's own player
(``aplay``, Debian's alsa-utils) plays them, in a process of its own: a driver of sound that hangs is ended with it, and
harms nothing here.
"""

import io
import math
import subprocess
import threading
import wave
from array import array
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

from kiosk.checkin.faults import HELP_SOUND_GONE
from kiosk.devices.supervisor import DeviceState

log = structlog.get_logger(__name__)

RATE = 44_100
"""Samples a second; one channel of 16 bits."""
TONES = (659.26, 523.25)
"""Hertz: E5 and C5, where speech is loudest and hearing holds out longest."""
LASTS = 1.2
PAUSE = 0.8
TIMES = 3
REST = 8.0
"""Seconds between two of them while somebody is being read to."""
SECOND_AFTER = 0.45
"""Seconds from the first tone to the second, which sounds into it."""
ATTACK = 0.012
DECAY = 0.28
"""Seconds in which a tone rises, and those in which it falls to 1/e."""
LOUDNESS = 0.5
"""Of what the sound card can do at its set volume, when both tones sound at their loudest together."""

LONGEST = (LASTS + PAUSE) * TIMES + 4.0
"""Seconds after which a player that has not ended is ended."""
LEAVING = 2.0


def sound(times: int = TIMES) -> bytes:
    """So many of them as a WAV file."""
    once = array("h", (round(32_767 * LOUDNESS * _level(place / RATE)) for place in range(round(RATE * LASTS))))
    pause = array("h", bytes(2 * round(RATE * PAUSE)))
    whole = once + (pause + once) * (times - 1)
    if array("H", [1]).tobytes() != b"\x01\x00":
        whole.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(whole.tobytes())
    return file.getvalue()


def _level(at: float) -> float:
    """Between -1 and 1: both tones ``at`` seconds after the beginning."""
    # Towards the end all falls to nothing, so that nothing clicks.
    ending = min(1.0, (LASTS - at) / 0.1)
    return ending * (_tone(TONES[0], at) + _tone(TONES[1], at - SECOND_AFTER)) / 1.3


def _tone(hertz: float, at: float) -> float:
    """A tone with a little of its octave, which lets small loudspeakers be heard."""
    if at < 0:
        return 0.0
    rising = 0.5 - 0.5 * math.cos(math.pi * min(1.0, at / ATTACK))
    turn = 2 * math.pi * hertz * at
    return rising * math.exp(-at / DECAY) * (math.sin(turn) + 0.2 * math.sin(2 * turn)) / 1.2


class Chime:
    """``kiosk.ports.Signal``: chimes when asked, in a thread of its own. ``device`` is what ALSA calls it.

    ``on_state`` is called in that thread when the sound goes and when it is back, and must return at once. ``rest`` are
    the seconds between two chimes while somebody is being read to.
    """

    def __init__(
        self,
        device: str,
        *,
        player: str = "aplay",
        longest: float = LONGEST,
        rest: float = REST,
        on_state: Callable[[DeviceState], None] = lambda _: None,
    ) -> None:
        self._command = [player, "--quiet", f"--device={device}", "--file-type=wav", "-"]
        self._longest = longest
        self._rest = rest
        self._listening = False
        self._on_state = on_state
        self._asked = threading.Event()
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._playing: subprocess.Popen[bytes] | None = None
        self._gone = False
        self._thread = threading.Thread(target=self._run, name="chime", daemon=True)

    def give(self, *, listening: bool = False) -> None:
        """Chime, and return at once. Asked again meanwhile it chimes once more afterwards."""
        self._listening = listening
        self._asked.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._ending.set()
            if self._playing is not None:
                self._playing.kill()
        self._asked.set()
        # A player that is stuck in its driver cannot even be killed, and must not hold up the end.
        self._thread.join(LEAVING)

    def _run(self) -> None:
        whole, single = sound(), sound(1)
        while True:
            self._asked.wait()
            self._asked.clear()
            for made in [single] * TIMES if self._listening else [whole]:
                if self._ending.is_set():
                    return
                why = self._play(made)
                if not self._ending.is_set():
                    self._tell(why)
                if made is single:
                    self._ending.wait(self._rest)

    def _play(self, made: bytes) -> str | None:
        """Play it to its end. Why it did not sound, or ``None``."""
        try:
            with self._lock:
                if self._ending.is_set():
                    return None
                to, nowhere = subprocess.PIPE, subprocess.DEVNULL
                player = subprocess.Popen(self._command, stdin=to, stdout=nowhere, stderr=nowhere)
                self._playing = player
        except OSError:
            return "no-player"
        try:
            with player:
                try:
                    player.communicate(made, timeout=self._longest)
                except subprocess.TimeoutExpired:
                    player.kill()
                    return "hangs"
            return "no-device" if player.returncode else None
        finally:
            with self._lock:
                self._playing = None

    def _tell(self, why: str | None) -> None:
        """Say it once when the sound goes and once when it is back: light and fact do not depend on it."""
        if (why is not None) == self._gone:
            return
        self._gone = why is not None
        if why is None:
            log.info("chime_sounds")
            self._on_state(DeviceState("chime", connected=True))
        else:
            log.warning("chime_silent", code=HELP_SOUND_GONE.code, reason=why)
            self._on_state(DeviceState("chime", connected=False, faults=frozenset({HELP_SOUND_GONE.code})))
