"""The words to systemd over real sockets, and when a process counts as alive."""

import os
from pathlib import Path

import pytest

from kiosk import notify
from kiosk.pulses import Pulses, asked_within, rounds
from tests.systemd_ear import ear


def test_it_is_said_over_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ear(tmp_path / "notify") as heard:
        monkeypatch.setenv(notify.SOCKET, heard.address)
        assert notify.wanted()
        assert notify.ready("serving\nREADY=0 two lines")
        assert notify.alive()
        assert notify.status("hung: journal")
        assert notify.stopping()
        own = os.getpid()
        assert heard.listen() == [
            (own, "READY=1\nSTATUS=serving READY=0 two lines"),
            (own, "WATCHDOG=1"),
            (own, "STATUS=hung: journal"),
            (own, "STOPPING=1"),
        ]


def test_it_is_said_over_an_abstract_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with ear(abstract=f"kiosk-test-{os.getpid()}") as heard:
        monkeypatch.setenv(notify.SOCKET, heard.address)
        assert notify.ready()
        assert heard.listen() == [(os.getpid(), "READY=1")]


@pytest.mark.parametrize("named", ["", "@", "vsock:2:1234", "run/notify", "/nowhere/at/all"])
def test_nobody_there_is_no_trouble(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(notify.SOCKET, named)
    assert (notify.ready(), notify.alive(), notify.stopping()) == (False, False, False)
    monkeypatch.delenv(notify.SOCKET)
    assert not notify.wanted()
    assert not notify.alive()


def test_a_full_socket_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ear(tmp_path / "notify") as heard:
        monkeypatch.setenv(notify.SOCKET, heard.address)
        sent = [notify.alive() for _ in range(5000)]
    assert sent[0]
    assert not sent[-1]


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "²"}, None),
    ],
)
def test_the_limit_is_that_of_this_process(environment: dict[str, str], seconds: float | None) -> None:
    assert notify.watchdog_seconds(environment, 7) == seconds


@pytest.mark.parametrize(
    ("beats", "now", "silent"),
    [
        ((), 0.0, ("gui", "journal")),
        ((("gui", 0.0),), 0.0, ("journal",)),
        ((("gui", 0.0), ("journal", 0.0)), 10.0, ()),
        ((("gui", 0.0), ("journal", 0.0)), 10.1, ("gui",)),
        ((("gui", 0.0), ("journal", 0.0)), 20.1, ("gui", "journal")),
        ((("gui", 0.0), ("journal", 0.0), ("gui", 15.0)), 20.1, ("journal",)),
        # A beat that comes late, from a thread that was slow to say it, takes nothing back.
        ((("gui", 9.0), ("journal", 9.0), ("gui", 1.0)), 15.0, ()),
        ((("gui", 9.0), ("journal", 9.0), ("nobody", 9.0)), 15.0, ()),
    ],
)
def test_who_is_silent(beats: tuple[tuple[str, float], ...], now: float, silent: tuple[str, ...]) -> None:
    pulses = Pulses({"gui": 10.0, "journal": 20.0})
    for part, at in beats:
        pulses.beat(part, at)
    assert pulses.silent(now) == silent
    assert set(pulses.missing()) == {"gui", "journal"} - {part for part, _ in beats}


def test_the_watchdog_has_three_chances_and_a_hung_part_misses_one_round() -> None:
    assert rounds(30.0) == 10.0
    assert asked_within(30.0) == 20.0
