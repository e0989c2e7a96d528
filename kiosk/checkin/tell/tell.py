"""From a state to its page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.checkin.means import PRINTED_CARDS_ONLY, Means
from kiosk.checkin.page import Page, Shape
from kiosk.checkin.site import Site
from kiosk.checkin.tell import checking_in, outcomes, services, ways
from kiosk.checkin.tell.parts import desk_card
from kiosk.checkin.visit.states import Closed, Confirming, Looking, ReadingCard, Recording, Reporting, State
from kiosk.checkin.wording import Text

Telling = Callable[[Any, Site, datetime], Page[Text]]

PAGES: Mapping[type, Telling] = {**checking_in.PAGES, **outcomes.PAGES, **services.PAGES}

CARD_IS_NEEDED = ReadingCard | Looking | Confirming | Recording | Reporting
"""States in which a card in the reader is where it should be."""


def tell(
    state: State,
    site: Site | None,
    now: datetime,
    means: Means = PRINTED_CARDS_ONLY,
    *,
    card_in: bool = False,
) -> Page[Text]:
    """The page of a state at ``now``. ``site`` is ``None`` only before the centre has sent it.

    ``means`` are the ways to identify; ``card_in`` says that a card is in the reader.
    """
    if site is None or isinstance(state, Closed):
        name = "closed" if site is None else "out-of-order"
        desk = None if site is None else desk_card(site)
        sentences = (Text("closed.sentence"),)
        return Page(name, Shape.NOTICE, state.language, Text(f"{name}.heading"), sentences, card=desk)
    page = PAGES[type(state)](state, site, now)
    if page.shape is Shape.WELCOME:
        page = ways.told(page, means, codes=bool(site.policy.code_pattern))
    if card_in and not isinstance(state, CARD_IS_NEEDED):
        # Where a card is asked for, the one that is in the way comes first.
        kept = () if page.shape is Shape.WELCOME else page.sentences
        page = replace(page, sentences=(*kept, Text("card.take")))
    return page
