"""The files of a card, and DER to fill them with."""

from dataclasses import dataclass, field
from typing import TypeAlias


def tlv(tag: int, *contents: bytes) -> bytes:
    """One object in DER: its tag byte, its length, and the contents in a row."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(*contents: bytes) -> bytes:
    """A SEQUENCE."""
    return tlv(0x30, *contents)


def octets(content: bytes) -> bytes:
    """An OCTET STRING."""
    return tlv(0x04, content)


def words(text: str) -> bytes:
    """A UTF8String."""
    return tlv(0x0C, text.encode())


@dataclass(frozen=True)
class File:
    """An elementary file: transparent, or of ``records``. ``identifier`` is its two bytes in hex."""

    identifier: str
    content: bytes = field(default=b"", repr=False)
    records: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Folder:
    """A dedicated file, with its application identifier in hex where it has one."""

    identifier: str
    inside: tuple["Entry", ...] = ()
    aid: str = ""

    def child(self, identifier: bytes) -> "Entry | None":
        """The file or folder in it with this identifier."""
        return next((one for one in self.inside if bytes.fromhex(one.identifier) == identifier), None)

    def application(self, aid: bytes) -> "Folder | None":
        """The folder with this application identifier, in it or deeper."""
        for one in self.inside:
            if isinstance(one, Folder):
                if one.aid and bytes.fromhex(one.aid).startswith(aid):
                    return one
                if (deeper := one.application(aid)) is not None:
                    return deeper
        return None


Entry: TypeAlias = File | Folder
