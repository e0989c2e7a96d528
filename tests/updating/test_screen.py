"""Real processes of a version on trial; and how the updater asks whether the screen may be taken away."""

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import pytest

from kiosk.checkin import faults
from kiosk.clock import SystemClock
from kiosk.composition import changeover
from kiosk.composition.wipe import wipe_kiosk
from kiosk.diagnostics.watch.idle import IdleMark, idle_for
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, database_key
from kiosk.ports import News
from kiosk.scenario.stagehand import wait_until
from kiosk.updating.machine import broken
from kiosk.updating.versions import FACTORY, State, Trial
from tests.diagnostics.test_watch_processes import SECONDS, Machine
from tests.example_site import SITE

SHUT = {"closed", "out-of-order"}
"""Pages on which nobody can begin."""


def machine(folder: Path) -> Machine:
    made = Machine(folder)
    made.file.write_text(made.file.read_text() + f'\n[update]\nfolder = "{folder / "versions"}"\n')
    (folder / "versions").mkdir()
    made.enrol()
    with Store(made.config.state / DATABASE, database_key(made.config.state)).connect() as connection:
        news = News("1", snapshot=True, complete=True, rows=[], site=SITE)
        SqlRosterStore(connection).apply(news, None, SystemClock().now())
    return made


def tell(folder: Path, state: State) -> None:
    new = folder / "versions/state.json.new"
    new.write_text(json.dumps(asdict(state)))
    new.replace(folder / "versions/state.json")


def test_a_version_on_trial_lets_nobody_in_and_carries_nothing_until_it_is_believed(tmp_path: Path) -> None:
    kiosk = machine(tmp_path)
    tell(tmp_path, State(trial=Trial("0.2.0", FACTORY)))
    with ExitStack() as stack:
        stack.enter_context(kiosk.running("screen"))
        wait_until(kiosk.stagehand.is_there, SECONDS, "the screen stands")
        assert kiosk.stagehand.shown()[-1].name in SHUT
        stack.enter_context(kiosk.running("sync"))
        wait_until(lambda: faults.UPDATE_ON_TRIAL.code in standing(kiosk), SECONDS, "it says why")
        assert {page.name for page in kiosk.stagehand.shown()} <= SHUT
        wait_until(lambda: '"on_trial"' in (tmp_path / "sync.log").read_text(), SECONDS, "the line waits")
        wait_until(lambda: idle_for(kiosk.config.run, 0) is None and ask(kiosk)[0] == 1, SECONDS, "it was just begun")
        assert '"started"' not in (tmp_path / "sync.log").read_text()
        tell(tmp_path, State(highest="0.2.0", failed="0.1.5"))
        wait_until(lambda: faults.UPDATE_ON_TRIAL.code not in standing(kiosk), SECONDS, "the trial is over")
        wait_until(lambda: faults.UPDATE_TAKEN_BACK.code in standing(kiosk), SECONDS, "the failure is told")
        wait_until(lambda: kiosk.stagehand.shown()[-1].name not in SHUT, SECONDS, "it lets people in")
        wait_until(lambda: '"started"' in (tmp_path / "sync.log").read_text(), SECONDS, "the line carries")


def standing(kiosk: Machine) -> set[str]:
    return {trouble.fault.code for trouble in kiosk.seen("screen").standing}


def ask(kiosk: Machine) -> tuple[int, str]:
    command = [sys.executable, "-m", "kiosk", "changeover", "ready", "--config", str(kiosk.file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_command_says_why_it_is_not_now_and_by_which_code(tmp_path: Path) -> None:
    kiosk = machine(tmp_path)
    with kiosk.running("screen"):
        wait_until(kiosk.stagehand.is_there, SECONDS, "the screen stands")
        wait_until(lambda: kiosk.seen("screen").alive, SECONDS, "it lives")
        code, told = ask(kiosk)
    assert (code, told.partition(":")[0]) == (1, "served")
    assert ask(kiosk) == (0, "")


def test_what_the_doctor_prints_is_understood(tmp_path: Path) -> None:
    kiosk = Machine(tmp_path)
    command = [sys.executable, "-m", "kiosk", "doctor", "--json", "--config", str(kiosk.file)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert faults.NOT_ENROLLED.code in broken(told)
    assert faults.SYNC_NOT_RUNNING.code not in broken(told)
    for nonsense in ("", "[]", "{}", '{"lines": [{}]}'):
        with pytest.raises(ValueError, match=r"said|Expecting"):
            broken(nonsense)


def test_whoever_is_served_makes_the_mark_old_and_the_next_one_new(tmp_path: Path) -> None:
    mark = IdleMark(tmp_path)
    assert idle_for(tmp_path, 0) is None
    for passed in (100.0, 110.0, 120.0):
        mark.tick(passed)
    assert idle_for(tmp_path, 125.0) == 25.0
    assert idle_for(tmp_path, 140.0) is None
    mark.tick(150.0)
    assert idle_for(tmp_path, 155.0) == 5.0
    assert idle_for(tmp_path, 149.0) is None


def test_a_wipe_leaves_no_copy(tmp_path: Path) -> None:
    kiosk = machine(tmp_path)
    changeover.keep(kiosk.config)
    assert (kiosk.config.state / changeover.FOLDER).is_dir()
    wipe_kiosk(kiosk.config)
    assert not (kiosk.config.state / changeover.FOLDER).exists()
