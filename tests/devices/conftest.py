import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.checkin.ticket import PrintResult, Ticket
from kiosk.devices.printer.driver import PrinterDriver
from kiosk.devices.printer.mouth import MouthPolicy
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.simulated.scanner import VirtualScanner
from kiosk.devices.supervisor import Backoff, DeviceState
from kiosk.devices.transport import SerialTransport, TcpTransport, Transport
from kiosk.ports import Clock

QUICK = Backoff(first=0.01, longest=0.05)
IN_NO_HURRY = MouthPolicy()


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def nap(self, seconds: float) -> float:
        return seconds


@pytest.fixture
def clock() -> Clock:
    return RealClock()


@pytest.fixture
def quick() -> Backoff:
    return QUICK


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Wait for a condition; nothing else in these tests waits."""

    def wait(holds: Callable[[], object]) -> None:
        end = time.monotonic() + 8
        while not holds():
            assert time.monotonic() < end, "it never came"
            time.sleep(0.002)

    return wait


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[VirtualScanner]:
    with VirtualScanner(tmp_path / "scanner") as twin:
        yield twin


@pytest.fixture(params=["tcp", "serial"])
def printer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VirtualPrinter]:
    with VirtualPrinter(link=tmp_path / "printer" if request.param == "serial" else None) as twin:
        yield twin


@pytest.fixture
def way(printer: VirtualPrinter, tmp_path: Path) -> Transport:
    link = tmp_path / "printer"
    return SerialTransport(str(link), 115200) if link.is_symlink() else TcpTransport("127.0.0.1", printer.port)


class Driven:
    """A driver with everything it said."""

    def __init__(
        self, way: Transport, profile: PrinterProfile, *, mouth: MouthPolicy = IN_NO_HURRY, poll: float = 0.02
    ) -> None:
        self.results: list[PrintResult] = []
        self.states: list[DeviceState] = []
        self.driver = PrinterDriver(
            way,
            self.results.append,
            clock=RealClock(),
            profile=profile,
            mouth=mouth,
            on_state=self.states.append,
            chance=lambda: 0.5,
            backoff=QUICK,
            poll=poll,
        )

    @property
    def well(self) -> bool:
        return self.driver.state == DeviceState("printer", connected=True)

    def faulty(self, code: str) -> bool:
        return code in self.driver.state.faults


@pytest.fixture
def profile() -> PrinterProfile:
    return PrinterProfile(answer=0.15, finish=1.5, recover_every=0.2, recovers=40)


@pytest.fixture
def driven(way: Transport, profile: PrinterProfile, until: Callable[[Callable[[], object]], None]) -> Iterator[Driven]:
    driven = Driven(way, profile)
    driven.driver.start()
    until(lambda: driven.well)
    yield driven
    driven.driver.stop()


@pytest.fixture
def ticket() -> Ticket[str]:
    return Ticket(
        number="A 042",
        number_label="Vuoronumeronne",
        site="Kalasatama, terveys- ja hyvinvointikeskus",
        place_label="Odottakaa täällä",
        place="Odotusalue B2",
        way="Toinen kerros, hissi takananne oikealla",
        sentences=(
            "Aikanne on klo 9.00.",
            "Teidät kutsutaan numerolla.",
            "Ilmoittautumisenne on kirjattu tälle laitteelle.",
        ),
    )
