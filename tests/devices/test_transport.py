import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.simulated.pty_line import PtyLine
from kiosk.devices.simulated.scanner import VirtualScanner
from kiosk.devices.transport import SerialTransport, TcpTransport, Transport, TransportError

ASK = b"\x10\x04\x01"


def test_bytes_go_there_and_come_back(printer: VirtualPrinter, way: Transport) -> None:
    with way.open() as connection:
        connection.write(ASK, 1)
        assert connection.read(16, 5) == b"\x12"
        assert connection.read(16, 0.01) == b""


def test_input_is_discarded(printer: VirtualPrinter, way: Transport) -> None:
    with way.open() as connection:
        connection.write(ASK, 1)
        assert connection.read(1, 5) == b"\x12"
        connection.write(ASK * 3, 1)
        assert connection.read(1, 5) == b"\x12"
        connection.discard_input()
        connection.discard_input()


def test_a_device_that_leaves_is_gone(printer: VirtualPrinter, way: Transport) -> None:
    with way.open() as connection:
        # The reply shows that the twin has taken the connection.
        connection.write(ASK, 1)
        connection.read(1, 5)
        printer.unplug()
        with pytest.raises(TransportError) as caught:
            connection.read(1, 5)
    assert caught.value.key == "gone"
    with pytest.raises(TransportError) as caught, way.open():
        pass
    assert caught.value.key == "refused"


def test_a_serial_device_is_held_by_one(scanner: VirtualScanner) -> None:
    way = SerialTransport(scanner.port)
    with way.open():
        with pytest.raises(TransportError) as caught, way.open():
            pass
        assert caught.value.key == "refused"
        assert caught.value.data["port"] == scanner.port
    with way.open():
        pass


def test_a_serial_device_that_takes_nothing_is_a_timeout(tmp_path: Path) -> None:
    deaf = PtyLine(tmp_path / "deaf")
    deaf.plug()
    with SerialTransport(str(deaf.link)).open() as connection, pytest.raises(TransportError) as caught:
        connection.write(b"x" * 1_000_000, 0.05)
    deaf.unplug()
    assert caught.value.key == "timeout"


def test_a_network_device_that_takes_nothing_is_a_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        way = TcpTransport("127.0.0.1", deaf.getsockname()[1])
        with way.open() as connection, pytest.raises(TransportError) as caught:
            connection.write(b"x" * 64_000_000, 0.05)
    assert caught.value.key == "timeout"


def test_an_ipv6_address_will_do() -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with listener, TcpTransport("::1", listener.getsockname()[1]).open() as connection:
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"hello")
            assert connection.read(5, 5) == b"hello"


def test_a_name_that_nobody_has_is_refused() -> None:
    with pytest.raises(TransportError) as caught, TcpTransport("printer.invalid").open():
        pass
    assert caught.value.key in {"refused", "timeout"}


def test_a_serial_line_tells_how_fast_it_is() -> None:
    assert SerialTransport("/dev/ttyS0", 9600).bytes_per_second == 960


def test_the_link_of_an_unplugged_device_is_gone(tmp_path: Path, until: Callable[[Callable[[], object]], None]) -> None:
    link = tmp_path / "by-id"
    with VirtualScanner(link) as twin:
        assert link.is_symlink()
        twin.unplug()
        twin.unplug()
        assert not link.is_symlink()
        twin.scan("lost")
        twin.plug()
        twin.plug()
        assert link.exists()
    assert not link.is_symlink()
