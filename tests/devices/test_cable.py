import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from kiosk.devices.simulated.network import Cable


@pytest.fixture
def echo() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads: list[threading.Thread] = []

        def answer(line: socket.socket) -> None:
            with line:
                while data := line.recv(65536):
                    line.sendall(data)

        def serve() -> None:
            while True:
                line, _ = listener.accept()
                if line.recv(1) == b"q":
                    line.close()
                    return
                thread = threading.Thread(target=answer, args=(line,))
                thread.start()
                threads.append(thread)

        server = threading.Thread(target=serve)
        server.start()
        port = listener.getsockname()[1]
        yield port
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"q")
        for thread in (server, *threads):
            thread.join(5)


def call(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    line.sendall(b"!")
    return line


def test_it_carries_bytes_both_ways(echo: int) -> None:
    with Cable("127.0.0.1", echo) as cable, call(cable.port) as line:
        line.sendall(b"x" * 100_000)
        got = bytearray()
        while len(got) < 100_000:
            got += line.recv(65536)
        assert bytes(got) == b"x" * 100_000


def test_pulled_it_ends_what_runs_and_lets_nobody_through_until_it_is_back(echo: int) -> None:
    with Cable("127.0.0.1", echo) as cable:
        port = cable.port
        with call(port) as line:
            line.sendall(b"hello")
            assert line.recv(5) == b"hello"
            cable.down()
            cable.down()
            assert not cable.is_up
            with contextlib.suppress(ConnectionResetError):
                assert line.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            call(port)
        cable.up()
        cable.up()
        assert cable.port == port
        with call(port) as line:
            line.sendall(b"again")
            assert line.recv(5) == b"again"


def test_a_target_that_is_not_there_hangs_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Cable("127.0.0.1", port) as cable, socket.create_connection(("127.0.0.1", cable.port), timeout=5) as line:
        assert line.recv(1) == b""
