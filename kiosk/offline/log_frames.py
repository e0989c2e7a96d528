"""A write-ahead log without SQLite (https://sqlite.org/fileformat2.html#walformat): what was committed in it.

SQLite stops at the first frame that is wrong, and drops without a word what was committed behind it. After a power cut
that is right: the last transaction is not whole, and nobody was told that it was. A frame that has rotted is another
matter, and here the two are told apart: no second transaction follows upon one that was never whole.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.offline.pages import contents

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_MAGIC = 0x377F0682
"""With the lowest bit set, checksums are of big-endian words."""

_Sum = tuple[int, int]


@dataclass(frozen=True)
class Frame:
    """One page as a transaction wrote it, still encrypted, unless it has rotted: then it does not verify.

    ``commits`` where it is the last of its transaction; ``follows`` where it goes on from the one before.
    """

    page: int
    commits: bool
    content: bytes
    follows: bool


@dataclass(frozen=True)
class Log:
    """``frames`` of transactions that were committed; ``readable`` is how many of them SQLite itself would take.

    ``told`` where the header says which frames are the newest, and they are not only guessed.
    """

    frames: Sequence[Frame]
    readable: int
    told: bool = True

    @property
    def loses(self) -> bool:
        """Whether SQLite would drop what was committed."""
        return len(self.frames) > self.readable


NO_LOG = Log((), 0)


def read(path: Path, size: int) -> Log:
    """The log of a database with pages of ``size`` bytes; an empty one where there is none."""
    content = contents(path)
    count = (len(content) - _HEADER.size) // (_FRAME.size + size)
    if count <= 0:
        return NO_LOG
    magic, _, told_size, _, *salts = _HEADER.unpack_from(content)[:6]
    head = _HEADER.unpack_from(content)[6:]
    order = "big" if magic & 1 else "little"
    sound = magic & ~1 == _MAGIC and told_size == size and _sum(content[:24], (0, 0), order) == head
    offsets = [_HEADER.size + place * (_FRAME.size + size) for place in range(count)]
    heads = [_FRAME.unpack_from(content, offset) for offset in offsets]
    if not sound:
        # The frames tell what the header does not: the newest generation is the one that was written from the start.
        salts, order = _guessed(content, offsets, heads, size)
    sums: list[_Sum] = [(one[4], one[5]) for one in heads]

    def follows(place: int) -> bool:
        """Whether a frame goes on from the checksum of the one before."""
        before = sums[place - 1] if place else head
        body = content[offsets[place] : offsets[place] + 8] + _body(content, offsets[place], size)
        return heads[place][0] > 0 and list(heads[place][2:4]) == salts and _sum(body, before, order) == sums[place]

    linked = [(bool(place) or sound) and follows(place) for place in range(count)]
    first_wrong = linked.index(False) if False in linked else count
    readable = _last_commit(heads, range(first_wrong))
    taken = readable
    for run in _runs(linked, first_wrong):
        commits = [place for place in run if heads[place][1]]
        # After a power cut one transaction is not whole, and pieces of older ones like it may lie behind it.
        if len(commits) > 1:
            taken = commits[-1] + 1
    frames = [
        Frame(heads[place][0], bool(heads[place][1]), _body(content, offsets[place], size), linked[place])
        for place in range(taken)
    ]
    return Log(tuple(frames), readable, sound)


def _runs(linked: Sequence[bool], start: int) -> Iterator[range]:
    """Runs of frames from ``start`` on that go on from each other; the first of each has nothing before it."""
    begin = start
    for place in range(start + 1, len(linked) + 1):
        if place == len(linked) or not linked[place]:
            yield range(begin, place)
            begin = place


def _last_commit(heads: Sequence[tuple[int, ...]], places: range) -> int:
    return max((place + 1 for place in places if heads[place][1]), default=0)


def _body(content: bytes, offset: int, size: int) -> bytes:
    return content[offset + _FRAME.size : offset + _FRAME.size + size]


def _guessed(
    content: bytes, offsets: Sequence[int], heads: Sequence[tuple[int, ...]], size: int
) -> tuple[list[int], str]:
    """Salts and byte order of the first frame that goes on from the one before it."""
    for place in range(1, len(heads)):
        before, one = heads[place - 1], heads[place]
        # Zeros go on from zeros, and there is no page 0.
        if one[2:4] != before[2:4] or one[0] == 0:
            continue
        body = content[offsets[place] : offsets[place] + 8] + _body(content, offsets[place], size)
        for order in ("little", "big"):
            if _sum(body, (before[4], before[5]), order) == (one[4], one[5]):
                return list(one[2:4]), order
    return list(heads[0][2:4]), "little"


def _sum(content: bytes, before: _Sum, order: str) -> _Sum:
    first, second = before
    words = struct.unpack(f"{'>' if order == 'big' else '<'}{len(content) // 4}I", content)
    for place in range(0, len(words), 2):
        first = (first + words[place] + second) & 0xFFFFFFFF
        second = (second + words[place + 1] + first) & 0xFFFFFFFF
    return first, second
