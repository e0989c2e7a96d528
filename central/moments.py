"""Times as people write them: in a seed, or on the command line."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FORMS = "it is HH:MM, `tomorrow HH:MM`, a date and time of this site, or a time with an offset as RFC 3339 has it"

_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_TIME_OF_DAY = re.compile(r"(?:(yesterday|today|tomorrow) +)?([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}.*")


def read(text: str, zone: str, now: datetime) -> datetime | None:
    """The moment that is meant, in UTC. Without an offset it is on the wall clock of the site's ``zone``."""
    clock = _TIME_OF_DAY.fullmatch(text)
    try:
        if clock is not None:
            day = today(zone, now) + timedelta(days=_DAYS[clock[1] or "today"])
            return datetime.combine(day, time(int(clock[2]), int(clock[3])), ZoneInfo(zone)).astimezone(UTC)
        if _DATED.fullmatch(text) is None:
            return None
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def today(zone: str, now: datetime) -> date:
    """The day on the wall clock of a site."""
    return now.astimezone(ZoneInfo(zone)).date()
