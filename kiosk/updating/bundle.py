"""One file with a version in it. Nothing of it is parsed before its signature holds, but for one length.

In this order: ``kiosk-update 1`` and a line feed, the length of the manifest (4 bytes, big-endian), the signature
(64 bytes), the manifest, the payload. The signature is Ed25519 (RFC 8032) over the first line, a zero byte and the
manifest. The payload is a tar.xz whose own hash stands in the manifest, as do those of all files in it.
"""

import hashlib
import lzma
import os
import platform
import struct
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiosk.updating import durable
from kiosk.updating.manifest import LARGEST, OWN, PYTHON, Entry, Manifest, RefusedError, decode, encode

MAGIC = b"kiosk-update 1\n"
SIGNATURE = 64
CHUNK = 1 << 20


class Bundle:
    """A bundle whose manifest is signed by one of ``keys``. Raises ``RefusedError``; its payload is still unread."""

    def __init__(self, file: IO[bytes], keys: Mapping[str, Ed25519PublicKey]) -> None:
        if not keys:
            raise RefusedError("no-key", "no publisher's key is on this machine (/etc/kiosk/update-keys/NAME.pem)")
        head = file.read(len(MAGIC) + 4 + SIGNATURE)
        if len(head) != len(MAGIC) + 4 + SIGNATURE or not head.startswith(MAGIC):
            raise RefusedError("not-a-bundle", "this file is no update of a kiosk")
        (length,) = struct.unpack(">I", head[len(MAGIC) :][:4])
        if not 0 < length <= LARGEST:
            raise RefusedError("not-a-bundle", "this file is no update of a kiosk")
        content = file.read(length)
        self.signer = _signer(head[-SIGNATURE:], content, keys)
        self.content = content
        self.manifest = decode(content)
        self._file = file
        self._start = file.tell()

    def unpack(self, folder: Path) -> None:
        """Put all files into ``folder``, which is made, and see them on the disk; the manifest comes last of all.

        Raises ``RefusedError`` at the first thing that is otherwise than the manifest says.
        """
        self._check_payload()
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)
        left = dict(self.manifest.files)
        made = {folder}
        try:
            with tarfile.open(fileobj=self._file, mode="r:xz") as archive:
                for member in archive:
                    entry = left.pop(member.name, None)
                    source = archive.extractfile(member) if entry is not None and member.isreg() else None
                    if entry is None or source is None or member.size != entry.size:
                        raise RefusedError("broken", "the bundle holds something that its manifest does not name")
                    _put(folder / PurePosixPath(member.name), source, entry, made)
        except (tarfile.TarError, EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise RefusedError("broken", "the bundle can't be unpacked") from error
        if left:
            raise RefusedError("broken", "the bundle lacks files that its manifest names")
        (folder / PYTHON).symlink_to(f"/usr/bin/python{self.manifest.python}")
        for one in sorted(made, reverse=True):
            durable.sync_folder(one)
        durable.write(folder / OWN, self.content)
        durable.sync_folder(folder.parent)

    def _check_payload(self) -> None:
        told, digest, seen = self.manifest.payload, hashlib.sha256(), 0
        self._file.seek(self._start)
        while chunk := self._file.read(CHUNK):
            seen += len(chunk)
            if seen > told.size:
                break
            digest.update(chunk)
        if seen != told.size or digest.hexdigest() != told.sha256:
            raise RefusedError("broken", "the bundle is not whole, or was changed on its way")
        self._file.seek(self._start)


def keys_in(folder: Path) -> dict[str, Ed25519PublicKey]:
    """The publishers' public keys (PEM, Ed25519) by the name of their file. What is none is passed over."""
    found: dict[str, Ed25519PublicKey] = {}
    for path in sorted(folder.glob("*.pem")):
        try:
            key = load_pem_public_key(path.read_bytes())
        except (OSError, ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(key, Ed25519PublicKey):
            found[path.stem] = key
    return found


def make(tree: Path, out: Path, key: Ed25519PrivateKey, *, preset: int = 6, **told: object) -> Manifest:
    """Write the bundle of a tree; ``told`` is the rest of the manifest. Links are left out: there is one, made anew."""
    names = sorted(str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    files = {name: _of(tree / name) for name in names if name != OWN}
    packed = out.with_name(f"{out.name}.payload")
    try:
        with (
            lzma.open(packed, "wb", preset=preset) as stream,
            tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for name, entry in files.items():
                # Nothing of who built it, where and when.
                member = tarfile.TarInfo(name)
                member.size, member.mode = entry.size, 0o755 if entry.executable else 0o644
                with (tree / name).open("rb") as source:
                    archive.addfile(member, source)
        manifest = Manifest(payload=_of(packed), files=files, **told)  # type: ignore[arg-type]
        content = encode(manifest)
        decode(content)
        with out.open("wb") as file, packed.open("rb") as payload:
            file.write(MAGIC + struct.pack(">I", len(content)) + key.sign(_signed(content)) + content)
            while chunk := payload.read(CHUNK):
                file.write(chunk)
    finally:
        packed.unlink(missing_ok=True)
    return manifest


def is_whole(folder: Path) -> bool:
    """Whether each file of an unpacked version is as its manifest says, and none is there besides."""
    try:
        manifest = decode((folder / OWN).read_bytes())
        there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or path.is_file()}
        same = there == {*manifest.files, OWN, PYTHON}
        return same and all(_of(folder / name).sha256 == entry.sha256 for name, entry in manifest.files.items())
    except (OSError, RefusedError):
        return False


def fits_this_machine(manifest: Manifest) -> bool:
    """Whether it is for this kind of processor, and the Python that it is made for is here."""
    return manifest.machine == platform.machine().lower() and Path(f"/usr/bin/python{manifest.python}").exists()


def _signer(signature: bytes, content: bytes, keys: Mapping[str, Ed25519PublicKey]) -> str:
    for name, key in keys.items():
        try:
            key.verify(signature, _signed(content))
        except InvalidSignature:
            continue
        return name
    raise RefusedError("wrong-signature", "no publisher whom this kiosk knows has signed it as it is")


def _signed(content: bytes) -> bytes:
    return MAGIC + b"\0" + content


def _put(path: Path, source: IO[bytes], entry: Entry, made: set[Path]) -> None:
    _make_folders(path.parent, made)
    digest = hashlib.sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        os.fchmod(handle, 0o755 if entry.executable else 0o644)
        file.flush()
        os.fsync(handle)
    if digest.hexdigest() != entry.sha256:
        raise RefusedError("broken", "a file of the bundle is not what its manifest says")


def _make_folders(folder: Path, made: set[Path]) -> None:
    if folder not in made:
        _make_folders(folder.parent, made)
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)
        made.add(folder)


def _of(path: Path) -> Entry:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    found = path.stat()
    return Entry(digest, found.st_size, bool(found.st_mode & 0o100))
