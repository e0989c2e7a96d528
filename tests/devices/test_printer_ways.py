"""Addresses, USB without a printer, and a real print queue where CUPS is installed."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.config import ConfigError, PrinterConfig, load
from kiosk.devices.printer.cups import CupsTransport
from kiosk.devices.printer.profile import EPSON_80, PROFILES, tuned
from kiosk.devices.printer.usb import UsbTransport
from kiosk.devices.printer.ways import Way, way_to
from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.transport import SerialTransport, TcpTransport, Transport, TransportError
from tests.devices.conftest import Driven

Until = Callable[[Callable[[], object]], None]


@pytest.mark.parametrize(
    ("kind", "address", "way"),
    [
        ("tcp", "printer.lan:9100", TcpTransport("printer.lan", 9100)),
        ("tcp", "[fe80::1]:9100", TcpTransport("fe80::1", 9100)),
        ("serial", "/dev/serial/by-id/x", SerialTransport("/dev/serial/by-id/x", 19200)),
        ("usb", "04b8:0e15", UsbTransport(0x04B8, 0x0E15)),
        ("usb", "04B8:0e15:J9:7", UsbTransport(0x04B8, 0x0E15, "J9:7")),
        ("cups", "slips", CupsTransport("slips")),
    ],
)
def test_an_address_leads_to_its_way(kind: Way, address: str, way: Transport) -> None:
    assert way_to(kind, address, 19200) == way
    assert way.bytes_per_second > 0


@pytest.mark.parametrize(("kind", "address"), [("tcp", "9100"), ("tcp", "host:x"), ("usb", "04b8"), ("usb", "x:y")])
def test_an_address_that_is_none_is_refused(kind: Way, address: str) -> None:
    with pytest.raises(ValueError, match=r"wanted|invalid"):
        way_to(kind, address)


def test_a_profile_is_tuned_by_the_machine() -> None:
    assert tuned("epson-80") == EPSON_80
    assert tuned("epson-58", cut="none", automatic_status=True).automatic_status
    with pytest.raises(KeyError):
        tuned("epson-79")


def test_a_configuration_knows_every_profile_and_way() -> None:
    hints = get_type_hints(PrinterConfig)
    assert set(get_args(hints["profile"])) == set(PROFILES)
    assert set(get_args(hints["transport"])) == set(get_args(Way))
    for name in PROFILES:
        for cut in ("full", "partial", "none"):
            config = PrinterConfig("cups", "slips", profile=name, cut=cut)  # type: ignore[arg-type]
            assert tuned(config.profile, cut=config.cut).cut == cut


def test_a_presenter_is_never_told_to_tell_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[printer]\ntransport = "tcp"\naddress = "a:1"\nprofile = "custom-kpm"\nautomatic_status = true\n')
    with pytest.raises(ConfigError, match="automatic_status"):
        load(file)


def test_a_usb_printer_that_is_not_there_is_refused() -> None:
    with pytest.raises(TransportError) as caught, UsbTransport(0xFFFF, 0xFFFE).open():
        pass
    assert caught.value.key == "refused"
    assert caught.value.data["device"] == "ffff:fffe"


def test_a_usb_printer_without_libusb_is_refused() -> None:
    code = (
        "import ctypes.util, ctypes\n"
        "ctypes.util.find_library = lambda name: None\n"
        "from kiosk.devices.printer.usb import UsbTransport\n"
        "from kiosk.devices.transport import TransportError\n"
        "try:\n"
        "    with UsbTransport(1, 2).open(): pass\n"
        "except TransportError as error:\n"
        "    print(error.key, error.data['missing'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["refused", "libusb"]


def test_a_usb_printer_that_is_not_there_is_a_printer_that_is_gone(ticket: Ticket[str], until: Until) -> None:
    driven = Driven(UsbTransport(0xFFFF, 0xFFFE), EPSON_80)
    driven.driver.start()
    until(lambda: driven.faulty("printer-gone"))
    driven.driver.submit(ticket, 1)
    until(lambda: driven.results)
    driven.driver.stop()
    assert driven.results == [PrintResult(1, PrintOutcome.FAILED, "printer-gone")]


def test_a_queue_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TransportError) as caught, CupsTransport("slips", str(tmp_path / "nobody")).open():
        pass
    assert caught.value.key == "refused"


BACKEND = f"""#!{sys.executable}
import socket, sys, time
if len(sys.argv) == 1:
    sys.exit()
slip = open(sys.argv[6], "rb").read() if len(sys.argv) > 6 else sys.stdin.buffer.read()
port = int(__import__("os").environ["DEVICE_URI"].split(":")[-1])
while True:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(slip)
        sys.exit()
    except OSError:
        time.sleep(0.1)
"""
"""What the queue hands its jobs to: the socket backend of CUPS, which Debian has in a package of many others."""


class Cups:
    """A real scheduler of its own with one raw queue, which leads to a port of this machine."""

    def __init__(self, folder: Path, port: int) -> None:
        self.server = str(folder / "sock")
        for name in ("etc", "spool", "cache", "state", "log", "tmp", "bin/backend"):
            (folder / name).mkdir(parents=True)
        for name in ("daemon", "notifier"):
            (folder / "bin" / name).symlink_to(Path("/usr/lib/cups") / name)
        backend = folder / "bin" / "backend" / "twin"
        backend.write_text(BACKEND)
        # A backend that only its owner may run keeps the owner's rights.
        backend.chmod(0o700)
        (folder / "etc" / "cupsd.conf").write_text(
            f"Listen {self.server}\nWebInterface No\nBrowsing No\nErrorPolicy retry-job\nMaxLogSize 0\n"
            "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
            "<Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n"
        )
        places = {"RequestRoot": "spool", "CacheDir": "cache", "StateDir": "state", "TempDir": "tmp"}
        places |= {"ServerRoot": "etc", "ServerBin": "bin", "ErrorLog": "log/error", "AccessLog": "log/access"}
        (folder / "etc" / "cups-files.conf").write_text(
            "".join(f"{key} {folder}/{place}\n" for key, place in places.items())
            + f"PageLog {folder}/log/page\nSystemGroup root\nSandboxing relaxed\n"
        )
        self._daemon = subprocess.Popen(
            ["cupsd", "-f", "-c", f"{folder}/etc/cupsd.conf", "-s", f"{folder}/etc/cups-files.conf"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._await(lambda: self.run("lpstat", "-r"))
            self.run("lpadmin", "-p", "slips", "-E", "-v", f"twin:{port}", "-m", "raw")
            self._await(lambda: CupsTransport("slips", self.server).run("lpstat", "-a", "slips"))
        except BaseException:
            self.stop()
            raise

    def run(self, *command: str) -> bool:
        name, *arguments = command
        done = subprocess.run([name, "-h", self.server, *arguments], capture_output=True, timeout=20, check=False)
        return done.returncode == 0 and b"not running" not in done.stdout

    def stop(self) -> None:
        self._daemon.terminate()
        self._daemon.wait(10)

    @staticmethod
    def _await(holds: Callable[[], object]) -> None:
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end, "CUPS did not come up"
            time.sleep(0.05)


@pytest.fixture
def cups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Cups]]:
    if shutil.which("cupsd") is None or shutil.which("lp") is None or shutil.which("lpadmin") is None:
        pytest.skip("CUPS is not installed")
    started: list[Cups] = []

    def start(port: int) -> Cups:
        started.append(Cups(tmp_path_factory.mktemp("cups"), port))
        return started[-1]

    yield start
    for daemon in started:
        daemon.stop()


def test_a_slip_through_a_queue_is_never_said_to_be_printed(
    cups: Callable[[int], Cups], ticket: Ticket[str], until: Until
) -> None:
    with VirtualPrinter() as printer:
        queue = cups(printer.port)
        driven = Driven(CupsTransport("slips", queue.server), EPSON_80, poll=0.2)
        driven.driver.start()
        until(lambda: driven.well)
        driven.driver.submit(ticket, 1)
        until(lambda: driven.results)
        assert printer.wait_for_slip().number == "A 042"
        assert driven.results == [PrintResult(1, PrintOutcome.UNKNOWN, "printer-silent")]
        queue.run("cupsdisable", "slips")
        until(lambda: driven.faulty("printer-gone"))
        driven.driver.submit(ticket, 2)
        until(lambda: len(driven.results) == 2)
        assert driven.results[1] == PrintResult(2, PrintOutcome.FAILED, "printer-gone")
        queue.run("cupsenable", "slips")
        until(lambda: driven.well)
        driven.driver.stop()
        assert len(printer.slips) == 1


def test_what_does_not_leave_a_queue_in_time_is_cancelled(
    cups: Callable[[int], Cups], ticket: Ticket[str], until: Until
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    queue = cups(port)
    way = CupsTransport("slips", queue.server)
    with way.open() as connection, pytest.raises(TransportError) as caught:
        connection.write(b"late slip\n" + b"\x1dV\x42\x00", 1.0)
    assert caught.value.key == "timeout"
    until(lambda: way.run("lpstat", "-o", "slips") == "")
    with VirtualPrinter(port=port) as printer:
        # Ten tries of a job that were still there.
        with pytest.raises(TimeoutError):
            printer.wait_for_slip(timeout=1.0)
        assert printer.slips == printer.torn == ()
