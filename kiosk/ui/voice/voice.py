"""``Voice``: whatever can say a sentence."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from kiosk.checkin.tell.aloud import Recording


class Voice(QObject):
    """Says one utterance at a time. Lives in the GUI thread; every call returns at once.

    ``began`` and ``ended`` carry the number that ``say`` was given. What was stopped may or may not end: whoever stops
    no longer listens to that number. ``speaks`` carries the languages that it has a voice for (``frozenset[str]``),
    once that is known and whenever it changes; none where it is silent.
    """

    began = Signal(int)
    ended = Signal(int)
    speaks = Signal(object)

    def start(self) -> None:
        """Find out what can be said, and tell."""
        raise NotImplementedError

    def say(self, number: int, words: str, language: str, recordings: Sequence[Recording] = ()) -> None:
        """Say this, in the place of whatever is being said. ``number`` has not been used before.

        ``recordings`` say the same in a language without a voice.
        """
        raise NotImplementedError

    def stop(self) -> None:
        """Be silent at once, and forget what was to be said."""
        raise NotImplementedError

    def tune(self, rate: float, volume: float) -> None:
        """From the next utterance on: ``rate`` from -1 (slow) over 0 to 1 (fast), ``volume`` from 0 to 1."""
        raise NotImplementedError

    def forget(self) -> None:
        """Keep nothing of what was said."""

    def close(self) -> None:
        """End. Nothing is said any more."""


class Silent(Voice):
    """A kiosk without a voice."""

    def start(self) -> None:
        """There is nothing to tell."""

    def say(self, number: int, words: str, language: str, recordings: Sequence[Recording] = ()) -> None:
        """Nothing is heard, and it is over."""
        self.ended.emit(number)

    def stop(self) -> None:
        """Nothing was said."""

    def tune(self, rate: float, volume: float) -> None:
        """Nothing to tune."""
