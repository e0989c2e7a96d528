"""In which order a keypad goes through what can be chosen: as it is read aloud, and as it stands on the screen."""

from collections.abc import Iterable, Sequence

from kiosk.checkin.page import Frame, Page

CHOICE, KEY, LANGUAGE, LEAF = "choice:", "key:", "language:", "leaf:"
"""What the names of controls begin with."""


def in_order(found: Iterable[str], page: Page[str], frame: Frame[str]) -> tuple[str, ...]:
    """The controls that can be chosen now, ``found`` in drawing order, each once.

    First those of the page, its own choices as it names them; then the way to a person, the languages, what makes the
    screen easier, and what is for staff. The buttons that leaf through a page come first, but for somebody who is read
    to they come behind its choices: all of it is heard anyway.
    """
    choices = [f"{CHOICE}{one.id}" for one in page.choices]
    help_ = f"{CHOICE}{frame.help.id}" if frame.help else ""
    staff = f"{CHOICE}{frame.staff_notice.id}" if frame.staff_notice else ""
    switches = [f"{CHOICE}{one.id}" for one in frame.switches]

    def place(name: str) -> tuple[int, int]:
        if name in choices:
            return 2, choices.index(name)
        if name == help_:
            return 4, 0
        if name in switches:
            return 6, switches.index(name)
        if name == staff:
            return 7, 0
        if name.startswith(LANGUAGE):
            return 5, 0
        if name.startswith(LEAF):
            return (3 if frame.comfort.speech else 0), 0
        # Keys, and the lines of a technician's table.
        return 1, 0

    return tuple(sorted(dict.fromkeys(found), key=place))


def beside(name: str, step: int, order: Sequence[str]) -> str:
    """The control ``step`` places further on, round and round; the first one where ``name`` is not among them."""
    if not order:
        return ""
    if name not in order:
        return order[0]
    return order[(order.index(name) + step) % len(order)]


def remaining(name: str, before: Sequence[str], order: Sequence[str]) -> str:
    """Where one stands after the page was drawn anew: there still, or where that has gone, on what came after it.

    Whoever stood on a key stands on a key as long as there is any.
    """
    if name in order or name not in before:
        return name if name in order else ""
    keys = [one for one in order if one.startswith(KEY)] if name.startswith(KEY) else []
    left = keys or order
    behind = before[before.index(name) :]
    return next((one for one in behind if one in left), left[0] if left else "")
