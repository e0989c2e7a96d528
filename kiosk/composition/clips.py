"""The recordings of a kiosk: which languages have all that they need."""

from pathlib import Path

import structlog

from kiosk import texts
from kiosk.texts.recordings import needed_recordings

log = structlog.get_logger()


def missing(folder: Path, language: str) -> tuple[str, ...]:
    """The names of the recordings that a language still lacks, of those that it needs at every site."""
    needed = needed_recordings(language)
    return tuple(name for name, _ in needed if not (folder / language / f"{name}.wav").is_file())


def recorded_languages(folder: Path) -> frozenset[str]:
    """The languages with every recording. One with gaps is not offered, and the log says how many."""
    complete = set()
    for language in texts.languages():
        if not (folder / language).is_dir():
            continue
        lacks = missing(folder, language)
        if lacks:
            log.warning("recordings_missing", language=language, count=len(lacks), first=lacks[0])
        else:
            complete.add(language)
    return frozenset(complete)
