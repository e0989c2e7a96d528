"""Every written scenario holds on real processes with simulated devices; a broken one names step, expected and got."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from kiosk.devices.simulated.card import service
from kiosk.scenario.play import play
from kiosk.scenario.script import ScriptError, load
from kiosk.scenario.verbs import VERBS

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
KNOWN = frozenset(VERBS)
HEAD = 'title: t\nclock: "2026-11-23T08:50:00+02:00"\nsite: kalasatama\n'


@pytest.mark.parametrize("path", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_it_holds(path: Path) -> None:
    report = play(load(path, KNOWN), None)
    assert report.failures == []
    assert report.lost == 0


def test_a_broken_one_names_step_expected_and_got(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(
        f"{HEAD}roster:\n  - {{id: A1, person: 010594Y9032, unit: dental, area: B2, starts: '09:00'}}\n"
        "steps:\n  - scan: '010594Y9032\\r'\n  - expect: {page: confirm}\n"
        "  - expect: {page: welcome-back, within: 0.5}\n  - touch: check-in\n"
    )
    done = CliRunner().invoke(app, ["scenario", str(file), "--headless", "--out", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "step 3, expect" in done.stdout
    assert "welcome-back" in done.stdout
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["ok"] is False
    (failure,) = report["failures"]
    assert failure["expected"] == {"page": "welcome-back", "within": 0.5}
    assert failure["got"] == ["confirm"]
    assert (report["recorded"], report["registered"]) == (0, 0)
    names = {path.name for path in (tmp_path / "out").glob("*.png")}
    assert {"01-welcome.png", "03-confirm.png"} <= names


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Expected `object`"),
        (HEAD, "steps"),
        (HEAD + "steps: [{dance: now}]", "step 1: no verb 'dance'"),
        (HEAD + "steps: [{scan: x, touch: y}]", "step 1 has 2 verbs"),
        (HEAD + "steps: []\nmood: good", "mood"),
        (HEAD.replace("+02:00", "") + "steps: []", "offset"),
        (HEAD + "steps: []\nroster: 5", "roster"),
        ("steps: [", "while parsing"),
        (HEAD + "steps: []\nprinter: {profile: nec}", "no printer 'nec'"),
        (HEAD + "steps: []\nprinter: {profile: epson-80, presenter: true}", "epson-80 has no presenter"),
        (HEAD + "steps: []\nscanner: {profile: acme}", "no scanner 'acme'"),
        (HEAD + "steps: []\nself_test: 6.30", "self_test"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_before_anything_starts(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(text)
    with pytest.raises(ScriptError) as error:
        load(file, KNOWN)
    assert says in str(error.value)
    assert str(file) in str(error.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["scenario", str(tmp_path / "none.yaml")])
    assert done.exit_code == 1
    assert "No such file" in done.stdout


def written(folder: Path, *steps: str) -> Path:
    file = folder / "play.yaml"
    file.write_text(HEAD + "steps:\n" + "".join(f"  - {step}\n" for step in steps))
    return file


def test_without_a_card_reader_a_scenario_with_cards_fails_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "DRIVER", Path("/nowhere"))
    (failure,) = play(load(written(tmp_path, "card: remove"), KNOWN), None).failures
    assert (failure.step, failure.expected) == (None, "a stage that stands")
    assert failure.got == "no card reader: /nowhere is missing: install vsmartcard-vpcd"


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("printer: take", "this printer has no presenter"),
        ("printer: explode", "no 'explode' here; there are paper-out"),
        ("expect: {fault: printer-sad}", "no fault 'printer-sad' in the catalogue"),
        ("expect: {fault: printer-jam, within: 0.2}", "green: no fault"),
    ],
)
def test_what_cannot_be_done_or_does_not_stand_is_said(tmp_path: Path, step: str, says: str) -> None:
    (failure,) = play(load(written(tmp_path, step), KNOWN), None).failures
    assert says in failure.got
