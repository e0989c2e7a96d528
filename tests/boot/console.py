"""A root shell on the first serial line, which only the disk of this test has: one command, one answer."""

import base64
import re
import socket
import subprocess
import time
from pathlib import Path

Done = subprocess.CompletedProcess[str]

SHELL = """#!/bin/sh
# Each line is a command in base64; its answer is: <code base64>
stty raw -echo
echo '<ready>'
while read -r line; do
    [ -n "$line" ] || continue
    echo "$line" | base64 -d >/run/boot-test.sh
    sh /run/boot-test.sh >/run/boot-test.out 2>&1 </dev/null
    code=$?
    echo "<$code $(base64 -w0 /run/boot-test.out)>"
done
"""
UNIT = """[Unit]
Description=Test only: a root shell on the first serial line
[Service]
ExecStart=/usr/local/sbin/boot-test-shell
StandardInput=tty-force
StandardOutput=tty
TTYPath=/dev/ttyS0
Restart=always
[Install]
WantedBy=sysinit.target
"""
_ANSWER = re.compile(rb"<(\d+) ([A-Za-z0-9+/=]*)>")


class Console:
    """The other end of that line."""

    def __init__(self, door: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(door))
        self._heard = bytearray()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def ready(self, patience: float) -> None:
        """Wait until the shell is there. Raises ``TimeoutError``."""
        self._until(re.compile(rb"<ready>"), patience)

    def run(self, command: str, patience: float = 180.0) -> Done:
        """Run a command as root; stdout and stderr come together. Raises ``TimeoutError``."""
        self._heard.clear()
        self._socket.sendall(base64.b64encode(command.encode()) + b"\n")
        found = self._until(_ANSWER, patience)
        said = base64.b64decode(found[2]).decode(errors="replace")
        return Done(command, int(found[1]), said)

    def _until(self, wanted: "re.Pattern[bytes]", patience: float) -> "re.Match[bytes]":
        end = time.monotonic() + patience
        while (found := wanted.search(self._heard)) is None:
            self._socket.settimeout(max(0.01, end - time.monotonic()))
            piece = self._socket.recv(65536)
            if not piece:
                raise TimeoutError("the serial line is closed")
            self._heard += piece
        return found
