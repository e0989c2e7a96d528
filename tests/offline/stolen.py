"""What a stolen disk shows: every page of an SQLCipher file and of its log, in clear, with the key; and what without.

The layout is SQLCipher 4's (https://www.zetetic.net/sqlcipher/design/): AES-256 in CBC mode, and at the end of each
page the initialisation vector and an HMAC-SHA512. The salt stands in the first 16 bytes of the file.
"""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

RESERVED, SALT = 80, 16


def raw(folder: Path) -> bytes:
    """All that lies there, but for the key."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file() and path.suffix != ".key")


def in_clear(path: Path, key: bytes, page_size: int) -> bytes:
    """Every page of the database and every frame of its log, live or free, of whatever age."""
    return b"".join((*_pages(path, key, page_size), *_frames(path.with_name(f"{path.name}-wal"), key, page_size)))


def _pages(path: Path, key: bytes, size: int) -> Iterator[bytes]:
    content = path.read_bytes()
    for at in range(0, len(content) - size + 1, size):
        yield _plain(content[at : at + size], key, first=at == 0)


def _frames(path: Path, key: bytes, size: int) -> Iterator[bytes]:
    content = path.read_bytes() if path.exists() else b""
    for at in range(32, len(content) - size - 24 + 1, size + 24):
        first = int.from_bytes(content[at : at + 4]) == 1
        yield _plain(content[at + 24 : at + 24 + size], key, first=first)


def _plain(page: bytes, key: bytes, *, first: bool) -> bytes:
    start, end = SALT if first else 0, len(page) - RESERVED
    vector = page[end : end + 16]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return bytes(start) + decryptor.update(page[start:end]) + decryptor.finalize()
