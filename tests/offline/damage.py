"""What a disk, a power cut or a clumsy hand does to the files of a kiosk."""

import os
import random
from collections.abc import Callable
from pathlib import Path

from kiosk.offline import records
from kiosk.offline.connection import salt
from kiosk.offline.pages import PageCipher, pages
from tests.offline.morning import KEY, PAGE

DAMAGE: dict[str, Callable[[Path, random.Random], None]] = {}


def damage(act: Callable[[Path, random.Random], None]) -> Callable[[Path, random.Random], None]:
    DAMAGE[act.__name__] = act
    return act


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


@damage
def bytes_flipped(state: Path, chance: random.Random) -> None:
    path = state / "kiosk.db"
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(path.stat().st_size)
        content = path.read_bytes()[at]
        overwrite(path, at, bytes([content ^ 1 << chance.randrange(8)]))


@damage
def pages_zeroed(state: Path, chance: random.Random) -> None:
    path = state / "kiosk.db"
    for _ in range(chance.randint(1, 20)):
        overwrite(path, PAGE * chance.randrange(path.stat().st_size // PAGE), bytes(PAGE))


@damage
def a_sector_of_noise(state: Path, chance: random.Random) -> None:
    path = state / "kiosk.db"
    overwrite(path, 4096 * chance.randrange(path.stat().st_size // 4096), chance.randbytes(4096))


@damage
def cut_short(state: Path, chance: random.Random) -> None:
    os.truncate(state / "kiosk.db", chance.randrange((state / "kiosk.db").stat().st_size))


@damage
def header_gone(state: Path, chance: random.Random) -> None:
    overwrite(state / "kiosk.db", 0, chance.choice([bytes(PAGE), chance.randbytes(100), b"SQLite format 3\0"]))


@damage
def first_pages_gone(state: Path, chance: random.Random) -> None:
    overwrite(state / "kiosk.db", 0, bytes(PAGE * chance.randint(2, 30)))


@damage
def log_rotten(state: Path, chance: random.Random) -> None:
    path = state / "kiosk.db-wal"
    overwrite(path, chance.randrange(path.stat().st_size), chance.randbytes(chance.choice([1, 30, 600, 3000])))


@damage
def log_header_gone(state: Path, chance: random.Random) -> None:
    overwrite(state / "kiosk.db-wal", 0, chance.randbytes(32))


@damage
def log_beginning_gone(state: Path, chance: random.Random) -> None:
    length = chance.choice([512, 4096, 16384])
    overwrite(state / "kiosk.db-wal", 0, chance.choice([bytes(length), chance.randbytes(length)]))


@damage
def both_rotten(state: Path, chance: random.Random) -> None:
    pages_zeroed(state, chance)
    log_rotten(state, chance)


@damage
def database_gone(state: Path, chance: random.Random) -> None:
    (state / "kiosk.db").unlink()


@damage
def database_is_noise(state: Path, chance: random.Random) -> None:
    (state / "kiosk.db").write_bytes(chance.randbytes(9000))
    (state / "kiosk.db-wal").unlink()


def pages_with(state: Path, columns: int, told: Callable[[tuple[object, ...]], bool]) -> list[int]:
    """The pages of the database on which there are such rows."""
    cipher = PageCipher(KEY, salt(KEY), PAGE)
    plain = {number: cipher.plain(number, page) for number, page in pages(state / "kiosk.db", PAGE)}
    return [
        number
        for number, page in plain.items()
        if page is not None
        and any(len(row) == columns and told(row) for _, row in records.rows(number, page, plain.get))
    ]


def zero_pages(state: Path, numbers: list[int]) -> None:
    assert numbers
    for number in numbers:
        overwrite(state / "kiosk.db", (number - 1) * PAGE, bytes(PAGE))
