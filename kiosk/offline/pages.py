"""The pages of an SQLCipher file without SQLite: read one by one, so that a broken one takes no other with it.

The layout is SQLCipher 4's (https://www.zetetic.net/sqlcipher/design/): each page is encrypted with AES-256 in CBC mode
and ends with the initialisation vector and an HMAC-SHA512 over both and the page's number. So a page that verifies is
one that this kiosk wrote, to the last bit. The first 16 bytes of the file are its salt, and no part of page 1.
"""

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SALT_BYTES = 16
RESERVED = 80
"""Bytes at the end of each page that SQLite leaves to the cipher."""
_VECTOR = 16
_MASK = 0x3A
_FAST_ITERATIONS = 2


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
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(sealed[-_VECTOR:])).decryptor()
        return bytes(start) + decryptor.update(sealed[:-_VECTOR]) + decryptor.finalize()


def pages(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """Number and content of each whole page of a database file, still encrypted; none where there is no file."""
    content = path.read_bytes() if path.is_file() else b""
    for place in range(len(content) // size):
        yield place + 1, content[place * size : (place + 1) * size]
