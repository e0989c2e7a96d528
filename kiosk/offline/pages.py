"""The pages of an SQLCipher file without SQLite: read one by one, so that a broken one takes no other with it.

The layout is SQLCipher 4's (https://www.zetetic.net/sqlcipher/design/): each page is encrypted with AES-256 in CBC mode
and ends with the initialisation vector and an HMAC-SHA512 over both and the page's number. So a page that verifies is
one that this kiosk wrote, to the last bit. The first 16 bytes of the file are its salt, and no part of page 1.
"""

import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path

SALT_BYTES = 16
RESERVED = 80
"""Bytes at the end of each page that SQLite leaves to the cipher."""
_VECTOR = 16
_MASK = 0x3A
_FAST_ITERATIONS = 2
_AT_ONCE, _LEAST = 64 << 10, 1 << 10
"""Bytes that are asked of the disk at once, and the fewest that are asked again where it can't give them."""


class PageCipher:
    """Decrypts pages of ``size`` bytes that were written with a raw key. Not for writing."""

    def __init__(self, key: bytes, salt: bytes, size: int) -> None:
        self.size = size
        self.usable = size - RESERVED
        self._key = key
        masked = bytes(byte ^ _MASK for byte in salt)
        self._mac_key = hashlib.pbkdf2_hmac("sha512", key, masked, _FAST_ITERATIONS, len(key))

    def plain(self, number: int, page: bytes) -> bytes | None:
        """The usable part of a page; ``None`` where it is not what was written there. Page 1 begins with zeros."""
        start = SALT_BYTES if number == 1 else 0
        sealed, told = page[start : self.usable + _VECTOR], page[self.usable + _VECTOR :]
        if len(page) != self.size or not 0 < number < 1 << 32:
            return None
        mac = hmac.new(self._mac_key, sealed + number.to_bytes(4, "little"), "sha512").digest()
        if not hmac.compare_digest(mac, told):
            return None
        # Loaded here: a kiosk with whole files never needs it.
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(sealed[-_VECTOR:])).decryptor()
        return bytes(start) + decryptor.update(sealed[:-_VECTOR]) + decryptor.finalize()


def pages(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """Number and content of each whole page of a database file, still encrypted; none where there is no file.

    A page that the disk can't read is one that does not verify. Raises ``OSError`` where it can read none at all: then
    it is no sector that has gone, and nothing is to be made of what is left.
    """
    content = contents(path, least=True)
    for place in range(len(content) // size):
        yield place + 1, content[place * size : (place + 1) * size]


def contents(path: Path, *, least: bool = False) -> bytes:
    """A file's bytes, with zeros wherever the disk can't read it (``EIO``); none where there is no file.

    With ``least`` something must be readable in a file that is not empty. Raises ``OSError``.
    """
    pieces, failed = _read(path)
    if least and failed and all(piece is None for _, piece in pieces):
        raise failed[-1]
    return b"".join(bytes(length) if piece is None else piece for length, piece in pieces)


def unreadable(path: Path) -> bool:
    """Whether there is anything in a file that the disk can't read."""
    return any(piece is None for _, piece in _read(path)[0])


def _read(path: Path) -> tuple[list[tuple[int, bytes | None]], list[OSError]]:
    """The pieces of a file, each with its length; ``None`` for one that can't be read, and why not."""
    failed: list[OSError] = []
    if not path.is_file():
        return [], failed
    handle = os.open(path, os.O_RDONLY)
    try:
        ends = os.fstat(handle).st_size
        starts = range(0, ends, _AT_ONCE)
        return [one for at in starts for one in _pieces(handle, at, min(at + _AT_ONCE, ends), failed)], failed
    finally:
        os.close(handle)


def _pieces(handle: int, at: int, ends: int, failed: list[OSError]) -> Iterator[tuple[int, bytes | None]]:
    """A piece that can't be read is halved until it is small."""
    while at < ends:
        try:
            piece = os.pread(handle, ends - at, at)
        except OSError as error:
            failed.append(error)
            half = (ends - at) // 2 // _LEAST * _LEAST
            if half == 0:
                yield ends - at, None
                return
            yield from _pieces(handle, at, at + half, failed)
            at += half
        else:
            if not piece:
                return
            yield len(piece), piece
            at += len(piece)
