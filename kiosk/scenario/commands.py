"""Short commands of centre and kiosk, each in a process of its own, forked from one that has them imported already.

A scenario runs four or more of them, and Python takes longer to import what they need than they take to run.
"""

import atexit
import functools
import importlib
import io
import json
import os
import runpy
import select
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

PROGRAMS = ("central.cli", "kiosk.cli", "kiosk.composition.enrol")
"""Modules that are there before the first command, by name: a kiosk does not know the centre's code."""


class Commands:
    """Runs commands, one at a time. The process that they are forked from starts with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._warm: subprocess.Popen[bytes] | None = None

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run ``python -m`` a command and return how it ended. Raises ``subprocess.TimeoutExpired``."""
        with self._lock, tempfile.TemporaryDirectory(prefix="command-") as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            asked = {"command": list(command), "environment": dict(environment), "out": str(out), "err": str(err)}
            code = self._ask(json.dumps(asked).encode() + b"\n", seconds)
            if code is None:
                raise subprocess.TimeoutExpired(list(command), seconds)
            return subprocess.CompletedProcess(list(command), code, out.read_text(), err.read_text())

    def end(self) -> None:
        """End the process behind the commands; the next command starts another."""
        if self._warm is not None:
            # Closes its standard input, which is what it waits for.
            self._warm.communicate()
            self._warm = None

    def _ask(self, line: bytes, seconds: float) -> int | None:
        if self._warm is None or self._warm.poll() is not None:
            self._warm = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # A Ctrl-C at the terminal is for whoever plays the scenario.
                start_new_session=True,
            )
        warm = self._warm
        assert warm.stdin is not None
        assert warm.stdout is not None
        warm.stdin.write(line)
        warm.stdin.flush()
        if not select.select([warm.stdout], [], [], seconds)[0]:
            os.killpg(warm.pid, 9)
            self.end()
            return None
        return int(warm.stdout.readline())


@functools.cache
def commands() -> Commands:
    """Those of this process, ended with it."""
    made = Commands()
    atexit.register(made.end)
    return made


def serve() -> None:
    """Fork a process for each line of standard input, and answer with its exit code."""
    for program in PROGRAMS:
        importlib.import_module(program)
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            _be(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _be(command: Sequence[str], environment: Mapping[str, str], out: str, err: str) -> NoReturn:
    for number, path, how in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        opened = os.open(path, how | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = command[1:]
    code = 1
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = _code(end)
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Not as an end of the process that this one was forked from.
        os._exit(code)


def _code(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    serve()
