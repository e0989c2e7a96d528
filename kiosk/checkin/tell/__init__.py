"""``tell``: what the client is told in each state of the visit, as a page without layout."""

from kiosk.checkin.tell.aloud import spoken
from kiosk.checkin.tell.frame import frame
from kiosk.checkin.tell.tell import tell

__all__ = ["frame", "spoken", "tell"]
