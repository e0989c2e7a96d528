"""From one version to the other and back: when it may be, what is believed, and that no fact is lost on the way."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.checkin import faults
from kiosk.composition.changeover import FOLDER
from kiosk.diagnostics.watch.updates import UpdateLook
from kiosk.updating.bundle import is_whole
from kiosk.updating.change import WELL_FOR, Change, NotNowError, apply_staged, go_back
from kiosk.updating.commands import apply, due, stage_file
from kiosk.updating.manifest import RefusedError
from kiosk.updating.versions import FACTORY, BusyError, Trial, Versions
from tests.updating.nursery import TOLD, Nursery, bundle, keys


@pytest.fixture
def kiosk(tmp_path: Path) -> Nursery:
    return Nursery(tmp_path / "kiosk").make()


@pytest.fixture
def stage(kiosk: Nursery, tmp_path: Path) -> Callable[..., str]:
    def staged(version: str, *, again: bool = False, told: Any = TOLD, **how: Any) -> str:
        folder = tmp_path / f"made-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        file = bundle(folder, version, told=told, **how)
        return stage_file(kiosk.versions, file, keys(tmp_path / "keys"), again=again)

    return staged


def night(kiosk: Nursery) -> bool:
    return apply_staged(kiosk.versions, Change(kiosk.versions, kiosk, lambda _: None))


def board(kiosk: Nursery) -> set[str]:
    return {fault.code for fault in UpdateLook(kiosk.versions.folder).look()}


def whole(kiosk: Nursery) -> bool:
    name = kiosk.versions.current
    return name == FACTORY or is_whole(kiosk.versions.root(name))


def test_a_good_version_runs_from_its_night_on(kiosk: Nursery, stage: Callable[..., str]) -> None:
    assert stage("0.2.0", steps=1) == "0.2.0"
    assert kiosk.versions.current == FACTORY
    assert kiosk.asked == []
    assert night(kiosk)
    assert kiosk.versions.current == "0.2.0"
    assert whole(kiosk)
    assert kiosk.passed >= WELL_FOR
    state = kiosk.versions.state
    assert (state.trial, state.highest, state.previous, kiosk.versions.staged) == (None, "0.2.0", FACTORY, "")
    assert kiosk.facts() == ["first"]
    assert board(kiosk) == set()
    assert not (kiosk.config.state / FOLDER).exists()


def test_the_version_before_stays_and_those_before_it_go(kiosk: Nursery, stage: Callable[..., str]) -> None:
    for version in ("0.2.0", "0.3.0", "0.4.0"):
        stage(version)
        assert night(kiosk)
    assert sorted(path.name for path in kiosk.versions.folder.iterdir() if path.is_dir()) == ["0.3.0", "0.4.0"]


def test_with_a_fact_pending_nothing_is_touched(kiosk: Nursery, stage: Callable[..., str]) -> None:
    stage("0.2.0")
    kiosk.check_in("second", settled=False)
    with pytest.raises(NotNowError, match="1 facts that the centre does not have yet") as refused:
        night(kiosk)
    assert refused.value.key == "facts-pending"
    assert kiosk.versions.current == FACTORY
    assert all(one.active and one.run == "1" for one in kiosk.units().values())
    assert kiosk.versions.staged == "0.2.0"
    kiosk.check_in("third")
    assert night(kiosk)


def test_while_somebody_is_served_nothing_is_touched(kiosk: Nursery, stage: Callable[..., str]) -> None:
    stage("0.2.0")
    kiosk.served = True
    with pytest.raises(NotNowError, match="somebody"):
        night(kiosk)
    assert kiosk.versions.state.trial is None
    assert all(one.run == "1" for one in kiosk.units().values())


@pytest.mark.parametrize("when", ["while it closes", "at the last moment"])
def test_whoever_comes_meanwhile_is_served_to_the_end(
    kiosk: Nursery, stage: Callable[..., str], monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    stage("0.2.0")
    closed: list[set[str]] = []
    wait, stop = kiosk.wait, kiosk.stop

    def somebody_waits(seconds: float) -> None:
        wait(seconds)
        closed.append(board(kiosk))
        kiosk.served = True

    def somebody_checked_in() -> None:
        kiosk.check_in("second", settled=False)
        stop()

    if when == "while it closes":
        monkeypatch.setattr(kiosk, "wait", somebody_waits)
    else:
        monkeypatch.setattr(kiosk, "stop", somebody_checked_in)
    with pytest.raises(NotNowError):
        night(kiosk)
    assert all(codes == {faults.UPDATE_ON_TRIAL.code} for codes in closed)
    assert kiosk.versions.current == FACTORY
    assert kiosk.versions.state.trial is None
    assert board(kiosk) == set()
    assert all(one.active for one in kiosk.units().values())
    assert kiosk.facts()[0] == "first"


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"ready": False}, "not-ready"),
        ({"ready": False, "steps": 2}, "not-ready"),
        ({"faults": ["display-gone"]}, "self-test: display-gone"),
        ({"faults": ["display-gone"], "steps": 1}, "self-test: display-gone"),
    ],
)
def test_a_version_that_is_not_well_is_taken_back_and_never_tried_again_by_itself(
    kiosk: Nursery, stage: Callable[..., str], how: dict[str, Any], why: str
) -> None:
    stage("0.2.0", **how)
    assert not night(kiosk)
    assert kiosk.versions.current == FACTORY
    assert kiosk.versions.state.taken_back == {"0.2.0": why}
    assert kiosk.versions.staged == ""
    assert kiosk.facts() == ["first"]
    assert all(one.active for one in kiosk.units().values())
    assert board(kiosk) == {faults.UPDATE_TAKEN_BACK.code}
    with pytest.raises(NotNowError):
        night(kiosk)
    with pytest.raises(RefusedError, match="--again"):
        stage("0.2.0")
    stage("0.2.0", again=True)
    assert night(kiosk)
    assert board(kiosk) == set()


def test_what_was_out_of_order_before_is_no_fault_of_the_new_one(kiosk: Nursery, stage: Callable[..., str]) -> None:
    (kiosk.versions.factory / "bin/kiosk").write_text('{"faults": ["touch-gone"]}')
    stage("0.2.0", faults=["touch-gone"])
    assert night(kiosk)
    stage("0.3.0", faults=["touch-gone", "update-on-trial"])
    assert night(kiosk)


def test_a_version_that_can_not_use_a_copy_never_runs(
    kiosk: Nursery, stage: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage("0.2.0")
    before = (kiosk.config.state / "kiosk.db").read_bytes()
    ask = kiosk.ask

    def fails(root: Path, *arguments: str) -> tuple[int, str]:
        return (2, "no such column") if arguments[-1] == "try" else ask(root, *arguments)

    monkeypatch.setattr(kiosk, "ask", fails)
    with pytest.raises(NotNowError, match="no such column"):
        night(kiosk)
    assert kiosk.versions.current == FACTORY
    assert (kiosk.config.state / "kiosk.db").read_bytes() == before
    assert board(kiosk) == {faults.UPDATE_TAKEN_BACK.code}
    assert not (kiosk.config.state / FOLDER).exists()


def test_a_fact_is_worth_more_than_a_version(kiosk: Nursery, stage: Callable[..., str]) -> None:
    """A version that records while it is on trial, and with a schema that only it can read, is not left."""
    stage("0.2.0", steps=1, records=True, faults=["display-gone"])
    assert not night(kiosk)
    assert kiosk.versions.current == "0.2.0"
    assert kiosk.facts() == ["first", "on trial"]
    assert kiosk.versions.state.taken_back == {"0.2.0": "facts-recorded"}
    assert board(kiosk) == {faults.UPDATE_TAKEN_BACK.code}


def test_where_both_read_the_same_files_a_fact_goes_back_with_the_version(
    kiosk: Nursery, stage: Callable[..., str]
) -> None:
    stage("0.2.0", records=True, faults=["display-gone"])
    assert not night(kiosk)
    assert kiosk.versions.current == FACTORY
    assert kiosk.facts() == ["first", "on trial"]


def test_after_a_cut_the_version_is_judged_again_and_after_the_third_start_taken_back(
    kiosk: Nursery, stage: Callable[..., str]
) -> None:
    name = stage("0.2.0", steps=1)
    versions, change = kiosk.versions, Change(kiosk.versions, kiosk, lambda _: None)
    kiosk.stop()
    for command in ("keep", "try"):
        assert kiosk.ask(versions.root(name if command == "try" else FACTORY), "changeover", command)[0] == 0
    state = versions.state
    versions.keep(type(state)(trial=Trial(name, FACTORY)))
    versions.switch(name)
    for boots in (1, 2):
        change.boot()
        assert versions.state.trial == Trial(name, FACTORY, boots=boots)
        kiosk.start()
        assert board(kiosk) == {faults.UPDATE_ON_TRIAL.code}
        kiosk.stop()
    change.boot()
    assert versions.current == FACTORY
    assert versions.state.taken_back == {name: "never-confirmed"}
    kiosk.start()
    assert kiosk.facts() == ["first"]


def test_the_next_run_ends_what_a_killed_one_began(kiosk: Nursery, stage: Callable[..., str]) -> None:
    name = stage("0.2.0")
    versions, change = kiosk.versions, Change(kiosk.versions, kiosk, lambda _: None)
    versions.keep(type(versions.state)(trial=Trial(name, FACTORY)))
    assert apply(versions, change, kiosk, now=False) == 1
    assert (versions.current, versions.state.trial, versions.staged) == (FACTORY, None, name)
    assert apply(versions, change, kiosk, now=False) == 0
    assert versions.current == FACTORY
    assert apply(versions, change, kiosk, now=True) == 0
    assert versions.current == name


def test_a_technician_goes_back_and_the_higher_one_may_come_again(kiosk: Nursery, stage: Callable[..., str]) -> None:
    for version in ("0.2.0", "0.3.0"):
        stage(version)
        assert night(kiosk)
    versions, change = kiosk.versions, Change(kiosk.versions, kiosk, lambda _: None)
    assert go_back(versions, change)
    assert versions.current == "0.2.0"
    with pytest.raises(RefusedError, match="not newer"):
        stage("0.2.5")
    stage("0.3.0")
    assert night(kiosk)


def test_nobody_goes_back_to_what_can_not_read_the_journal(kiosk: Nursery, stage: Callable[..., str]) -> None:
    stage("0.2.0", steps=1)
    assert night(kiosk)
    with pytest.raises(NotNowError, match="newer-database"):
        go_back(kiosk.versions, Change(kiosk.versions, kiosk, lambda _: None))
    assert kiosk.versions.current == "0.2.0"


@pytest.mark.parametrize(
    ("version", "told", "key"),
    [
        ("0.1.0", {}, "not-newer"),
        ("0.0.9", {"follows": "0.0.1"}, "not-newer"),
        ("0.5.0", {"follows": "0.4.0"}, "does-not-follow"),
        ("0.5.0", {"machine": "riscv64"}, "other-machine"),
        ("0.5.0", {"python": "3.99"}, "other-machine"),
    ],
)
def test_what_does_not_fit_here_is_refused_and_told(
    kiosk: Nursery, stage: Callable[..., str], version: str, told: dict[str, str], key: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        stage(version, told={**TOLD, **told})
    assert refused.value.key == key
    assert kiosk.versions.state.refused == key
    assert kiosk.versions.staged == ""
    assert [path.name for path in kiosk.versions.folder.iterdir() if path.is_dir()] == []
    assert board(kiosk) == {faults.UPDATE_REFUSED.code}
    kiosk.versions.clear()
    assert board(kiosk) == set()


def test_without_room_nothing_is_unpacked(kiosk: Nursery, stage: Callable[..., str], monkeypatch: Any) -> None:
    monkeypatch.setattr("kiosk.updating.versions.KEPT_FREE", 0)
    monkeypatch.setattr(Versions.stage, "__kwdefaults__", {"again": False, "kept_free": 1 << 60})
    with pytest.raises(RefusedError, match="no room"):
        stage("0.2.0")


def test_a_replayed_bundle_of_what_was_here_is_refused(kiosk: Nursery, stage: Callable[..., str]) -> None:
    for version in ("0.2.0", "0.3.0"):
        stage(version)
        assert night(kiosk)
    for old in ("0.2.0", "0.3.0"):
        with pytest.raises(RefusedError, match="not newer"):
            stage(old)


def test_a_newer_package_takes_the_place_of_an_update_and_an_older_one_does_not(
    kiosk: Nursery, stage: Callable[..., str]
) -> None:
    stage("0.2.0")
    assert night(kiosk)
    for package, runs in (("0.1.5", "0.2.0"), ("0.2.0", FACTORY)):
        versions = Versions(kiosk.versions.folder, kiosk.versions.factory, package)
        assert versions.yield_to_the_package() == (runs == FACTORY)
        assert versions.current == runs


def test_a_package_that_is_newer_than_what_waits_takes_its_place(kiosk: Nursery, stage: Callable[..., str]) -> None:
    stage("0.2.0")
    Versions(kiosk.versions.folder, kiosk.versions.factory, "0.2.0").yield_to_the_package()
    assert kiosk.versions.staged == ""


def test_two_runs_never_work_at_once(kiosk: Nursery) -> None:
    with kiosk.versions.alone(), pytest.raises(BusyError), kiosk.versions.alone():
        pass
    with kiosk.versions.alone():
        pass


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[]", b'{"trial": 3}', b"\xff" * 9, b'{"trial": {"version": "1.0"}}'])
def test_a_state_that_nobody_can_read_counts_as_none(kiosk: Nursery, rubbish: bytes) -> None:
    (kiosk.versions.folder / "state.json").write_bytes(rubbish)
    assert kiosk.versions.state.trial is None
    assert kiosk.versions.state.taken_back == {}


@pytest.mark.parametrize(
    ("told", "at", "is_due"),
    [
        ("", "03:00", True),
        ("", "03:59", True),
        ("", "04:00", False),
        ("", "02:59", False),
        ('[update]\nat = "23:30"\n', "23:40", True),
        ('[update]\nat = "23:30"\n', "00:20", True),
        ('[update]\nat = "23:30"\n', "00:40", False),
        ('[update]\nat = ""\n', "03:10", False),
        ("[update", "03:10", False),
        ("update = 3", "03:10", False),
    ],
)
def test_it_is_due_in_the_hour_that_was_set(tmp_path: Path, told: str, at: str, is_due: bool) -> None:
    (tmp_path / "kiosk.toml").write_text(told)
    assert due(tmp_path / "kiosk.toml", datetime.fromisoformat(f"2026-05-04T{at}:00+03:00")) is is_due


def test_without_a_configuration_the_usual_hour_counts(tmp_path: Path) -> None:
    assert due(tmp_path / "none.toml", datetime.fromisoformat("2026-05-04T03:10:00+03:00"))
