"""A screen that crashes is welcome again, with everything that it had recorded, when its service manager starts it."""

import os
import signal
import time

import pytest

from kiosk.scenario.stage import new_folder
from kiosk.scenario.stagehand import wait_until
from tests.torture.visitor import identity, plan_for, rough_stage

WITHIN = 60.0
"""Patience with a machine on which much else runs; systemd waits one second, and the rest is the start of a screen."""


def test_after_every_crash_there_is_a_welcome_and_the_journal_is_whole(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with rough_stage(plan_for(new_folder(tmp_path_factory.getbasetemp()), 1)) as stage:
        stage.scanner.scan(identity(0) + "\r")
        wait_until(lambda: stage.stagehand.shown()[-1].name == "confirm", WITHIN, "the visit is found")
        stage.stagehand.touch("choice:check-in", WITHIN)
        wait_until(lambda: len(stage.recorded()) == 1, WITHIN, "the check-in is recorded")
        recorded = stage.recorded()
        for blow in (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT):
            os.kill(stage.pid("screen"), blow)
            wait_until(lambda: stage.ended("screen") is not None, WITHIN, "the screen is gone")
            assert stage.ended("screen") == -blow
            begun = time.monotonic()
            stage.begin("screen")
            wait_until(stage.stagehand.is_there, WITHIN, "the screen is there")
            wait_until(lambda: stage.stagehand.shown()[-1].name == "welcome", WITHIN, "the welcome page is there")
            print(f"welcome again {time.monotonic() - begun:.1f} s after {blow.name}")
            assert stage.recorded() == recorded
        wait_until(lambda: not stage.waiting(), WITHIN, "the centre has it")
        assert len(stage.arrivals()) == 1
