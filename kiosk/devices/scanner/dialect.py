"""Dialects: what the bytes of a scanner mean. Pure: bytes and proven silence in, scans and signs of life out."""

import re
from dataclasses import dataclass
from typing import Protocol

from kiosk.checkin.identity import Scan
from kiosk.devices.scanner import symbology
from kiosk.devices.scanner.framing import CANCEL, Framer, decode, garbled
from kiosk.devices.scanner.joining import Joiner

_READER_HEAD = re.compile(rb"\A\x01[\x00-\xff]OU\x02", re.DOTALL)
"""3M/Gemalto document readers: SOH, length, ``OU``, STX, a flag, rows of the zone, ETX, check byte (RTE6701)."""
_READER_TAIL = re.compile(rb"\A\x03[\x00-\xff]?\Z", re.DOTALL)
_ROW_LENGTHS = (30, 36, 44)


@dataclass(frozen=True)
class Heard:
    """What some bytes, or some silence, brought. ``answer`` is owed to the scanner at once."""

    scans: tuple[Scan, ...] = ()
    replies: int = 0
    """Replies to probes: whoever gives one is alive and understood."""
    garbled: int = 0
    """Frames that were noise, too long or broken, and were thrown away."""
    answer: bytes = b""

    def __add__(self, other: "Heard") -> "Heard":
        return Heard(
            self.scans + other.scans,
            self.replies + other.replies,
            self.garbled + other.garbled,
            self.answer + other.answer,
        )


class Dialect(Protocol):
    """One scanner's way of speaking, from opening to closing the line."""

    @property
    def waiting(self) -> bool:
        """Something has begun and not ended: a scan is in progress."""

    def feed(self, data: bytes) -> Heard:
        """Bytes came."""

    def quiet(self, seconds: float) -> Heard:
        """None came while somebody read for so long (seconds)."""

    def forget(self) -> None:
        """Drop whatever has begun."""


class Lines:
    """Plain text with a suffix or an idle gap, replies to probes among it. ``reply`` matches one reply whole."""

    def __init__(
        self, *, gap: float, reply: re.Pattern[bytes] | None = None, envelope: tuple[bytes, bytes] = (b"", b"")
    ) -> None:
        self._reply = reply
        self._gap = gap
        self._envelope = envelope
        self._framer = Framer(gap=gap, envelope=envelope)
        self._joiner = Joiner()

    @property
    def waiting(self) -> bool:
        """A frame or a zone has begun and not ended."""
        return self._framer.waiting or self._joiner.waiting

    def feed(self, data: bytes) -> Heard:
        """Bytes came."""
        before = self._framer.overlong
        frames = self._framer.feed(data)
        return self._read(frames) + Heard(garbled=self._framer.overlong - before)

    def quiet(self, seconds: float) -> Heard:
        """None came for ``seconds``."""
        heard = self._read(self._framer.quiet(seconds))
        # A frame that has begun may be the next row.
        return heard if self._framer.waiting else heard + Heard(tuple(self._joiner.quiet(seconds)))

    def message(self, data: bytes, known_as: str | None = None) -> Heard:
        """One whole message, whose beginning and end are known otherwise."""
        heard = self._read(self._framer.cut())
        return heard + self._read([*self._framer.feed(data), *self._framer.cut()], known_as)

    def forget(self) -> None:
        """Drop whatever has begun."""
        self._framer = Framer(gap=self._gap, envelope=self._envelope)
        self._joiner = Joiner()

    def _read(self, frames: list[bytes], known_as: str | None = None) -> Heard:
        heard = Heard()
        for frame in frames:
            heard += self._one(frame, known_as)
        return heard

    def _one(self, frame: bytes, known_as: str | None) -> Heard:
        replies = 0
        if self._reply is not None:
            frame, replies = self._reply.subn(b"", frame)
        if not frame or _READER_TAIL.match(frame):
            return Heard(replies=replies)
        if CANCEL in frame or garbled(frame):
            return Heard(replies=replies, garbled=1)
        scan = symbology.scan(decode(_without_head(frame)), known_as)
        return Heard(tuple(self._joiner.add(scan)) if scan.text else (), replies)


def _without_head(frame: bytes) -> bytes:
    head = _READER_HEAD.match(frame)
    if head is None:
        return frame
    row = frame[head.end() :]
    # The flag before the first row is not sent by all of them.
    return row[1:] if len(row) - 1 in _ROW_LENGTHS else row
