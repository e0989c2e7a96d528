"""What all ways of telling share."""

from central.alarms.rules import Kind
from central.alarms.settings import Mail, Webhook
from central.store.alarms import Alarm


class NotToldError(Exception):
    """It did not arrive. The message is a short code that names no address and no person."""


def wants(channel: Webhook | Mail, alarm: Alarm) -> bool:
    """Whether it is to be told of an alarm. What concerns the whole centre concerns every site."""
    kinds: tuple[Kind, ...] = channel.kinds
    return (not kinds or alarm.kind in kinds) and (not channel.sites or not alarm.site or alarm.site in channel.sites)
