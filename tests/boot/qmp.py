"""QEMU's own door (QMP: docs/interop/qmp-spec.rst): pictures of the screen, keys, a finger, the reset button."""

import json
import socket
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 120.0
AXIS = 0x7FFF
"""What an absolute pointer tells at the right or lower edge."""
ASIDE = 0.01


class QmpError(Exception):
    """QEMU refused, or is gone; the message has its words."""


class Qmp:
    """One connection."""

    def __init__(self, door: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_SECONDS)
        self._socket.connect(str(door))
        self._lines = self._socket.makefile("rb")
        self._read()
        self.do("qmp_capabilities")

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()

    def do(self, command: str, **arguments: Any) -> Any:
        """Have a command carried out; its answer. Raises ``QmpError``."""
        self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = self._read()
            if "error" in answer:
                raise QmpError(f"{command}: {answer['error'].get('desc')}")
            if "return" in answer:
                return answer["return"]

    def picture(self, path: Path) -> None:
        """Save what the display shows, as PPM: to make it small would hold the machine up."""
        self.do("screendump", filename=str(path), format="ppm")

    def key(self, name: str) -> None:
        """Strike a key, by its name in QEMU (``QKeyCode``)."""
        for down in (True, False):
            self._send({"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": name}}})

    def touch(self, x: float, y: float) -> None:
        """Press and let go at a place; ``x`` and ``y`` from 0 to 1. To the kiosk it is an absolute pointer."""
        # Linux passes on a place only where it is another than before: a compositor that has begun since knows none.
        for nearby in (ASIDE, 0.0):
            self._send(*(_axis(axis, abs(value - nearby)) for axis, value in (("x", x), ("y", y))))
        for down in (True, False):
            self._send({"type": "btn", "data": {"down": down, "button": "left"}})

    def _send(self, *events: dict[str, Any]) -> None:
        self.do("input-send-event", events=list(events))

    def _read(self) -> dict[str, Any]:
        line = self._lines.readline()
        if not line:
            raise QmpError("QEMU has hung up")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _axis(axis: str, value: float) -> dict[str, Any]:
    return {"type": "abs", "data": {"axis": axis, "value": round(value * AXIS)}}
