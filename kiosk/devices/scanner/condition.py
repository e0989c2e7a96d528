"""What a scanner's behaviour says of its condition. Pure, and without a clock: only proven silence counts as time."""

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.devices.scanner.framing import odd

PROBE_EVERY = 4.0
"""Seconds of silence between questions to an idle scanner."""

PATIENCE = 1.0
"""Seconds of silence after which a question counts as unanswered; two of them in a row make a silent scanner."""

SETTLED = 0.4
"""Seconds of silence after which nobody is in the middle of a scan, and no further row of a document comes."""

FLOOD_BYTES = 8000
"""Bytes without a pause that no scanning makes: twice what a line holds for a late reader, 8.3 s at 9600 bit/s."""

_PAUSE = 0.08
_FLOOD_OVER = 1.0
_NOISE_OVER = 5.0
_NOISE_FORGOTTEN = 10.0
_NOISE_FRAMES = 2
_NOISE_BYTES = 512
_UNANSWERED = 2


class Condition:
    """Follows one open line. ``probes`` tells whether this scanner can be asked at all."""

    def __init__(self, *, probes: bool, every: float = PROBE_EVERY, patience: float = PATIENCE) -> None:
        self._probes = probes
        self._every = every
        self._patience = patience
        self._calm = 0.0
        self._run = 0
        self._odd = 0
        self._garbled = 0
        self._flooded = False
        self._noisy = False
        self._asked = False
        self._since_asked = every
        self._unanswered = 0

    @property
    def flooded(self) -> bool:
        """Bytes come without end: whatever comes is to be dropped unread."""
        return self._flooded

    @property
    def faults(self) -> tuple[Fault, ...]:
        """At most one: a flood explains noise, and noise explains that no reply was understood."""
        if self._flooded:
            return (faults.SCANNER_FLOOD,)
        if self._noisy:
            return (faults.SCANNER_NOISE,)
        if self._unanswered >= _UNANSWERED:
            return (faults.SCANNER_SILENT,)
        return ()

    @property
    def probe_due(self) -> bool:
        """Whether to ask now: the line is settled, nothing is owed, and it is time, or the last one got no answer."""
        if not self._probes or self._asked or self._flooded or self._calm < SETTLED:
            return False
        return self._since_asked >= self._every or self._unanswered == 1

    def came(self, data: bytes) -> None:
        """These bytes came."""
        self._calm = 0.0
        self._run += len(data)
        self._odd += odd(data)
        if self._run > FLOOD_BYTES:
            self._flooded = True
            self._noisy = False
            self._garbled = 0
        elif self._run > _NOISE_BYTES and self._odd * 3 > self._run:
            self._noisy = True

    def quiet(self, seconds: float) -> None:
        """Nothing came while somebody read for so long."""
        self._calm += seconds
        self._since_asked += seconds
        if self._calm >= _PAUSE:
            self._run = self._odd = 0
        if self._calm >= _FLOOD_OVER:
            self._flooded = False
        if self._calm >= _NOISE_OVER:
            self._noisy = False
        if self._calm >= _NOISE_FORGOTTEN:
            self._garbled = 0
        if self._asked and self._since_asked >= self._patience:
            self._asked = False
            self._unanswered += 1

    def asked(self) -> None:
        """A question was sent."""
        self._asked = True
        self._since_asked = 0.0

    def good(self) -> None:
        """A scan or a reply was understood: it is alive, and the line is right."""
        self._asked = False
        self._unanswered = 0
        self._garbled = 0
        self._noisy = False

    def garbled(self, frames: int) -> None:
        """So many frames were noise. One may be a spark; a client whose card is not read shows it again."""
        self._garbled += frames
        if self._garbled >= _NOISE_FRAMES:
            self._noisy = True
