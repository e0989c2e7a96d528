"""Bits that rot: noise over pages of a journal file while nobody has it open, and which facts may be gone by that.

What stands on which page is read with the keys of the product, from the newest image of each page in file or log. A
fact is told by its id, which is in no other table of that file but in other facts.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.offline import log_frames
from kiosk.offline.connection import JOURNAL, salt
from kiosk.offline.pages import SALT_BYTES, PageCipher, pages

_TREE = (0x02, 0x05, 0x0A, 0x0D)
"""The first byte of a page of a table or an index; any other page goes on from one of these."""
_LEAF = 0x0D
_PAGE_1 = 100
_FRAME, _HEADER = 24, 32
_NOISE = 64
_LONG = 600
"""Bytes of details from which on a fact may have another page as well."""
_LAST = 2
"""Rot in the last transactions of a log can't be told from a power cut, which may take them too."""


@dataclass(frozen=True)
class _Image:
    """The newest image of a page: where it begins in which file, and what is in it."""

    file: Path
    begins: int
    plain: bytes

    @property
    def kind(self) -> int:
        return self.plain[0] or self.plain[_PAGE_1]


def spoil(
    path: Path, key: bytes, facts: Mapping[int, tuple[str, int]], chance: random.Random, *, newest: bool = False
) -> tuple[int, set[int]]:
    """Spoil some pages of a journal file or its log. How many, and the places of the facts that may be gone now.

    ``facts`` are ids and lengths of the details, by place. The page that says what this kiosk is stays whole: without
    the roster's word on it nothing can be mended, which is a test of its own. With ``newest`` the page with the newest
    fact is among them.
    """
    images = _images(path, key)
    spared = {number for number, one in images.items() if b'"private_key"' in one.plain}
    held = {number: _places(one, facts) for number, one in images.items()}
    likely = [number for number in sorted(images) if held[number]]
    others = [number for number in sorted(images) if number not in spared]
    victims = set(chance.sample(others, min(len(others), chance.choice((1, 1, 2, 4)))))
    if likely and chance.random() < 0.8:
        victims.add(chance.choice((_newest(held), chance.choice(likely))))
    if newest and likely:
        victims.add(_newest(held))
    for number in sorted(victims - spared):
        one = images[number]
        offset = chance.randrange(SALT_BYTES, JOURNAL.page_size - _NOISE)
        with one.file.open("r+b") as file:
            file.seek(one.begins + offset)
            file.write(chance.randbytes(_NOISE))
    return len(victims - spared), {place for number in victims - spared for place in held[number]}


def _newest(held: Mapping[int, set[int]]) -> int:
    """The page with the newest fact."""
    return max(sorted(held), key=lambda number: max(held[number], default=0))


def _images(path: Path, key: bytes) -> dict[int, _Image]:
    cipher, size = PageCipher(key, salt(key), JOURNAL.page_size), JOURNAL.page_size
    found: dict[int, _Image] = {}
    for number, page in pages(path, size):
        plain = cipher.plain(number, page)
        if plain is not None:
            found[number] = _Image(path, (number - 1) * size, plain)
    log = path.with_name(f"{path.name}-wal")
    frames = log_frames.read(log, size).frames
    ends = [place for place, frame in enumerate(frames) if frame.commits]
    safe = ends[-1 - _LAST] if len(ends) > _LAST else -1
    for place, frame in enumerate(frames):
        plain = cipher.plain(frame.page, frame.content)
        found.pop(frame.page, None)
        if plain is not None and place <= safe:
            found[frame.page] = _Image(log, _HEADER + place * (_FRAME + size) + _FRAME, plain)
    return found


def _places(image: _Image, facts: Mapping[int, tuple[str, int]]) -> set[int]:
    if image.kind == _LEAF:
        return {place for place, (name, _) in facts.items() if name.encode() in image.plain}
    if image.kind not in _TREE:
        return {place for place, (_, length) in facts.items() if length > _LONG}
    return set()
