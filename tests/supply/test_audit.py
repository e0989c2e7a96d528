"""Known weaknesses are found in a file that lies here, and an old file says nothing."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supply.advisories import NPM, PYPI, DatabaseError, Part, findings, is_affected, read
from supply.audit import ACCEPTED, Accepted, accepted, parts, shipped, standing
from supply.lock import ROOT, locked

REQUESTS = Part(PYPI, "requests", "2.34.2")
TODAY = date(2026, 11, 23)


def advisory(name: str = "requests", *, ecosystem: str = PYPI, **more: Any) -> dict[str, Any]:
    events = more.pop("events", [{"introduced": "0"}, {"fixed": "99"}])
    affected = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": "GHSA-plan-ted0", "modified": _now(), "summary": "Planted", "affected": [affected], **more}


def export(folder: Path, *advisories: Mapping[str, Any]) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for place, one in enumerate(advisories):
            archive.writestr(f"PLANTED-{place}.json", json.dumps(one))
    return path


def _now(days_ago: int = 0) -> str:
    return (datetime.now(UTC) - timedelta(days=days_ago)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("events", "weak", "well"),
    [
        ([{"introduced": "0"}], ["0.1", "9"], []),
        ([{"introduced": "0"}, {"fixed": "2.0"}], ["1.9.9", "2.0rc1"], ["2.0", "2.0.1"]),
        ([{"introduced": "1.5"}, {"fixed": "2"}], ["1.5", "1.10"], ["1.4", "2.0.0"]),
        ([{"introduced": "1.0"}, {"last_affected": "1.9"}], ["1.0", "1.9"], ["0.9", "1.9.post1", "1.10"]),
        ([{"introduced": "0"}, {"fixed": "1"}, {"introduced": "2"}, {"fixed": "3"}], ["0.9", "2.5"], ["1.5", "3"]),
        ([{"fixed": "3"}, {"introduced": "2"}, {"fixed": "1"}, {"introduced": "0"}], ["0.9", "2.5"], ["1.5", "3"]),
    ],
)
def test_a_range_holds_as_the_schema_says(events: list[dict[str, str]], weak: list[str], well: list[str]) -> None:
    affected = {"ranges": [{"type": "ECOSYSTEM", "events": events}]}
    assert [version for version in (*weak, *well) if is_affected(affected, version)] == weak


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8, unique=True), st.integers(0, 60))
def test_between_introduced_and_fixed_it_is_weak_and_nowhere_else(bounds: list[int], version: int) -> None:
    kinds = ["introduced", "fixed"]
    events = [{kinds[place % 2]: str(one)} for place, one in enumerate(sorted(bounds))]
    below = sum(one <= version for one in bounds)
    affected = {"ranges": [{"type": "ECOSYSTEM", "events": events[::-1]}]}
    assert is_affected(affected, str(version)) is (below % 2 == 1)


def test_a_version_may_be_listed_by_name_and_a_range_of_commits_says_nothing() -> None:
    assert is_affected({"versions": ["2.34.2.0", "nonsense"]}, "2.34.2")
    git = {"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}
    assert not is_affected(git, "2.34.2")


def test_a_planted_advisory_is_found_whatever_its_name_is_written_like(tmp_path: Path) -> None:
    database = read([export(tmp_path, advisory("Requests"), advisory("ReQuests", id="B"), advisory("urllib4", id="C"))])
    found = list(findings(database, [REQUESTS]))
    assert {one.id for one in found} == {"GHSA-plan-ted0", "B"}
    assert found[0].fixed == ("99",)


def test_one_that_was_withdrawn_or_speaks_of_another_ecosystem_is_not(tmp_path: Path) -> None:
    path = export(tmp_path, advisory(withdrawn=_now()), advisory(ecosystem=NPM))
    assert list(findings(read([path]), [REQUESTS])) == []


def test_what_was_accepted_is_left_out_until_its_day(tmp_path: Path) -> None:
    found = list(findings(read([export(tmp_path, advisory(aliases=["CVE-2026-1"]))]), [REQUESTS]))
    let = {"CVE-2026-1": Accepted("CVE-2026-1", "Not used.", TODAY)}
    assert list(standing(found, let, TODAY - timedelta(days=1))) == []
    assert list(standing(found, let, TODAY)) == found


def test_what_is_accepted_here_has_a_reason_and_a_day() -> None:
    let = accepted(ACCEPTED.read_text(encoding="utf-8"))
    assert [one.id for one in let.values() if len(one.why) < 20] == []
    assert accepted('[A]\nwhy = "None of it is used here."\nuntil = 2027-03-01\n')["A"].until == date(2027, 3, 1)


def test_all_that_is_pinned_and_the_scripts_of_the_pages_are_asked_for() -> None:
    asked = {(one.ecosystem, one.name): one.version for one in parts()}
    assert len([one for one in asked if one[0] == PYPI]) == len(locked())
    assert asked[NPM, "htmx.org"] == "2.0.11"
    assert {"requests", "htmx.org"} <= shipped()
    assert shipped().isdisjoint({"pytest", "axe-core"})


@pytest.mark.parametrize("content", [b"", b"PK", b"{}", b'[{"id": "A"}]'])
def test_what_is_no_export_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    for name in ("all.zip", "one.json"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DatabaseError):
            read([tmp_path / name])
    with pytest.raises(DatabaseError):
        read([export(tmp_path)])


def _audit(*paths: Path) -> subprocess.CompletedProcess[str]:
    # No network: whatever asks for one ends at a proxy where nobody is.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "supply.audit", *map(str, paths)]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **nowhere}, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_command_says_what_is_weak_and_where_that_goes(tmp_path: Path) -> None:
    done = _audit(export(tmp_path, advisory(), advisory("pytest", id="PYSEC-1"), advisory("htmx.org", ecosystem=NPM)))
    assert done.returncode == 1, done.stderr
    assert f"requests {locked()['requests'].version} (shipped): GHSA-plan-ted0: Planted" in done.stdout
    assert f"pytest {locked()['pytest'].version} (tools only)" in done.stdout
    assert "htmx.org 2.0.11 (shipped)" in done.stdout
    assert "fixed in 99" in done.stdout
    assert done.stdout.endswith("3 known weaknesses\n")


def test_the_command_is_content_with_a_database_that_knows_nothing_of_us(tmp_path: Path) -> None:
    done = _audit(export(tmp_path, advisory("somebody-elses")))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "0 known weaknesses")


def test_a_database_of_last_season_says_nothing(tmp_path: Path) -> None:
    done = _audit(export(tmp_path, advisory("somebody-elses", modified=_now(days_ago=31))))
    assert done.returncode == 2
    assert "fetch a new export" in done.stderr
