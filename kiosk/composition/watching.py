"""The board of ``kiosk screen``, and the watch over the machine that fills it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health
from kiosk.config import Config
from kiosk.devices.supervisor import DeviceState
from kiosk.diagnostics.board import Board
from kiosk.diagnostics.watch.disk import HEALED_ABOVE, DiskLook
from kiosk.diagnostics.watch.display import DisplayLook
from kiosk.diagnostics.watch.heat import HeatLook
from kiosk.diagnostics.watch.machine_clock import MachineClockLook
from kiosk.diagnostics.watch.peer import PeerLook
from kiosk.diagnostics.watch.power import PowerCutLook, PowerLook
from kiosk.diagnostics.watch.rounds import Look, Rounds
from kiosk.diagnostics.watch.touch import TouchLook
from kiosk.offline.reserve import Reserve
from kiosk.ports import Clock, FaultBoard

ALWAYS = frozenset(Part) - {Part.CARD_READER, Part.SCANNER, Part.PRINTER, Part.HELP}
"""The parts that every kiosk has."""


@contextmanager
def watched(
    config: Config, clock: Clock, on_change: Callable[[Health], None] = lambda _: None, *more: Look
) -> Iterator[Board]:
    """The board, with the watch going its rounds; ``more`` are looks of the caller's own."""
    with suppress(OSError):
        config.run.mkdir(parents=True, exist_ok=True)
    cut = PowerCutLook(config.state)
    with Board(clock, "screen", config.state, config.run, parts_of(config), on_change) as board:
        try:
            with Rounds(board, [*_looks(config, clock, board), cut, *more], clock, config.watch.seconds):
                yield board
        finally:
            cut.clean_end()


def hearing(board: FaultBoard) -> Callable[[DeviceState], None]:
    """What a driver calls at each change of its state."""
    return lambda state: board.tell(state.device, state.faults)


def parts_of(config: Config) -> frozenset[Part]:
    """The parts that a kiosk with this configuration is equipped with."""
    fitted = {
        Part.CARD_READER: config.card,
        Part.SCANNER: config.scanner,
        Part.PRINTER: config.printer,
        Part.HELP: config.help,
    }
    return ALWAYS | {part for part, own in fitted.items() if own is not None}


def _looks(config: Config, clock: Clock, board: Board) -> list[Look]:
    watch = config.watch
    reserve = Reserve(config.state, int(watch.disk_full * HEALED_ABOVE))
    looks: list[Look] = [
        DiskLook(config.state, clock, low=watch.disk_low, full=watch.disk_full, reserved=reserve.keep),
        MachineClockLook(clock),
        PowerLook(),
        HeatLook(watch.hottest),
        PeerLook("sync", config.run, config.state, clock, board.overhear),
    ]
    if watch.touch_required:
        looks.append(TouchLook())
    if watch.display_required:
        looks.append(DisplayLook())
    return looks
