"""Service mode and the receptionist's card, as data: what is broken, tried and mended at the screen itself.

``open``, ``open_by_card`` and ``open_staff_card`` begin it; ``step`` is the whole flow and does nothing by itself.
"""

from kiosk.checkin.servicing.device_check import *  # noqa: F403
from kiosk.checkin.servicing.edge import *  # noqa: F403
from kiosk.checkin.servicing.effects import *  # noqa: F403
from kiosk.checkin.servicing.events import *  # noqa: F403
from kiosk.checkin.servicing.lock import *  # noqa: F403
from kiosk.checkin.servicing.opening import *  # noqa: F403
from kiosk.checkin.servicing.patience import *  # noqa: F403
from kiosk.checkin.servicing.staff import *  # noqa: F403
from kiosk.checkin.servicing.states import *  # noqa: F403
from kiosk.checkin.servicing.step import *  # noqa: F403
from kiosk.checkin.servicing.tell import *  # noqa: F403
from kiosk.checkin.servicing.view import *  # noqa: F403
