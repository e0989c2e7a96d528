"""The one way between the attendant's thread and Qt: frozen pages in, frozen events out."""

from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.checkin import visit
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.tell.aloud import Utterance

Showing = tuple[Page[str], Frame[str], tuple[Utterance[str], ...]]
"""A page, what stands around it, and what is said of both: nothing where nobody listens."""


class Bridge(QObject):
    """Carries pages to the screen and touches back.

    ``show`` may be called from any thread and before the screen stands; no page is lost or overtaken. All
    that it calls returns at once. ``on_event``, ``on_touch`` and ``on_voices`` are called in the GUI thread,
    ``on_headphones`` in that of whoever saw them. ``on_touch`` hears every touch, also one that hits nothing: somebody
    is there.
    """

    waiting = Signal()
    asked = Signal(object)
    unplugged = Signal()
    """The headphones are out: said at once, whatever the attendant is doing."""

    def __init__(
        self,
        on_event: Callable[[visit.Chosen | visit.Keyed | visit.LanguageChosen], None],
        on_touch: Callable[[], None] | None = None,
        on_headphones: Callable[[bool], None] | None = None,
        on_voices: Callable[[frozenset[str]], None] | None = None,
    ) -> None:
        super().__init__()
        self._on_event = on_event
        self._on_touch = on_touch
        self._on_headphones = on_headphones
        self._on_voices = on_voices
        self._pages: deque[Showing] = deque()
        self.asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def show(self, page: Page[str], frame: Frame[str], said: tuple[Utterance[str], ...] = ()) -> None:
        """Show this page from now on, and read it."""
        self._pages.append((page, frame, said))
        self.waiting.emit()

    def ask(self, answer: Callable[[], None]) -> None:
        """Have ``answer`` called in the GUI thread, once its loop gets to it. From any thread; returns at once."""
        self.asked.emit(answer)

    @Slot(object)
    def _answer(self, answer: Callable[[], None]) -> None:
        answer()

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

    def voices(self, languages: frozenset[str]) -> None:
        """The languages that pages can be read in now."""
        if self._on_voices is not None:
            self._on_voices(languages)

    def headphones(self, plugged: bool) -> None:
        """Headphones were plugged in or pulled out. From any thread."""
        if not plugged:
            self.unplugged.emit()
        if self._on_headphones is not None:
            self._on_headphones(plugged)
