"""The measuring wire: what it costs and what it counts, with real HTTP and real sockets."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from tests.line.wire import LOOPBACK, Link, Wire

PATIENCE = 10.0


@contextmanager
def echo() -> Iterator[int]:
    """A server that says back whatever it hears, and ends when the other side does."""
    listener = socket.create_server((LOOPBACK, 0))

    def serve_one(end: socket.socket) -> None:
        with end:
            try:
                while data := end.recv(65536):
                    end.sendall(data)
            except OSError:
                pass

    def serve() -> None:
        while True:
            try:
                end, _ = listener.accept()
            except OSError:
                return
            Thread(target=serve_one, args=(end,), daemon=True).start()

    thread = Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE)


def said_back(end: socket.socket, said: bytes) -> float:
    """Seconds until all of it was back."""
    began = time.monotonic()
    end.sendall(said)
    heard = b""
    while len(heard) < len(said):
        piece = end.recv(65536)
        assert piece, "ended too early"
        heard += piece
    assert heard == said
    return time.monotonic() - began


def test_a_round_trip_takes_its_time_and_opening_costs_another() -> None:
    with echo() as port, Wire(port, round_trip=0.06) as wire, socket.create_connection((LOOPBACK, wire.port)) as end:
        end.settimeout(PATIENCE)
        first, second = said_back(end, b"one"), said_back(end, b"two")
        assert 0.12 <= first < 0.18
        assert 0.06 <= second < 0.09
        wire.set(round_trip=0.0)
        assert said_back(end, b"three") < 0.03


def test_bytes_and_turns_are_counted() -> None:
    with echo() as port, Wire(port) as wire:
        with socket.create_connection((LOOPBACK, wire.port)) as end:
            end.settimeout(PATIENCE)
            said_back(end, b"x" * 1000)
            before = wire.tally
            said_back(end, b"y" * 10)
            assert wire.tally.since(before).up == 10
        assert (wire.tally.up, wire.tally.down, wire.tally.connections, wire.tally.requests) == (1010, 1010, 1, 2)


def test_a_narrow_wire_lets_through_what_it_is_wide() -> None:
    with (
        echo() as port,
        Wire(port, bandwidth=1_000_000) as wire,
        socket.create_connection((LOOPBACK, wire.port)) as end,
    ):
        end.settimeout(PATIENCE)
        # Up and down overlap: the echo comes back piece by piece.
        assert 0.19 <= said_back(end, bytes(200_000)) < 0.6


def test_much_goes_through_whole_and_the_end_is_carried_too() -> None:
    sent = bytes(range(256)) * 40_000
    with echo() as port, Wire(port, round_trip=0.01) as wire:
        with socket.create_connection((LOOPBACK, wire.port)) as end:
            end.settimeout(PATIENCE)

            def say() -> None:
                end.sendall(sent)
                end.shutdown(socket.SHUT_WR)

            speaker = Thread(target=say)
            speaker.start()
            heard = bytearray()
            while piece := end.recv(65536):
                heard += piece
            speaker.join(PATIENCE)
            assert heard == sent
        assert wire.tally.down == len(sent)


def test_where_nobody_serves_the_connection_ends() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
    with Wire(port) as wire, socket.create_connection((LOOPBACK, wire.port)) as end:
        end.settimeout(PATIENCE)
        with pytest.raises(ConnectionError):
            end.sendall(b"hello")
            if not end.recv(1):
                raise ConnectionError


def test_connections_share_the_wire() -> None:
    link = Link(lambda: 100.0, 0.5, 10.0)
    assert (link.due(10), link.due(20)) == (101.5, 103.5)
    assert link.due(0, not_before=110.0) == 110.5
