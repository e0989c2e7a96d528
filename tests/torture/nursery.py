"""Starts the programs quickly: one process has loaded them all, and each start is a fork of it.

What runs is the programs' own ``main`` with their own arguments, environment and log, in a process of its own that a
SIGKILL ends like any other; only the second that Python takes to load them is saved, so that a thousand kills take
minutes and not an hour.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_LOADED = (
    *("kiosk.cli", "kiosk.composition.screen", "kiosk.composition.sync"),
    *("central.cli", "central.cli.running", "central.pages.every", "central.alarms.worker", "central.ehr.worker"),
    *("central.ehr.fhir.adapter", "psycopg", "uvicorn.protocols.http.httptools_impl"),
)
_GLANCE = 0.005


class Nursery:
    """Use it in a ``with``; leaving it kills whatever it started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process is not None
        self._process.communicate(timeout=30)

    def start(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> "Child":
        """Start ``kiosk …`` or ``central …``."""
        return Child(self, int(self.ask(start=list(command), environment=dict(environment), log=str(log))))

    def ask(self, **what: Any) -> Any:
        """One request, one answer."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


class Child:
    """A started program, as far as ``subprocess.Popen`` is needed of it."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._nursery.ask(poll=self.pid)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        ends = time.monotonic() + (timeout or 1e9)
        while (code := self.poll()) is None:
            if time.monotonic() > ends:
                raise subprocess.TimeoutExpired("child", timeout or 0.0)
            time.sleep(_GLANCE)
        return code


def _serve() -> None:
    for name in _LOADED:
        importlib.import_module(name)
    children: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        answer: int | None = None
        if "start" in asked:
            answer = os.fork()
            if answer == 0:
                _become(asked["start"], asked["environment"], asked["log"])
            children.add(answer)
        elif (pid := asked["poll"]) in children:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                children.remove(pid)
                answer = os.waitstatus_to_exitcode(status)
        print(json.dumps(answer), flush=True)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _become(command: list[str], environment: dict[str, str], log: str) -> None:
    code = 1
    try:
        os.environ.clear()
        os.environ.update(environment)
        nothing = os.open(os.devnull, os.O_RDONLY)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for mine, theirs in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(mine, theirs)
        sys.argv = list(command)
        try:
            importlib.import_module(f"{command[0]}.cli").main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
