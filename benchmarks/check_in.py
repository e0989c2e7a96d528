"""Check-ins per second of the one-transaction path, beside what the same disk takes at best, and beside others.

``python -m benchmarks.check_in [--rounds N] [--folder DIR]``. The limit is an appending write of 384 bytes, each with
``fdatasync``: one durable event and nothing else. The check-in is the real thing, encrypted: what is known of the
client, fact, appointment state and ticket number in one transaction, on a kiosk that has been running for a while, so
that its write-ahead log is written over and no longer grows. The others write one event of 384 bytes on their defaults.

Each contender has a process of its own, they take turns, and the median of the turns counts. In a second part each is
recorded by strace: fsyncs and bytes for each event, and what a power cut takes of what it has acknowledged, if only
what was synced is left. The figures are shown beside their targets and judged by nobody: a busy machine moves them.

What the disk takes and what the processor takes are told apart in two ways: by the processor's time for each event, and
by a third part, in which strace makes each sync of a contender take two milliseconds longer, as on a slower disk.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contenders import CONTENDERS
from benchmarks.power_cut import Wear, wear
from tests.torture.recorder import why_not

TURNS = 5
SETTLED = 700
"""Events before the first turn: so many until every write-ahead log has been written over once."""
RECORDED = {"check-in": 1500}
"""Events under strace: enough check-ins to have check-points among them, and …"""
RECORDED_OF_OTHERS = 300
SLOWER_US = 2000
"""By how much each sync takes longer in the third part, in microseconds."""
SLOWED = ("append", "check-in", "sqlite-utils")
SLOWED_EVENTS = 150


@dataclass
class Runner:
    """A contender in its process. ``turns`` holds the events per second of each turn, ``cpu`` microseconds of one."""

    process: "subprocess.Popen[str]"
    turns: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self, events: int, *, counts: bool = True) -> None:
        """Write so many events."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("not piped")
        self.process.stdin.write(f"{events}\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        if counts:
            self.turns.append(events / told["seconds"])
            self.p50.append(told["p50"])
            self.p99.append(told["p99"])
            self.cpu.append(told["cpu"])

    @property
    def rate(self) -> float:
        """Events per second, the median of the turns."""
        return statistics.median(self.turns)

    @property
    def median(self) -> float:
        """Microseconds of the median event, the median of the turns."""
        return statistics.median(self.p50)


@contextmanager
def _runner(name: str, folder: Path, under: Sequence[str] = ()) -> Iterator[Runner]:
    folder.mkdir()
    command = [*under, sys.executable, "-m", "benchmarks.contenders", name, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Runner(process)
        if process.stdin is not None:
            process.stdin.close()


def _speeds(folder: Path, rounds: int) -> dict[str, Runner]:
    with ExitStack() as stack:
        runners = {name: stack.enter_context(_runner(name, folder / name)) for name in CONTENDERS}
        for name, runner in runners.items():
            runner.run(SETTLED if name == "check-in" else min(SETTLED, 2 * rounds), counts=False)
        for _ in range(TURNS):
            for runner in runners.values():
                runner.run(rounds)
    return runners


def _slowed(folder: Path) -> dict[str, Runner]:
    """The events per second of some where each sync takes longer. Nothing but the syncs is traced."""
    delay = f"inject=fsync,fdatasync:delay_exit={SLOWER_US}"
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, "-e", "signal=none"]
    with ExitStack() as stack:
        under = [*strace, "-e", "trace=fsync,fdatasync", "-e", delay]
        runners = {name: stack.enter_context(_runner(name, folder / f"slow-{name}", under)) for name in SLOWED}
        for turn in range(TURNS + 1):
            for runner in runners.values():
                runner.run(SLOWED_EVENTS, counts=turn > 0)
    return runners


def _wears(folder: Path) -> dict[str, Wear]:
    return {
        name: wear(name, RECORDED.get(name, RECORDED_OF_OTHERS), folder, settled=100)
        for name in CONTENDERS
        if name != "overwrite"
    }


def _show(runners: Mapping[str, Runner], wears: Mapping[str, Wear]) -> None:
    limit = runners["append"].rate
    columns = ("per s", "x limit", "p50 us", "p99 us", "cpu us", "fsyncs", "bytes")
    print(f"{'':46} {' '.join(f'{column:>7}' for column in columns)}  lost in a cut")
    for name, contender in CONTENDERS.items():
        one, worn = runners[name], wears.get(name)
        disk = f"{'':15}" if worn is None else f"{worn.fsyncs:7.3f} {worn.bytes:7.0f}"
        lost = "" if worn is None else f"{worn.lost} of {worn.events + 100}"
        p99, cpu = statistics.median(one.p99), statistics.median(one.cpu)
        speed = f"{one.rate:7.0f} {one.rate / limit:7.2f} {one.median:7.0f} {p99:7.0f} {cpu:7.0f}"
        print(f"{contender.title:46} {speed} {disk}  {lost}")
        print(f"{'':46}   {min(one.turns):.0f} - {max(one.turns):.0f} in {TURNS} turns")


def _judge(runners: Mapping[str, Runner], wears: Mapping[str, Wear], slowed: Mapping[str, Runner]) -> None:
    rows = list(_ratios(runners))
    if slowed:
        rows += _ratios(slowed, f", syncs {SLOWER_US / 1000:g} ms longer")
    if (worn := wears.get("check-in")) is not None:
        rows += [
            ("fsyncs per check-in", f"{worn.fsyncs:.3f}", "<= 1.01", worn.fsyncs <= 1.01),
            ("bytes written per check-in", f"{worn.bytes:.0f}", "<= 6000", worn.bytes <= 6000),
            ("check-ins lost in a power cut", str(worn.lost), "0", worn.lost == 0),
        ]
    print()
    for what, figure, target, holds in rows:
        print(f"{what:58} {figure:>7}   target {target:8} {'holds' if holds else 'DOES NOT HOLD'}")


def _ratios(runners: Mapping[str, Runner], when: str = "") -> Iterator[tuple[str, str, str, bool]]:
    """By events per second, and by the median event, which no stall of a shared disk moves."""
    ours = runners["check-in"]
    for name, title, target in (("append", "raw append", 1.0), ("sqlite-utils", "sqlite-utils insert", 4.0)):
        other = runners[name]
        for how, ratio in (("", ours.rate / other.rate), (", median", other.median / ours.median)):
            yield f"check-in / {title}{how}{when}", f"{ratio:.2f}", f">= {target}", ratio >= target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2000, help="events in each turn")
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a disk, not a tmpfs")
    options = parser.parse_args()
    wears: dict[str, Wear] = {}
    slowed: dict[str, Runner] = {}
    with tempfile.TemporaryDirectory(dir=options.folder or Path.cwd()) as folder:
        runners = _speeds(Path(folder), options.rounds)
        if (reason := why_not()) is None:
            slowed, wears = _slowed(Path(folder)), _wears(Path(folder))
        else:
            print(f"no fsyncs, bytes, power cuts and slower disk: {reason}")
    _show(runners, wears)
    _judge(runners, wears, slowed)


if __name__ == "__main__":
    main()
