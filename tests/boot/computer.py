"""An emulated computer: QEMU with a disk, a display, a keyboard, a pointer, a network and serial lines."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.boot.console import Console
from tests.boot.disk import Disk
from tests.boot.qmp import Qmp

BEGIN_SECONDS = 30.0
MEMORY = "2G"
SIZE = (1080, 1920)
"""Pixels of the display, which stands upright."""


@dataclass(frozen=True)
class Lines:
    """The devices on the second and the third serial line: paths of ptys."""

    scanner: str
    printer: str


@dataclass
class Computer:
    """One that is switched on."""

    qmp: Qmp
    console: Console
    on_since: float
    _process: subprocess.Popen[bytes]

    def pull_the_plug(self) -> None:
        """No power from one moment to the next: what was not on the disk is gone."""
        self._process.kill()
        self._process.wait()


def overlay(disk: Disk, path: Path) -> Path:
    """A disk of its own for one run: what is written stays there, and never reaches ``disk``."""
    base = ["-b", str(disk.image.resolve()), "-F", "raw"]
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *base, str(path)], check=True)
    return path


@contextmanager
def switched_on(folder: Path, disk: Disk, written: Path, lines: Lines, accelerator: str) -> Iterator[Computer]:
    """From the power switch to the plug. ``folder`` gets the kernel's words, in ``kernel.log``.

    ``accelerator`` is one of QEMU's: ``tcg`` needs nothing of the processor.
    """
    for door in ("qmp", "console"):
        (folder / door).unlink(missing_ok=True)
    fast = "tcg,thread=multi,tb-size=1024" if accelerator == "tcg" else accelerator
    width, height = SIZE
    command = [
        *("nice", "-n", "5", "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none"),
        *("-machine", "q35", "-accel", fast, "-cpu", "max", "-smp", "2", "-m", MEMORY),
        *("-kernel", str(disk.kernel), "-initrd", str(disk.initramfs)),
        *("-append", "root=/dev/vda rw quiet console=tty0 console=ttyS3 systemd.getty_auto=0 mitigations=off"),
        *("-drive", f"file={written},if=virtio,format=qcow2"),
        *("-device", f"virtio-vga,xres={width},yres={height}"),
        *("-device", "qemu-xhci", "-device", "usb-kbd", "-device", "usb-tablet"),
        *("-device", "virtio-rng-pci"),
        *("-netdev", "user,id=wire,ipv6=off", "-device", "virtio-net-pci,netdev=wire"),
        *("-qmp", f"unix:{folder}/qmp,server=on,wait=off"),
        *("-serial", f"unix:{folder}/console,server=on,wait=on"),
        *("-chardev", f"serial,id=scanner,path={lines.scanner}", "-serial", "chardev:scanner"),
        *("-chardev", f"serial,id=printer,path={lines.printer}", "-serial", "chardev:printer"),
        *("-serial", f"file:{folder}/kernel.log"),
    ]
    with (folder / "qemu.log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_for(folder / "console", process)
        # QEMU waits for this one before anything runs: nothing that is said on it is lost.
        console = Console(folder / "console")
        on_since = time.monotonic()
        _wait_for(folder / "qmp", process)
        qmp = Qmp(folder / "qmp")
        try:
            yield Computer(qmp, console, on_since, process)
        finally:
            qmp.close()
            console.close()
    finally:
        process.kill()
        process.wait()


def _wait_for(door: Path, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + BEGIN_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if door.exists():
            with socket.socket(socket.AF_UNIX) as probe:
                if door.name == "console" or probe.connect_ex(str(door)) == 0:
                    return
        time.sleep(0.05)
    raise RuntimeError("QEMU does not start; qemu.log says why")
