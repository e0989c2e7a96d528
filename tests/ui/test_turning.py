"""Pages come up in their order; one that only says to wait is left out where what is waited for comes at once."""

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kiosk.ui.bridge import Bridge, Showing
from kiosk.ui.turning import BUSY_AFTER_MS, Turning
from tests.ui.every_page import every_page, frame_in


class Book:
    """What was put up, by the names of the pages."""

    def __init__(self, *, every: bool = False) -> None:
        self.names: list[str] = []
        self.bridge = Bridge(lambda _: None)
        self.owner = QObject()
        self.turning = Turning(self.owner, self.bridge, self._put_up, every=every)

    def _put_up(self, showing: Showing) -> None:
        self.names.append(showing[0].name)

    def come(self, *names: str) -> None:
        for name in names:
            self.bridge.show(every_page("fi")[name], frame_in("fi"))
        self.turning.look()


def test_a_wait_that_is_over_at_once_is_not_shown(qtbot: QtBot) -> None:
    book = Book()
    book.come("confirm", "busy", "done-recorded")
    assert book.names == ["confirm", "done"]
    book.come("busy")
    book.come("done-registered")
    qtbot.wait(2 * BUSY_AFTER_MS)
    assert book.names == ["confirm", "done", "done"]


def test_a_wait_that_lasts_is_shown_and_then_what_was_waited_for(qtbot: QtBot) -> None:
    book = Book()
    book.come("confirm", "busy")
    assert book.names == ["confirm"]
    qtbot.waitUntil(lambda: len(book.names) == 2, timeout=5000)
    book.come("done-recorded")
    assert book.names == ["confirm", "recording", "done"]


def test_one_wait_after_the_other_is_shown_as_soon_as_the_first_one_would_have_been(qtbot: QtBot) -> None:
    book = Book()
    book.come("busy")
    book.come("looking")
    qtbot.waitUntil(lambda: book.names != [], timeout=5000)
    assert book.names == ["looking"]


def test_a_record_of_all_pages_lacks_none() -> None:
    book = Book(every=True)
    book.come("confirm", "busy", "done-recorded")
    assert book.names == ["confirm", "recording", "done"]
