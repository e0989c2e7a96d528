"""What stands now, read from the database and judged by the rules."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from central import misdirected
from central.alarms import rules
from central.alarms.rules import Counts, Seen, Standing
from central.lost import Care, Why
from central.misdirected import SPAN
from central.pages import reception_room
from central.steps import Step, Tally
from central.store import Connection, ehr_letters, machines, notices, sites, step_counts
from central.store.step_counts import HOUR, Counted

OF_LATE = 2 * HOUR
"""What counts as now: this hour, and the one before."""
USUAL = timedelta(days=14)


def standing(connection: Connection, started: datetime, now: datetime, allowed: timedelta) -> list[Standing]:
    """All of it. ``started`` is since when anybody could be heard, ``allowed`` how old an unsent fact may get."""
    seen = [Seen(one.kiosk, one.site, one.sign, one.oldest_waits(now)) for one in machines.listed(connection)]
    patterns = misdirected.patterns(notices.wrong_places(connection, now - 4 * SPAN))
    records = ehr_letters.standing(connection)
    return [
        *rules.silent(seen, started, now),
        *rules.unsent(seen, allowed),
        *rules.fallen(counts(connection, now)),
        *rules.wrong_unit(patterns, now),
        *rules.dead_letters({one.ehr: one.dead for one in records}),
        *rules.record_late({one.ehr: one.oldest for one in records}, now),
        *rules.lost_clients(unseen(connection, now)),
    ]


def counts(connection: Connection, now: datetime) -> list[Counts]:
    """Each step of each kiosk: of late, and in the 14 days before."""
    until = step_counts.hour_of(now) + HOUR
    late = _by_step(step_counts.since(connection, until - OF_LATE, until))
    usual = _by_step(step_counts.since(connection, until - OF_LATE - USUAL, until - OF_LATE))
    return [Counts(*key, tally, usual.get(key, Tally())) for key, tally in late.items()]


def unseen(connection: Connection, now: datetime) -> dict[str, int]:
    """By site how many have waited too long without anybody acknowledging them, by that site's own limits."""
    found: dict[str, int] = {}
    for site in sites.all_rules(connection):
        alarms = reception_room.look(connection, site, now).alarms(now)
        found[site] = sum(one.judged.care is Care.ALARM and one.judged.why is Why.UNSEEN for one in alarms)
    return found


def _by_step(counted: Iterable[Counted]) -> dict[tuple[str, str, Step], Tally]:
    found: dict[tuple[str, str, Step], Tally] = defaultdict(Tally)
    for one in counted:
        found[one.site, one.kiosk, one.step] += one.tally
    return found
