"""The visit: one client's session at the screen, as data. ``step`` is the whole flow; it does nothing by itself."""

from kiosk.checkin.visit.choices import *  # noqa: F403
from kiosk.checkin.visit.effects import *  # noqa: F403
from kiosk.checkin.visit.events import *  # noqa: F403
from kiosk.checkin.visit.patience import *  # noqa: F403
from kiosk.checkin.visit.setting import *  # noqa: F403
from kiosk.checkin.visit.states import *  # noqa: F403
from kiosk.checkin.visit.step import *  # noqa: F403
