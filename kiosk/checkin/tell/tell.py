"""From a state to its page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kiosk.checkin.page import Page, Shape
from kiosk.checkin.site import Site
from kiosk.checkin.tell import checking_in, outcomes, services
from kiosk.checkin.visit.states import Closed, State
from kiosk.checkin.wording import Text

Telling = Callable[[Any, Site, datetime], Page[Text]]

PAGES: Mapping[type, Telling] = {**checking_in.PAGES, **outcomes.PAGES, **services.PAGES}


def tell(state: State, site: Site | None, now: datetime) -> Page[Text]:
    """The page of a state at ``now``. ``site`` is ``None`` only before the centre has sent it."""
    if site is None or isinstance(state, Closed):
        return Page("closed", Shape.NOTICE, state.language, Text("closed.heading"), (Text("closed.sentence"),))
    return PAGES[type(state)](state, site, now)
