"""The disk of a machine: Debian 12 and the package, installed as by a technician, made into an ext4 file system."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.boot import console
from tests.packages.machine import Machine

BARE = (
    *("systemd", "systemd-sysv", "dbus", "udev", "ca-certificates", "procps", "iproute2"),
    *("linux-image-amd64", "initramfs-tools", "zstd", "systemd-timesyncd"),
)
"""What a machine has before the package comes."""
DISK_SIZE = "4G"
APT = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "--allow-downgrades")
INITRAMFS_FOLDERS = ("etc/initramfs-tools/conf.d", "usr/share/initramfs-tools/modules.d")
INITRAMFS = {
    f"{INITRAMFS_FOLDERS[0]}/boot-test": "MODULES=list\nCOMPRESS=zstd\n",
    f"{INITRAMFS_FOLDERS[1]}/boot-test": "virtio_pci\nvirtio_blk\next4\n",
}
"""Only what this machine's disk needs: an initramfs for every disk takes an emulated processor minutes to unpack."""
NETWORK = "[Match]\nName=e*\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\n"


@dataclass(frozen=True)
class Disk:
    """A file system in a file, and what a boot loader would have taken from it."""

    image: Path
    kernel: Path
    initramfs: Path


def disk(folder: Path, package: Path, files: Mapping[str, bytes]) -> Disk:
    """The disk with ``package`` and ``files`` on it, by path; made where ``folder`` has none of it yet.

    As root, with Debian's archive within reach. Raises ``CalledProcessError`` and ``UnexpectedError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = [path.read_bytes() for path in (package, Path(__file__), Path(console.__file__))]
    mark = hashlib.sha256(b"".join([*sources, repr(files).encode()])).hexdigest()[:16]
    made = Disk(folder / f"{mark}.ext4", folder / f"{mark}.kernel", folder / f"{mark}.initramfs")
    if made.initramfs.is_file():
        return made
    for old in (*folder.glob("*.ext4"), *folder.glob("*.kernel"), *folder.glob("*.initramfs")):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="boot-disk-") as temporary:
        machine = Machine(Path(temporary) / "root")
        try:
            machine.make(_base(folder, package))
            _install(machine, package, files)
            _write(machine.root, made)
        finally:
            subprocess.run(["rm", "-rf", "--one-file-system", str(machine.root)], check=False)
    return made


def _base(folder: Path, package: Path) -> Path:
    """A Debian with everything that the package asks for, and without it."""
    fields = subprocess.run(
        ["dpkg-deb", "--field", package, "Depends", "Recommends"], check=True, capture_output=True, text=True
    ).stdout
    wanted = ",".join(re.findall(r"(?:^\w+:|,)\s*([a-z0-9.+-]+)", fields, re.MULTILINE))
    names = ",".join(dict.fromkeys([*BARE, *wanted.split(",")]))
    base = folder / f"base-{hashlib.sha256(names.encode()).hexdigest()[:16]}.tar"
    if not base.is_file():
        for old in folder.glob("base-*.tar"):
            old.unlink()
        part = base.with_suffix(".part.tar")
        hook = f'set -e; cd "$1"; mkdir -p {" ".join(INITRAMFS_FOLDERS)}; ' + "; ".join(
            f"printf '%s' '{text}' >{path}" for path, text in INITRAMFS.items()
        )
        made = ["mmdebstrap", "--variant=minbase", "--dpkgopt=force-unsafe-io", f"--essential-hook={hook}"]
        subprocess.run([*made, f"--include={names}", "bookworm", str(part)], check=True)
        part.rename(base)
    return base


def _install(machine: Machine, package: Path, files: Mapping[str, bytes]) -> None:
    root = machine.root
    (root / "etc/hostname").write_text("kiosk-boot\n")
    (root / "etc/hosts").write_text("127.0.0.1 localhost kiosk-boot\n")
    (root / "etc/fstab").write_text("/dev/vda / ext4 errors=remount-ro 0 1\n")
    (root / "etc/systemd/network/10-wire.network").write_text(NETWORK)
    shell = root / "usr/local/sbin/boot-test-shell"
    shell.write_text(console.SHELL)
    shell.chmod(0o755)
    (root / "etc/systemd/system/boot-test-shell.service").write_text(console.UNIT)
    (given,) = machine.take(package)
    machine.must(*APT, given)
    machine.must("systemctl", "enable", "systemd-networkd.service", "boot-test-shell.service")
    machine.must("apt-get", "clean")
    for name, content in files.items():
        (root / name).write_bytes(content)
    (root / "usr/sbin/policy-rc.d").unlink()
    shutil.rmtree(root / "opt")


def _write(root: Path, made: Disk) -> None:
    # The last one says that all are there.
    part = made.image.with_suffix(".part")
    part.unlink(missing_ok=True)
    subprocess.run(["mkfs.ext4", "-q", "-d", str(root), str(part), DISK_SIZE], check=True)
    part.rename(made.image)
    for name, path in (("vmlinuz", made.kernel), ("initrd.img", made.initramfs)):
        part = path.with_suffix(".part")
        shutil.copy(_newest(root / "boot", name), part)
        part.rename(path)


def _newest(folder: Path, name: str) -> Path:
    return max(folder.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime)
