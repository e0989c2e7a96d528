"""Keeps what was shown: its words and, where asked for, its picture. For scenarios and demonstrations only."""

from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.checkin.page import Page, Sign
from kiosk.ui import scene
from kiosk.ui.viewmodels import without_typing
from kiosk.ui.window import KioskWindow


@dataclass(frozen=True)
class Shown:
    """One page as it stood on the screen. ``n`` counts from 1."""

    n: int
    name: str
    language: str
    sign: str
    number: str | None
    words: tuple[str, ...]
    picture: str | None

    def as_message(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


class Album:
    """The pages shown since the start."""

    def __init__(self, window: KioskWindow, pictures: Path | None) -> None:
        self._window = window
        self._pictures = pictures
        self._last: Page[str] | None = None
        self.pages: list[Shown] = []
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)

    def page_shown(self, page: Page[str]) -> None:
        """Keep the page that the window shows now, unless only a typed character is new."""
        essence = without_typing(page)
        if essence == self._last:
            return
        self._last = essence
        n = len(self.pages) + 1
        picture = None
        if self._pictures is not None:
            picture = f"{n:02d}-{page.name}{'' if page.sign is Sign.NONE else f'-{page.sign.value}'}.png"
            self._window.picture().save(str(self._pictures / picture))
        number = page.card.number if page.card else None
        words = tuple(scene.words(self._window.root))
        self.pages.append(Shown(n, page.name, page.language, page.sign.value, number, words, picture))
