"""The watch: each look at real files, a real small disk, real processes; and the rounds."""

import errno
import os
import threading
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.diagnostics.board import Board
from kiosk.diagnostics.record import Record
from kiosk.diagnostics.watch import disk, heat, machine_clock, peer, power, touch
from kiosk.diagnostics.watch.display import DisplayLook
from kiosk.diagnostics.watch.rounds import Rounds
from tests.conftest import HandClock
from tests.diagnostics.small_disk import remount, small_disk
from tests.diagnostics.test_board import wait_for

MB = 1 << 20
# Said by chrony 4.3, with a local clock of its own and with nothing to go by.
CHRONY_WELL = (
    "7F7F0101,,10,1795327336.027491453,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,"
    "0.000000000,0.000000000,0.0,Normal\n"
)
CHRONY_LOST = (
    "00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,"
    "1.000000000,1.000000000,0.0,Not synchronised\n"
)


def test_a_real_disk_runs_low_and_full_and_is_freed(tmp_path: Path, clock: HandClock) -> None:
    with small_disk(tmp_path / "disk") as folder:
        look = disk.DiskLook(folder, clock, low=MB // 2, full=MB // 4)
        assert look.look() == ()
        filler = folder / "filler"
        filler.write_bytes(bytes(600 * 1024))
        assert look.look() == (faults.DISK_LOW,)
        filler.write_bytes(bytes(850 * 1024))
        assert look.look() == (faults.DISK_FULL,)
        filler.write_bytes(bytes(760 * 1024))
        # Just above the threshold is not enough: it would come and go.
        assert look.look() == (faults.DISK_FULL,)
        filler.write_bytes(bytes(600 * 1024))
        assert look.look() == (faults.DISK_LOW,)
        filler.unlink()
        assert look.look() == ()


def test_a_real_disk_turns_read_only_and_back(tmp_path: Path, clock: HandClock) -> None:
    with small_disk(tmp_path / "disk") as folder:
        look = disk.DiskLook(folder, clock, low=0, full=0)
        assert look.look() == ()
        remount(folder, "ro")
        assert disk.try_to_write(folder) == errno.EROFS
        assert look.look() == (faults.DISK_READ_ONLY,)
        remount(folder, "rw")
        assert look.look() == ()


def test_a_disk_without_room_for_one_more_file_is_full(tmp_path: Path, clock: HandClock) -> None:
    with small_disk(tmp_path / "disk", "size=1m,nr_inodes=3") as folder:
        look = disk.DiskLook(folder, clock, low=0, full=0)
        assert look.look() == ()
        for name in ("a", "b"):
            (folder / name).touch()
        clock.let_pass(disk.TRY_EVERY)
        assert look.look() == (faults.DISK_FULL,)
        (folder / "a").unlink()
        assert look.look() == ()


def test_a_try_to_write_leaves_nothing_and_is_rare(tmp_path: Path, clock: HandClock) -> None:
    assert disk.try_to_write(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    assert disk.room(tmp_path).free == os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize
    assert disk.DiskLook(tmp_path / "not-mounted", clock, low=0, full=0).look() == (faults.DISK_READ_ONLY,)


@pytest.mark.parametrize(
    ("refused", "fault"),
    [
        (errno.EROFS, faults.DISK_READ_ONLY),
        (errno.EIO, faults.DISK_READ_ONLY),
        (errno.EACCES, faults.DISK_READ_ONLY),
        (errno.ENOSPC, faults.DISK_FULL),
        (errno.EDQUOT, faults.DISK_FULL),
        (errno.EMFILE, None),
        (None, None),
    ],
)
def test_what_a_refusal_means(refused: int | None, fault: Fault | None) -> None:
    assert disk.judge(disk.Room(MB), refused, low=0, full=0, before=None) is fault


@given(st.lists(st.integers(0, 200), max_size=30))
def test_room_that_only_shrinks_only_gets_worse(steps: list[int]) -> None:
    free, before, seen = 1000, None, []
    for step in steps:
        free -= step
        before = disk.judge(disk.Room(max(0, free)), None, low=500, full=100, before=before)
        seen.append(-1 if before is None else 3 - disk.WORST.index(before))
    assert seen == sorted(seen)


def test_a_machine_with_timesyncd_is_believed_once_it_has_heard_of_the_time(tmp_path: Path, clock: HandClock) -> None:
    def never() -> str | None:
        raise AssertionError("asked though there is no chrony")

    look = machine_clock.MachineClockLook(clock, timesync=tmp_path / "timesync", chrony=tmp_path / "none", ask=never)
    assert look.look() == ()
    clock.let_pass(1000)
    assert look.look() == ()
    (tmp_path / "timesync").mkdir()
    assert look.look() == (faults.CLOCK_UNSYNCHRONISED,)
    (tmp_path / "timesync" / "synchronized").touch()
    assert look.look() == ()


def test_a_machine_that_has_just_started_has_some_time_to_set_its_clock(tmp_path: Path, clock: HandClock) -> None:
    look = machine_clock.MachineClockLook(clock, timesync=tmp_path, chrony=tmp_path / "none")
    assert look.look() == ()
    clock.let_pass(machine_clock.ASK_EVERY)
    assert look.look() == (faults.CLOCK_UNSYNCHRONISED,)


def test_chrony_is_asked_now_and_then_and_at_once_after_a_bad_answer(tmp_path: Path, clock: HandClock) -> None:
    answers: list[str | None] = [CHRONY_WELL, CHRONY_LOST, CHRONY_LOST, CHRONY_WELL, None]
    look = machine_clock.MachineClockLook(
        clock, timesync=tmp_path / "none", chrony=tmp_path, ask=lambda: answers.pop(0)
    )
    assert [look.look() for _ in range(3)] == [(), (), ()]
    assert len(answers) == 4
    clock.let_pass(machine_clock.ASK_EVERY)
    assert [look.look() for _ in range(3)] == [(faults.CLOCK_UNSYNCHRONISED,)] * 2 + [()]
    clock.let_pass(machine_clock.ASK_EVERY)
    assert look.look() == ()
    assert answers == []


@pytest.mark.parametrize("said", ["", "506 Cannot talk to daemon", "a,b", None])
def test_no_answer_of_chrony_is_no_fault(said: str | None) -> None:
    assert machine_clock.synchronised(said) is None


def test_the_real_machine_can_be_asked_for_its_clock(clock: HandClock) -> None:
    assert set(machine_clock.MachineClockLook(clock).look()) <= {faults.CLOCK_UNSYNCHRONISED}


def supply(folder: Path, name: str, **attributes: str) -> None:
    (folder / name).mkdir(exist_ok=True)
    for key, words in attributes.items():
        (folder / name / key).write_text(f"{words}\n")


def test_mains_pulled_while_a_battery_holds(tmp_path: Path) -> None:
    look = power.PowerLook(tmp_path)
    supply(tmp_path, "AC", type="Mains", online="0")
    assert look.look() == ()
    supply(tmp_path, "BAT0", type="Battery", status="Discharging", scope="System")
    assert look.look() == (faults.POWER_ON_BATTERY,)
    supply(tmp_path, "AC", online="1")
    assert look.look() == ()


@pytest.mark.parametrize(
    ("supplies", "told"),
    [
        ([], False),
        ([{"type": "Mains", "online": "0"}], False),
        ([{"type": "Battery", "status": "Discharging"}], True),
        ([{"type": "Battery", "status": "Full"}], False),
        ([{"type": "Battery", "status": "Discharging", "scope": "Device"}, {"type": "Mains", "online": "0"}], False),
        ([{"type": "UPS"}, {"type": "Mains", "online": "0"}, {"type": "USB", "online": "1"}], False),
        ([{"type": "UPS"}, {"type": "Mains", "online": "0"}, {"type": "USB", "online": "0"}], True),
        ([{}], False),
    ],
)
def test_who_lives_on_a_battery(supplies: list[dict[str, str]], told: bool) -> None:
    assert power.on_battery(supplies) is told


def test_only_a_marker_of_another_boot_tells_of_a_cut(tmp_path: Path) -> None:
    boot = tmp_path / "boot_id"
    boot.write_text("one\n")
    first = power.PowerCutLook(tmp_path, boot)
    assert first.look() == ()
    # The process crashes: no clean end, and the same boot.
    assert power.PowerCutLook(tmp_path, boot).look() == ()
    boot.write_text("two\n")
    cut = power.PowerCutLook(tmp_path, boot)
    assert [cut.look(), cut.look()] == [(faults.POWER_WAS_CUT,)] * 2
    cut.clean_end()
    boot.write_text("three\n")
    assert power.PowerCutLook(tmp_path, boot).look() == ()


def test_the_real_boot_has_an_id_and_no_disk_at_all_breaks_nothing(tmp_path: Path) -> None:
    assert power.PowerCutLook(tmp_path).look() == ()
    assert len((tmp_path / power.MARKER).read_text()) == 36
    nowhere = power.PowerCutLook(tmp_path / "none")
    assert nowhere.look() == ()
    nowhere.clean_end()


def test_heat(tmp_path: Path) -> None:
    zone = tmp_path / "thermal_zone0"
    zone.mkdir()
    (tmp_path / "thermal_zone1").mkdir()
    (tmp_path / "thermal_zone1" / "temp").write_text("nonsense")
    look = heat.HeatLook(85.0, tmp_path)
    for millidegrees, hot in [(40_000, False), (85_000, True), (81_000, True), (80_000 - 1, False), (-274_000, False)]:
        (zone / "temp").write_text(f"{millidegrees}\n")
        assert (look.look() == (faults.MACHINE_HOT,)) is hot
    assert heat.HeatLook(85.0, tmp_path / "none").look() == ()


# From a kiosk's panel PC and from a laptop; the words are those of the kernel.
TOUCH_SCREEN = """\
I: Bus=0003 Vendor=0eef Product=c000 Version=0210
N: Name="eGalax Inc. eGalaxTouch"
H: Handlers=mouse0 event4
B: PROP=2
B: EV=1b
B: KEY=400 0 0 0 0 0
B: ABS=260800000000003
B: MSC=20
"""
TOUCHPAD = """\
I: Bus=0018 Vendor=06cb Product=0000 Version=0100
N: Name="SYNA0000 Touchpad"
B: PROP=5
B: EV=1b
B: ABS=2e0800000000003
"""
KEYBOARD = """\
I: Bus=0011 Vendor=0001 Product=0001 Version=ab41
N: Name="AT Translated Set 2 keyboard"
B: PROP=0
B: EV=120013
B: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe
"""
RESISTIVE = """\
I: Bus=0013 Vendor=0001 Product=0000 Version=0100
N: Name="Elo Serial TouchScreen"
B: PROP=2
B: EV=b
B: ABS=3
"""


@pytest.mark.parametrize(
    ("listed", "there"),
    [
        (f"{KEYBOARD}\n{TOUCH_SCREEN}", True),
        (f"{KEYBOARD}\n{TOUCHPAD}\n", False),
        (f"{RESISTIVE}\n{KEYBOARD}\n", True),
        (KEYBOARD, False),
        ("", False),
        ("B: ABS=zz\nB: PROP", False),
    ],
)
def test_a_touch_screen_in_the_list_of_the_kernel(tmp_path: Path, listed: str, there: bool) -> None:
    devices = tmp_path / "devices"
    devices.write_text(listed)
    assert touch.TouchLook(devices).look() == (() if there else (faults.TOUCH_GONE,))


def test_words_of_a_small_kernel_and_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    assert touch.has_touch_screen("B: PROP=2\nB: ABS=2608000 3", word=32)
    assert touch.TouchLook(tmp_path / "none").look() == ()


@given(st.text(alphabet="B: =PROPABS\n0123456789abcdefx", max_size=200))
def test_no_list_breaks_the_look(listed: str) -> None:
    assert touch.has_touch_screen(listed) in (True, False)


def test_a_display_is_gone_only_when_every_connector_says_so(tmp_path: Path) -> None:
    look = DisplayLook(tmp_path)
    assert look.look() == ()
    for name in ("card0-HDMI-A-1", "card0-DP-1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "status").write_text("disconnected\n")
    assert look.look() == (faults.DISPLAY_GONE,)
    (tmp_path / "card0-DP-1" / "status").write_text("unknown\n")
    assert look.look() == ()
    (tmp_path / "card0-DP-1" / "status").write_text("connected\n")
    assert look.look() == ()


def test_the_other_process_is_missed_when_it_dies_and_welcomed_back(tmp_path: Path, clock: HandClock) -> None:
    heard: list[Record] = []
    other = Board(clock, "sync", tmp_path, tmp_path, ())
    look = peer.PeerLook("sync", tmp_path, tmp_path, clock, heard.append)
    other.keep()
    assert look.look() == ()
    assert heard[-1].alive
    # A drill lets an hour pass: for a moment every heartbeat is old.
    clock.let_pass(3600)
    assert look.look() == ()
    other.keep()
    assert look.look() == ()
    clock.let_pass(30)
    assert [look.look(), look.look()] == [(), (faults.SYNC_NOT_RUNNING,)]
    assert not heard[-1].alive
    other.keep()
    assert look.look() == ()


def test_nobody_is_missed_at_the_start_before_there_was_time_to_come(tmp_path: Path, clock: HandClock) -> None:
    look = peer.PeerLook("screen", tmp_path, tmp_path, clock)
    assert look.look() == ()
    clock.let_pass(peer.AT_START - 1)
    assert look.look() == ()
    clock.let_pass(1)
    assert look.look() == (faults.SCREEN_NOT_RUNNING,)


class Told:
    """A look that says what it is told."""

    source = "told"

    def __init__(self) -> None:
        self.found: Collection[Fault] = ()
        self.looks = 0
        self.error: Exception | None = None
        self.again = threading.Event()

    def look(self) -> Collection[Fault]:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return self.found


def test_the_rounds_go_on_though_one_look_fails(tmp_path: Path, clock: HandClock) -> None:
    bad, good = Told(), Told()
    bad.error = ValueError("a text that nobody may read")
    good.source = "good"
    board = Board(clock, "screen", tmp_path, tmp_path / "run", ())
    good.found = [faults.MACHINE_HOT]
    with capture_logs() as logs, Rounds(board, [bad, good], clock, every=3.0):
        wait_for(lambda: board.health().codes == {faults.MACHINE_HOT.code})
        looks = good.looks
        good.found = ()
        clock.let_pass(3.0)
        wait_for(lambda: board.health().codes == set())
        assert looks == 1
        clock.let_pass(3.0)
        wait_for(lambda: bad.looks == 3)
    failed = [entry for entry in logs if entry["event"] == "look_failed"]
    assert len(failed) == 1
    assert "nobody may read" not in str(failed)
