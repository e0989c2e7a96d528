"""One virtual card: its answer to reset, its chip, and what is wrong with its conversation."""

import threading
from random import Random

from kiosk.devices.simulated.card.chip import Chip
from kiosk.devices.simulated.card.troubles import Trouble

_OVERLONG = bytes([0x3B]) * 64
"""No answer to reset is that long: the reader gets none, though it feels a card."""


class PulledError(Exception):
    """Somebody takes the card out at this very moment."""


class LooseError(Exception):
    """The contacts lose each other for a moment."""


class VirtualCard:
    """``after`` is how many commands it still answers before ``PULLED`` or ``LOOSE``; ``pace`` the seconds of ``SLOW``.

    ``instructions`` is a list of all that were ever sent to it.
    """

    def __init__(
        self, atr: bytes, chip: Chip, trouble: Trouble | None = None, *, after: int = 2, pace: float = 1.5
    ) -> None:
        self._atr = atr
        self._chip = chip
        self._trouble = trouble
        self._after = after
        self._pace = pace
        self._chance = Random(0)  # noqa: S311 - the same garbage each time
        self._commands = 0

    @property
    def instructions(self) -> tuple[int, ...]:
        """The instruction byte of each command that came."""
        return tuple(self._chip.instructions)

    @property
    def answer_to_reset(self) -> bytes:
        """What the reader gets when it powers the card."""
        return _OVERLONG if self._trouble is Trouble.MUTE else self._atr

    def reset(self) -> None:
        """The reader powers it on, or resets it."""
        self._chip.reset()
        self._commands = 0

    def answer(self, command: bytes, out: threading.Event) -> bytes | None:
        """The raw answer; ``None`` for none at all. ``out`` is set when it is taken out.

        Raises ``PulledError`` and ``LooseError``.
        """
        self._commands += 1
        if self._trouble in (Trouble.PULLED, Trouble.LOOSE) and self._commands > self._after:
            raise PulledError if self._trouble is Trouble.PULLED else LooseError
        if self._trouble is Trouble.SLOW:
            out.wait(self._pace)
        honest = self._chip.answer(command)
        match self._trouble:
            case Trouble.SILENT:
                return None
            case Trouble.GARBAGE:
                return self._chance.randbytes(self._chance.randrange(2, 260))
            case Trouble.TOO_LONG:
                return bytes(1000) + b"\x90\x00"
            case Trouble.TOO_SHORT:
                return b"\x90"
            case Trouble.ENDLESS:
                return b"\x00\x61\x10"
            case Trouble.UNDECIDED if command[1] == 0xB0:
                return bytes([0x6C, self._commands % 200 + 1])
        return honest
