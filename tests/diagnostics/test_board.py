"""The board: each fault once each way, from however many sources, over restarts and bad disks."""

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from kiosk.checkin import faults
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health, Light
from kiosk.clock import SystemClock
from kiosk.diagnostics import record
from kiosk.diagnostics.board import GRACE, MOST_PAST, Board
from tests.conftest import HandClock
from tests.diagnostics.small_disk import remount, small_disk

PATIENCE = 10.0
JAM = faults.PRINTER_JAM.code
FULL = faults.DISK_FULL.code
LOW = faults.DISK_LOW.code


def board_at(folder: Path, clock: HandClock, on_change: Callable[[Health], None] = lambda _: None) -> Board:
    for name in ("state", "run"):
        (folder / name).mkdir(exist_ok=True)
    return Board(clock, "screen", folder / "state", folder / "run", {Part.PRINTER, Part.DISK}, on_change)


def record_at(folder: Path, clock: HandClock) -> record.Record:
    return record.read(folder / "run", folder / "state", clock)["screen"]


def told(logs: Sequence[Mapping[str, object]]) -> list[tuple[object, object]]:
    return [(entry["event"], entry["code"]) for entry in logs if entry["event"] in ("fault_came", "fault_gone")]


def test_a_fault_stands_while_any_source_claims_it_and_is_logged_once_each_way(
    tmp_path: Path, clock: HandClock
) -> None:
    board = board_at(tmp_path, clock)
    with capture_logs() as logs:
        board.tell("one", [FULL])
        board.tell("two", [FULL, JAM])
        board.tell("one", ())
        clock.let_pass(7)
        board.tell("two", [JAM])
        board.tell("two", [JAM])
    assert told(logs) == [("fault_came", FULL), ("fault_came", JAM), ("fault_gone", FULL)]
    assert [entry["log_level"] for entry in logs] == ["error", "warning", "info"]
    assert (logs[0]["severity"], logs[2]["seconds"]) == ("out-of-order", 7.0)
    health = board.health()
    assert health.codes == {JAM}
    assert [trouble.fault.code for trouble in health.past] == [FULL]
    assert health.parts == {Part.PRINTER, Part.DISK}


def test_the_length_of_a_fault_is_not_measured_on_a_clock_that_jumps(tmp_path: Path, clock: HandClock) -> None:
    board = board_at(tmp_path, clock)
    with capture_logs() as logs:
        board.tell("disk", [LOW])
        clock.let_pass(3)
        clock.moment = clock.moment.replace(year=2030)
        board.tell("disk", ())
    assert logs[-1]["seconds"] == 3.0


def test_a_code_outside_the_catalogue_is_refused_and_changes_nothing(tmp_path: Path, clock: HandClock) -> None:
    board = board_at(tmp_path, clock)
    board.tell("disk", [LOW])
    with pytest.raises(KeyError):
        board.tell("disk", [FULL, "disk-on-holiday"])
    assert board.health().codes == {LOW}


def test_what_stood_is_taken_over_without_a_word_until_its_source_speaks(tmp_path: Path, clock: HandClock) -> None:
    first = board_at(tmp_path, clock)
    first.tell("printer", [JAM, faults.PRINTER_COVER_OPEN.code])
    first.tell("disk", [LOW])
    began = clock.now()
    first.keep()
    clock.let_pass(60)
    second = board_at(tmp_path, clock)
    with capture_logs() as logs:
        second.remember()
        assert second.health().codes == {JAM, faults.PRINTER_COVER_OPEN.code, LOW}
        assert {trouble.since for trouble in second.health().standing} == {began}
        second.tell("printer", [JAM])
        second.keep()
        assert second.health().codes == {JAM, LOW}
        clock.let_pass(GRACE)
        second.keep()
        assert second.health().codes == {JAM}
    assert told(logs) == [("fault_gone", faults.PRINTER_COVER_OPEN.code), ("fault_gone", LOW)]
    assert [entry["seconds"] for entry in logs] == [60.0, 60.0 + GRACE]
    assert [trouble.since for trouble in second.health().standing] == [began]


def test_the_list_of_what_has_gone_survives_and_stays_short(tmp_path: Path, clock: HandClock) -> None:
    first = board_at(tmp_path, clock)
    for _ in range(MOST_PAST + 10):
        first.tell("disk", [LOW])
        clock.let_pass(1)
        first.tell("disk", ())
    first.keep()
    second = board_at(tmp_path, clock)
    second.remember()
    assert second.health().past == first.health().past
    assert len(second.health().past) == MOST_PAST
    assert second.health().past[0].until == clock.now()
    assert record_at(tmp_path, clock).past == second.health().past


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\x00",
        b"[]",
        b'{"standing": 3}',
        b'{"standing": [{"code": "disk-low"}]}',
        b'{"standing": [{"code": "disk-low", "since": "2026-11-23T09:00:00"}]}',
        b"[" * 100_000,
        b'{"standing": [{"code": "of-another-version", "since": "2026-11-23T09:00:00Z"}]}',
    ],
)
def test_a_damaged_or_strange_file_is_no_file(tmp_path: Path, clock: HandClock, content: bytes) -> None:
    board = board_at(tmp_path, clock)
    for name in ("state", "run"):
        (tmp_path / name / "health-screen.json").write_bytes(content)
    assert record_at(tmp_path, clock) == record.Record("screen")
    board.remember()
    board.tell("disk", [LOW])
    board.keep()
    assert [trouble.fault.code for trouble in record_at(tmp_path, clock).standing] == [LOW]


def test_files_without_sources_are_taken_over_for_a_while(tmp_path: Path, clock: HandClock) -> None:
    board = board_at(tmp_path, clock)
    (tmp_path / "state" / "health-screen.json").write_bytes(
        b'{"standing": [{"code": "disk-low", "since": "2026-11-23T06:00:00Z"}]}'
    )
    board.remember()
    board.tell("printer", ())
    assert board.health().codes == {LOW}
    clock.let_pass(GRACE)
    board.keep()
    assert board.health().codes == set()


def test_a_process_is_alive_by_its_heartbeat(tmp_path: Path) -> None:
    clock = SystemClock()
    for name in ("state", "run"):
        (tmp_path / name).mkdir()
    with Board(clock, "screen", tmp_path / "state", tmp_path / "run", ()) as board:
        wait_for(lambda: record.read_one("screen", tmp_path / "run", tmp_path / "state", clock).alive)
        board.tell("disk", [LOW])
        wait_for(lambda: bool(record.read_one("screen", tmp_path / "run", tmp_path / "state", clock).standing))
        seen = record.read_one("screen", tmp_path / "run", tmp_path / "state", clock)
        assert (seen.pid, seen.alive) == (os.getpid(), True)
    after = record.read_one("screen", tmp_path / "run", tmp_path / "state", clock)
    assert (after.alive, after.pid) == (False, None)
    assert [trouble.fault.code for trouble in after.standing] == [LOW]


def test_old_beats_and_beats_of_the_dead_are_not_believed(clock: HandClock) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    beat = record.Beat(os.getpid(), clock.now(), 100.0, (record.Stands(LOW, clock.now()),))

    def alive(beat: record.Beat, passed: float) -> bool:
        return record.judge("sync", beat, record.Memory(), passed=passed, runs=record.is_running).alive

    assert alive(beat, 100.0)
    assert alive(beat, 100.0 + record.STALE_AFTER)
    assert not alive(beat, 100.1 + record.STALE_AFTER)
    # The machine was started anew: its clock counts from the beginning, and the number may be another's by now.
    assert not alive(beat, 3.0)
    for pid in (gone.pid, 0, -1):
        assert not alive(msgspec.structs.replace(beat, pid=pid), 100.0)


def test_many_threads_tell_and_what_stands_in_the_end_is_the_union(tmp_path: Path) -> None:
    codes = [fault.code for fault in faults.ALL]
    heard: list[Health] = []
    for name in ("state", "run"):
        (tmp_path / name).mkdir()
    with (
        capture_logs() as logs,
        Board(SystemClock(), "screen", tmp_path / "state", tmp_path / "run", (), heard.append) as board,
    ):

        def tell(name: int) -> None:
            for turn in range(200):
                board.tell(f"source-{name}", codes[name : name + turn % 7])
                board.health()
            board.tell(f"source-{name}", codes[name : name + 2])

        threads = [threading.Thread(target=tell, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert board.health().codes == set(codes[:9])
    assert heard[-1].codes == set(codes[:9])
    for code in codes:
        ways = [event for event, of in told(logs) if of == code]
        assert ways == ["fault_came", "fault_gone"] * (len(ways) // 2) + ["fault_came"] * (len(ways) % 2)


def test_who_listens_may_call_the_board_and_may_fail(tmp_path: Path) -> None:
    heard: list[Health] = []
    for name in ("state", "run"):
        (tmp_path / name).mkdir()

    def listen(health: Health) -> None:
        heard.append(board.health())
        board.tell("listener", [LOW])
        if len(heard) == 1:
            raise ValueError

    with (
        capture_logs(),
        Board(SystemClock(), "screen", tmp_path / "state", tmp_path / "run", (), listen) as board,
    ):
        board.tell("printer", [JAM])
        wait_for(lambda: bool(heard) and heard[-1].codes == {JAM, LOW})


def test_what_the_other_process_sees_is_shown_but_neither_logged_nor_kept(tmp_path: Path, clock: HandClock) -> None:
    heard: list[Health] = []
    board = board_at(tmp_path, clock, heard.append)
    other = Board(clock, "sync", tmp_path / "state", tmp_path / "run", ())
    other.tell("centre", [faults.CENTRE_UNREACHABLE.code])
    other.keep()
    with capture_logs() as logs:
        board.overhear(record.read_one("sync", tmp_path / "run", tmp_path / "state", clock))
        board.keep()
    assert logs == []
    assert board.health().codes == {faults.CENTRE_UNREACHABLE.code}
    assert heard[-1].light is Light.YELLOW
    assert record_at(tmp_path, clock).standing == ()
    clock.let_pass(60)
    board.overhear(record.read_one("sync", tmp_path / "run", tmp_path / "state", clock))
    assert board.health().codes == set()


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_disk_that_takes_nothing_breaks_nothing_and_is_caught_up_with(
    tmp_path: Path, clock: HandClock, how: str
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    with small_disk(tmp_path / "disk") as disk, capture_logs() as logs:
        board = Board(clock, "screen", disk, run, ())
        board.tell("printer", [JAM])
        board.keep()
        filler = disk / "filler"
        if how == "full":
            with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
                while True:
                    file.write(bytes(4096))
        else:
            remount(disk, "ro")
        for _ in range(3):
            board.tell("disk", [FULL])
            board.keep()
            board.tell("disk", [LOW])
            board.keep()
        assert board.health().codes == {JAM, LOW}
        # The file is still the one from before, whole.
        (kept,) = record.parse_memory((disk / "health-screen.json").read_bytes()).standing
        assert kept.code == JAM
        # The run folder lies elsewhere, so that the doctor hears of it all the same.
        assert {one.fault.code for one in record.read_one("screen", run, disk, clock).standing} == {JAM, LOW}
        if how == "full":
            filler.unlink()
        else:
            remount(disk, "rw")
        clock.let_pass(record.BEAT_EVERY)
        board.keep()
        assert {one.code for one in record.parse_memory((disk / "health-screen.json").read_bytes()).standing} == {
            JAM,
            LOW,
        }
    assert len([entry for entry in logs if entry["event"] == "health_not_kept"]) == 1


def wait_for(what: Callable[[], bool]) -> None:
    until = SystemClock().monotonic() + PATIENCE
    pause = threading.Event()
    while not what():
        assert SystemClock().monotonic() < until, "waited in vain"
        pause.wait(0.005)
