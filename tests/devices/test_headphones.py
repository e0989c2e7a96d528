"""The jack for headphones: real events through a real pipe, and how the switch stands as the kernel's bits have it."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evdev import ecodes
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.faults import HEADPHONES_GONE
from kiosk.devices import headphones
from kiosk.devices.headphones import EVENT, Headphones, Switch, asked, plugged_in
from kiosk.devices.supervisor import Backoff, DeviceState
from kiosk.ports import Clock

Until = Callable[[Callable[[], object]], None]
IN, OUT = (ecodes.EV_SW, ecodes.SW_HEADPHONE_INSERT, 1), (ecodes.EV_SW, ecodes.SW_HEADPHONE_INSERT, 0)
REPORT = (ecodes.EV_SYN, ecodes.SYN_REPORT, 0)
DROPPED = (ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)
OTHER = (ecodes.EV_SW, ecodes.SW_MICROPHONE_INSERT, 1)


def raw(*events: tuple[int, int, int]) -> bytes:
    return b"".join(EVENT.pack(1, 2, *event) for event in events)


def test_the_switch_of_headphones_is_told_and_no_other() -> None:
    assert Switch().take(raw(IN, REPORT, OTHER, REPORT, OUT, REPORT)) == [True, False]
    assert Switch().take(raw(IN, DROPPED)) == [True, None]


@given(st.lists(st.sampled_from([IN, OUT, REPORT, OTHER, DROPPED]), max_size=30), st.integers(1, 40))
def test_events_in_pieces_are_the_same_events(events: list[tuple[int, int, int]], size: int) -> None:
    data, switch = raw(*events), Switch()
    pieces = [data[n : n + size] for n in range(0, len(data), size)]
    assert [told for piece in pieces for told in switch.take(piece)] == Switch().take(data)


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    assert all(told in (True, False, None) for told in Switch().take(data))


def test_how_it_stands_is_one_bit_of_the_kernel() -> None:
    assert plugged_in(bytes([0b100, 0]))
    assert not plugged_in(bytes([0b011, 0xFF]))
    # _IOR('E', 0x1b, 8 bytes), and the number of the switch, as the kernel's own headers have them.
    assert 2 << 30 | 8 << 16 | ord("E") << 8 | 0x1B == headphones.EVIOCGSW
    assert headphones.SW_HEADPHONE_INSERT == ecodes.SW_HEADPHONE_INSERT
    assert headphones.EV_SW == ecodes.EV_SW
    assert headphones.SYN_DROPPED == ecodes.SYN_DROPPED


def test_what_is_no_input_device_says_so() -> None:
    reading, writing = os.pipe()
    with pytest.raises(OSError, match=r"ioctl|argument") as failed:
        asked(reading)
    assert failed.value.errno in (errno.ENOTTY, errno.EINVAL)
    os.close(reading)
    os.close(writing)


class Jack:
    """A named pipe in the place of the kernel's device, with a switch beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stands = False
        self._end: int | None = None

    def fit(self) -> None:
        os.mkfifo(self.path)
        self._end = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def tell(self, *events: tuple[int, int, int]) -> None:
        assert self._end is not None
        os.write(self._end, raw(*events))

    def leave(self) -> None:
        self.path.unlink()
        if self._end is not None:
            os.close(self._end)
            self._end = None

    def ask(self, _: int) -> bool:
        return self.stands


@pytest.fixture
def jack(tmp_path: Path) -> Iterator[Jack]:
    jack = Jack(tmp_path / "jack")
    yield jack
    if jack.path.exists():
        jack.leave()


class Watching:
    def __init__(self, jack: Jack, clock: Clock, backoff: Backoff) -> None:
        self.heard: list[bool] = []
        self.states: list[DeviceState] = []
        self.driver = Headphones(
            str(jack.path),
            self.heard.append,
            clock=clock,
            on_state=self.states.append,
            ask=jack.ask,
            backoff=backoff,
        )


@pytest.fixture
def watching(jack: Jack, clock: Clock, quick: Backoff) -> Iterator[Watching]:
    watching = Watching(jack, clock, quick)
    yield watching
    watching.driver.stop()


def test_plugging_in_and_pulling_out_is_heard(jack: Jack, watching: Watching, until: Until) -> None:
    jack.fit()
    watching.driver.start()
    until(lambda: watching.driver.state.connected)
    jack.tell(IN, REPORT)
    until(lambda: watching.heard == [True])
    jack.tell(OUT, REPORT)
    until(lambda: watching.heard == [True, False])


def test_headphones_that_are_in_already_are_found(jack: Jack, watching: Watching, until: Until) -> None:
    jack.fit()
    jack.stands = True
    watching.driver.start()
    until(lambda: watching.heard == [True])


def test_after_lost_events_the_kernel_is_asked(jack: Jack, watching: Watching, until: Until) -> None:
    jack.fit()
    watching.driver.start()
    until(lambda: watching.driver.state.connected)
    jack.stands = True
    jack.tell(DROPPED, REPORT)
    until(lambda: watching.heard == [True])


def test_a_jack_that_leaves_counts_as_pulled_out(jack: Jack, watching: Watching, until: Until) -> None:
    jack.fit()
    jack.stands = True
    watching.driver.start()
    until(lambda: watching.heard == [True])
    jack.leave()
    until(lambda: watching.heard == [True, False])
    until(lambda: HEADPHONES_GONE.code in watching.driver.state.faults)


def test_a_jack_that_is_not_there_is_a_fault_until_it_comes(jack: Jack, watching: Watching, until: Until) -> None:
    watching.driver.start()
    until(lambda: watching.driver.state.faults == {HEADPHONES_GONE.code})
    jack.fit()
    until(lambda: watching.driver.state.connected and not watching.driver.state.faults)
    assert [state.connected for state in watching.states] == [False, True]
