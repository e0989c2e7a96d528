"""Debounce: a card held before a scanner is read several times a second, and is one scan."""

WINDOW = 2.5
"""Seconds since the last sighting within which the same text is the same scan."""


class Debounce:
    """Remembers the last text only as long as it needs it."""

    def __init__(self, window: float = WINDOW) -> None:
        self._window = window
        self._text: str | None = None
        self._seen = 0.0

    def fresh(self, text: str, at: float) -> bool:
        """Whether this text, seen at ``at`` (seconds, monotonic), is a scan of its own."""
        self.forget(at)
        again = text == self._text
        self._text, self._seen = text, at
        return not again

    def forget(self, at: float) -> None:
        """Drop the text once its window has passed."""
        if at - self._seen >= self._window:
            self._text = None
