"""What is said to somebody who uses a keypad and can't see the screen, beside what is read of a page itself.

None of it belongs to the page as it is read aloud: each is said when a key asks for it.
"""

from collections.abc import Iterator

from kiosk.checkin.page import Frame, Page
from kiosk.checkin.tell.aloud import Reading, Utterance
from kiosk.checkin.visit import choices
from kiosk.checkin.wording import Text

ASIDE = "aside:"
"""What the names of these begin with, in the place of a control's."""
NO_WAY_BACK = f"{ASIDE}no-way-back"
NO_HELP = f"{ASIDE}no-help"
DOES_NOT_FIT = f"{ASIDE}does-not-fit"
HIDDEN_KEY = f"{ASIDE}hidden-key"


def asides(page: Page[Text], frame: Frame[Text]) -> tuple[Utterance[Text], ...]:
    """All that may have to be said on this page."""
    return tuple(Utterance(words, name, reading=Reading.ASKED) for name, words in _asides(page, frame))


def _asides(page: Page[Text], frame: Frame[Text]) -> Iterator[tuple[str, Text]]:
    if all(choice.id != choices.BACK for choice in page.choices):
        yield NO_WAY_BACK, Text("keypad.no-way-back")
    if frame.help is None:
        yield NO_HELP, Text("keypad.no-help")
    if page.entry is not None:
        yield DOES_NOT_FIT, Text("keypad.does-not-fit")
        yield HIDDEN_KEY, Text("keypad.hidden-key")
