"""All pages, in the order of the menu."""

from collections.abc import Callable, Sequence
from datetime import datetime

from central.pages import (
    calling,
    display,
    figures,
    first,
    fleet_kiosk,
    launch_item,
    letters,
    log,
    operations_proposal,
    reception,
    signing,
    today,
)
from central.pages.house import House
from central.pages.page import Page
from central.people.settings import PeopleConfig
from central.store import Store
from central.watch import ChangeWatch

PAGES: tuple[Page, ...] = (
    first.PAGE,
    reception.PAGE,
    calling.PAGE,
    display.PAGE,
    launch_item.PAGE,
    today.PAGE,
    letters.PAGE,
    figures.PAGE,
    log.PAGE,
    operations_proposal.PAGE,
    fleet_kiosk.PAGE,
    signing.PAGE,
    signing.OUT,
    signing.LANGUAGE,
)


def house(
    store: Store,
    now: Callable[[], datetime],
    watch: ChangeWatch,
    settings: PeopleConfig | None = None,
    addresses: Sequence[str] = (),
) -> House:
    """The pages over a store."""
    return House(store, now, watch, PAGES, settings, addresses)
