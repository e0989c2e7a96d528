"""The one way between the attendant's thread and Qt: frozen pages in, frozen events out."""

from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from kiosk.checkin import visit
from kiosk.checkin.page import Frame, Page

Showing = tuple[Page[str], Frame[str]]


class Bridge(QObject):
    """Carries pages to the screen and touches back.

    ``show`` may be called from any thread and before the screen stands; no page is lost or overtaken. ``on_event``
    and ``on_touch`` are called in the GUI thread and must return at once. ``on_touch`` hears every touch, also one
    that hits nothing: somebody is there.
    """

    waiting = Signal()

    def __init__(
        self,
        on_event: Callable[[visit.Chosen | visit.Keyed | visit.LanguageChosen], None],
        on_touch: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._on_event = on_event
        self._on_touch = on_touch
        self._pages: deque[Showing] = deque()

    def show(self, page: Page[str], frame: Frame[str]) -> None:
        """Show this page from now on."""
        self._pages.append((page, frame))
        self.waiting.emit()

    def pages(self) -> Iterator[Showing]:
        """Every page not yet taken, oldest first. For the screen."""
        while self._pages:
            yield self._pages.popleft()

    def chosen(self, choice: str) -> None:
        """A choice of the page was touched."""
        self._on_event(visit.Chosen(choice))

    def keyed(self, key: str) -> None:
        """A key was touched."""
        self._on_event(visit.Keyed(key))

    def language_chosen(self, code: str) -> None:
        """A language was touched."""
        self._on_event(visit.LanguageChosen(code))

    def touched(self) -> None:
        """The screen was touched somewhere."""
        if self._on_touch is not None:
            self._on_touch()
