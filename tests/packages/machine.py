"""A Debian 12 of its own in a folder: installed into as by a technician, and booted with its own systemd."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

BASE = ("systemd", "systemd-sysv", "dbus", "udev", "ca-certificates")
PATIENCE = 180.0
Done = subprocess.CompletedProcess[str]


class UnexpectedError(Exception):
    """Something is otherwise than it must be; the message has what was said."""


def expect(held: object, about: str, said: str = "") -> None:
    """Raise ``UnexpectedError`` unless it ``held``; say that it did."""
    if not held:
        raise UnexpectedError(f"NOT: {about}\n{said}")
    print(f"  ok: {about}", flush=True)


class Machine:
    """The machine in ``root``. Everything in it runs as its root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._leader: int | None = None

    def make(self, base: Path) -> None:
        """Unpack ``base``; where there is none yet, have it made from Debian's archive."""
        if not base.is_file():
            command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(BASE)}", "bookworm", str(base)]
            subprocess.run(command, check=True)
        self.root.mkdir(parents=True)
        subprocess.run(["tar", "--extract", "--file", base, "--directory", self.root, "--exclude=./dev/*"], check=True)
        (self.root / "etc/machine-id").write_text("")
        # Here nobody pulls the plug.
        (self.root / "etc/dpkg/dpkg.cfg.d/quick").write_text("force-unsafe-io\n")
        # No service is started while something is installed from outside.
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)

    def run(self, *command: str, given: str | None = None, **environment: str) -> Done:
        """Run a command in it: beside its systemd where it is booted. stdout and stderr come together."""
        if self._leader is not None:
            around: Sequence[str] = ("nsenter", "--target", str(self._leader), "--all", "--wd=/")
        else:
            mounts = 'mount -t proc proc $0/proc && mount --rbind /dev $0/dev && exec chroot $0 "$@"'
            around = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", mounts, str(self.root))
        clean = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "DEBIAN_FRONTEND": "noninteractive",
            "LC_ALL": "C.UTF-8",
        }
        return subprocess.run(
            [*around, *command],
            env=clean | environment,
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def must(self, *command: str, **environment: str) -> str:
        """The same, for what must go well."""
        done = self.run(*command, **environment)
        if done.returncode != 0:
            raise UnexpectedError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def take(self, *files: Path) -> list[str]:
        """Copy files to where the machine finds them."""
        (self.root / "opt").mkdir(exist_ok=True)
        return [f"/opt/{Path(shutil.copy(file, self.root / 'opt')).name}" for file in files]

    def until(self, about: str, *command: str) -> str:
        """Wait until a command goes well."""
        end = time.monotonic() + PATIENCE
        while True:
            done = self.run(*command)
            if done.returncode == 0:
                print(f"  ok: {about}", flush=True)
                return done.stdout
            if time.monotonic() > end:
                raise UnexpectedError(f"NOT within {PATIENCE:.0f} s: {about}\n{done.stdout}")
            time.sleep(0.5)

    def cut(self) -> None:
        """Pull the plug of a booted one: nothing in it gets to do anything any more."""
        if self._leader is not None:
            os.kill(self._leader, signal.SIGKILL)

    @contextmanager
    def booted(self) -> Iterator[None]:
        """With its own systemd running, without a network but its own loopback."""
        name = f"packages-{os.getpid()}"
        command = ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--private-network"]
        with subprocess.Popen(
            [*command, f"--directory={self.root}", f"--machine={name}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as spawn:
            try:
                self._leader = _child(spawn.pid)
                self.until("it is booted", "systemctl", "is-active", "--quiet", "basic.target")
                yield
            finally:
                self._leader = None
                spawn.terminate()
                spawn.wait()


def _child(parent: int) -> int:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.1)
    raise UnexpectedError("nothing was booted")
