"""What a step may know of the world, and what it gives."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.checkin.site import Site
from kiosk.checkin.visit.effects import Effect
from kiosk.checkin.visit.states import State, Welcome


@dataclass(frozen=True)
class Setting:
    """The site (``None`` before the centre has sent it), the language between clients, and the time.

    ``in_order`` is false while nobody can be served: whoever is being served goes on, and nobody begins.
    """

    site: Site | None
    home_language: str
    now: datetime
    in_order: bool = True

    @property
    def today(self) -> date:
        """The service day at the site."""
        return self.now.date() if self.site is None else self.site.day(self.now)


@dataclass(frozen=True)
class Step:
    """The next state, and what is to be done, in order.

    ``over`` is set where a visit has ended, and with it whatever its client had switched on.
    """

    state: State
    effects: tuple[Effect, ...] = ()
    over: bool = False


def over(setting: Setting) -> Step:
    """Back to the first page, for whoever comes next."""
    return Step(Welcome(setting.home_language), over=True)
