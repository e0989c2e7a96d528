"""The centre with its worker as processes of their own, and a record that they speak to."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from kiosk.scenario.stagehand import wait_until
from tests.central.ehr.record import Record
from tests.central.rig import ROOT

ENDS = 30.0


def toml(record: Record, place: str, **more: Any) -> dict[str, Any]:
    """The section of ``central.toml`` for a record."""
    section = msgspec.to_builtins(record.config(place, **more), enc_hook=str)
    return {"ehr": [_without_none(section)]}


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(one) for name, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list | tuple) else value


class WorkerProcess:
    """``central ehr`` in a process of its own, its log in a file."""

    def __init__(self, folder: Path, document: dict[str, Any], database: str, clock: Path | None = None) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "central.toml"
        self.file.write_bytes(tomli_w.dumps(document).encode())
        self.log = folder / "worker.log"
        self._environment = dict(os.environ) | {"CENTRAL_DATABASE": database}
        if clock is not None:
            self._environment["KIOSK_STAGED_CLOCK"] = str(clock)
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        line = [sys.executable, "-m", "central", "ehr", "--config", str(self.file), "--data", str(self.folder)]
        with self.log.open("ab") as stream:
            self._seen = stream.tell()
            self.process = subprocess.Popen(line, cwd=ROOT, stdout=stream, stderr=stream, env=self._environment)

    def start(self) -> None:
        self.begin()
        wait_until(self.started, ENDS, "the worker starts")

    def started(self) -> bool:
        assert self.process is not None
        text = self.log.read_bytes()[self._seen :]
        assert self.process.poll() is None, text.decode()[-2000:]
        return b'"started"' in text

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(ENDS)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(ENDS)
