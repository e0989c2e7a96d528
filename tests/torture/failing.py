"""System calls of a running process that fail, by strace's injection (strace(1), "Tampering")."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ATTACHES_WITHIN = 10.0
SYNCS = ("fsync", "fdatasync")
WRITES = ("pwrite64",)
READS = ("pread64",)


@dataclass
class Failing:
    """``count`` calls have failed; known once the block is left."""

    count: int = 0


@contextmanager
def failing(pid: int, calls: Sequence[str], error: str, *paths: Path, when: str = "1+") -> Iterator[Failing]:
    """Till the end of the block these calls of the process fail with ``error``, on these paths where any are given.

    ``when`` is strace's: ``1`` fails the first, ``2+3`` every third from the second, counted for each thread.
    """
    names = ",".join(f"?{call}" for call in calls)
    told = Failing()
    with tempfile.TemporaryDirectory() as scratch:
        trace = Path(scratch) / "trace"
        command = ["strace", "-f", "-q", "-o", str(trace), "-p", str(pid), "-e", f"trace={names}", "-e", "signal=none"]
        command += ["-e", f"inject={names}:error={error}:when={when}"]
        command += [part for path in paths for part in ("-P", str(path))]
        tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _attached(pid, tracer)
            yield told
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate(timeout=ATTACHES_WITHIN)
            told.count = trace.read_text("utf-8", "replace").count("(INJECTED)") if trace.exists() else 0


@cache
def why_not() -> str | None:
    """Why no running process can be traced here; ``None`` where it can."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with failing(sleeper.pid, SYNCS, "EIO"):
            return None
    except FileNotFoundError:
        return "strace is not installed"
    except OSError as error:
        return f"tracing is not permitted here: {error}"
    finally:
        sleeper.kill()
        sleeper.wait()


def _attached(pid: int, tracer: "subprocess.Popen[bytes]") -> None:
    """Return when every thread of the process is traced."""
    ends = time.monotonic() + ATTACHES_WITHIN
    while not _is_traced(pid):
        if tracer.poll() is not None or time.monotonic() > ends:
            said = b"" if tracer.stderr is None or tracer.poll() is None else tracer.stderr.read()
            raise OSError(said.decode(errors="replace").strip()[-120:] or "strace does not attach")
        time.sleep(0.005)


def _is_traced(pid: int) -> bool:
    tracers = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            status = (task / "status").read_text()
        except OSError:
            continue
        tracers.append(int(status.partition("TracerPid:")[2].split()[0]))
    return bool(tracers) and all(tracers)
