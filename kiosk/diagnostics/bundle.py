"""The support bundle: pieces of JSON in one archive. Each has passed the allow-list, and nothing goes around it."""

import gzip
import io
import json
import re
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.checkin import hetu
from kiosk.diagnostics.redaction_words import LARGEST_NUMBER, Tree, Words, allowed, hidden, log_line

FORMAT = 1
_MANIFEST = "manifest.json"
_LIKE_A_CODE = re.compile(r"(?=([0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]))", re.IGNORECASE)

README = """Support bundle of a check-in kiosk.

Words of the program itself, moments and counts are shown; everything else stands as its kind and length, such as
<text:14>. manifest.json lists the files and how many values are hidden in each. docs/technicians.md explains them.
"""


@dataclass(frozen=True)
class Piece:
    """One file of the bundle. ``own`` marks numbers that this machine measured itself: bytes may be many."""

    name: str
    tree: Tree
    own: bool = False


@dataclass(frozen=True)
class Log:
    """The end of one log, line by line as it was written."""

    name: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Packed:
    """The archive, with how many files and hidden values are in it."""

    archive: bytes
    files: int
    hidden: int


def pack(pieces: Iterable[Piece], logs: Iterable[Log], words: Words, at: datetime) -> Packed:
    """The archive (gzip of tar). A file in which an identity code would still stand is withheld and says so."""
    files: dict[str, str] = {}
    concealed: dict[str, int] = {}
    for piece in pieces:
        tree = allowed(piece.tree, words, largest=float("inf") if piece.own else LARGEST_NUMBER)
        files[piece.name] = json.dumps(tree, indent=2, ensure_ascii=False) + "\n"
        concealed[piece.name] = hidden(tree)
    for log in logs:
        lines = [log_line(line, words) for line in log.lines]
        files[log.name] = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        concealed[log.name] = sum(map(hidden, lines))
    withheld = sorted(name for name, text in files.items() if names_somebody(text))
    for name in withheld:
        files[name] = json.dumps({"withheld": True}) + "\n"
    manifest = {
        "format": FORMAT,
        "at": at.isoformat(),
        "withheld": withheld,
        "files": {name: {"bytes": len(text.encode()), "hidden": concealed[name]} for name, text in files.items()},
    }
    files = {"README.txt": README, _MANIFEST: json.dumps(manifest, indent=2) + "\n", **files}
    return Packed(_archive(files, at), len(files), sum(concealed.values()))


def names_somebody(text: str) -> bool:
    """Whether a valid identity code stands anywhere in it: the last look before it leaves."""
    return any(hetu.canonical(found[1], date.max) is not None for found in _LIKE_A_CODE.finditer(text))


def _archive(files: dict[str, str], at: datetime) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, text in files.items():
            content = text.encode()
            member = tarfile.TarInfo(f"kiosk-support/{name}")
            member.size, member.mtime, member.mode = len(content), int(at.timestamp()), 0o600
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(target.getvalue(), mtime=int(at.timestamp()))
