"""A client for every outcome, and everything that each of them may see, for the tests that go over all of them."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kiosk.checkin import outcome, visit
from kiosk.checkin.appointment import Appointment, Arrival, Channel, Standing, Status
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.outcome import Outcome
from kiosk.checkin.page import Page
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.site import Area, Bulletin, Neighbour, Policy, Portal, Severity, Site, Unit
from kiosk.checkin.tell import tell
from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.checkin.wording import Text
from tests.example_site import NOW, SITE, words

PERSON = "010594Y9032"
CODE = "AJ-0042KMPX"

DAY = timedelta(days=1)

CENTRE = replace(
    SITE,
    # Ids say what the public names of sensitive units leave out.
    units={
        "psychiatry": Unit("psychiatry", words("Reception C")),
        "laboratory": Unit("laboratory", words("Laboratory"), rank=1),
        "not-yet": Unit("not-yet", words("Rehabilitation"), goes_live=(NOW + 9 * DAY).date()),
        "reminded": Unit("reminded", words("Reception D")),
    },
    areas={
        "B2": Area("B2", words("Waiting area B2"), words("Second floor")),
        "A1": Area("A1", words("Waiting area A1"), words("Straight ahead")),
    },
    neighbours={
        "itakatu": Neighbour(
            "itakatu", words("Itäkatu"), words("Tallinnanaukio 1"), words("Metro"), 25, "https://map.invalid/1"
        )
    },
    bulletins=(
        Bulletin("lift", words("The lift is broken"), NOW - DAY, NOW + DAY, Severity.WARNING),
        Bulletin("unit", words("Reception C has moved"), NOW - DAY, NOW + DAY, units=("psychiatry",)),
    ),
    portals=(Portal("maisa", words("Maisa"), "https://portal.invalid"),),
)

VISIT = Appointment(
    "visit-17", "psychiatry", "B2", NOW + timedelta(minutes=25), practitioner="Practitioner X", phone="•• 67"
)
LATER = replace(VISIT, id="visit-18", area="A1", starts=NOW + timedelta(minutes=205))
IN = Arrival("A 007", Standing.REGISTERED, 5, NOW)

FRESH = DataQuality(NOW)
OLD = DataQuality(NOW - timedelta(hours=3))
WRONG_CLOCK = DataQuality(NOW, clock_trusted=False)


@dataclass(frozen=True)
class Client:
    """What a client holds, and how far the kiosk may trust what it knows."""

    visits: tuple[Appointment, ...]
    quality: DataQuality = FRESH

    def under_non_disclosure(self) -> "Client":
        """The same client with the mark on one of the visits only: it holds for all of them."""
        if not self.visits:
            return self
        return replace(self, visits=(*self.visits[:-1], replace(self.visits[-1], protected=True)))


def _one(**changes: Any) -> Client:
    return Client((replace(VISIT, **changes),))


CLIENTS: Mapping[type[Outcome], tuple[Client, ...]] = {
    outcome.CheckIn: (
        Client((VISIT,)),
        Client((VISIT, replace(VISIT, id="visit-19", unit="laboratory", area="A1"), LATER)),
        _one(reminder_unit="reminded"),
        _one(area="Z9", unit="unheard-of"),
        Client((VISIT,), WRONG_CLOCK),
    ),
    outcome.AlreadyIn: (_one(arrival=IN), Client((replace(VISIT, arrival=IN), LATER), OLD)),
    outcome.DeskFirst: (_one(desk_first=True),),
    outcome.NotLive: (_one(unit="not-yet"),),
    outcome.Remote: (_one(channel=Channel.PHONE), _one(channel=Channel.VIDEO)),
    outcome.TooEarly: (Client((LATER,)), Client((replace(LATER, area="Z9"),))),
    outcome.TooLate: (_one(starts=NOW - timedelta(minutes=65)),),
    outcome.WrongSite: (
        _one(site="itakatu", reminder_unit="reminded"),
        _one(site="itakatu", starts=NOW + timedelta(minutes=5)),
        _one(site="nowhere"),
    ),
    outcome.Cancelled: (_one(status=Status.CANCELLED),),
    outcome.Moved: (
        _one(status=Status.MOVED),
        _one(status=Status.MOVED, moved_to=NOW + 3 * DAY + timedelta(minutes=95)),
    ),
    outcome.WrongDay: (_one(starts=NOW + 2 * DAY), _one(starts=NOW - 2 * DAY)),
    outcome.NoMatch: (Client(()),),
    outcome.CannotTell: (Client((), OLD), Client((LATER,), OLD), Client((), DataQuality(None))),
}
"""Of each outcome at least one client whom ``decide`` gives it."""


def claim_of(kind: ClaimKind) -> Claim:
    """A claim of that kind."""
    return Claim(kind, CODE if kind in (ClaimKind.APPOINTMENT_CODE, ClaimKind.TYPED_CODE) else PERSON)


def centre_with(policy: Policy) -> Site:
    """The health centre that has decided so."""
    return replace(CENTRE, policy=policy)


@dataclass(frozen=True)
class Seen:
    """All that a client may get to see, whatever they touch and whatever printer and centre answer."""

    pages: tuple[Page[Text], ...]
    slips: tuple[Ticket[Text], ...]
    effects: tuple[visit.Effect, ...]

    def page_names(self) -> set[str]:
        """Pages by name, but for those that only say that something is being done."""
        return {page.name for page in self.pages} - {"looking", "recording"}


def everything_after(start: visit.State, client: Client, site: Site, now: datetime = NOW) -> Seen:
    """Go wherever the flow leads from here, until somebody else may begin."""
    setting = visit.Setting(site, "fi", now)
    waiting: deque[tuple[visit.State, tuple[visit.Event, ...]]] = deque([(start, ())])
    seen = {start}
    pages: list[Page[Text]] = []
    effects: list[visit.Effect] = []
    while waiting:
        state, answers = waiting.popleft()
        if isinstance(state, visit.Welcome | visit.Asking | visit.StaffCalled | visit.HandedOver):
            continue
        page = tell(state, site, now)
        pages.append(page)
        chosen = tuple(visit.Chosen(choice.id) for choice in page.choices if choice.open)
        for event in (*answers, *chosen, *_news(state, client)):
            step = visit.step(state, event, setting)
            effects += step.effects
            if step.state not in seen:
                seen.add(step.state)
                waiting.append((step.state, tuple(_answers(step.effects))))
    slips = [effect.slip for effect in effects if isinstance(effect, visit.PrintSlip)]
    return Seen(tuple(pages), tuple(slips), tuple(effects))


def _answers(effects: tuple[visit.Effect, ...]) -> Iterator[visit.Event]:
    for effect in effects:
        match effect:
            case visit.RecordCheckIn():
                yield from (visit.Recorded(Arrival("A 042", Standing.RECORDED, 1, NOW)), visit.RecordFailed())
                yield visit.Recorded(Arrival("A 043", Standing.RECORDED))
            case visit.Report(series=series):
                arrival = Arrival("" if series is None else "A 042", Standing.RECORDED, 1, NOW)
                yield from (visit.Recorded(arrival), visit.Recorded(arrival, again=True), visit.RecordFailed())


def _news(state: visit.State, client: Client) -> Iterator[visit.Event]:
    if isinstance(state, visit.Looking):
        yield from (visit.Found(client.visits, client.quality), visit.Pulled())
    fact = visit.awaited_receipt(state)
    if fact is not None:
        yield from (visit.ReceiptArrived(fact, standing) for standing in Standing)
    yield from (visit.TicketEnded(PrintResult(1, result)) for result in PrintOutcome)
    yield visit.TimeUp()


def strings(value: object) -> Iterator[str]:
    """Every string that a page or a slip in words holds, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def words_of(said: Page[str] | Ticket[str]) -> str:
    """All of them in one line."""
    return " | ".join(strings(said))
