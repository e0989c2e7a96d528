"""The last day close of a journal or an enrolment that is about to end: kept, and sent if the centre can be reached."""

import random

from kiosk.clock import clock_from_environment
from kiosk.composition.noting import note
from kiosk.config import Config
from kiosk.offline.connection import Connection
from kiosk.offline.day_close import SqlDayCloses
from kiosk.offline.roster import SqlRoster
from kiosk.ports import Enrolment
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.day_close import DayClosing


def close_for_good(config: Config, connection: Connection, enrolment: Enrolment, reason: str) -> bool:
    """Close every day up to this moment; ``reason`` where it was forced. Whether the centre has all of them."""
    clock = clock_from_environment()
    roster = SqlRoster(connection, enrolment.site_key)
    centre = Centre(enrolment.centre, enrolment.kiosk, enrolment.private_key, clock, config.centre.authorities)
    try:
        closing = DayClosing(
            centre,
            SqlDayCloses(connection),
            enrolment=enrolment,
            site=roster.site,
            centre_now=clock.now,
            clock=clock,
            chance=random.SystemRandom(),
        )
        closing.close_for_good(reason)
        list(closing.send())
    except CentreError as error:
        note("day-close", "not_sent", reason=error.key)
        return False
    finally:
        centre.close()
    return True
