"""Scanners that are keyboards: real events through a real pipe, and through the kernel where it lets us make one."""

import errno
import fcntl
import os
import pty
import queue
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from evdev import UInput, ecodes
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.identity import Scan
from kiosk.config import Config, ConfigError, ScannerConfig, dump, load
from kiosk.devices.scanner.driver import ScannerDriver
from kiosk.devices.scanner.keyboard import EVENT, EVIOCGRAB, NOT_HELD, KeyboardTransport, hold
from kiosk.devices.scanner.keys import CANCEL, LAYOUTS, Keys
from kiosk.devices.supervisor import Backoff, DeviceState
from kiosk.devices.transport import TransportError
from kiosk.ports import Clock

Until = Callable[[Callable[[], object]], None]
Event = tuple[int, int, int]
KEY, DOWN, UP, AGAIN = ecodes.EV_KEY, 1, 0, 2
REPORT: Event = (ecodes.EV_SYN, ecodes.SYN_REPORT, 0)
DROPPED: Event = (ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)


def stroke(code: int, *held: int) -> list[Event]:
    """A key pressed and let go while others are held."""
    presses = [(KEY, key, DOWN) for key in (*held, code)]
    return [*presses, *((KEY, key, UP) for key in (code, *reversed(held))), REPORT]


def strokes(text: str, layout: str) -> list[Event]:
    """What a scanner set to this layout sends for a text."""
    ways = {
        typed: (code, held)
        for code, level in LAYOUTS[layout].items()
        for typed, held in zip(level, ((), (ecodes.KEY_LEFTSHIFT,), (ecodes.KEY_RIGHTALT,)), strict=True)
        if typed and f"KP{typed}" not in str(ecodes.KEY[code])
    }
    ways["\r"], ways["\t"] = (ecodes.KEY_ENTER, ()), (ecodes.KEY_TAB, ())
    return [event for letter in text for event in stroke(ways[letter][0], *ways[letter][1])]


def typed(events: list[Event], layout: str = "us") -> str:
    keys = Keys(layout)
    return "".join(keys.take(*event) for event in events)


def raw(events: list[Event]) -> bytes:
    return b"".join(EVENT.pack(1, 2, *event) for event in events)


# The decoder.

LETTERS = {
    layout: "".join(sorted({t for level in keys.values() for t in level if t})) for layout, keys in LAYOUTS.items()
}


@pytest.mark.parametrize("layout", ["us", "fi"])
@given(st.data())
def test_what_is_typed_in_a_layout_is_read_in_it(layout: str, data: st.DataObject) -> None:
    text = data.draw(st.text(LETTERS[layout] + "\r\t", max_size=60))
    assert typed(strokes(text, layout), layout) == text


@pytest.mark.parametrize(
    ("layout", "code", "held", "letter"),
    [
        ("us", ecodes.KEY_MINUS, (), "-"),
        ("us", ecodes.KEY_EQUAL, (ecodes.KEY_LEFTSHIFT,), "+"),
        ("us", ecodes.KEY_COMMA, (ecodes.KEY_RIGHTSHIFT,), "<"),
        ("us", ecodes.KEY_RIGHTBRACE, (), "]"),
        ("us", ecodes.KEY_Y, (ecodes.KEY_LEFTSHIFT,), "Y"),
        ("us", ecodes.KEY_KP7, (), "7"),
        ("us", ecodes.KEY_KPENTER, (), "\r"),
        ("fi", ecodes.KEY_SLASH, (), "-"),
        ("fi", ecodes.KEY_MINUS, (), "+"),
        ("fi", ecodes.KEY_102ND, (), "<"),
        ("fi", ecodes.KEY_9, (ecodes.KEY_RIGHTALT,), "]"),
        ("fi", ecodes.KEY_LEFTBRACE, (ecodes.KEY_LEFTSHIFT,), "Å"),
        ("fi", ecodes.KEY_2, (ecodes.KEY_RIGHTALT,), "@"),
        ("fi", ecodes.KEY_7, (ecodes.KEY_LEFTSHIFT,), "/"),
    ],
)
def test_keys_of_both_layouts(layout: str, code: int, held: tuple[int, ...], letter: str) -> None:
    assert typed(stroke(code, *held), layout) == letter


@pytest.mark.parametrize("layout", ["us", "fi"])
@pytest.mark.parametrize(
    "events",
    [
        stroke(ecodes.KEY_F4, ecodes.KEY_LEFTALT),
        stroke(ecodes.KEY_F1),
        stroke(ecodes.KEY_C, ecodes.KEY_LEFTCTRL),
        stroke(ecodes.KEY_DELETE, ecodes.KEY_LEFTCTRL, ecodes.KEY_LEFTALT),
        stroke(ecodes.KEY_ENTER, ecodes.KEY_LEFTALT),
        stroke(ecodes.KEY_TAB, ecodes.KEY_LEFTALT),
        stroke(ecodes.KEY_R, ecodes.KEY_LEFTMETA),
        stroke(ecodes.KEY_ESC),
        stroke(ecodes.KEY_BACKSPACE),
        stroke(ecodes.KEY_SYSRQ, ecodes.KEY_LEFTALT),
        stroke(ecodes.KEY_POWER),
        stroke(ecodes.KEY_LEFT),
        stroke(ecodes.KEY_CAPSLOCK),
        stroke(ecodes.KEY_KP0, ecodes.KEY_LEFTALT),
        [(KEY, ecodes.KEY_A, AGAIN), (KEY, ecodes.KEY_A, UP)],
        [(ecodes.EV_MSC, ecodes.MSC_SCAN, 30), (ecodes.EV_LED, 0, 1), (ecodes.EV_REL, 0, 5), (99, 99, 99)],
    ],
)
def test_what_is_no_letter_types_nothing(layout: str, events: list[Event]) -> None:
    assert typed(events, layout) == ""


def test_the_other_alt_is_a_command_in_the_american_layout() -> None:
    assert typed(stroke(ecodes.KEY_9, ecodes.KEY_RIGHTALT), "us") == ""


def test_shift_lasts_until_it_is_let_go() -> None:
    shifted = [(KEY, ecodes.KEY_LEFTSHIFT, DOWN), *stroke(ecodes.KEY_A), (KEY, ecodes.KEY_LEFTSHIFT, UP)]
    assert typed([*shifted, *stroke(ecodes.KEY_A)]) == "Aa"


def test_lost_events_cancel_what_was_begun_and_nothing_stays_held() -> None:
    events = [(KEY, ecodes.KEY_LEFTSHIFT, DOWN), *stroke(ecodes.KEY_A), DROPPED, *stroke(ecodes.KEY_B)]
    assert typed([*events, *stroke(ecodes.KEY_C)]) == f"A{CANCEL}c"


@given(st.lists(st.tuples(st.integers(0, 31), st.integers(0, 767), st.integers(-1, 3)), max_size=200))
def test_no_events_type_anything_but_letters_and_ends(events: list[Event]) -> None:
    for layout in LAYOUTS:
        assert set(typed(events, layout)) <= set(LETTERS[layout]) | set("\r\t") | {CANCEL}


# The device: a FIFO carries the same bytes as an input device does; only the hold is another matter.


class Fifo:
    """The scanner's end of a FIFO, with what the driver asked to be held."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.held: list[int] = []
        self._end: int | None = None
        self.plug()

    def plug(self) -> None:
        os.mkfifo(self.path)
        # For reading too, so that opening does not wait for the driver.
        self._end = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def type(self, data: bytes, unless: threading.Event | None = None) -> None:
        assert self._end is not None
        while data and not (unless and unless.is_set()):
            try:
                data = data[os.write(self._end, data) :]
            except BlockingIOError:
                time.sleep(0.001)

    def unplug(self) -> None:
        if self._end is not None:
            self.path.unlink()
            os.close(self._end)
            self._end = None

    def transport(self, layout: str = "us") -> KeyboardTransport:
        return KeyboardTransport(str(self.path), layout, grab=self.held.append)


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[Fifo]:
    fifo = Fifo(tmp_path / "event0")
    yield fifo
    fifo.unplug()


def test_keys_come_out_as_bytes_and_silence_as_none(fifo: Fifo) -> None:
    with fifo.transport("fi").open() as keyboard:
        assert len(fifo.held) == 1
        assert keyboard.read(64, 0.01) == b""
        fifo.type(raw(strokes("Å-<\r", "fi")))
        assert keyboard.read(3, 1) == "Å-".encode()
        assert keyboard.read(64, 1) == b"<\r"
        assert keyboard.read(64, 0) == b""


def test_events_in_pieces_are_whole_events(fifo: Fifo) -> None:
    data = raw(strokes("A1", "us"))
    with fifo.transport().open() as keyboard:
        got = b""
        for start in range(0, len(data), 7):
            fifo.type(data[start : start + 7])
            got += keyboard.read(64, 0.005)
        assert got == b"A1"


def test_keys_that_type_nothing_do_not_hold_a_read_up(fifo: Fifo) -> None:
    ended = threading.Event()

    def chatter() -> None:
        while not ended.is_set():
            fifo.type(raw(stroke(ecodes.KEY_F1)), unless=ended)

    thread = threading.Thread(target=chatter, daemon=True)
    with fifo.transport().open() as keyboard:
        thread.start()
        began = time.monotonic()
        assert keyboard.read(64, 0.1) == b""
        assert time.monotonic() - began < 1
        ended.set()
        thread.join()
        keyboard.discard_input()
        fifo.type(raw(strokes("x", "us")))
        keyboard.discard_input()
        assert keyboard.read(64, 0.01) == b""


def test_a_keyboard_that_left_is_gone(fifo: Fifo) -> None:
    with fifo.transport().open() as keyboard:
        fifo.unplug()
        with pytest.raises(TransportError) as caught:
            keyboard.read(64, 1)
        assert caught.value.key == "gone"


def test_a_keyboard_is_told_nothing(fifo: Fifo) -> None:
    with fifo.transport().open() as keyboard, pytest.raises(TransportError) as caught:
        keyboard.write(b"x", 1)
    assert caught.value.key == "refused"
    assert fifo.transport().bytes_per_second > 0


@contextmanager
def terminal(_: Path) -> Iterator[str]:
    master, slave = pty.openpty()
    try:
        yield os.ttyname(slave)
    finally:
        os.close(master)
        os.close(slave)


@contextmanager
def pipe(folder: Path) -> Iterator[str]:
    fifo = Fifo(folder / "pipe")
    try:
        yield str(fifo.path)
    finally:
        fifo.unplug()


@contextmanager
def plain_file(folder: Path) -> Iterator[str]:
    (folder / "file").write_bytes(raw(strokes("010594Y9032\r", "us")))
    yield str(folder / "file")


@pytest.mark.parametrize("other", [terminal, pipe, plain_file])
def test_what_is_no_input_device_cannot_be_held_and_is_not_read(
    other: Callable[[Path], AbstractContextManager[str]], tmp_path: Path, clock: Clock, quick: Backoff, until: Until
) -> None:
    scans: list[Scan] = []
    with other(tmp_path) as path:
        with pytest.raises(TransportError) as caught, KeyboardTransport(path).open():
            pass
        assert caught.value.key == NOT_HELD
        assert caught.value.data["errno"] in (errno.ENOTTY, errno.EINVAL)
        driver = ScannerDriver(KeyboardTransport(path), scans.append, clock=clock, backoff=quick)
        driver.start()
        until(lambda: driver.state == DeviceState("scanner", True, frozenset({"scanner-not-held"})))
        driver.stop()
    assert scans == []


def test_a_keyboard_that_is_not_there_is_gone(tmp_path: Path, clock: Clock, quick: Backoff, until: Until) -> None:
    driver = ScannerDriver(KeyboardTransport(str(tmp_path / "none")), lambda _: None, clock=clock, backoff=quick)
    driver.start()
    until(lambda: driver.state == DeviceState("scanner", False, frozenset({"scanner-gone"})))
    driver.stop()


def test_a_keyboard_that_another_holds_is_not_read_until_it_is_free(
    fifo: Fifo, clock: Clock, quick: Backoff, until: Until
) -> None:
    busy = True

    def grab(_: int) -> None:
        if busy:
            raise OSError(errno.EBUSY, "busy")

    scans: queue.Queue[Scan] = queue.Queue()
    transport = KeyboardTransport(str(fifo.path), grab=grab)
    driver = ScannerDriver(transport, scans.put, clock=clock, backoff=quick)
    driver.start()
    until(lambda: driver.state.faults == {"scanner-not-held"})
    busy = False
    until(lambda: driver.state == DeviceState("scanner", connected=True))
    fifo.type(raw(strokes("010594Y9032\r", "us")))
    assert scans.get(timeout=5) == Scan("010594Y9032")
    driver.stop()


@pytest.mark.parametrize("layout", ["us", "fi"])
def test_a_keyboard_scanner_reads_documents_and_codes(
    fifo: Fifo, layout: str, clock: Clock, quick: Backoff, until: Until
) -> None:
    scans: queue.Queue[Scan] = queue.Queue()
    driver = ScannerDriver(fifo.transport(layout), scans.put, clock=clock, backoff=quick)
    driver.start()
    until(lambda: driver.state.connected)
    fifo.type(raw(strokes("]A0010594Y9032\r", layout)))
    assert scans.get(timeout=5) == Scan("010594Y9032", "code-39")
    # Without a suffix, and with a hostile barcode before it.
    fifo.type(raw([*stroke(ecodes.KEY_F4, ecodes.KEY_LEFTALT), *strokes("020594X903P", layout)]))
    assert scans.get(timeout=5) == Scan("020594X903P")
    fifo.type(raw([*strokes("0105", layout), DROPPED, *strokes("94Y9032\r030594W903B\r", layout)]))
    assert scans.get(timeout=5) == Scan("030594W903B")
    fifo.unplug()
    until(lambda: driver.state.faults == {"scanner-gone"})
    fifo.plug()
    until(lambda: driver.state == DeviceState("scanner", connected=True))
    fifo.type(raw(strokes("010594Y9032\r", layout)))
    assert scans.get(timeout=5) == Scan("010594Y9032")
    assert not driver.trigger(on=True)
    driver.stop()


def test_the_numbers_of_the_kernel() -> None:
    # _IOW('E', 0x90, int): direction 1, size 4.
    assert (1 << 30 | struct.calcsize("i") << 16 | ord("E") << 8 | 0x90) == EVIOCGRAB
    with pytest.raises(OSError) as caught:  # noqa: PT011 - any that says what it is not
        reader, writer = os.pipe()
        try:
            hold(reader)
        finally:
            os.close(reader)
            os.close(writer)
    assert caught.value.errno in (errno.ENOTTY, errno.EINVAL)


@pytest.mark.skipif(
    not os.access("/dev/uinput", os.W_OK), reason="the kernel has no /dev/uinput to make a keyboard with"
)
def test_a_keyboard_of_the_kernel_is_held_for_oneself(clock: Clock, quick: Backoff, until: Until) -> None:
    scans: queue.Queue[Scan] = queue.Queue()
    with UInput(name="virtual keyboard scanner") as keyboard:
        assert keyboard.device is not None
        driver = ScannerDriver(KeyboardTransport(str(keyboard.device.path)), scans.put, clock=clock, backoff=quick)
        driver.start()
        until(lambda: driver.state.connected)
        spy = os.open(keyboard.device.path, os.O_RDONLY | os.O_NONBLOCK)
        with pytest.raises(OSError, match="busy"):
            fcntl.ioctl(spy, EVIOCGRAB, 1)
        for event in strokes("010594Y9032\r", "us"):
            keyboard.write(*event)
        keyboard.syn()
        assert scans.get(timeout=5) == Scan("010594Y9032")
        with pytest.raises(BlockingIOError):
            os.read(spy, 1024)
        os.close(spy)
    until(lambda: driver.state.faults == {"scanner-gone"})
    driver.stop()


# The configuration.


@pytest.mark.parametrize(
    "config",
    [
        ScannerConfig(port="/dev/serial/by-id/scanner", profile="honeywell"),
        ScannerConfig(kind="keyboard", device="/dev/input/by-id/scanner", layout="fi"),
    ],
)
def test_the_configuration_of_a_scanner_comes_back(config: ScannerConfig, tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_bytes(dump(Config(scanner=config)))
    assert load(tmp_path / "kiosk.toml").scanner == config


@pytest.mark.parametrize(
    "text",
    [
        "",
        'device = "/dev/input/event0"',
        'kind = "keyboard"',
        'kind = "keyboard"\nport = "/dev/ttyS0"',
        'kind = "keyboard"\ndevice = "/dev/input/event0"\nprofile = "newland"',
        'port = "/dev/ttyS0"\nprofile = "unheard-of"',
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text(f"[scanner]\n{text}\n")
    with pytest.raises(ConfigError, match="scanner"):
        load(tmp_path / "kiosk.toml")
