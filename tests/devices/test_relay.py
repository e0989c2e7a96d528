import os
import queue
import select
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.checkin.faults import HELP_LIGHT_GONE
from kiosk.devices.relay import Relay
from kiosk.devices.supervisor import DeviceState
from kiosk.devices.transport import SerialTransport

SECONDS = 5.0


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    ours, theirs = os.openpty()
    tty.setraw(ours)
    yield ours, os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def read(end: int, count: int) -> bytes:
    got = b""
    while len(got) < count and select.select([end], [], [], SECONDS)[0]:
        got += os.read(end, count - len(got))
    return got


def test_it_goes_on_and_off_again(line: tuple[int, str]) -> None:
    ours, port = line
    with Relay(SerialTransport(port), b"ON\r", b"OFF\r", seconds=0.05) as relay:
        relay.give()
        assert read(ours, 7) == b"ON\rOFF\r"
        relay.give()
        assert read(ours, 7) == b"ON\rOFF\r"


def test_it_goes_off_when_the_kiosk_closes(line: tuple[int, str]) -> None:
    ours, port = line
    with Relay(SerialTransport(port), b"ON\r", b"OFF\r", seconds=3600) as relay:
        relay.give()
        assert read(ours, 3) == b"ON\r"
    assert read(ours, 4) == b"OFF\r"


def test_a_relay_that_is_not_there_stops_nothing_and_is_told_of_until_it_works(
    line: tuple[int, str], tmp_path: Path
) -> None:
    ours, port = line
    there = tmp_path / "relay"
    states: queue.Queue[DeviceState] = queue.Queue()
    with Relay(SerialTransport(str(there)), b"ON", b"OFF", seconds=0.01, on_state=states.put) as relay:
        relay.give()
        gone = states.get(timeout=SECONDS)
        assert gone == DeviceState("relay", connected=False, faults=frozenset({HELP_LIGHT_GONE.code}))
        relay.give()
        there.symlink_to(port)
        relay.give()
        assert read(ours, 5) == b"ONOFF"
        well = states.get(timeout=SECONDS)
        assert well == DeviceState("relay", connected=True)
    assert states.empty()
