"""The outage drill: it comes right, it tells what it is told to, and it is never played on a kiosk."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.checkin.wording import Text
from kiosk.cli import app
from kiosk.config import Config, dump
from kiosk.offline.vault import DATABASE
from kiosk.scenario import drill
from kiosk.scenario.drill import Reckoning, numbers
from kiosk.scenario.drill_acts import ACTS, Act
from kiosk.scenario.verbs import VERBS
from kiosk.texts import say, service_languages

OUTAGE = Path(__file__).parents[2] / "docs" / "outage.md"
NOBODY = frozenset[str]()


def of(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_it_is_played_to_its_end_and_nobody_is_lost(tmp_path: Path) -> None:
    none = str(tmp_path / "no-kiosk.toml")
    done = CliRunner().invoke(app, ["drill", "--headless", "--language", "sv", "--config", none])
    assert done.exit_code == 0, done.output
    for act in ACTS:
        for part in ("happens", "do"):
            assert say(Text(f"drill.{act.name}.{part}"), "sv") in done.output
    rows = [line for line in done.output.splitlines() if line.startswith("A 0")]
    assert len(rows) == sum(act.served for act in ACTS) == 3
    assert all(row.count("✓") == 3 for row in rows)
    assert done.output.rstrip().endswith(say(Text("drill.reckoning.do"), "sv"))


def test_what_does_not_come_right_ends_it_and_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill, "ACTS", (Act("well", ({"expect": {"page": "nowhere", "within": 0.1}},)),))
    done = CliRunner().invoke(app, ["drill", "--headless", "--language", "en", "--config", str(tmp_path / "none.toml")])
    assert done.exit_code == 1
    assert "✗ This went wrong: well, expect" in done.output
    assert say(Text("drill.reckoning.do"), "en") not in done.output


@pytest.mark.parametrize("kind", ["enrolled", "unreadable"])
def test_on_a_kiosk_nothing_is_played(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill, "play_drill", lambda *_, **__: pytest.fail("it was played"))
    file = tmp_path / "kiosk.toml"
    file.write_bytes(dump(Config(state=tmp_path)) if kind == "enrolled" else b"= nonsense")
    (tmp_path / DATABASE).touch()
    done = CliRunner().invoke(app, ["drill", "--headless", "--config", str(file)])
    assert done.exit_code == 2
    assert ("serves clients" if kind == "enrolled" else "can't be told") in done.output


def test_without_the_centres_parts_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill, "NEEDED", ("no_such_part",))
    done = CliRunner().invoke(app, ["drill", "--headless", "--config", str(tmp_path / "none.toml")])
    assert (done.exit_code, "kiosk and centre" in done.output) == (2, True)


@pytest.mark.parametrize(
    ("served", "listed", "at_centre", "holds"),
    [
        (of("A 001"), of("A 001"), of("A 001", "A 000"), True),
        (of("A 001", "A 002"), of("A 001"), of("A 001", "A 002"), False),
        (of("A 001"), of("A 001", "A 002"), of("A 001", "A 002"), False),
        (of("A 001", "A 002"), of("A 001", "A 002"), of("A 001"), False),
        (NOBODY, NOBODY, of("A 001"), False),
    ],
    ids=["all", "not on the list", "nobody of that number came", "not at the centre", "nobody came"],
)
def test_the_reckoning_holds_only_where_nobody_is_missing(
    served: frozenset[str], listed: frozenset[str], at_centre: frozenset[str], *, holds: bool
) -> None:
    assert Reckoning(served, listed, at_centre).holds is holds


def test_numbers_are_found_and_times_are_not() -> None:
    assert numbers("A 001 8.50 9.00\nÄB 1204 * Odotusalue B2 12") == {"A 001", "ÄB 1204"}


def test_each_act_has_verbs_that_there_are_and_words_in_each_language() -> None:
    assert {verb for act in ACTS for step in act.steps for verb in step} <= set(VERBS)
    for language in service_languages():
        for act in ACTS:
            assert say(Text(f"drill.{act.name}.happens"), language) != say(Text(f"drill.{act.name}.do"), language)
