"""The board on which every fault of a process lands: logged once each way, kept over a restart, told to whoever looks.

Sources tell from their own threads and never wait: files are written, and listeners called, in the board's own thread.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import structlog

from kiosk.checkin import faults
from kiosk.checkin.faults import Part, Severity
from kiosk.checkin.health import Health, Trouble, in_order
from kiosk.diagnostics import record
from kiosk.diagnostics.record import Beat, Memory, Record, Stands, Stood
from kiosk.ports import Clock

log = structlog.get_logger()

MOST_PAST = 50
GRACE = 30.0
"""Seconds after a start in which a source may stay silent before what it said earlier is taken back."""
BEFORE_RESTART = "before-restart"
"""The source of a fault that stood before the restart and of which nobody wrote down who had claimed it."""

_LEVELS = {Severity.NOTE: logging.INFO, Severity.DEGRADED: logging.WARNING, Severity.OUT_OF_ORDER: logging.ERROR}


@dataclass(frozen=True)
class _Standing:
    since: datetime
    passed: float | None
    """When it came on the clock that never jumps; ``None`` for a fault that came before the restart."""


class Board:
    """``kiosk.ports.FaultBoard``. Used in a ``with``, in which it remembers, keeps and beats.

    ``parts`` are those that this kiosk is equipped with. ``on_change`` is called in the board's thread with each new
    health, never an older one after a newer one; it may call the board.
    """

    def __init__(
        self,
        clock: Clock,
        process: str,
        state_folder: Path,
        run_folder: Path,
        parts: Collection[Part],
        on_change: Callable[[Health], None] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._process = process
        self._memory = state_folder / record.file_name(process)
        self._beat = run_folder / record.file_name(process)
        self._parts = frozenset(parts)
        self._on_change = on_change
        self._lock = threading.Lock()
        self._claims: dict[str, frozenset[str]] = {}
        self._carried: dict[str, frozenset[str]] = {}
        self._carried_until = 0.0
        self._standing: dict[str, _Standing] = {}
        self._past: deque[Trouble] = deque(maxlen=MOST_PAST)
        self._heard: dict[str, Record] = {}
        self._unkept = self._untold = False
        self._unkept_told = False
        self._next_beat = 0.0
        self._stir = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="board", daemon=True)

    def __enter__(self) -> Self:
        self.remember()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ending = True
        self._stir.set()
        self._thread.join()
        self.keep()
        with suppress(OSError):
            self._beat.unlink()

    def tell(self, source: str, codes: Collection[str]) -> None:
        """Exactly these faults stand now as ``source`` sees it. Raises ``KeyError`` for a code that is none."""
        claimed = frozenset(faults.find(code).code for code in codes)
        with self._lock:
            if source not in self._carried and self._claims.get(source, frozenset()) == claimed:
                return
            self._carried.pop(source, None)
            self._claims.pop(source, None)
            if claimed:
                self._claims[source] = claimed
            self._settle()
        self._stir.set()

    def health(self) -> Health:
        """What this process sees, and what was overheard from the others."""
        with self._lock:
            return self._health()

    def overhear(self, other: Record) -> None:
        """Take in what another process sees. It logs and keeps its own; here it is only shown."""
        heard = Record(other.process, other.alive, standing=other.standing if other.alive else (), past=other.past)
        with self._lock:
            if self._heard.get(other.process) == heard:
                return
            self._heard[other.process] = heard
            self._untold = True
        self._stir.set()

    def remember(self) -> None:
        """Take over what stood before the restart, until whoever claimed it speaks again or stays silent too long."""
        memory = record.parse_memory(record.contents(self._memory))
        with self._lock:
            self._carried_until = self._clock.monotonic() + GRACE
            for one in memory.standing:
                if one.code in faults.CATALOGUE:
                    self._standing[one.code] = _Standing(one.since, None)
                    for source in one.sources or (BEFORE_RESTART,):
                        if source not in self._claims:
                            self._carried[source] = self._carried.get(source, frozenset()) | {one.code}
            self._past.extend(record.stood(memory.past))
            self._settle()
            self._untold = True

    def keep(self) -> None:
        """Do now what the board's thread does from time to time: write both files and tell of the newest health."""
        with self._lock:
            if self._carried and self._clock.monotonic() >= self._carried_until:
                self._carried.clear()
                self._settle()
            unkept, self._unkept = self._unkept, False
            untold, self._untold = self._untold, False
            memory, health = self._written(), self._health()
        if unkept and not self._write(self._memory, memory, for_good=True):
            self._unkept = True
        due = self._clock.monotonic() >= self._next_beat
        if due or unkept:
            self._next_beat = self._clock.monotonic() + record.BEAT_EVERY
            beat = Beat(os.getpid(), self._clock.now(), self._clock.monotonic(), memory.standing)
            self._write(self._beat, beat, for_good=False)
        if untold:
            try:
                self._on_change(health)
            except Exception as error:  # noqa: BLE001 - who listens badly must not silence the board
                log.error("health_not_heard", error=type(error).__name__)

    def _run(self) -> None:
        while not self._ending:
            self._stir.clear()
            self.keep()
            self._stir.wait(self._clock.nap(max(0.0, self._next_beat - self._clock.monotonic())))

    def _settle(self) -> None:
        """Bring what stands in line with what is claimed. Under the lock, so that the log has the true order."""
        wanted = frozenset[str]().union(*self._claims.values(), *self._carried.values())
        for code in sorted(wanted - self._standing.keys()):
            fault = faults.find(code)
            self._standing[code] = _Standing(self._clock.now(), self._clock.monotonic())
            log.log(_LEVELS[fault.severity], "fault_came", code=code, severity=fault.severity.value)
        for code in sorted(self._standing.keys() - wanted):
            was, now = self._standing.pop(code), self._clock.now()
            self._past.appendleft(Trouble(faults.find(code), was.since, now))
            log.info("fault_gone", code=code, seconds=round(self._stood(was, now), 1))
        self._unkept = self._untold = True

    def _stood(self, was: _Standing, now: datetime) -> float:
        if was.passed is None:
            return max(0.0, (now - was.since).total_seconds())
        return self._clock.monotonic() - was.passed

    def _health(self) -> Health:
        standing = {code: Trouble(faults.find(code), was.since) for code, was in self._standing.items()}
        past = list(self._past)
        for other in self._heard.values():
            for trouble in other.standing:
                known = standing.get(trouble.fault.code)
                standing[trouble.fault.code] = trouble if known is None else min(known, trouble, key=_since)
            past += other.past
        past.sort(key=lambda trouble: trouble.until or trouble.since, reverse=True)
        return Health(in_order(standing.values()), tuple(past[:MOST_PAST]), self._parts)

    def _written(self) -> Memory:
        sources: dict[str, set[str]] = {code: set() for code in self._standing}
        for claims in (self._claims, self._carried):
            for source, codes in claims.items():
                for code in codes:
                    sources[code].add(source)
        return Memory(
            tuple(Stands(code, was.since, tuple(sorted(sources[code]))) for code, was in self._standing.items()),
            tuple(Stood(one.fault.code, one.since, one.until or one.since) for one in self._past),
        )

    def _write(self, path: Path, content: msgspec.Struct, *, for_good: bool) -> bool:
        new = path.with_suffix(".new")
        try:
            with new.open("wb") as file:
                file.write(msgspec.json.encode(content))
                if for_good:
                    file.flush()
                    os.fsync(file.fileno())
            new.replace(path)
        except OSError as error:
            if for_good and not self._unkept_told:
                log.warning("health_not_kept", errno=error.errno)
                self._unkept_told = True
            return False
        if for_good:
            self._unkept_told = False
        return True


def _since(trouble: Trouble) -> datetime:
    return trouble.since
