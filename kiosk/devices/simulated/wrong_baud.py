"""What a receiver makes of bytes that were sent at another speed than the one it listens at."""

_DATA_BITS = 8


def heard_at(data: bytes, sent: int, heard: int) -> bytes:
    """The bytes that a receiver at ``heard`` bit/s reads from 8N1 at ``sent`` bit/s; errors of framing are ignored.

    A line rests at 1. A byte is a start bit 0, eight bits from the lowest, a stop bit 1. A receiver waits for the line
    to fall and looks at the middle of each bit that it expects.
    """
    line = [1, 1]
    for byte in data:
        line += [0, *(byte >> bit & 1 for bit in range(_DATA_BITS)), 1]
    length = sent / heard
    got = bytearray()
    at = 0.0
    while (start := _fall(line, at)) is not None:
        bits = [_level(line, start + length * (place + 1.5)) for place in range(_DATA_BITS)]
        got.append(sum(bit << place for place, bit in enumerate(bits)))
        at = start + length * (_DATA_BITS + 1.5)
    return bytes(got)


def _level(line: list[int], at: float) -> int:
    return line[int(at)] if at < len(line) else 1


def _fall(line: list[int], since: float) -> int | None:
    """The first place from ``since`` on where the line goes from 1 to 0."""
    for place in range(max(1, int(since) + 1), len(line)):
        if line[place - 1] == 1 and line[place] == 0:
            return place
    return None
