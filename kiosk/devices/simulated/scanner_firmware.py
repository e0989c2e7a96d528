"""What virtual scanners of several makers understand and answer. Bytes in, replies out; written from their manuals."""

import re
from collections import deque
from typing import Protocol

_ACK, _ENQ = b"\x06", b"\x05"
_HONEYWELL = re.compile(rb"\x16([MTU])\r(?:([0-9A-Za-z]{3})([A-Za-z]{3})([?*^]|[0-9]*)([.!]))?")
_NEWLAND = re.compile(rb"~\x010000([@#])([0-9A-Z]{3})([A-Z]{3})([*&^]|[0-9]*);\x03")
_SETTINGS = {b"CBRENA": b"1", b"232BAD": b"5", b"C11ENA": b"0", b"SCNTRG": b"0"}
_REVISION = b"PAACRS00-001-R00 00 00 1 0"
_LONGEST_PIECE = 200
_MEMORY = 512


class Firmware(Protocol):
    """One maker's way. ``reading`` is whether the host has pulled the trigger."""

    reading: bool

    def feed(self, data: bytes) -> bytes:
        """What the host says, and the reply."""

    def sent(self, read: bytes, code: int) -> bytes:
        """What goes out at once for a symbol that was read; ``code`` is the maker's number of its symbology."""


class Plain:
    """Sends what it reads and understands nothing."""

    reading = False

    def feed(self, data: bytes) -> bytes:
        """Nothing."""
        return b""

    def sent(self, read: bytes, code: int) -> bytes:
        """The text as it is."""
        return read


class Honeywell(Plain):
    """Menu commands after ``SYN M CR``, the trigger by ``SYN T CR`` and ``SYN U CR``."""

    def __init__(self) -> None:
        self.reading = False
        self._heard = b""

    def feed(self, data: bytes) -> bytes:
        """Each whole command is echoed, with its value and ACK, or ENQ where there is no such setting."""
        self._heard = (self._heard + data)[-_MEMORY:]
        reply = b""
        while command := _HONEYWELL.search(self._heard):
            if command[1] == b"M" and command[2] is None:
                break
            self._heard = self._heard[command.end() :]
            if command[1] != b"M":
                self.reading = command[1] == b"T"
                continue
            tag, ask, stop = command[2] + command[3], command[4], command[5]
            known = _SETTINGS.get(tag.upper())
            value = b"" if known is None else known if ask in b"?^" else b"0-1" if ask == b"*" else ask
            reply += tag.upper() + value + (_ENQ if known is None else _ACK) + stop
        return reply


class Datalogic(Plain):
    """Commands of one letter."""

    def __init__(self) -> None:
        self.reading = False

    def feed(self, data: bytes) -> bytes:
        """Identification and health on request."""
        reply = b""
        for command in data:
            if command in b"TX":
                self.reading = command == ord("T")
            elif command == ord("i"):
                reply += b"\x01\x02MPD9630\rSX00A00000\rAR96-0001\x03\x04"
            elif command == ord("h"):
                reply += b"\x01\x02hOK\x03\x04"
        return reply


class Newland(Plain):
    """Commands between ``~<SOH>0000`` and ``;<ETX>``."""

    def __init__(self) -> None:
        self.reading = False
        self._heard = b""

    def feed(self, data: bytes) -> bytes:
        """Each whole command is echoed after ``<STX><SOH>0000``, with its value and ACK, or ENQ."""
        self._heard = (self._heard + data)[-_MEMORY:]
        reply = b""
        while command := _NEWLAND.search(self._heard):
            self._heard = self._heard[command.end() :]
            storage, tag, setting, ask = command.groups()
            known = _SETTINGS.get(tag + setting)
            if tag + setting == b"SCNTRG" and ask.isdigit():
                self.reading = ask == b"1"
            value = b"" if known is None else known if ask in b"*&" else b"0-1" if ask == b"^" else ask
            reply += b"\x02\x010000" + storage + tag + setting + value + (_ENQ if known is None else _ACK) + b";\x03"
        return reply


class Zebra:
    """Simple Serial Interface: one packet on its way at a time, until the host has acknowledged it."""

    def __init__(self) -> None:
        self.reading = False
        self.refused = 0
        """How many packets the host wanted again."""
        self._heard = b""
        self._waiting: deque[bytes] = deque()

    def feed(self, data: bytes) -> bytes:
        """Replies, and the next packet of what was read."""
        self._heard = (self._heard + data)[-_MEMORY:]
        reply = b""
        while self._heard and len(self._heard) >= self._heard[0] + 2:
            end = self._heard[0] + 2
            whole, self._heard = self._heard[:end], self._heard[end:]
            if end < 6 or sum(whole[:-2]) + int.from_bytes(whole[-2:], "big") != 0x10000:
                self._heard = b""
                return reply + _ssi(0xD1, b"\x01")
            reply += self._obey(whole[1])
        return reply

    def sent(self, read: bytes, code: int) -> bytes:
        """The first packet, where no other is on its way."""
        free = not self._waiting
        pieces = [read[start : start + _LONGEST_PIECE] for start in range(0, len(read), _LONGEST_PIECE)] or [b""]
        for piece in pieces:
            self._waiting.append(_ssi(0xF3, bytes((code,)) + piece, 0x00 if piece is pieces[-1] else 0x02))
        return self._waiting[0] if free else b""

    def _obey(self, opcode: int) -> bytes:
        if opcode == 0xA3:
            return _ssi(0xA4, _REVISION)
        if opcode in (0xE4, 0xE5):
            self.reading = opcode == 0xE4
            return _ssi(0xD0)
        if opcode == 0xD0 and self._waiting:
            self._waiting.popleft()
        elif opcode == 0xD1 and self._waiting:
            self.refused += 1
            again = self._waiting[0]
            self._waiting[0] = _ssi(again[1], again[4:-2], again[3] | 0x01)
        return self._waiting[0] if opcode in (0xD0, 0xD1) and self._waiting else b""


def _ssi(opcode: int, data: bytes = b"", status: int = 0) -> bytes:
    body = bytes((4 + len(data), opcode, 0, status)) + data
    return body + (0x10000 - sum(body)).to_bytes(2, "big")


MAKERS: dict[str, type[Firmware]] = {
    "none": Plain,
    "honeywell": Honeywell,
    "datalogic": Datalogic,
    "zebra-ssi": Zebra,
    "newland": Newland,
}
"""The firmwares by the name that a configuration gives their profile."""
