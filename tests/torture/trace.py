"""What strace writes, read into the operations of ``disk.py``. Pure: lines in, operations out.

Expected is the output of ``strace -f -yy -xx`` (strace(1)): every string in hexadecimal, every descriptor with its path
or socket. Only what happens to files below one folder is kept, and what goes out on the channels that are told.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.torture.disk import (
    LINK,
    Create,
    Failed,
    Link,
    Mark,
    Operation,
    Remove,
    Rename,
    Resize,
    Sync,
    SyncFolder,
    Write,
)

CALLS = (
    *("open", "openat", "creat", "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendto", "sendmsg"),
    *("ftruncate", "truncate", "fallocate", "lseek", "rename", "renameat", "renameat2", "unlink", "unlinkat"),
    *("link", "linkat", "symlink", "symlinkat", "fsync", "fdatasync", "sync", "syncfs", "sync_file_range", "mmap"),
    *("copy_file_range", "sendfile", "splice", "msync"),
)
"""The system calls that a recording needs."""

_LINE = re.compile(r"(\d+)\s+(.*)")
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+|\?)(.*)", re.DOTALL)
_BEGUN = re.compile(r"(\w+)\((.*?),? <unfinished \.\.\.>$", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_HEX = re.compile(r"(?:\\x[0-9a-f]{2})+")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_DESCRIPTOR = re.compile(r"(\d+|AT_FDCWD)<(.*?)>(?=[,)\s]|$)")


class TraceError(Exception):
    """The trace holds something that cannot be replayed faithfully; better no figure than a wrong one."""


class Reader:
    """Turns lines into operations. ``outgoing`` tells which sockets and files carry acknowledgements, by their name.

    A file written with ``write`` has its place tracked for each descriptor and path, from ``open`` and ``lseek``: it
    must not be read through the same descriptor in between.
    """

    def __init__(self, folder: str, outgoing: Callable[[str], bool], *, leave_out: tuple[str, ...] = ("-shm",)) -> None:
        self._folder = folder.rstrip("/") + "/"
        self._outgoing = outgoing
        self._leave_out = leave_out
        self._sizes: dict[str, int] = {}
        self._positions: dict[tuple[str, str], int | None] = {}
        self._begun: dict[str, tuple[str, str, int]] = {}
        self._count = 0

    def read(self, lines: Iterable[str]) -> Iterator[Operation]:
        """The operations, in the order in which they took effect."""
        for line in lines:
            for operation in self._line(line.rstrip("\n")):
                self._count += 1
                yield operation

    def known(self, name: str, size: int) -> None:
        """A file that was there before the trace began."""
        self._sizes[name] = size

    def _line(self, line: str) -> Iterator[Operation]:
        matched = _LINE.fullmatch(line)
        if matched is None:
            return
        thread, text = matched.groups()
        if begun := _BEGUN.fullmatch(text):
            name, arguments = begun.groups()
            self._begun[thread] = (name, arguments, self._count)
            # What is on its way may be out already: an acknowledgement counts from here on.
            yield from self._marks(name, arguments)
        elif resumed := _RESUMED.fullmatch(text):
            name, arguments, since = self._begun.pop(thread, (resumed[1], "", self._count))
            whole = _CALL.fullmatch(f"{name}({arguments}{resumed[2]}")
            if whole is not None:
                yield from self._call(name, whole[2], whole[3], since)
        elif whole := _CALL.fullmatch(text):
            yield from self._marks(whole[1], whole[2])
            yield from self._call(whole[1], whole[2], whole[3], self._count)

    def _marks(self, name: str, arguments: str) -> Iterator[Operation]:
        if name in ("write", "writev", "sendto", "sendmsg"):
            descriptor = _DESCRIPTOR.match(arguments)
            if descriptor is not None:
                channel = _plain(descriptor[2])
                if self._outgoing(channel):
                    yield Mark(channel, _data(arguments))

    def _call(self, name: str, arguments: str, result: str, since: int) -> Iterator[Operation]:
        value = -1 if result == "?" else int(result)
        if name in ("fsync", "fdatasync"):
            yield from self._synced(arguments, value, since)
        elif value < 0:
            return
        elif name in ("open", "openat", "creat"):
            yield from self._opened(name, arguments, value)
        elif name in ("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"):
            yield from self._named(name, arguments)
        elif name in ("symlink", "symlinkat"):
            yield from self._linked(arguments)
        elif name == "truncate":
            if (path := self._own(_paths(arguments)[0])) is not None:
                yield self._resized(path, int(arguments.rsplit(",", 1)[1]))
        else:
            yield from self._on_file(name, arguments, value)

    def _synced(self, arguments: str, value: int, since: int) -> Iterator[Operation]:
        path = self._path_of(arguments)
        if path is None:
            return
        if path == "" or path not in self._sizes:
            if value >= 0:
                yield SyncFolder(path, since)
        else:
            yield Sync(path, since) if value >= 0 else Failed(path, since)

    def _opened(self, call: str, arguments: str, descriptor: int) -> Iterator[Operation]:
        path = self._own(_paths(arguments)[-1])
        if path is None:
            return
        flags = "O_WRONLY|O_CREAT|O_TRUNC" if call == "creat" else arguments
        if "O_TMPFILE" in flags:
            raise TraceError(f"a file without a name in {path}")
        if "O_DIRECTORY" in flags or ("O_CREAT" not in flags and path not in self._sizes):
            return
        if path not in self._sizes:
            self._sizes[path] = 0
            yield Create(path)
        elif "O_TRUNC" in flags:
            yield self._resized(path, 0)
        self._positions[str(descriptor), path] = None if "O_APPEND" in flags else 0

    def _named(self, call: str, arguments: str) -> Iterator[Operation]:
        paths = [self._own(path) for path in _paths(arguments)]
        if call.startswith("unlink"):
            if paths[0] is not None and paths[0] in self._sizes:
                del self._sizes[paths[0]]
                yield Remove(paths[0])
            return
        old, new = paths
        if old is None and new is None:
            return
        if old is None or new is None or "RENAME_" in arguments:
            raise TraceError(f"a {call} across the folder's border")
        if old in self._sizes and call.startswith("link"):
            self._sizes[new] = self._sizes[old]
            yield Link(old, new)
        elif old in self._sizes:
            self._sizes[new] = self._sizes.pop(old)
            yield Rename(old, new)

    def _linked(self, arguments: str) -> Iterator[Operation]:
        first = self._count
        path = self._own(_paths(arguments)[1])
        if path is not None:
            content = LINK + _data(arguments[: arguments.index('",') + 1])
            self._sizes[path] = len(content)
            yield Create(path)
            yield Write(path, 0, content)
            yield Sync(path, first + 2)

    def _on_file(self, name: str, arguments: str, value: int) -> Iterator[Operation]:
        path = self._path_of(arguments)
        if name == "sync" or (name == "syncfs" and path is not None):
            raise TraceError(f"{name} is not in the model")
        if path is None or path not in self._sizes:
            return
        descriptor = _DESCRIPTOR.match(arguments)
        key = (descriptor[1] if descriptor else "", path)
        match name:
            case "pwrite64":
                yield self._written(path, int(arguments.rsplit(",", 1)[1]), _data(arguments)[:value])
            case "write" | "writev":
                place = self._positions.get(key)
                place = self._sizes[path] if place is None else place
                if self._positions.get(key) is not None:
                    self._positions[key] = place + value
                yield self._written(path, place, _data(arguments)[:value])
            case "lseek":
                if self._positions.get(key) is not None:
                    self._positions[key] = value
            case "ftruncate":
                yield self._resized(path, int(arguments.rsplit(",", 1)[1]))
            case "mmap":
                if "PROT_WRITE" in arguments and "MAP_SHARED" in arguments:
                    raise TraceError(f"{path} is written through a map, which no trace shows")
            case _:
                raise TraceError(f"{name} on {path} is not in the model")

    def _written(self, path: str, place: int, data: bytes) -> Write:
        self._sizes[path] = max(self._sizes[path], place + len(data))
        return Write(path, place, data)

    def _resized(self, path: str, size: int) -> Resize:
        self._sizes[path] = size
        return Resize(path, size)

    def _path_of(self, arguments: str) -> str | None:
        descriptor = _DESCRIPTOR.match(arguments)
        # mmap has its descriptor in the middle; nothing else there looks like one.
        descriptor = descriptor or _DESCRIPTOR.search(arguments)
        return None if descriptor is None else self._own(_plain(descriptor[2]))

    def _own(self, path: str) -> str | None:
        """The name below the folder; ``""`` for the folder itself; ``None`` for all that is elsewhere."""
        if path + "/" == self._folder:
            return ""
        if not path.startswith(self._folder) or path.endswith(self._leave_out) or "(deleted)" in path:
            return None
        return path.removeprefix(self._folder)


def _paths(arguments: str) -> list[str]:
    """The paths that a call names, made absolute by the folder that stands before each."""
    before = re.search(r"AT_FDCWD<(.*?)>", arguments)
    folder = Path(_plain(before[1]) if before else "/")
    named = [_decoded(string[1]).decode("utf-8", "surrogateescape") for string in _STRING.finditer(arguments)]
    return [os.path.normpath(folder / one) for one in named]


def _data(arguments: str) -> bytes:
    parts = []
    for string in _STRING.finditer(arguments):
        if string[2]:
            raise TraceError("strace cut a string short")
        parts.append(_decoded(string[1]))
    return b"".join(parts)


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _plain(text: str) -> str:
    """A path or a socket's name; what stands in hexadecimal is decoded."""
    return _HEX.sub(lambda found: _decoded(found[0]).decode("utf-8", "surrogateescape"), text)
