"""The virtual lamp, switched by the real driver over a real serial line."""

from collections.abc import Callable
from pathlib import Path

from kiosk.devices.relay import Relay
from kiosk.devices.simulated.lamp import OFF, ON, VirtualLamp
from kiosk.devices.supervisor import DeviceState
from kiosk.devices.transport import SerialTransport

Until = Callable[[Callable[[], object]], None]


def test_it_shines_as_long_as_it_is_told_and_not_while_it_is_unplugged(tmp_path: Path, until: Until) -> None:
    states: list[DeviceState] = []
    with (
        VirtualLamp(tmp_path / "lamp") as lamp,
        Relay(SerialTransport(lamp.port), ON, OFF, seconds=0.2, on_state=states.append) as relay,
    ):
        relay.give()
        until(lambda: lamp.lit)
        until(lambda: not lamp.lit and len(states) == 1)
        lamp.unplug()
        relay.give()
        until(lambda: len(states) == 2)
        lamp.plug()
        assert lamp.times == 1
        relay.give()
        until(lambda: lamp.times == 2)
        lamp.unplug()
        assert not lamp.lit
    assert [state.connected for state in states[:2]] == [True, False]
