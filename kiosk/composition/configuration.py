"""The rules of the site between the parts: how ``kiosk sync`` judges new ones, and what it tells the board of them."""

from functools import partial

from kiosk import __version__, texts
from kiosk.checkin import faults
from kiosk.checkin.configuration import Serving
from kiosk.checkin.rehearsal import rehearse
from kiosk.checkin.site import Site
from kiosk.offline.configuration import SqlConfigurations, serving
from kiosk.offline.connection import Connection
from kiosk.offline.roster import seen_by
from kiosk.ports import Clock, Enrolment, FaultBoard
from kiosk.sync.configuration import Believing, Judge


def believing(connection: Connection, enrolment: Enrolment, clock: Clock) -> Believing:
    """How configurations are judged on this kiosk."""
    fits = partial(_tried_out, enrolment.kiosk, clock)
    return Believing(SqlConfigurations(connection), Judge(enrolment.site, texts.languages(), fits, __version__))


class ConfigurationLook:
    """Tells the board whether the kiosk can check configurations, and whether it refused one."""

    def __init__(self, connection: Connection, board: FaultBoard) -> None:
        self._connection = connection
        self._board = board

    def look(self) -> None:
        """Look, and tell."""
        self._board.tell("configuration", [fault.code for fault in standing(serving(self._connection))])


def standing(now: Serving) -> list[faults.Fault]:
    """What is the matter."""
    found = [] if now.checks else [faults.CONFIGURATION_UNSIGNED]
    return found + ([] if now.refused is None else [faults.CONFIGURATION_REFUSED])


def _tried_out(kiosk: str, clock: Clock, site: Site) -> None:
    """Raises whatever serving by these rules would raise at this kiosk."""
    seen = seen_by(site, kiosk).spoken_in(texts.languages())
    for one in rehearse(seen, clock.now()):
        say = partial(texts.say, language=one.language)
        if one.page is not None and one.frame is not None:
            one.page.map(say)
            one.frame.map(say)
        if one.slip is not None:
            one.slip.map(say)
