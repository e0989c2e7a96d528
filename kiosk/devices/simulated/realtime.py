"""Real-time commands: a printer obeys them as they arrive, wherever in the stream they stand, image data included."""

import re
from collections.abc import Iterator

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""``DLE DC4 8``: empty the buffers."""
_COMMAND = re.compile(rb"\x10\x04([\x01-\x08])|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", re.DOTALL)


class RealTime:
    """Finds them in a stream that is cut anywhere."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """Pieces of the stream, each with what is to be obeyed after it.

        1 to 8 for ``DLE EOT n``, -1 for clearing, 0 for nothing. The pieces together are ``data``.
        """
        window = self._tail + data
        given = len(self._tail)
        done = 0
        for command in _COMMAND.finditer(window):
            done = command.end()
            yield window[given:done], int(command[1][0]) if command[1] else -1
            given = done
        yield window[given:], 0
        self._tail = _beginning(window[done:])


def _beginning(rest: bytes) -> bytes:
    """The end of ``rest`` that may be the beginning of a command."""
    for length in range(min(len(rest), len(CLEAR) - 1), 0, -1):
        tail = rest[-length:]
        if CLEAR.startswith(tail) or tail == b"\x10\x04":
            return tail
    return b""
