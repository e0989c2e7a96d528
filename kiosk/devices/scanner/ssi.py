"""Zebra's Simple Serial Interface: packets with a checksum, each acknowledged. Pure.

Packet: length (without checksum), opcode, source (0 scanner, 4 host), status, data, checksum (two bytes, high first:
the two's complement of the sum). Source: Zebra 72E-40451, "Simple Serial Interface Programmer's Guide"; SE-923
Integration Guide, chapter 6. The numbers of the symbologies are those of Zebra's scanner SDK.
"""

from dataclasses import dataclass

from kiosk.devices.scanner.dialect import Heard, Lines

ACK, NAK = 0xD0, 0xD1
REQUEST_REVISION, REPLY_REVISION = 0xA3, 0xA4
START_DECODE, STOP_DECODE = 0xE4, 0xE5
DECODE_DATA, EVENT = 0xF3, 0xF6
HOST, SCANNER = 0x04, 0x00
RETRANSMITTED, CONTINUED = 0x01, 0x02
"""Bits of the status: sent again; another packet of the same message follows."""
RESEND = 0x01
"""Reason of a NAK: the checksum was wrong."""

_LONGEST = 4096
_HEAD = 4
_CHECKSUM = 2
_FROM_SCANNER = frozenset((ACK, NAK, REPLY_REVISION, DECODE_DATA, EVENT, 0xA6, 0xC6, 0xD4))
_SYMBOLOGIES = {
    0x01: "code-39",
    0x02: "codabar",
    0x03: "code-128",
    0x06: "itf",
    0x07: "code-93",
    0x08: "ean-upc",
    0x09: "ean-upc",
    0x0A: "ean-upc",
    0x0B: "ean-upc",
    0x0F: "code-128",
    0x11: "pdf417",
    0x13: "code-39",
    0x1B: "data-matrix",
    0x1C: "qr",
    0x2D: "aztec",
    0x30: "databar",
}


@dataclass(frozen=True)
class _Packet:
    opcode: int
    status: int
    data: bytes


def packet(opcode: int, data: bytes = b"", *, source: int = HOST, status: int = 0) -> bytes:
    """One packet, at most 251 bytes of data."""
    body = bytes((_HEAD + len(data), opcode, source, status)) + data
    return body + checksum(body)


def checksum(body: bytes) -> bytes:
    """Two bytes: with them the sum of all is 0 modulo 65536, the checksum taken as one number."""
    return (-sum(body) & 0xFFFF).to_bytes(2, "big")


class Packets:
    """Packets, acknowledged. Bytes outside of any packet are plain text, which is how many decoders leave the box."""

    def __init__(self, *, gap: float) -> None:
        self._gap = gap
        self._plain = Lines(gap=gap)
        self._held = bytearray()
        self._message = bytearray()
        self._last = 0
        self._silence = 0.0

    @property
    def waiting(self) -> bool:
        """A packet, a message of several or plain text has begun and not ended."""
        return bool(self._held or self._message) or self._plain.waiting

    def feed(self, data: bytes) -> Heard:
        """Bytes came."""
        self._silence = 0.0
        self._held += data
        heard = Heard()
        while self._held:
            if not self._may_be_packet():
                heard += self._plain.feed(bytes(self._held[:1]))
                del self._held[:1]
                continue
            end = self._held[0] + _CHECKSUM
            if len(self._held) < end:
                break
            whole = bytes(self._held[:end])
            del self._held[:end]
            heard += self._take(whole)
        return heard

    def quiet(self, seconds: float) -> Heard:
        """None came for ``seconds``: half a packet is lost, and half a message after three gaps."""
        self._silence += seconds
        heard = self._plain.quiet(seconds)
        if self._held and self._silence >= self._gap:
            held, self._held = bytes(self._held), bytearray()
            # One byte alone is the end of plain text; more has an opcode in it.
            heard += self._plain.feed(held) if len(held) == 1 else _again()
        if self._message and self._silence >= 3 * self._gap:
            self._message.clear()
            heard += Heard(garbled=1)
        return heard

    def forget(self) -> None:
        """Drop whatever has begun."""
        self._held.clear()
        self._message.clear()
        self._last = 0
        self._plain.forget()

    def _may_be_packet(self) -> bool:
        """Whether what is held can still become a packet of a scanner."""
        begun = self._held[:3]
        return (
            begun[0] >= _HEAD
            and (len(begun) < 2 or begun[1] in _FROM_SCANNER)
            and (len(begun) < 3 or begun[2] == SCANNER)
        )

    def _take(self, whole: bytes) -> Heard:
        body = whole[:-_CHECKSUM]
        if checksum(body) != whole[-_CHECKSUM:]:
            return _again()
        one = _Packet(body[1], body[3], body[_HEAD:])
        if one.opcode == DECODE_DATA:
            return self._decoded(one) + Heard(answer=packet(ACK))
        if one.opcode == EVENT:
            return Heard(answer=packet(ACK))
        return Heard(replies=1 if one.opcode == REPLY_REVISION else 0)

    def _decoded(self, one: _Packet) -> Heard:
        seen, self._last = self._last, hash(one.data)
        if one.status & RETRANSMITTED and seen == self._last:
            # Our acknowledgement was lost, not the packet.
            return Heard()
        # Each packet of a message begins with the symbology.
        self._message += one.data[1:]
        if one.status & CONTINUED and len(self._message) < _LONGEST:
            return Heard()
        message = bytes(self._message)
        self._message.clear()
        return self._plain.message(message, _SYMBOLOGIES.get(one.data[0]) if one.data else None)


def _again() -> Heard:
    return Heard(garbled=1, answer=packet(NAK, bytes((RESEND,))))
