"""The export of figures: hour by hour, each in a look of its own, so that it is sent as it is counted."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

from central import statistics
from central.csv_text import Form
from central.statistics import COLUMNS, HEAD, Cell, Hour
from central.store import Store
from central.store import statistics as counted
from kiosk.sync.messages import SiteRecord


def cells(
    store: Store, rules: Mapping[str, SiteRecord], first: date, last: date, now: datetime
) -> Iterator[tuple[Hour, Cell]]:
    """Every figure of these sites, from the first day to the last; of what is still to come there is none."""
    by_zone: dict[str, list[str]] = {}
    for site, one in sorted(rules.items()):
        by_zone.setdefault(one.zone, []).append(site)
    for zone, sites in sorted(by_zone.items()):
        day = first
        while day <= last:
            yield from _day(store, zone, sites, day, now)
            day += timedelta(days=1)


def csv(
    store: Store, rules: Mapping[str, SiteRecord], first: date, last: date, now: datetime, form: Form
) -> Iterator[str]:
    """The same as CSV, with a head that says what is left out."""
    yield form.begins + "".join(f"{line}\r\n" for line in HEAD) + form.line(COLUMNS)
    for hour, cell in cells(store, rules, first, last, now):
        yield form.line(statistics.row(hour, cell))


def _day(store: Store, zone: str, sites: Collection[str], day: date, now: datetime) -> Iterator[tuple[Hour, Cell]]:
    hours = [one for one in statistics.hours(zone, day, day) if one.begins < now]
    if not hours:
        return
    with store.reading() as connection:
        kiosks = counted.kiosks(connection, hours[0].begins, min(hours[-1].ends, now))
    for hour in hours:
        with store.reading() as connection:
            found = counted.of_hour(connection, hour, sites)
        yield from ((hour, cell) for cell in found)
        yield from ((hour, cell) for cell in kiosks.in_service(hour, sites, now))
