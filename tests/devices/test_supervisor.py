import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kiosk.checkin import faults
from kiosk.devices.supervisor import WELL_AGAIN_AFTER, Backoff, DeviceState, Hold, Supervisor
from kiosk.devices.transport import TransportError
from kiosk.ports import Clock
from tests.conftest import HandClock

Until = Callable[[Callable[[], object]], None]


class Device:
    """Fails as often as it is told, then runs."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.left = failures
        self.error = error
        self.calls: list[str] = []
        self.running = threading.Event()

    def run(self, hold: Hold) -> None:
        self.calls.append("run")
        if self.left:
            self.left -= 1
            raise self.error
        hold.well()
        self.running.set()
        while not hold.stopping:
            hold.pause(3600)

    def away(self) -> None:
        self.calls.append("away")

    def closing(self) -> None:
        self.calls.append("closing")


def supervised(device: Device, clock: Clock, states: list[DeviceState], backoff: Backoff) -> Supervisor:
    return Supervisor(
        "scanner",
        device,
        faults.SCANNER_GONE,
        clock=clock,
        chance=lambda: 0.0,
        on_state=states.append,
        backoff=backoff,
    )


@pytest.mark.parametrize("error", [TransportError("gone"), ZeroDivisionError()])
def test_it_opens_again_until_the_device_runs(clock: Clock, quick: Backoff, error: Exception) -> None:
    device = Device(3, error)
    states: list[DeviceState] = []
    supervisor = supervised(device, clock, states, quick)
    with capture_logs():
        supervisor.start()
        assert device.running.wait(5)
        supervisor.stop()
    assert device.calls.count("run") == 4
    assert device.calls[-1] == "closing"
    mistaken = {"device-code-failed"} if isinstance(error, ZeroDivisionError) else set()
    assert states == [
        DeviceState("scanner", connected=False, faults=frozenset({"scanner-gone"} | mistaken)),
        DeviceState("scanner", connected=True, faults=frozenset(mistaken)),
    ]


def test_a_mistake_in_the_code_stands_until_the_device_has_run_well_for_a_while(
    clock: Clock, quick: Backoff, until: Until
) -> None:
    hand = HandClock(clock.now())
    device = Device(1, ZeroDivisionError())
    states: list[DeviceState] = []
    supervisor = supervised(device, hand, states, quick)
    with capture_logs() as logs:
        supervisor.start()

        def runs() -> bool:
            hand.let_pass(0.1)
            return device.running.is_set()

        until(runs)
        hand.let_pass(WELL_AGAIN_AFTER - 1.0 - hand.monotonic())
        assert "device-code-failed" in supervisor.state.faults
        hand.let_pass(60.0)
        until(lambda: states[-1] == DeviceState("scanner", connected=True))
        supervisor.stop()
    assert [entry["event"] for entry in logs] == ["device_code_failed"]


def test_a_nudge_reaches_a_device_that_is_away_and_a_stop_ends_the_wait(clock: Clock, until: Until) -> None:
    device = Device(99, TransportError("refused"))
    supervisor = supervised(device, clock, [], Backoff(first=3600, longest=3600))
    supervisor.start()
    until(lambda: device.calls == ["run", "away"])
    supervisor.nudge()
    until(lambda: device.calls == ["run", "away", "away"])
    supervisor.stop()
    assert device.calls == ["run", "away", "away", "away", "closing"]


def test_a_device_that_is_to_be_opened_anew_is_and_an_absent_one_is_tried_at_once(
    clock: Clock, quick: Backoff, until: Until
) -> None:
    there = Device(0, TransportError("gone"))
    supervisor = supervised(there, clock, [], quick)
    supervisor.start()
    assert there.running.wait(5)
    supervisor.reopen()
    until(lambda: there.calls == ["run", "run"])
    supervisor.stop()

    absent = Device(1, TransportError("refused"))
    supervisor = supervised(absent, clock, [], Backoff(first=3600, longest=3600))
    supervisor.start()
    until(lambda: absent.calls == ["run", "away"])
    supervisor.reopen()
    assert absent.running.wait(5)
    supervisor.stop()


def test_one_who_listens_badly_does_not_end_the_thread(clock: Clock, quick: Backoff) -> None:
    device = Device(1, TransportError("gone"))
    heard: list[DeviceState] = []

    def listen(state: DeviceState) -> None:
        heard.append(state)
        if len(heard) == 1:
            raise ValueError

    supervisor = Supervisor(
        "scanner", device, faults.SCANNER_GONE, clock=clock, chance=lambda: 0.0, on_state=listen, backoff=quick
    )
    with capture_logs():
        supervisor.start()
        assert device.running.wait(5)
        supervisor.stop()
    assert len(heard) == 2


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_the_back_off_grows_spreads_and_is_capped(failures: int, chance: float) -> None:
    delay = Backoff(first=0.2, longest=5.0).delay(failures, chance)
    assert 0.1 <= delay <= 5.0
    assert delay <= 0.2 * 2.0 ** min(failures - 1, 40)


def test_the_back_off_starts_short() -> None:
    assert [Backoff().delay(failures, 0.999999) for failures in (1, 2, 3, 9)] == pytest.approx(
        [0.2, 0.4, 0.8, 5.0], 0.01
    )
