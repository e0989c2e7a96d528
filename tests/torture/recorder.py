"""Records what a program asks of the disk, and when it tells the world, with strace(1).

    tape = record([python, "-m", "some.program", str(folder), str(acks)], folder, [acks])

The program writes one line to ``acks`` for each thing that it acknowledges; a socket may be named instead (``:8080->``
is what ``strace -yy`` calls the server's end of port 8080). ``folder`` is what the power cut will strike. For a program
that has to be driven meanwhile, ``recording`` is a context manager that gives the process.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.torture.disk import LINK, Image, Operation
from tests.torture.trace import CALLS, Reader

LONGEST_STRING = 8 * 1024 * 1024
END_SECONDS = 20.0


@dataclass(frozen=True)
class Tape:
    """``start`` is what was in the folder before, and safe; ``operations`` is what came."""

    start: Image = field(repr=False)
    operations: Sequence[Operation] = field(repr=False)


@dataclass
class Recorded:
    """A program that is being recorded, and once it has ended the tape."""

    process: "subprocess.Popen[bytes]"
    tape: Tape | None = None


class RecorderError(Exception):
    """The program failed, or its trace has no end."""


@cache
def why_not() -> str | None:
    """Why nothing can be recorded on this machine; ``None`` where it can."""
    try:
        done = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "strace is not installed"
    return None if done.returncode == 0 else f"tracing is not permitted here: {done.stderr.strip()[-80:]}"


def record(
    command: Sequence[str],
    folder: Path,
    outgoing: Sequence[Path | str],
    environment: Mapping[str, str] | None = None,
    *,
    inject: str | None = None,
) -> Tape:
    """Run a program to its end. Raises ``RecorderError`` where it fails."""
    with recording(command, folder, outgoing, environment, inject=inject) as recorded:
        recorded.process.communicate()
    if recorded.process.returncode != 0 or recorded.tape is None:
        raise RecorderError(f"{' '.join(command[:4])} ended with {recorded.process.returncode}")
    return recorded.tape


@contextmanager
def recording(
    command: Sequence[str],
    folder: Path,
    outgoing: Sequence[Path | str],
    environment: Mapping[str, str] | None = None,
    *,
    keep: Path | None = None,
    output: int | None = None,
    inject: str | None = None,
) -> Iterator[Recorded]:
    """A program under the recorder; it must have ended, or be told to, before the block is left.

    ``keep`` is a file for strace's own words; ``output`` a descriptor for what the program prints; ``inject`` makes
    calls fail, in strace's words (``fsync:error=EIO:when=30+9``).
    """
    start = {str(path.relative_to(folder)): _content(path) for path in folder.rglob("*") if path.is_file()}
    with tempfile.TemporaryDirectory() as scratch:
        trace = keep or Path(scratch) / "trace"
        # -D: the program is our own child, and strace its neighbour, so that signals go where they are sent.
        strace = ["strace", "-D", "-f", "-yy", "-xx", "-q", "-s", str(LONGEST_STRING), "-o", str(trace)]
        # Only the calls that count are stopped for; a question mark forgives that a processor lacks one.
        strace += ["--seccomp-bpf", "-e", "signal=none", "-e", f"trace={','.join(f'?{call}' for call in CALLS)}"]
        strace += ([] if inject is None else ["-e", f"inject={inject}"]) + ["--"]
        process = subprocess.Popen(
            [*strace, *command], env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output
        )
        recorded = Recorded(process)
        try:
            yield recorded
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait(END_SECONDS)
            if process.stdin is not None:
                process.stdin.close()
        lines = _whole(trace, process.pid)
        reader = Reader(str(folder.resolve()), lambda channel: _is_one_of(channel, outgoing))
        for name, content in start.items():
            reader.known(name, len(content))
        recorded.tape = Tape(start, list(reader.read(lines)))


def _content(path: Path) -> bytes:
    return LINK + os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()


def _is_one_of(channel: str, outgoing: Sequence[Path | str]) -> bool:
    return any(channel == str(one) if isinstance(one, Path) else one in channel for one in outgoing)


def _whole(trace: Path, process: int) -> list[str]:
    """The lines, as soon as strace has written the last one."""
    ends = time.monotonic() + END_SECONDS
    last = re.compile(rf"{process} +\+\+\+ ")
    while time.monotonic() < ends:
        lines = trace.read_text("ascii").splitlines()
        if any(last.match(line) for line in lines[-20:]):
            return lines
        time.sleep(0.01)
    raise RecorderError("the trace has no end")
