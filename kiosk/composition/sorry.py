"""Keeps the picture that is shown when nothing else can be: ``sorry.png`` in the state folder."""

import json
from collections.abc import Collection
from pathlib import Path

import structlog

from kiosk import texts
from kiosk.checkin.site import Site
from kiosk.checkin.wording import Text
from kiosk.offline.connection import StoreError
from kiosk.ui import sorry
from kiosk.ui.sorry import Size

log = structlog.get_logger()

PICTURE = "sorry.png"
TOLD_IN = ("fi", "sv", "en")
"""Where no site is known yet."""


def words(languages: Collection[str]) -> list[sorry.Words]:
    """What the picture says, in these languages."""
    return [
        (
            texts.say(Text("sorry.heading"), language),
            texts.say(Text("closed.sentence"), language),
            texts.direction(language),
        )
        for language in languages
    ]


def make(path: Path, languages: Collection[str], size: Size) -> None:
    """Draw it at ``path``. Raises ``OSError``."""
    known = [language for language in languages if language in texts.languages()]
    sorry.save(path, words(known or TOLD_IN), size)


def make_by_itself(path: Path, languages: Collection[str], width: int, height: int) -> None:
    """The same from a command, where no screen runs. Raises ``StoreError``."""
    app = sorry.started()
    try:
        make(path, languages, Size(width, height))
    except OSError as error:
        raise StoreError("unwritable", str(error)) from error
    del app


class SorryPicture:
    """Draws it anew when the site's languages or the screen have changed. Called while nobody is there."""

    def __init__(self, state: Path) -> None:
        self._path = state / PICTURE
        self._size: Size | None = None
        self._tried = ""

    def measure(self) -> None:
        """Take the measure of the screen. In the GUI thread."""
        self._size = sorry.screen_size()

    def keep(self, site: Site | None) -> None:
        """See that there is one that is right. A disk that takes none leaves the one before."""
        if site is None or self._size is None:
            return
        wanted = _what(site.languages, self._size)
        if wanted == self._tried:
            return
        self._tried = wanted
        try:
            there = self._path.exists() and _beside(self._path).read_text() == wanted
        except OSError:
            there = False
        if there:
            return
        try:
            make(self._path, site.languages, self._size)
            _beside(self._path).write_text(wanted)
        except OSError as error:
            log.warning("no_sorry_picture", reason=str(error))
        else:
            log.info("sorry_picture_made", languages=list(site.languages))


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")


def _what(languages: Collection[str], size: Size) -> str:
    return json.dumps({"languages": list(languages), "width": size.width, "height": size.height})
