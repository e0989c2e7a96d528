"""The people at the kiosks: they show a card, touch what a page offers, wait, or walk away."""

import random
from dataclasses import dataclass

from kiosk.checkin import visit
from kiosk.checkin.identity import Scan
from kiosk.checkin.page import Page, Shape
from kiosk.checkin.wording import Text

CARD, WALK_IN = "card", "walk-in"


@dataclass
class Client:
    """Somebody at a kiosk. ``person`` is their place in the run's list, which is all that a trace may tell of them."""

    person: int
    code: str
    wish: str = CARD
    begun: bool = False
    patience: int = 14
    """Pages that they look at before they walk away."""

    def answer(self, page: Page[Text], chance: random.Random) -> tuple[float, object | None]:
        """After how many seconds they do what; ``None`` where they only wait."""
        self.patience -= 1
        if page.shape is Shape.WELCOME and not self.begun:
            self.begun = True
            return chance.uniform(0.2, 3.0), self._begin()
        offered = [choice.id for choice in page.choices if choice.open]
        return chance.uniform(0.3, 4.0), self._touch(page, offered, chance)

    def _begin(self) -> object:
        return visit.Scanned(Scan(self.code)) if self.wish == CARD else visit.Chosen("walk-in")

    def _touch(self, page: Page[Text], offered: list[str], chance: random.Random) -> object | None:
        service = next((one for one in offered if one.startswith("service-")), None)
        if "check-in" in offered:
            return visit.Chosen("check-in") if chance.random() < 0.95 else None
        if service is not None:
            return visit.Chosen(service)
        if "more-time" in offered:
            return visit.Chosen("more-time") if chance.random() < 0.5 else None
        if "finish" in offered and chance.random() < 0.4:
            return visit.Chosen("finish")
        return None

    def gone(self, page: Page[Text]) -> bool:
        """Whether their visit is over."""
        return self.patience <= 0 or (self.begun and page.shape is Shape.WELCOME)
