"""What stands around the kiosks: people, screens and printers, and who looks at what these say."""

from typing import TYPE_CHECKING

from kiosk.checkin.appointment import Arrival
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.checkin.visit import TicketEnded
from kiosk.checkin.wording import Text
from tests.simulation import ledger as rules
from tests.simulation.ledger import ViolationError
from tests.simulation.machine import Kiosk, Process
from tests.simulation.people import Client

if TYPE_CHECKING:
    from tests.simulation.world import World


class Lobby:
    """``people`` are the codes of everybody who may come. ``over`` is set when nobody comes any more."""

    def __init__(self, world: "World", people: tuple[str, ...]) -> None:
        self._world = world
        self._people = people
        self._clients: dict[str, Client] = {}
        self._pages: dict[str, int] = {}
        self.over = False

    def leave(self) -> None:
        """Whoever stands somewhere goes."""
        self._clients.clear()

    def comes(self, kiosk: Kiosk, person: int, wish: str) -> None:
        """Somebody comes to a kiosk."""
        if self.over:
            return
        if kiosk.screen is None or kiosk.name in self._clients:
            self._world.tell(f"{kiosk.name}: p{person} finds no free screen")
            return
        client = Client(person, self._people[person], wish)
        self._clients[kiosk.name] = client
        self._world.tell(f"{kiosk.name}: p{person} comes ({wish})")
        client.begun = True
        kiosk.put(client._begin())

    def of(self, kiosk: Kiosk, process: Process) -> "Front":
        """Screen and printer."""
        return Front(self, kiosk, process)

    def dark(self, kiosk: Kiosk) -> None:
        """Whoever stood there goes, and perhaps comes again."""
        client = self._clients.pop(kiosk.name, None)
        if client is not None and self._world.scheduler.now < self._world.when(self._world.plan.ends):
            self._world.tell(f"{kiosk.name}: p{client.person} stands before a dark screen")
            self._world.scheduler.after(30.0, lambda: self.comes(kiosk, client.person, client.wish))

    def mended(self, kiosk: Kiosk, gone: set[int]) -> None:
        """Its journal was spoilt and mended."""
        self._world.hold(lambda: self._salvaged(kiosk, gone))

    def _salvaged(self, kiosk: Kiosk, gone: set[int]) -> None:
        lost, missing = self._world.ledger.mended(kiosk.name, kiosk.eye(), gone)
        self._world.tell(f"{kiosk.name}: mended, {lost} facts are lost, it says {missing}")
        self._world.counts["salvaged"] = self._world.counts.get("salvaged", 0) + 1
        self._world.look_at(kiosk)

    def shows(self, kiosk: Kiosk, page: Page[Text]) -> None:
        """A page is on the screen."""
        number = page.card.number if page.card is not None and page.card.number else ""
        self._world.tell(f"{kiosk.name}: page {page.name} {page.sign.value} {number}".rstrip())
        self._pages[kiosk.name] = self._pages.get(kiosk.name, 0) + 1
        if kiosk.attendant is not None:
            arrival = rules.arrival_of(kiosk.attendant._state)
            if arrival is not None and number:
                self._world.hold(lambda: self._promised(kiosk, arrival.fact, arrival.number))
            if arrival is not None and (page.sign.value == "registered" or rules.is_registered(arrival)):
                self._world.hold(lambda: self._registered(kiosk, arrival))
        self._looks(kiosk, page)

    def prints(self, kiosk: Kiosk, process: Process, slip: Ticket[Text], job: int) -> None:
        """A slip comes out."""
        self._world.tell(f"{kiosk.name}: slip {slip.number} for fact {job}")
        self._world.hold(lambda: self._printed(kiosk, slip, job))
        ends = self._world.chance.choices((PrintOutcome.PRINTED, PrintOutcome.FAILED, PrintOutcome.UNKNOWN), (8, 1, 1))[
            0
        ]

        def ended() -> None:
            if kiosk.screen is process:
                kiosk.put(TicketEnded(PrintResult(job, ends)))

        self._world.scheduler.after(self._world.chance.uniform(0.5, 4.0), ended)

    def _promised(self, kiosk: Kiosk, fact: int | None, number: str) -> None:
        if fact is not None:
            self._world.look_at(kiosk)
            self._world.ledger.promise(kiosk.name, kiosk.eye(), fact, number)

    def _registered(self, kiosk: Kiosk, arrival: Arrival) -> None:
        self._world.ledger.registered(kiosk.name, kiosk.eye(), self._world.centre.eye(), arrival)

    def _printed(self, kiosk: Kiosk, slip: Ticket[Text], job: int) -> None:
        self._world.look_at(kiosk)
        try:
            self._world.ledger.promise(kiosk.name, kiosk.eye(), job, slip.number)
        except ViolationError as error:
            invariant = rules.PRINTED_TOO_SOON if error.invariant == rules.TOLD_TOO_SOON else error.invariant
            raise ViolationError(invariant, error.what) from None
        if not kiosk.disk.durable:
            raise ViolationError(rules.PRINTED_TOO_SOON, f"{slip.number} at {kiosk.name}")

    def _looks(self, kiosk: Kiosk, page: Page[Text]) -> None:
        client = self._clients.get(kiosk.name)
        if client is None:
            return
        if client.gone(page):
            self._world.tell(f"{kiosk.name}: p{client.person} goes")
            del self._clients[kiosk.name]
            return
        after, touch = client.answer(page, self._world.chance)
        seen = self._pages[kiosk.name]

        def touches() -> None:
            if touch is not None and self._pages[kiosk.name] == seen and self._clients.get(kiosk.name) is client:
                kiosk.put(touch)

        self._world.scheduler.after(after, touches)


class Front:
    """Screen and printer of one screen process."""

    def __init__(self, lobby: Lobby, kiosk: Kiosk, process: Process) -> None:
        self._lobby = lobby
        self._kiosk = kiosk
        self._process = process

    def show(self, page: Page[Text], frame: Frame[Text]) -> None:
        """As ``kiosk.ports.Screen``."""
        if not self._process.dead and not self._kiosk.disk.dead:
            self._lobby.shows(self._kiosk, page)

    def print(self, ticket: Ticket[Text], language: str, job: int) -> None:
        """As ``kiosk.ports.Printer``."""
        if not self._process.dead and not self._kiosk.disk.dead:
            self._lobby.prints(self._kiosk, self._process, ticket, job)
