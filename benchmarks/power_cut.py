"""What a contender asks of the disk for each event, and how many acknowledged events a power cut takes from it."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.torture.disk import Disk, Mark, Sync, SyncFolder, Write
from tests.torture.recorder import Tape, recording

CUTS = 6
"""Moments at which the power fails, evenly spread over the events: each right after one has been acknowledged."""
BEFORE = 10


@dataclass(frozen=True)
class Wear:
    """For each event: fsyncs, and bytes written with all check-points in them. ``lost`` is what the worst cut takes."""

    events: int
    fsyncs: float
    bytes: float
    lost: int


def wear(name: str, events: int, scratch: Path, *, settled: int) -> Wear:
    """Record a contender writing ``events`` events; the first ``settled`` ones are not reckoned in."""
    with tempfile.TemporaryDirectory(dir=scratch) as home:
        folder, acks = Path(home) / "state", Path(home) / "acks"
        folder.mkdir()
        command = [sys.executable, "-m", "benchmarks.contenders", name, str(folder)]
        # What is there before is safe: not who makes a file is tried here, but who keeps events in it.
        subprocess.run(command, input=f"{BEFORE}\n", text=True, check=True, stdout=subprocess.DEVNULL)
        command += ["--first", str(BEFORE), "--acks", str(acks)]
        with recording(command, folder, [acks], output=subprocess.DEVNULL) as recorded:
            recorded.process.communicate(f"{events}\n".encode())
        if recorded.tape is None or recorded.process.returncode != 0:
            raise RuntimeError(f"{name} could not be recorded")
        return _reckoned(recorded.tape, name, Path(home), settled)


def _reckoned(tape: Tape, name: str, home: Path, settled: int) -> Wear:
    marks = [place for place, operation in enumerate(tape.operations) if isinstance(operation, Mark)]
    middle = tape.operations[marks[settled - 1] if settled else marks[0] : marks[-1]]
    events = len(marks) - max(settled, 1)
    synced = sum(isinstance(operation, Sync | SyncFolder) for operation in middle)
    written = sum(len(operation.data) for operation in middle if isinstance(operation, Write))
    cuts = [marks[len(marks) * cut // CUTS - 1] for cut in range(1, CUTS + 1)]
    folders, told = _cut(tape, cuts, home), [marks.index(cut) + 1 for cut in cuts]
    command = [sys.executable, "-m", "benchmarks.contenders", name, *map(str, folders), "--left"]
    left = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    lost = max(len(set(range(BEFORE + said)) - set(json.loads(line))) for said, line in zip(told, left, strict=True))
    return Wear(events, synced / events, written / events, lost)


def _cut(tape: Tape, cuts: list[int], home: Path) -> list[Path]:
    """Only what had been synced at each cut, in a folder of its own."""
    disk, folders = Disk(tape.start), []
    for number, (before, cut) in enumerate(pairwise([-1, *cuts])):
        for place in range(before + 1, cut + 1):
            disk.do(place, tape.operations[place])
        folder = home / f"cut-{number}"
        folder.mkdir()
        for file, content in disk.strict().items():
            (folder / file).write_bytes(content)
        folders.append(folder)
    return folders
