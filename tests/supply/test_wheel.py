"""The wheel comes out the same, wherever and whenever it is built."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from supply import wheel
from supply.moment import VARIABLE, source_moment

MOMENTS = (datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))


def test_two_builds_give_the_same_hash_and_all_that_runs(tmp_path: Path) -> None:
    built, digest = wheel.build_twice(tmp_path)
    assert len(digest) == 64
    with zipfile.ZipFile(built) as archive:
        names = set(archive.namelist())
    for needed in (
        "kiosk/start.py",
        "kiosk/ui/qml/Main.qml",
        "kiosk/ui/fonts/OFL.txt",
        "kiosk/locale/so/LC_MESSAGES/kiosk.mo",
        "central/pages/static/htmx.LICENSE",
        "central/locale/sv/LC_MESSAGES/central.mo",
    ):
        assert needed in names
    assert not any(name.endswith(".pyc") or name.startswith(("tests/", "supply/")) for name in names)


def test_a_build_that_knows_what_time_it_is_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments: Iterator[datetime] = iter(MOMENTS)
    monkeypatch.setattr(wheel, "source_moment", lambda: next(moments))
    with pytest.raises(wheel.NotTheSameError):
        wheel.build_twice(tmp_path)
    assert not list(tmp_path.glob("*.whl"))


def test_the_moment_is_what_the_builder_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1795424400")
    assert source_moment() == datetime.fromtimestamp(1795424400, UTC)
    monkeypatch.setenv(VARIABLE, "noon")
    assert source_moment() is None
