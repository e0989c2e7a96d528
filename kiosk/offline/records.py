"""The rows on one page of an SQLite file (https://sqlite.org/fileformat2.html), whatever has become of other pages."""

import struct
from collections.abc import Callable, Iterator

TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR = 0x0D, 0x0A, 0x02
_FIRST_PAGE_HEADER = 100
_MOST_BYTES = 1 << 20
"""A longer record is no row of ours."""

Value = int | float | str | bytes | None
Row = tuple[Value, ...]
Content = Callable[[int], bytes | None]


def rows(number: int, page: bytes, other: Content) -> Iterator[tuple[int | None, Row]]:
    """The rows on the usable part of a page, each with its rowid; ``None`` for rows of a table or index without one.

    ``other`` gives the usable part of another page, on which a long row may go on. What can't be read is left out.
    """
    start = _FIRST_PAGE_HEADER if number == 1 else 0
    kind = page[start]
    if kind not in (TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR):
        return
    (count,) = struct.unpack_from(">H", page, start + 3)
    pointers = start + (12 if kind == INDEX_INTERIOR else 8)
    for place in range(min(count, (len(page) - pointers) // 2)):
        (at,) = struct.unpack_from(">H", page, pointers + 2 * place)
        try:
            yield _cell(kind, page, at, other)
        except (IndexError, ValueError, struct.error):
            continue


def _cell(kind: int, page: bytes, at: int, other: Content) -> tuple[int | None, Row]:
    rowid = None
    if kind == INDEX_INTERIOR:
        at += 4
    length, at = _varint(page, at)
    if kind == TABLE_LEAF:
        rowid, at = _varint(page, at)
    return rowid, _record(_payload(kind, page, at, length, other))


def _payload(kind: int, page: bytes, at: int, length: int, other: Content) -> bytes:
    usable = len(page)
    if length > _MOST_BYTES:
        raise ValueError("too long")
    most = usable - 35 if kind == TABLE_LEAF else (usable - 12) * 64 // 255 - 23
    if length <= most:
        return _exactly(page[at : at + length], length)
    least = (usable - 12) * 32 // 255 - 23
    here = least + (length - least) % (usable - 4)
    here = here if here <= most else least
    payload = _exactly(page[at : at + here], here)
    (onward,) = struct.unpack_from(">I", page, at + here)
    while len(payload) < length:
        more = other(onward)
        if more is None:
            raise ValueError("the rest of the row is lost")
        (onward,) = struct.unpack_from(">I", more)
        payload += more[4 : 4 + length - len(payload)]
    return payload


def _record(payload: bytes) -> Row:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(kind, payload, at)
        values.append(value)
    if at != len(payload):
        raise ValueError("no record")
    return tuple(values)


_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def _value(kind: int, payload: bytes, at: int) -> tuple[Value, int]:
    if kind in _INTEGER_BYTES:
        length = _INTEGER_BYTES[kind]
        return int.from_bytes(_exactly(payload[at : at + length], length), "big", signed=True), at + length
    match kind:
        case 0:
            return None, at
        case 7:
            return float(struct.unpack_from(">d", payload, at)[0]), at + 8
        case 8 | 9:
            return kind - 8, at
        case 10 | 11:
            raise ValueError("reserved")
    length = (kind - 12) // 2
    content = _exactly(payload[at : at + length], length)
    return (content.decode() if kind % 2 else content), at + length


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(9):
        byte = content[at + place]
        if place == 8:
            value = value << 8 | byte
            return (value - (1 << 64) if value >> 63 else value), at + 9
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return value, at + place + 1


def _exactly(content: bytes, length: int) -> bytes:
    if len(content) != length:
        raise ValueError("cut off")
    return content
