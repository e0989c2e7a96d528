"""Signed updates: ``python -m supply.update bundle KIOSK.deb KEY OUT`` (``make update-bundle``), and ``new-key NAME``.

A bundle holds the tree of the package and nothing else of it, so that both come from one build. The private key belongs
on no kiosk and in no checkout; docs/updates.md says how to keep it.
"""

import argparse
import getpass
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from kiosk.updating.bundle import make
from kiosk.updating.manifest import PYTHON
from supply.carried import SYSTEM_PYTHON
from supply.moment import source_moment

OF_THE_PACKAGE = ("guard", "run", "sorry", "update")
"""In /usr/lib/kiosk, and no part of a version: what starts one must not come with it."""
SUFFIX = ".kiosk-update"
ASKED = (
    "import json, kiosk; from kiosk.offline.connection import JOURNAL, ROSTER;"
    " from kiosk.offline.migrations import STEPS;"
    " print(json.dumps([kiosk.__version__, len(STEPS[JOURNAL]), len(STEPS[ROSTER])]))"
)


def bundle_of(package: Path, key: Ed25519PrivateKey, out: Path, follows: str | None = None) -> Path:
    """The bundle of a Debian package, in the folder ``out``. Raises ``CalledProcessError`` where it is none of ours."""
    with tempfile.TemporaryDirectory(prefix="update-") as temporary:
        subprocess.run(["dpkg-deb", "--extract", str(package), temporary], check=True)
        return bundle_of_tree(Path(temporary) / "usr/lib/kiosk", key, out, follows)


def bundle_of_tree(
    tree: Path, key: Ed25519PrivateKey, out: Path, follows: str | None = None, *, preset: int = 6
) -> Path:
    """The same from a tree as ``supply.carried`` fills it. ``follows`` is the least version before; else any.

    ``preset`` is how hard xz tries, from 0 to 9.
    """
    for name in OF_THE_PACKAGE:
        (tree / name).unlink(missing_ok=True)
    # A package has its links relative: from here they lead nowhere.
    (tree / PYTHON).unlink(missing_ok=True)
    (tree / PYTHON).symlink_to(SYSTEM_PYTHON)
    told = subprocess.run([str(tree / PYTHON), "-I", "-c", ASKED], check=True, capture_output=True, text=True)
    version, journal, roster = json.loads(told.stdout)
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"kiosk_{version}{SUFFIX}"
    moment = source_moment() or datetime.now(UTC)
    make(
        tree,
        made,
        key,
        preset=preset,
        version=version,
        follows=follows or "0.0",
        machine=platform.machine().lower(),
        python=SYSTEM_PYTHON.removeprefix("/usr/bin/python"),
        made_at=moment.isoformat(timespec="seconds"),
        schema={"journal": journal, "roster": roster},
    )
    return made


def new_key(name: Path, password: bytes | None) -> tuple[Path, Path]:
    """A private key, which only its owner reads, and its public half beside it. Raises ``FileExistsError``."""
    key = Ed25519PrivateKey.generate()
    hidden, public = name.with_suffix(".key"), name.with_suffix(".pem")
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    handle = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return hidden, public


def read_key(path: Path, password: bytes | None) -> Ed25519PrivateKey:
    """A private key. Raises ``ValueError`` where it is none, ``TypeError`` where it is of another kind."""
    key = load_pem_private_key(path.read_bytes(), password)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is no Ed25519 key")
    return key


def main() -> int:
    """Make a key, or a bundle."""
    parser = argparse.ArgumentParser(prog="supply.update", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("new-key", help="NAME.key to be kept away, NAME.pem for /etc/kiosk/update-keys")
    making.add_argument("name", type=Path)
    bundling = commands.add_parser("bundle")
    bundling.add_argument("package", type=Path, help="the Debian package, or a folder: then its newest")
    bundling.add_argument("key", type=Path)
    bundling.add_argument("out", type=Path)
    bundling.add_argument("--follows", help="the least version that it may come after")
    for command in (making, bundling):
        command.add_argument("--password", action="store_true", help="ask for the password of the key")
    told = parser.parse_args()
    password = getpass.getpass("Password of the key: ").encode() if told.password else None
    if told.command == "new-key":
        print(*new_key(told.name, password), sep="\n")
        return 0
    package = told.package
    if package.is_dir():
        package = max(package.glob("kiosk_*.deb"), key=lambda path: path.stat().st_mtime)
    print(bundle_of(package, read_key(told.key, password), told.out, told.follows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
