from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.checkin.card import CardEvent, CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.identity import Claim
from kiosk.devices.card import issuers
from kiosk.devices.card.driver import CardDriver
from kiosk.devices.card.issuers import Issuers
from kiosk.devices.simulated.card.office import CardOffice
from kiosk.devices.simulated.card.reader import VirtualReader
from kiosk.devices.supervisor import DeviceState
from kiosk.ports import Clock
from tests.devices.conftest import QUICK

Until = Callable[[Callable[[], object]], None]


@pytest.fixture(scope="session")
def office() -> CardOffice:
    return CardOffice(datetime.now(UTC))


@pytest.fixture(scope="session")
def folders(office: CardOffice, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("issuers")
    return office.write_issuers(base / "trusted"), office.write_test_issuers(base / "tests")


@pytest.fixture(scope="session")
def trust(folders: tuple[Path, Path]) -> Issuers:
    return issuers.load([folders[0]], [folders[1]])


@pytest.fixture
def reader() -> Iterator[VirtualReader]:
    with VirtualReader() as twin:
        twin.attach()
        yield twin


@dataclass
class Driven:
    """A driver with everything it said."""

    driver: CardDriver
    until: Until
    events: list[CardEvent] = field(default_factory=list)
    states: list[DeviceState] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return self.driver.state == DeviceState("card-reader", connected=True)

    @property
    def faults(self) -> frozenset[str]:
        return self.driver.state.faults

    def tells(self, *events: CardEvent) -> None:
        """Wait until exactly this was told since the last time."""
        self.until(lambda: len(self.events) >= len(events))
        told = self.events[: len(events)]
        del self.events[: len(events)]
        assert told == list(events)

    def reads(self, claim: Claim) -> None:
        self.tells(CardInserted(), CardRead(claim))

    def refuses(self, failure: CardFailure) -> None:
        self.tells(CardInserted(), CardNotRead(failure))

    def gone(self) -> None:
        self.tells(CardRemoved())


Drive = Callable[..., Driven]


@pytest.fixture
def drive(reader: VirtualReader, trust: Issuers, clock: Clock, until: Until) -> Iterator[Drive]:
    running: list[CardDriver] = []

    def start(*, believe: Issuers = trust, wait: bool = True, **options: object) -> Driven:
        events: list[CardEvent] = []
        states: list[DeviceState] = []
        settings = {"clock": clock, "backoff": QUICK, "on_state": states.append, "reading": 1.0, **options}
        driver = CardDriver(believe, events.append, **settings)  # type: ignore[arg-type]
        running.append(driver)
        driver.start()
        if wait:
            until(lambda: driver.state.connected)
        return Driven(driver, until, events, states)

    yield start
    for driver in running:
        driver.stop()


@pytest.fixture
def driven(drive: Drive) -> Driven:
    return drive()
