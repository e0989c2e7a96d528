"""The power is cut in the middle of an update, the short form: what boots is whole, and no fact is lost."""

import tempfile
from pathlib import Path

import pytest

from tests.torture import recorder
from tests.torture.parts import Setting, updates
from tests.torture.replay import Plan, replay
from tests.torture.update_night import NightWitness, night_tape

pytestmark = pytest.mark.skipif(recorder.why_not() is not None, reason=str(recorder.why_not()))


def test_whenever_the_power_is_cut_one_whole_version_is_left() -> None:
    (figure,) = updates(Setting(rounds=240))
    assert figure.holds, figure.findings
    assert figure.count > 150


@pytest.mark.parametrize(
    "mistake",
    ["durable.sync_folder = lambda folder: None", "os.fsync = lambda file: None"],
    ids=["names are not synced", "nothing is synced"],
)
def test_an_updater_that_does_not_sync_is_found_out(monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sitecustomize.py").write_text(f"import os\nfrom kiosk.updating import durable\n{mistake}\n")
        monkeypatch.setenv("PYTHONPATH", name)
        tape = night_tape(folder, "good")
        monkeypatch.delenv("PYTHONPATH")
        assert not replay(tape, NightWitness, Plan(torn=0)).findings.clean
