"""Real ext4 images: a file system on a loop device, copied at the moment of an acknowledgement, mounted and read.

Nothing is modelled here: what the copy holds is what the kernel had given to the disk. The kiosk's processes are
stopped while the copy is made, and the copy counts only where the loop device has written nothing meanwhile, so that
it is the disk as it was at one moment.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from tests.torture.disk import Mark
from tests.torture.findings import Findings
from tests.torture.kiosk_witness import KioskWitness
from tests.torture.replay import MEMORY, Cut, Result

MEBIBYTES = 20
STOPS_WITHIN = 10.0
PATIENCE = 0.3
KEPT = Path("out/torture")
"""Where an image lies that did not hold."""
TRIES = 50


@cache
def why_not() -> str | None:
    """Why no image can be mounted here; ``None`` where it can."""
    if os.geteuid() != 0:
        return "mounting needs root"
    if shutil.which("mkfs.ext4") is None:
        return "mkfs.ext4 is not installed"
    with tempfile.TemporaryDirectory() as folder:
        try:
            with mounted(formatted(Path(folder) / "image"), Path(folder) / "disk"):
                return None
        except OSError as error:
            return f"no loop mount here: {error}"


def photograph(folder: Path, images: int, seed: int, arguments: Sequence[str] = ()) -> Result:
    """So many images of one kiosk's disk while it serves; each is opened with the product's own code."""
    # The images themselves lie in memory: copying one takes milliseconds.
    with tempfile.TemporaryDirectory(prefix="images-", dir=MEMORY if MEMORY.is_dir() else None) as beside:
        live = formatted(Path(beside) / "live")
        with mounted(live, folder / "disk") as disk:
            # The folder was made at installation, and is as old as the machine.
            (disk / "state").mkdir()
            os.sync()
            return _photographed(folder, disk, live, images, ["--seed", str(seed), *arguments])


def _photographed(folder: Path, disk: Path, live: Path, images: int, arguments: Sequence[str]) -> Result:
    result, eye = Result(), KioskWitness()
    acks = folder / "acks"
    os.mkfifo(acks)
    # Not waiting for a writer, nor ending where there is none for a moment.
    heard = os.open(acks, os.O_RDWR | os.O_NONBLOCK)
    command = [sys.executable, "-m", "tests.torture.kiosk_day", str(disk / "state"), str(acks)]
    command += ["--visits", str(max(1000, images * 12)), *arguments]
    day = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)
    try:
        while result.cuts < images:
            first = _awaited(heard, day)
            with _stopped(day.pid):
                eye.hear(Mark(str(acks), first + _waiting(heard)))
                # A new file each time: while any other mount namespace still holds the last one, mounting that file
                # again would show the file system as it was, whatever the file holds by now.
                copy = live.with_name(f"copy-{result.cuts}")
                _copied(live, copy, disk)
                # While they stand still, or they would be far ahead by the next one.
                found = _developed(copy, folder / "copied", eye)
                result.add(Cut(result.cuts, "image"), found)
                if found.clean:
                    copy.unlink()
                else:
                    KEPT.mkdir(parents=True, exist_ok=True)
                    shutil.move(copy, KEPT / copy.name)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(day.pid, signal.SIGKILL)
        day.wait()
        os.close(heard)
        _await_end_of_group(day.pid)
    return result


def _developed(image: Path, place: Path, eye: KioskWitness) -> Findings:
    try:
        with mounted(image, place) as disk:
            return eye.look(disk / "state")
    except OSError as error:
        return Findings(unreadable=1, detail=str(error))


def formatted(image: Path) -> Path:
    with image.open("wb") as file:
        file.truncate(MEBIBYTES << 20)
    _run("mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
    return image


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    _run("mount", "-o", "loop", str(image), str(place))
    try:
        yield place
    finally:
        _run("umount", str(place))


@contextmanager
def _stopped(group: int) -> Iterator[None]:
    """Every process of the group stands still, its last system call done."""
    ends = time.monotonic() + STOPS_WITHIN
    os.killpg(group, signal.SIGSTOP)
    try:
        while not _stands_still(group):
            if time.monotonic() > ends:
                raise TimeoutError("the kiosk does not stop")
            # One may wait for another that stands still, as who starts a program does for it to begin.
            os.killpg(group, signal.SIGCONT)
            time.sleep(0.01)
            os.killpg(group, signal.SIGSTOP)
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def _stands_still(group: int) -> bool:
    ends = time.monotonic() + PATIENCE
    while not all(state in "TZ" for state in _states(group)):
        if time.monotonic() > ends:
            return False
    return True


def _states(group: int) -> list[str]:
    """The states of all threads of a process group, as proc(5) has them."""
    found = []
    for process in Path("/proc").iterdir():
        # Whoever is gone by now stands still.
        with suppress(OSError):
            if process.name.isdecimal() and int(_stat(process)[2]) == group:
                found += [_stat(task)[0] for task in (process / "task").iterdir()]
    return found


def _stat(process: Path) -> list[str]:
    """The fields behind the name: state, parent, group …"""
    return (process / "stat").read_text().rpartition(")")[2].split()


def _await_end_of_group(group: int) -> None:
    ends = time.monotonic() + STOPS_WITHIN
    while any(state != "Z" for state in _states(group)) and time.monotonic() < ends:
        time.sleep(0.005)


def _copied(live: Path, copy: Path, disk: Path) -> None:
    device = _device(disk)
    for _ in range(TRIES):
        before = _writes(device)
        shutil.copyfile(live, copy)
        if _writes(device) == before:
            return
    raise TimeoutError("the disk is never still")


def _device(disk: Path) -> str:
    """The name of the loop device that is mounted there."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        source, place, *_ = line.split()
        if Path(re.sub(r"\\040", " ", place)) == disk.resolve():
            return Path(source).name
    raise OSError(f"{disk} is not mounted")


def _writes(device: str) -> tuple[str, str]:
    """Writes done and requests under way (Documentation/block/stat)."""
    fields = Path(f"/sys/block/{device}/stat").read_text().split()
    return fields[4], fields[8]


def _awaited(heard: int, day: "subprocess.Popen[bytes]") -> bytes:
    while True:
        data = _waiting(heard)
        if data:
            return data
        if day.poll() is not None:
            raise RuntimeError(f"the kiosk's day ended with {day.returncode}")
        time.sleep(0.0005)


def _waiting(heard: int) -> bytes:
    data = b""
    while True:
        try:
            data += os.read(heard, 65536)
        except BlockingIOError:
            return data


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{command[0]}: {done.stderr.strip()[-160:]}")
