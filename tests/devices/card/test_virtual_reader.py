"""The twin itself: several at once, each with its own service, and none left behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from kiosk.devices.simulated.card.office import CardOffice
from kiosk.devices.simulated.card.reader import VirtualReader
from kiosk.devices.simulated.card.service import ServiceError
from kiosk.devices.simulated.card.troubles import Trouble
from tests.devices.card.conftest import Until

LOOK = """
from kiosk.devices.card import pcsc
with pcsc.service() as service:
    for name in service.readers():
        look = service.look(name, None, 0)
        print(name, "full" if look.present else "empty")
"""

HOLD = """
import time
from kiosk.devices.simulated.card.reader import VirtualReader
with VirtualReader() as reader:
    print(reader.environment["PCSCLITE_CSOCK_NAME"], flush=True)
    time.sleep(600)
"""


def looked(environment: Mapping[str, str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env={**os.environ, **environment}, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def test_two_at_once_know_nothing_of_each_other(office: CardOffice, until: Until) -> None:
    empty = ["Virtual card reader 00 00 empty", "Virtual card reader 00 01 empty"]
    with VirtualReader() as one, VirtualReader() as other:
        assert looked(one.environment) == looked(other.environment) == empty
        one.insert(office.issue("fineid-2023"))
        other.insert(office.issue("fineid-2023"), slot=1)
        until(lambda: looked(one.environment) == ["Virtual card reader 00 00 full", "Virtual card reader 00 01 empty"])
        until(
            lambda: looked(other.environment) == ["Virtual card reader 00 00 empty", "Virtual card reader 00 01 full"]
        )
        one.remove()
        until(lambda: looked(one.environment) == empty)
        other.unplug()
        assert looked(other.environment) == []
        other.mend()
        assert looked(other.environment) == empty


def descendants(process: psutil.Process) -> list[psutil.Process]:
    return [one for one in process.children(recursive=True) if one.name() == "pcscd"]


def test_nothing_is_left_behind(until: Until) -> None:
    with VirtualReader() as reader:
        running = descendants(psutil.Process())
        assert running
        reader.service_down(crash=True)
        reader.service_up()
    assert not any(one.is_running() for one in running)
    assert not descendants(psutil.Process())


def test_nothing_is_left_behind_by_a_process_that_is_killed(until: Until) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder:
        folder = Path(holder.stdout.readline().decode().strip()).parents[2]
        running = descendants(psutil.Process(holder.pid))
        assert running
        holder.send_signal(signal.SIGKILL)
    until(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in running))
    shutil.rmtree(folder)


def test_without_its_parts_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ServiceError, match="unshare"), VirtualReader():
        raise AssertionError


def test_names_that_are_none_are_mistakes(office: CardOffice) -> None:
    with pytest.raises(KeyError):
        office.issue("fineid-1999")
    with pytest.raises(ValueError, match="upside-down"):
        office.issue("fineid-2023", "upside-down")
    assert {trouble.value for trouble in Trouble} >= {"mute", "slow", "pulled", "garbage", "truncated"}
