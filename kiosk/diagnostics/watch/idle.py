"""Since when nobody is served, in the run folder: an update takes no screen away from under somebody's hand.

``kiosk screen`` writes it now and then while nobody is served, and nothing while somebody is.
"""

from pathlib import Path

FILE = "idle"
WRITTEN_WITHIN = 15.0
"""Seconds after which it is not believed any more: the attendant writes each ten."""


class IdleMark:
    """Used in one thread. ``passed`` is the clock that never jumps, in seconds: all processes of a machine share it."""

    def __init__(self, run: Path) -> None:
        self._path = run / FILE
        self._since: float | None = None
        self._last = 0.0

    def tick(self, passed: float) -> None:
        """Nobody is served now."""
        if self._since is None or passed - self._last > WRITTEN_WITHIN:
            # It was silent meanwhile: somebody was here.
            self._since = passed
        self._last = passed
        made = self._path.with_name(f"{FILE}.new")
        try:
            made.write_text(f"{self._since} {passed}\n")
            made.replace(self._path)
        except OSError:
            return


def idle_for(run: Path, passed: float) -> float | None:
    """Seconds for which nobody has been served; ``None`` where somebody is, or nobody can know."""
    try:
        since, written = map(float, (run / FILE).read_text().split())
    except (OSError, ValueError):
        return None
    return passed - since if 0 <= passed - written <= WRITTEN_WITHIN else None
