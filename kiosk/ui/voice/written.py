"""A voice that writes: each utterance takes no time. For scenarios and tests, where ``Reader.heard`` is what counts."""

from collections.abc import Sequence

from kiosk.checkin.tell.aloud import Recording
from kiosk.ui.voice.voice import Voice

LANGUAGES = frozenset({"fi", "sv", "en", "ru", "et", "ar"})
"""Those that espeak-ng has a voice for, of the languages with words."""


class WrittenVoice(Voice):
    """Begins and ends each utterance before ``say`` returns. ``rate`` and ``volume`` are as they were set last."""

    def __init__(self) -> None:
        super().__init__()
        self.rate = 0.0
        self.volume = 1.0

    def start(self) -> None:
        """It writes at once."""
        self.speaks.emit(LANGUAGES)

    def say(self, number: int, words: str, language: str, recordings: Sequence[Recording] = ()) -> None:
        """It was said."""
        self.began.emit(number)
        self.ended.emit(number)

    def stop(self) -> None:
        """It is over already."""

    def tune(self, rate: float, volume: float) -> None:
        """Kept for whoever asks."""
        self.rate, self.volume = rate, volume
