"""The centre tells systemd that it serves: through a real socket, from the real command."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from central import lively

LONG = 60.0


@pytest.fixture
def door(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(LONG)
        yield listening


def told(door: socket.socket) -> list[str]:
    return door.recv(4096).decode().splitlines()


def test_it_is_ready_lives_and_says_that_it_ends(door: socket.socket, tmp_path: Path) -> None:
    environment = os.environ | {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}
    command = [sys.executable, "-m", "central", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as centre:
        try:
            assert told(door) == ["READY=1", f"STATUS={lively.SERVING}"]
            assert [told(door), told(door), told(door)] == [["WATCHDOG=1"]] * 3
            centre.send_signal(signal.SIGTERM)
            while (last := told(door)) == ["WATCHDOG=1"]:
                pass
            assert last == ["STOPPING=1"]
            assert centre.wait(LONG) == 0
        finally:
            centre.kill()


def tell_for(door: socket.socket, monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[list[str]]:
    """What is told while the store answers so, one after the other, and then is silent for ever."""
    monkeypatch.setenv("NOTIFY_SOCKET", door.getsockname())
    left = list(answers)
    silent = asyncio.Event()

    async def look() -> None:
        if not left:
            silent.set()
            await asyncio.Event().wait()
        elif left.pop(0) == "no":
            raise OSError("gone")

    async def play() -> None:
        telling = asyncio.create_task(lively.tell(look, 0.003))
        await silent.wait()
        telling.cancel()

    asyncio.run(play())
    door.setblocking(False)
    said = []
    while True:
        try:
            said.append(told(door))
        except BlockingIOError:
            return said


def test_a_store_that_says_nothing_is_not_alive(door: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tell_for(door, monkeypatch, "yes") == [["READY=1", f"STATUS={lively.SERVING}"], ["WATCHDOG=1"]]


def test_a_store_that_says_no_is(door: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    alive, no, yes = ["WATCHDOG=1"], [f"STATUS={lively.REFUSED}"], [f"STATUS={lively.SERVING}"]
    assert tell_for(door, monkeypatch, "no", "no", "yes")[1:] == [alive, no, alive, alive, yes]


def test_without_anybody_who_listens_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    async def look() -> None:
        raise AssertionError

    asyncio.run(lively.tell(look, 0.003))
