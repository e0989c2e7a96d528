"""``tell``: what each state of service mode shows, as a page without layout."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.checkin.page import Page
from kiosk.checkin.servicing.states import State
from kiosk.checkin.servicing.tell import annul, checking, code, one_part, overview, past, self_test, staff_card, witness
from kiosk.checkin.servicing.view import View
from kiosk.checkin.wording import Text

PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {
    **code.PAGES,
    **overview.PAGES,
    **one_part.PAGES,
    **past.PAGES,
    **self_test.PAGES,
    **annul.PAGES,
    **staff_card.PAGES,
    **witness.PAGES,
    **checking.PAGES,
}


def tell(state: State, view: View) -> Page[Text]:
    """The page of a state. Raises ``KeyError`` for ``Left``, which has none."""
    return PAGES[type(state)](state, view)
