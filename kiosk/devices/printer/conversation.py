"""Asking a printer for its status over an open connection."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from kiosk.devices.printer import status
from kiosk.devices.printer.encode import BARRIER
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.replies import Ear, Kind, Reply
from kiosk.devices.printer.status import PrinterStatus
from kiosk.devices.transport import Connection

_TRIES = 3
_CHUNK = 256
_DRAIN_CHUNKS = 64
_GLANCE = 0.25
"""Seconds between looks at a printer that works off a slip."""
_SILENCE = 2.0
"""Seconds without any reply after which waiting for the end makes no sense."""
_QUIET = 0.05
"""Seconds of silence after which no late reply is on its way."""
_SETTLED = 1.0
"""Seconds for which the motor of a printer without a barrier rests, once its slip is done."""


class Conversation:
    """Questions and answers with one printer. All calls raise ``TransportError`` once it has left.

    The seconds here are real ones, never those of a drill: they measure a device.
    """

    def __init__(self, connection: Connection, profile: PrinterProfile) -> None:
        self._connection = connection
        self._profile = profile
        self._ear = Ear(automatic=profile.automatic_status, presenter=profile.presenter is not None)
        self._news: PrinterStatus | None = None
        self._nonsense = False

    def status(self) -> PrinterStatus:
        """Ask all there is. A printer that leaves one unanswered is not asked the rest: late replies all look alike."""
        self._nonsense = False
        said = self._standard() if self._profile.standard_status else None
        if self._profile.presenter and (said is None or not said.unknown):
            reply = self._ask(status.FULL, Kind.FULL)
            full = status.parse_full(reply or b"")
            said = full if said is None else status.joined(said, full)
        assert said is not None
        return replace(said, nonsense=self._nonsense)

    def told(self) -> PrinterStatus | None:
        """The newest status that came unasked since the last call; ``None`` where none did."""
        self._drain()
        news, self._news = self._news, None
        return news

    def send(self, data: bytes, timeout: float) -> None:
        """Hand bytes to the printer within ``timeout`` seconds."""
        self._connection.write(data, timeout)

    def worked_off(self, travel: float, *, stopping: Callable[[], bool]) -> bool:
        """Wait until the printer has reached the end of what was sent, which travels for ``travel`` seconds.

        ``False`` where it went offline before, fell silent, took too long, or ``stopping``. Without a barrier all
        that can be seen is that its motor came to rest, or else that it stayed online for as long as a slip takes.
        """
        began = heard = monotonic()
        until = began + travel + self._profile.finish
        resting: float | None = None
        self._drain()
        if self._profile.barrier:
            self.send(BARRIER, self._profile.finish)
        while (now := monotonic()) < until and not stopping():
            data = self._connection.read(_CHUNK, _GLANCE)
            if not data:
                if now - heard > travel + _SILENCE:
                    return False
                self.send(status.query(1 if self._profile.standard_status else status.FULL), self._profile.finish)
                continue
            heard = now
            for reply in self._hear(data):
                if reply.kind is Kind.QUEUED and self._profile.barrier:
                    return True
                seen = self._glimpse(reply)
                if seen and seen.offline:
                    return False
                if seen and seen.moving is False and not self._profile.barrier and now > began + travel:
                    resting = resting or now
                    if now - resting >= _SETTLED:
                        return True
                elif seen and seen.moving:
                    resting = None
        stayed = resting is not None or not self._profile.presenter
        return stayed and not self._profile.barrier and not stopping()

    def _standard(self) -> PrinterStatus:
        replies: dict[int, int | None] = {}
        for n in status.QUERIES:
            reply = self._ask(n, Kind.REAL_TIME)
            replies[n] = reply[0] if reply else None
            if reply is None:
                break
        return status.parse(replies)

    def _glimpse(self, reply: Reply) -> PrinterStatus | None:
        """What one reply tells of a printer at work."""
        match reply.kind:
            case Kind.REAL_TIME:
                return status.parse({1: reply.data[0]})
            case Kind.FULL:
                return status.parse_full(reply.data)
            case Kind.AUTOMATIC:
                return status.parse_automatic(reply.data)
        return None

    def _hear(self, data: bytes) -> list[Reply]:
        """The replies in it. News is kept at once, whatever becomes of the rest."""
        replies = self._ear.hear(data)
        for reply in replies:
            if reply.kind is Kind.AUTOMATIC:
                self._news = status.parse_automatic(reply.data)
        return replies

    def _ask(self, n: int, kind: Kind) -> bytes | None:
        late = noise = False
        for _ in range(_TRIES):
            self._drain()
            self.send(status.query(n), self._profile.answer)
            reply, noisy = self._await(kind)
            if reply is not None:
                if late:
                    self._hush()
                return reply
            noise = noise or noisy
            if not noisy and late:
                break
            late = late or not noisy
        self._nonsense = noise
        return None

    def _await(self, kind: Kind) -> tuple[bytes | None, bool]:
        """The answer, and where there was none, whether something else came instead."""
        until = monotonic() + self._profile.answer
        noise = False
        while (left := until - monotonic()) > 0 and (data := self._connection.read(_CHUNK, left)):
            for reply in self._hear(data):
                if reply.kind is kind:
                    return reply.data, noise
                noise = noise or reply.kind not in (Kind.AUTOMATIC, Kind.CLEARED)
            if noise:
                until = min(until, monotonic() + _QUIET)
        return None, noise or self._ear.amid

    def _drain(self) -> None:
        """Drop what has come and was not asked for, but for the news in it."""
        # Bounded: a printer that never stops talking must not hold its thread here.
        for _ in range(_DRAIN_CHUNKS):
            data = self._connection.read(_CHUNK, _QUIET if self._ear.amid else 0)
            self._hear(data)
            if not data:
                break
        self._ear.forget()

    def _hush(self) -> None:
        # The first question may still be answered; that answer must not pass for one to the next question.
        until = monotonic() + self._profile.answer
        while monotonic() < until and (data := self._connection.read(_CHUNK, _QUIET)):
            self._hear(data)
