"""Real-time commands: a printer obeys them as they arrive, wherever in the stream they stand, image data included."""

import re
from collections.abc import Iterator

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""``DLE DC4 8``: empty the buffers."""
CLEARING, RECOVERING, RECOVERING_CLEARED = -1, -2, -3
"""``DLE DC4 8``, ``DLE ENQ 1`` and ``DLE ENQ 2``."""
_COMMAND = re.compile(
    rb"\x10\x04([\x01-\x08\x11\x14])|\x10\x05([\x01\x02])|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", re.DOTALL
)


class RealTime:
    """Finds them in a stream that is cut anywhere."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """Pieces of the stream, each with what is to be obeyed after it.

        ``n`` for ``DLE EOT n``, one of the names above, 0 for nothing. The pieces together are ``data``.
        """
        window = self._tail + data
        given = len(self._tail)
        done = 0
        for command in _COMMAND.finditer(window):
            done = command.end()
            yield window[given:done], _meaning(command)
            given = done
        yield window[given:], 0
        self._tail = _beginning(window[done:])


def _meaning(command: re.Match[bytes]) -> int:
    if command[1]:
        return command[1][0]
    if command[2]:
        return RECOVERING if command[2] == b"\x01" else RECOVERING_CLEARED
    return CLEARING


def _beginning(rest: bytes) -> bytes:
    """The end of ``rest`` that may be the beginning of a command."""
    for length in range(min(len(rest), len(CLEAR) - 1), 0, -1):
        tail = rest[-length:]
        if CLEAR.startswith(tail) or tail in (b"\x10\x04", b"\x10\x05"):
            return tail
    return b""
