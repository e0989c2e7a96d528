"""A disk as a power cut leaves it: files, their names, and what of both had been synced.

Three things may be left of a disk (``strict``, ``lax``, ``torn``). The rules of each are those of fsync(2) and no more:
a file's bytes are safe after its ``fsync`` or ``fdatasync``, a name after an ``fsync`` of its folder, and in between
anything may have reached the disk, in any order, sector by sector. Taken for granted are: a sector of 512 bytes is
written whole or keeps what it held before, but for the bytes that were being written; the drive keeps what it has said
to keep; names are changed in the order in which they were asked for, as in any journalling file system. Folders are
there from the beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

SECTOR = 512
LINK = b"\0symbolic link to "
"""What a symbolic link holds before its target: the target is written down with the name, as ext4 does."""


@dataclass(frozen=True, slots=True)
class Create:
    """A new, empty file."""

    name: str


@dataclass(frozen=True, slots=True)
class Write:
    """``data`` at ``place``, a byte offset."""

    name: str
    place: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Resize:
    """Cut off, or filled up with zeros."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Rename:
    """In one step, over what had the name before."""

    name: str
    new: str


@dataclass(frozen=True, slots=True)
class Link:
    """A second name for the same file, where there was none."""

    name: str
    new: str


@dataclass(frozen=True, slots=True)
class Remove:
    """The name is gone."""

    name: str


@dataclass(frozen=True, slots=True)
class Sync:
    """The file's bytes are safe, as far as they were written before operation number ``since``."""

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class Failed:
    """An ``fsync`` that failed: as on Linux, what was written before it will not be tried again by a later one."""

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """The names in a folder are safe; ``""`` is the topmost."""

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something went out to the world on ``channel``: from here on it has been said."""

    channel: str
    data: bytes = field(repr=False)


Operation = Create | Write | Resize | Rename | Link | Remove | Sync | Failed | SyncFolder | Mark
Image = dict[str, bytes]
"""What is left: the bytes of each file by its name."""


@dataclass(slots=True)
class _Change:
    place: int
    what: Write | Resize
    orphan: bool = False


class _File:
    """One file, whatever its name: as the programs see it, as it is safe, and what lies between."""

    def __init__(self, content: bytes = b"") -> None:
        self.seen = bytearray(content)
        self.safe = bytearray(content)
        self.between: list[_Change] = []

    def change(self, place: int, what: Write | Resize) -> None:
        _apply(self.seen, what)
        self.between.append(_Change(place, what))

    def sync(self, since: int) -> None:
        for one in self.between:
            if one.place < since and not one.orphan:
                _apply(self.safe, one.what)
        self.between = [one for one in self.between if one.place >= since]

    def fail(self, since: int) -> None:
        for one in self.between:
            one.orphan = one.orphan or one.place < since

    def torn(self, chance: Random, kept: float, spoilt: float) -> bytes:
        content = bytearray(self.safe)
        for one in self.between:
            if isinstance(one.what, Resize):
                if chance.random() < kept:
                    _apply(content, one.what)
                continue
            for piece in _sectors(one.what):
                drawn = chance.random()
                if drawn < spoilt:
                    _apply(content, Write(piece.name, piece.place, chance.randbytes(len(piece.data))))
                elif drawn < kept:
                    _apply(content, piece)
        return bytes(content)


@dataclass(frozen=True, slots=True)
class _Naming:
    place: int
    gone: str | None
    here: tuple[str, _File] | None


class Disk:
    """Takes the operations one after another; asked at any moment, tells what a cut would leave."""

    def __init__(self, start: Mapping[str, bytes] | None = None) -> None:
        self._names = {name: _File(content) for name, content in (start or {}).items()}
        self._safe_names = dict(self._names)
        self._namings: list[_Naming] = []

    def do(self, place: int, operation: Operation) -> bool:
        """Operation number ``place``; whether what ``strict`` leaves may be another now."""
        match operation:
            case Create(name):
                self._names[name] = _File()
                self._namings.append(_Naming(place, None, (name, self._names[name])))
            case Write(name) | Resize(name):
                self._names[name].change(place, operation)
            case Rename(name, new):
                self._names[new] = self._names.pop(name)
                self._namings.append(_Naming(place, name, (new, self._names[new])))
            case Link(name, new):
                self._names[new] = self._names[name]
                self._namings.append(_Naming(place, None, (new, self._names[new])))
            case Remove(name):
                del self._names[name]
                self._namings.append(_Naming(place, name, None))
            case Sync(name, since):
                self._names[name].sync(since)
                return True
            case Failed(name, since):
                self._names[name].fail(since)
            case SyncFolder(name, since):
                self._sync_names(name, since)
                return True
            case Mark():
                return True
        return False

    def strict(self) -> Image:
        """Only what had been synced."""
        return {name: bytes(file.safe) for name, file in self._safe_names.items()}

    def lax(self) -> Image:
        """Everything that was written."""
        return {name: bytes(file.seen) for name, file in self._names.items()}

    def torn(self, chance: Random) -> Image:
        """What had been synced, and by chance any of the sectors and names that were under way."""
        kept, spoilt = chance.choice((0.1, 0.5, 0.9)), chance.choice((0.0, 0.0, 0.05))
        names = dict(self._safe_names)
        for one in self._namings[: chance.randint(0, len(self._namings))]:
            _rename(names, one)
        return {name: file.torn(chance, kept, spoilt) for name, file in names.items()}

    def _sync_names(self, folder: str, since: int) -> None:
        later = []
        for one in self._namings:
            names = [name for name in (one.gone, one.here and one.here[0]) if name]
            if one.place < since and all(name.rpartition("/")[0] == folder for name in names):
                _rename(self._safe_names, one)
            else:
                later.append(one)
        self._namings = later


def _rename(names: dict[str, _File], one: _Naming) -> None:
    if one.gone is not None:
        names.pop(one.gone, None)
    if one.here is not None:
        names[one.here[0]] = one.here[1]


def _apply(content: bytearray, what: Write | Resize) -> None:
    size = what.size if isinstance(what, Resize) else max(len(content), what.place + len(what.data))
    if size > len(content):
        content.extend(bytes(size - len(content)))
    if isinstance(what, Resize):
        del content[size:]
    else:
        content[what.place : what.place + len(what.data)] = what.data


def _sectors(write: Write) -> list[Write]:
    """The write, cut where one sector ends and the next begins."""
    pieces, start, ends = [], write.place, write.place + len(write.data)
    while start < ends:
        end = min(ends, (start // SECTOR + 1) * SECTOR)
        pieces.append(Write(write.name, start, write.data[start - write.place : end - write.place]))
        start = end
    return pieces
