"""Checks that always finish: each runs in a process of its own, and one that crashes or hangs is itself a finding."""

import contextlib
import os
import select
import signal
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import PurePath

import msgspec

from kiosk.checkin import faults
from kiosk.checkin.faults import Severity

PATIENCE = 8.0
"""Seconds that one check may take."""
_CHUNK = 65536
_LARGEST_ANSWER = 1 << 20
_FAREWELL = 0.5
_GLANCE = 0.002

Measured = Mapping[str, str | int | float | bool]
"""What was seen, by name; in seconds, bytes or counts as the name says. Never a word about a client."""


class State(StrEnum):
    """How one part is, from the best to the worst."""

    ABSENT = "absent"
    """This kiosk is not equipped with it."""
    WELL = "well"
    NOTE = "note"
    UNKNOWN = "unknown"
    """The check itself crashed or hung: nobody knows how the part is."""
    DEGRADED = "degraded"
    OUT_OF_ORDER = "out-of-order"


class Trouble(StrEnum):
    """Why a check came to no end of its own."""

    CRASHED = "crashed"
    HUNG = "hung"


class Source(StrEnum):
    """Who says so."""

    LOOKED = "looked"
    """The doctor looked for itself."""
    TOLD = "told"
    """The running kiosk, which holds the device, told it."""


@dataclass(frozen=True)
class Finding:
    """What one check found. ``codes`` are of the fault catalogue; ``age`` is how many seconds ago it was told."""

    name: str
    codes: tuple[str, ...] = ()
    measured: Measured = field(default_factory=dict)
    absent: bool = False
    trouble: Trouble | None = None
    source: Source = Source.LOOKED
    age: float | None = None
    seconds: float = 0.0

    @property
    def state(self) -> State:
        """The state that follows from it. Raises ``KeyError`` for a code outside the catalogue."""
        worst = faults.worst(self.codes)
        if worst in (Severity.DEGRADED, Severity.OUT_OF_ORDER):
            return State(worst)
        if self.trouble is not None:
            return State.UNKNOWN
        if worst is not None:
            return State.NOTE
        return State.ABSENT if self.absent else State.WELL


_FINDING = msgspec.json.Decoder(Finding)


@dataclass(frozen=True)
class Check:
    """A named look at one part. ``look`` may fail or hang as it likes: it is called in a process of its own."""

    name: str
    look: Callable[[], Finding]
    patience: float = PATIENCE
    hung: str | None = None
    """The fault that it means when the look comes to no end: a device that answers nothing, a centre that is far."""


def run(checks: Sequence[Check]) -> tuple[Finding, ...]:
    """The findings of all checks, in their order, after no more than the longest patience.

    The checks are forked off, so that not even a device driver that blocks for ever or kills its process keeps the
    others, or the caller, from coming to an end.
    """
    running = [_Running(check) for check in checks]
    waiting = {one.pipe: one for one in running}
    while waiting:
        soonest = min(one.until for one in waiting.values())
        ready = select.select(list(waiting), [], [], max(0.0, soonest - time.monotonic()))[0]
        for pipe in ready:
            if not waiting[pipe].take():
                del waiting[pipe]
        now = time.monotonic()
        for pipe in [pipe for pipe, one in waiting.items() if one.until <= now]:
            waiting.pop(pipe).hung = True
    return tuple(one.end() for one in running)


class _Running:
    """One check in its process."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._began = time.monotonic()
        self._came = bytearray()
        self.until = self._began + check.patience
        self.hung = self.killed = False
        self.pipe, write = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            _be_the_check(check, self.pipe, write)
        os.close(write)
        self._seconds = 0.0

    def take(self) -> bool:
        """Read what has come; ``False`` where nothing more will."""
        data = os.read(self.pipe, _CHUNK)
        self._came += data
        self._seconds = time.monotonic() - self._began
        return bool(data) and len(self._came) <= _LARGEST_ANSWER

    def end(self) -> Finding:
        """What it found. A process that still runs is killed; one that cannot even be killed is not waited for."""
        os.close(self.pipe)
        self._reap()
        finding = Finding(self._check.name, trouble=Trouble.CRASHED)
        if self.hung:
            codes = () if self._check.hung is None else (self._check.hung,)
            finding = Finding(self._check.name, codes, trouble=Trouble.HUNG)
        else:
            with contextlib.suppress(msgspec.DecodeError):
                finding = _FINDING.decode(bytes(self._came))
        return replace(finding, name=self._check.name, seconds=self._check.patience if self.hung else self._seconds)

    def _reap(self) -> None:
        # Closing a serial line may block for long even in a process that has answered.
        until = time.monotonic() + (0.0 if self.hung else _FAREWELL)
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            while os.waitpid(self._process, os.WNOHANG)[0] == 0:
                if time.monotonic() >= until:
                    os.kill(self._process, signal.SIGKILL)
                    until = time.monotonic() + _FAREWELL
                    if self.killed:
                        return
                    self.killed = True
                time.sleep(_GLANCE)


def _be_the_check(check: Check, read: int, write: int) -> None:
    """The forked process: look, answer, end. Nothing of the parent's own runs any more, not even at exit."""
    code = 1
    try:
        os.close(read)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # Whatever a library has to say on the way is no part of the answer.
        silence = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(silence, number)
        answer = msgspec.json.encode(_looked(check))
        while answer:
            answer = answer[os.write(write, answer) :]
        code = 0
    finally:
        os._exit(code)


def _looked(check: Check) -> Finding:
    try:
        return check.look()
    except Exception as error:  # noqa: BLE001 - a mistake in one check must not hide what the others find
        # Kind and place, never the message: it may quote what it stumbled over.
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{PurePath(where.filename).name}:{where.lineno}"
        return Finding(check.name, measured={"error": type(error).__name__, "place": place}, trouble=Trouble.CRASHED)
