"""A private PC/SC service: Debian's pcscd with vpcd as its only reader, in a mount namespace of its own."""

import os
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
"""vpcd, of the package vsmartcard-vpcd."""
SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""Names the service's socket for libpcsclite."""

_START_SECONDS = 5.0
_SHELL = """
mount --bind "$1" /run || exit 71
pcscd --foreground --error --config "$2" &
read -r how
kill -"${how:-KILL}" $!
wait $!
"""
"""pcscd has its socket and its process id below /run, whatever it is told: so it gets a /run of its own.

The shell ends it with the signal that it is told, and when the pipe closes because we have died.
"""


class ServiceError(Exception):
    """The private service cannot be started; the message says what is missing."""


class PcscService:
    """``folder`` is its own; ``port`` and the one above are where vpcd waits for the cards of its two slots."""

    def __init__(self, folder: Path, port: int, name: str) -> None:
        self._run = folder / "run"
        self._config = folder / "config"
        self._nothing = folder / "nothing"
        self._log = folder / "log"
        self._port = port
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None
        for part in (self._run / "pcscd", self._config, self._nothing):
            part.mkdir(parents=True)

    @property
    def socket(self) -> Path:
        """Where clients reach it; the same after a restart."""
        return self._run / "pcscd" / "pcscd.comm"

    @property
    def runs(self) -> bool:
        """Whether it is up."""
        return self._process is not None

    def start(self, *, with_reader: bool) -> None:
        """Start it and wait until it takes clients: some hundredths of a second. Raises ``ServiceError``."""
        if self._process is not None:
            return
        (self._config / "vpcd").write_text(self._reader() if with_reader else "")
        self.socket.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            try:
                self._process = subprocess.Popen(
                    self._command(), stdin=subprocess.PIPE, stdout=log, stderr=log, env=self._environment()
                )
            except OSError as error:
                raise ServiceError(f"unshare cannot be run: {error.strerror}") from error
        until = time.monotonic() + _START_SECONDS
        while not self._takes_clients():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise ServiceError(f"pcscd does not start: {self._last_words()}")
            time.sleep(0.005)

    def stop(self, *, crash: bool = False) -> None:
        """End it in good order, or at once and without clearing up."""
        if self._process is None:
            return
        self._process.communicate(b"KILL\n" if crash else b"TERM\n")
        self._process = None

    def _command(self) -> list[str]:
        if not DRIVER.exists():
            raise ServiceError(f"{DRIVER} is missing: install vsmartcard-vpcd")
        # Without root, a user namespace of our own gives the right to mount, where the machine allows those.
        namespaces = ["--mount"] if os.geteuid() == 0 else ["--mount", "--user", "--map-root-user"]
        if not _root_is_a_mount():
            namespaces += ["--propagation", "unchanged"]
        return ["unshare", *namespaces, "sh", "-c", _SHELL, "pcscd", str(self._run), str(self._config)]

    def _environment(self) -> Mapping[str, str]:
        # No drivers for USB readers: a real reader of this machine stays with whoever has it.
        return {**os.environ, "PCSCLITE_HP_DROPDIR": str(self._nothing)}

    def _reader(self) -> str:
        return (
            f'FRIENDLYNAME "{self._name}"\n'
            f"DEVICENAME /dev/null:0x{self._port:04X}\n"
            f"LIBPATH {DRIVER}\n"
            f"CHANNELID 0x{self._port:04X}\n"
        )

    def _takes_clients(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "is it installed?"


def _root_is_a_mount() -> bool:
    """Whether ``/`` is a mount; in a plain chroot it is none, and unshare cannot make it private."""
    table = Path("/proc/self/mountinfo").read_text().splitlines()
    return any(line.split()[4] == "/" for line in table)
