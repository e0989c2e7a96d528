"""Where a sheet that is longer than its room may be turned, so that no line of words is cut."""

from collections.abc import Sequence

Span = tuple[float, float]
"""From the top to the bottom of something that must be seen whole, in pixels of the sheet."""

SLACK = 0.5
"""Lines that touch count as apart."""


def starts(whole: Sequence[Span], height: float, room: float) -> tuple[float, ...] | None:
    """Where each leaf of a sheet of ``height`` begins, when ``room`` of it can be seen at a time: 0 first, rising.

    Each leaf ends where the next one begins, or ``room`` later where nothing lies between; no span lies across that
    edge, and none but the first leaf is without one. ``None`` where something is taller than the room.
    """
    if any(bottom - top > room + SLACK for top, bottom in whole):
        return None
    found = [0.0]
    # What lies behind the last span is empty.
    last = max((bottom for _, bottom in whole), default=0.0)
    end = min(height, last)
    while end - found[-1] > room + SLACK:
        edge = _edge(whole, found[-1] + room)
        if edge <= found[-1]:
            return None
        if len(found) > 1 and not any(top >= found[-1] - SLACK and bottom <= edge + SLACK for top, bottom in whole):
            # Nothing but the rest of a ground would stand there.
            found[-1] = edge
        else:
            found.append(edge)
    return tuple(found)


def _edge(whole: Sequence[Span], lowest: float) -> float:
    """The lowest place down to ``lowest`` that lies across nothing."""
    edge = lowest
    while True:
        higher = min((top for top, bottom in whole if top < edge - SLACK and bottom > edge + SLACK), default=edge)
        if higher == edge:
            return edge
        edge = higher
