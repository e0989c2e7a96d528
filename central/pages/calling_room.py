"""What callers have before them at a site: who waits in which line, and who is called where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from central import moments
from central.calling import Call, Client, Line, Rule, State, lines
from central.pages.reception_room import TO_THE_DESK, midnight, once
from central.store import Connection, calls, changes, waiting
from central.store.waiting import Here, Source
from kiosk.sync.messages import SiteRecord

DESK = "desk"
"""The line of those who were sent to the desk. It is no area with a display of its own."""


@dataclass(frozen=True)
class CallingRoom:
    """All that callers of a site see. ``turns`` say how often each room has called somebody next."""

    rules: SiteRecord
    day: date
    waiting: Sequence[Client]
    calls: Sequence[Call]
    turns: Mapping[str, int]

    def lines(self, rule: Rule, only: str = "") -> list[tuple[Line, list[Client]]]:
        """The lines, each in its order, by area as the site names them; one of them where it is named by its key."""
        areas = [area.id for area in self.rules.areas]
        found = lines(self.waiting, rule)
        if only:
            line = Line(*only.split("|")) if only.count("|") == 3 else Line()
            return [(line, found.get(line, []))]

        def where(line: Line) -> tuple[int, str]:
            return (areas.index(line.area) if line.area in areas else len(areas), line.key)

        return [(line, found[line]) for line in sorted(found, key=where)]

    def keys(self) -> set[str]:
        """The lines that somebody stands in, as forms name them."""
        return {one.line.key for one in self.waiting if not one.missed}

    def open_calls(self, room: str = "") -> list[Call]:
        """Those who were called and are on their way, the latest first; to one room where it is named."""
        return [one for one in reversed(self.calls) if one.state is State.CALLED and room in ("", one.room)]

    def missed(self) -> list[Call]:
        """Those who did not come when they were called, the latest first."""
        return [one for one in reversed(self.calls) if one.state is State.MISSED]

    def came(self, room: str) -> list[Call]:
        """Those who came to a room, the latest first."""
        done = [one for one in reversed(self.calls) if one.state is State.CAME and one.room == room]
        return sorted(done, key=lambda one: one.settled_at or one.rang_at, reverse=True)

    def client(self, number: str) -> Client | None:
        """Who waits with a number."""
        return next((one for one in self.waiting if one.number == number), None)

    def display_of(self, client: Client) -> str:
        """The area whose display calls somebody; empty where all of them do."""
        known = any(area.id == client.line.area for area in self.rules.areas)
        return client.line.area if known else ""


def look(connection: Connection, site: str, now: datetime) -> CallingRoom:
    """The site as it is now."""
    rules = changes.rules(connection, site)
    day = moments.today(rules.zone, now)
    made = calls.of_day(connection, site, day)
    state = {one.number: one.state for one in made}
    over = (State.CALLED, State.CAME)
    clients: dict[str, Client] = {}
    for one in once(waiting.here(connection, site, midnight(rules.zone, now))):
        # Who was told to come back later does not wait, and who has no number cannot be called by it.
        calls_by_number = one.number and one.source is not Source.EARLY
        if calls_by_number and one.taken_in_at is None and state.get(one.number) not in over:
            clients[one.number] = _client(rules, one, missed=state.get(one.number) is State.MISSED)
    return CallingRoom(rules, day, list(clients.values()), made, calls.turns(connection, site))


def _client(rules: SiteRecord, here: Here, *, missed: bool) -> Client:
    line = Line(here.area, here.unit, "", here.practitioner)
    if here.source in TO_THE_DESK:
        line = Line(DESK)
    elif here.source is Source.WALK_IN:
        service = next((one for one in rules.services if one.id == here.service), None)
        line = Line(service.area if service else "", "", here.service)
    return Client(here.fact, here.number, line, here.arrived_at, here.starts, here.language, missed)
