"""When a fact happened, by the centre's time: the kiosk's wall clock is only what it showed. Pure."""

from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import UNSET

from kiosk.checkin.hybrid_clock import ClockQuality, time_in
from kiosk.sync.messages import FactMessage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Told(msgspec.Struct, frozen=True):
    """A moment, and whether it is ``trusted``: the kiosk knew then how far its clock was off."""

    at: datetime
    trusted: bool

    def before(self, other: "Told") -> bool:
        """Whether this one is the arrival's rather than the other: the earliest of those that are trusted."""
        return (not self.trusted, self.at) < (not other.trusted, other.at)


def happened(message: FactMessage, received_at: datetime) -> Told:
    """When a fact happened.

    What the wall clock showed, less its offset where that was known. Else between what its place in the order of the
    kiosk's facts says at least and the moment at which it came in at most: nothing happens later than that.
    """
    trusted = isinstance(message.offset_ms, int) or message.clock == ClockQuality.TRUSTED
    at = message.at
    try:
        if isinstance(message.offset_ms, int):
            at -= timedelta(milliseconds=message.offset_ms)
        elif not trusted and message.order is not UNSET:
            at = max(at, _EPOCH + timedelta(milliseconds=time_in(message.order)))
        return Told(min(at, received_at).astimezone(UTC), trusted)
    except OverflowError:
        return Told(received_at, trusted=False)
