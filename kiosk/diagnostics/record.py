"""What each process leaves behind of its health: a heartbeat in the run folder, and a memory in the state folder.

Both are ``health-<process>.json``. Whoever reads them expects nothing: either may be absent, old, damaged or written
by another version.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from kiosk.checkin import faults
from kiosk.checkin.health import Trouble, in_order
from kiosk.ports import Clock

PROCESSES = ("screen", "sync")
BEAT_EVERY = 5.0
"""Seconds between two heartbeats."""
STALE_AFTER = 15.0
"""Seconds after which a heartbeat is not believed any more."""
LARGEST_FILE = 1 << 20

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Stands(msgspec.Struct, frozen=True):
    """A fault that stands, and the sources that claim it."""

    code: str
    since: Moment
    sources: tuple[str, ...] = ()


class Stood(msgspec.Struct, frozen=True):
    """A fault that has gone."""

    code: str
    since: Moment
    until: Moment


class Memory(msgspec.Struct, frozen=True):
    """The file in the state folder: what stood when it was written, and what has gone, the newest first."""

    standing: tuple[Stands, ...] = ()
    past: tuple[Stood, ...] = ()


_MEMORY = msgspec.json.Decoder(Memory)


class Beat(msgspec.Struct, frozen=True):
    """The heartbeat. ``passed`` is the clock that never jumps, in seconds, which all processes of a machine share."""

    pid: int
    moment: Moment
    passed: float
    standing: tuple[Stands, ...] = ()


_BEAT = msgspec.json.Decoder(Beat)


@dataclass(frozen=True)
class Record:
    """What is known of one process from outside. ``age`` is the age of its heartbeat in seconds.

    The last words of a process that is not alive any more are kept in ``standing``.
    """

    process: str
    alive: bool = False
    pid: int | None = None
    moment: datetime | None = None
    age: float | None = None
    standing: tuple[Trouble, ...] = ()
    past: tuple[Trouble, ...] = ()


def read(run: Path, state: Path, clock: Clock) -> Mapping[str, Record]:
    """What is known of each process now. Raises nothing."""
    return {process: read_one(process, run, state, clock) for process in PROCESSES}


def read_one(process: str, run: Path, state: Path, clock: Clock) -> Record:
    """What is known of one process now. Raises nothing."""
    beat = parse_beat(contents(run / file_name(process)))
    memory = parse_memory(contents(state / file_name(process)))
    return judge(process, beat, memory, passed=clock.monotonic(), runs=is_running)


def judge(process: str, beat: Beat | None, memory: Memory, *, passed: float, runs: Callable[[int], bool]) -> Record:
    """The record that follows from both files, ``passed`` on the clock that never jumps."""
    past = stood(memory.past)
    if beat is None:
        return Record(process, standing=stands(memory.standing), past=past)
    age = passed - beat.passed
    alive = abs(age) <= STALE_AFTER and runs(beat.pid)
    return Record(process, alive, beat.pid, beat.moment, age, stands(beat.standing), past)


def parse_beat(content: bytes) -> Beat | None:
    """The heartbeat; ``None`` for whatever is none."""
    try:
        return _BEAT.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def parse_memory(content: bytes) -> Memory:
    """The memory; an empty one for whatever is none."""
    try:
        return _MEMORY.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Memory()


def stands(entries: Iterable[Stands]) -> tuple[Trouble, ...]:
    """Troubles of the entries; a code that this version does not know is left out."""
    return in_order(Trouble(faults.CATALOGUE[one.code], one.since) for one in entries if one.code in faults.CATALOGUE)


def stood(entries: Iterable[Stood]) -> tuple[Trouble, ...]:
    """Likewise, in the order given."""
    return tuple(
        Trouble(faults.CATALOGUE[one.code], one.since, one.until) for one in entries if one.code in faults.CATALOGUE
    )


def file_name(process: str) -> str:
    """The name of both files."""
    return f"health-{process}.json"


def contents(path: Path) -> bytes:
    """What a file holds; nothing where it can't be read or is none of ours."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError):
        return b""
    return content if len(content) <= LARGEST_FILE else b""


def is_running(pid: int) -> bool:
    """Whether there is a process with this id, whoever owns it."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
