"""The things on a stage: simulated devices, clocks, the cable to the centre, and what the kiosk is told of them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiosk.clock import StagedClock
from kiosk.config import HelpConfig, PrinterConfig, RelayConfig, ScannerConfig
from kiosk.devices.simulated.lamp import OFF, ON, VirtualLamp
from kiosk.devices.simulated.network import Cable
from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.simulated.scanner import VirtualScanner
from kiosk.scenario.disk import SmallDisk
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.portal import Portal
from kiosk.scenario.ports import free_port
from kiosk.scenario.record import HealthRecord, kept
from kiosk.scenario.wallet import Wallet

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Bell:
    """What calls staff: a lamp, and a chime into a file in ``folder`` in the place of a sound card."""

    lamp: VirtualLamp
    folder: Path

    @property
    def config(self) -> HelpConfig:
        """What the kiosk is told of it."""
        relay = RelayConfig(port=self.lamp.port, on=ON.hex(), off=OFF.hex(), seconds=0.5)
        # ALSA's own file plugin, which takes no time for what it plays.
        return HelpConfig(sound=f"file:'{self.folder}/heard.wav',wav", relay=relay)

    def break_sound(self) -> None:
        """The sound card has gone."""
        (self.folder / "heard.wav").unlink(missing_ok=True)
        self.folder.rmdir()

    def mend_sound(self) -> None:
        """It is back."""
        self.folder.mkdir(exist_ok=True)


@dataclass
class Props:
    """All of them. What a stage does not have is ``None``."""

    clock: StagedClock
    centre_clock: StagedClock
    scanner: VirtualScanner
    printer: VirtualPrinter
    cable: Cable
    centre_port: int
    wallet: Wallet | None = None
    bell: Bell | None = None
    disk: SmallDisk | None = None
    record: HealthRecord | None = None
    _portal: ExitStack = field(default_factory=ExitStack)

    def portal(self) -> None:
        """The cable is in another network, which has a log-in page of its own."""
        self.cable_out()
        self._portal.enter_context(Portal(self.cable.port))

    def cable_in(self) -> None:
        """The cable is where it belongs."""
        self._portal.close()
        self.cable.up()

    def cable_out(self) -> None:
        """It is pulled out."""
        self._portal.close()
        self.cable.down()

    def scanner_config(self, plan: StagePlan) -> ScannerConfig:
        """What the kiosk is told of the scanner."""
        return msgspec.convert({"port": self.scanner.port, "profile": plan.scanner.profile}, ScannerConfig)

    def printer_config(self, plan: StagePlan) -> PrinterConfig:
        """What the kiosk is told of the printer."""
        told = {
            "transport": "tcp",
            "address": f"{LOOPBACK}:{self.printer.port}",
            "profile": plan.printer.name,
            "slip_left": plan.printer.slip_left,
            "slip_left_seconds": plan.printer.slip_left_seconds,
        }
        return msgspec.convert(told, PrinterConfig)


@contextmanager
def laid_out(plan: StagePlan, centre_port: int) -> Iterator[Props]:
    """Everything that the plan asks for, plugged in. Raises ``StageError`` for what this machine cannot have."""
    clock = StagedClock(plan.folder / "clock")
    centre_clock = StagedClock(plan.folder / "centre-clock")
    for one in (clock, centre_clock):
        one.start_at(plan.moment)
    printer = plan.printer.device
    with ExitStack() as stack:
        props = Props(
            clock,
            centre_clock,
            stack.enter_context(VirtualScanner(plan.folder / "scanner", plan.scanner.profile)),
            stack.enter_context(VirtualPrinter(dots=printer.dots, presenter=printer.presenter is not None)),
            stack.enter_context(Cable(LOOPBACK, centre_port)),
            centre_port,
        )
        stack.callback(props.cable_out)
        if plan.card:
            props.wallet = stack.enter_context(Wallet(plan.folder / "issuers", plan.moment))
        if plan.help:
            props.bell = Bell(stack.enter_context(VirtualLamp(plan.folder / "lamp")), plan.folder / "sound")
            props.bell.mend_sound()
        if plan.record:
            props.record = stack.enter_context(kept(plan.folder / "record", free_port()))
        if plan.small_disk:
            props.disk = stack.enter_context(SmallDisk(plan.state))
        yield props
