"""What the journal knows and the centre does not: arrivals without its word, for staff to carry over by hand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.facts import FactKind, Verdict
from kiosk.checkin.site import LocalText, Site
from kiosk.checkin.witness import OnlyHere, Unreported
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.ports import Clock, JournalError

_APPOINTMENT = msgspec.json.Decoder(Appointment)

# Up to the mark every fact has the centre's word, so that a look costs nothing while the line is well.
_WAITING = """
FROM arrival JOIN fact ON fact.seq = arrival.fact
LEFT JOIN receipt ON receipt.fact = fact.seq
WHERE fact.seq > coalesce((SELECT settled FROM outbox), 0)
AND receipt.fact IS NULL AND arrival.number <> '' AND fact.id NOT IN (SELECT fact FROM annulled)
"""

_UNREPORTED = """
SELECT arrival.number, fact.at, fact.kind, fact.details, receipt.verdict, appointment.body
FROM arrival JOIN fact ON fact.seq = arrival.fact
LEFT JOIN receipt ON receipt.fact = fact.seq
LEFT JOIN appointment ON appointment.id = arrival.about
WHERE (receipt.fact IS NULL OR receipt.verdict = ?) AND arrival.number <> ''
AND fact.id NOT IN (SELECT fact FROM annulled)
ORDER BY fact.seq
"""


class SqlWitness:
    """``kiosk.ports.Witness`` on the kiosk's database, for the thread of that connection."""

    def __init__(
        self, connection: Connection, *, site: Callable[[], Site | None], clock: Clock, after: timedelta
    ) -> None:
        self._connection = connection
        self._site = site
        self._clock = clock
        self._after = after

    def only_here(self) -> OnlyHere | None:
        """Today's arrivals without the centre's word, once the oldest of them has waited for too long."""
        try:
            site, now = self._site(), self._clock.now()
            rows = self._connection.execute(f"SELECT arrival.number, fact.at {_WAITING}").fetchall()
        except DatabaseError:
            # The page is a client's first of all, and stays.
            return None
        today = dict(self._today(rows, site, now))
        if not today:
            return None
        since = min(today.values())
        # A clock that was set back makes it no younger.
        return OnlyHere(len(today), since) if abs(now - since) >= self._after else None

    def unreported(self) -> tuple[tuple[Unreported, ...], int]:
        """Those of today, and how many there are of earlier days. Raises ``JournalError``."""
        try:
            site, now = self._site(), self._clock.now()
            rows = self._connection.execute(_UNREPORTED, (Verdict.REFUSED.value,)).fetchall()
        except DatabaseError as error:
            raise JournalError("read") from error
        found: dict[tuple[object, str], Unreported] = {}
        for number, at, kind, details, verdict, body in rows:
            moment = datetime.fromisoformat(at)
            area, starts = _place(FactKind(kind), details, body, site)
            one = Unreported(number, moment, area, starts, verdict == Verdict.REFUSED.value)
            day = moment.date() if site is None else site.day(moment)
            found[day, number] = _first(found.get((day, number)), one)
        today = now.date() if site is None else site.day(now)
        return tuple(one for (day, _), one in found.items() if day == today), sum(day != today for day, _ in found)

    @staticmethod
    def _today(rows: list[tuple[str, str]], site: Site | None, now: datetime) -> Iterator[tuple[str, datetime]]:
        for number, at in rows:
            moment = datetime.fromisoformat(at)
            if moment.date() == now.date() if site is None else site.day(moment) == site.day(now):
                yield number, moment


def _place(
    kind: FactKind, details: str, body: str | None, site: Site | None
) -> tuple[LocalText | None, datetime | None]:
    """Where they wait, and when their visit begins, as far as it may be told."""
    if site is None:
        return None, None
    if kind is FactKind.CHECKED_IN:
        booked = None if body is None else _APPOINTMENT.decode(body)
        if booked is None or booked.protected:
            return None, None
        area = site.areas.get(booked.area)
        return None if area is None else area.name, booked.starts
    if kind is FactKind.WALKED_IN:
        service = site.services.get(str(msgspec.json.decode(details or "{}").get("service", "")))
        area = None if service is None else site.areas.get(service.area)
        return None if area is None else area.name, None
    return site.desk, None


def _first(before: Unreported | None, one: Unreported) -> Unreported:
    """Several visits under one number are one client: they wait where the first visit is."""
    if before is None:
        return one
    earlier = before.starts is None or (one.starts is not None and one.starts < before.starts)
    return replace(one if earlier else before, at=before.at, refused=before.refused or one.refused)
