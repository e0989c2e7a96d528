"""The disk of one machine: real SQLite files, and what a power cut leaves of them.

A commit is as durable as the connection's own ``PRAGMA synchronous`` makes it: with ``FULL`` the write-ahead log is
synced at every commit, with ``NORMAL`` before a checkpoint, with ``OFF`` never. After each statement the index of the
log (``-shm``) tells how far it goes; a cut keeps what was synced, and of the rest nothing, all or a torn part. So a
build that dropped an fsync loses rows here as it would in the field.

File format: https://sqlite.org/walformat.html, sections 1.2, 2.1 and 2.2.
"""

import os
import random
import shutil
import struct
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from tests.simulation.scheduler import Killed

WAL, SHM = "-wal", "-shm"
_FRAME, _HEADER = 24, 32
"""Bytes before each page of the log, and before all of them."""
NORMAL, FULL = 1, 2

rewrites: list[Callable[["Disk", str], str]] = []
"""Planted bugs that change a statement on its way."""

_connect = dbapi2.connect
_disks: dict[Path, "Disk"] = {}
here = threading.local()
"""``here.process`` is the process whose code runs in this thread, where it is one of a kiosk's."""


@dataclass
class _File:
    """How far one database is on the disk for good: the salts of its log, and frames of it."""

    salts: bytes = b""
    frames: int = 0
    lazy: bool = False
    """Whether pages went from the log into the database without any sync, so that both are as at the last start."""


@dataclass
class Blow:
    """What is to happen to the machine at the ``left``-th statement from now.

    ``when`` is ``before`` it, ``during`` (done, not synced) or ``after`` (done and synced, and nobody told); or it is
    ``error``: nothing can be written from there on, for ``errors`` statements.
    """

    left: int
    when: str
    only_commits: bool
    strike: Callable[[], None]
    process: object = None
    """Whose statements count; ``None`` for any on the machine."""
    errors: int = 0


class Disk:
    """A folder with databases. ``power_cut`` and ``image`` leave the folder as it is: ``bring_back`` puts it on."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.folder = folder
        self.start = folder.with_name(folder.name + ".start")
        self.statements = 0
        self.changed = False
        self.dead = False
        self.blow: Blow | None = None
        self._files: dict[str, _File] = {}
        for place in (folder, self.start):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(template, place)
        _disks[folder] = self

    def remove(self) -> None:
        """Forget the folder and what is in it."""
        _disks.pop(self.folder, None)
        for place in (self.folder, self.start):
            shutil.rmtree(place, ignore_errors=True)

    def cut(self, chance: random.Random) -> str:
        """Put into ``start`` what a power cut at this moment leaves. Says what became of the unsynced part."""
        fate = chance.choice(("gone", "kept", "torn"))
        for path in sorted(self.folder.glob("*.db")):
            self._cut(path, fate, chance)
        self.dead = True
        return fate

    def keep(self) -> None:
        """Put into ``start`` the files as they are: all processes were killed, the machine goes on."""
        for path in sorted(self.folder.glob("*.db")):
            for source in (path, path.with_name(path.name + WAL)):
                target = self.start / source.name
                target.unlink(missing_ok=True)
                if source.exists():
                    shutil.copyfile(source, target)
        self.dead = True

    def is_durable(self) -> None:
        """All that is in the folder now was put on the disk by somebody who saw to it. Nothing of it may be open."""
        self.keep()
        self.dead = False
        self._files.clear()

    def bring_back(self) -> None:
        """Start again from ``start``. Every connection to the folder must be closed."""
        for path in self.folder.iterdir():
            if ".db" in path.name:
                path.unlink()
        for path in self.start.iterdir():
            if ".db" in path.name:
                shutil.copyfile(path, self.folder / path.name)
        self._files.clear()
        self.dead = False
        self.blow = None

    def before(self, sql: str, *, commits: bool) -> None:
        """A statement is about to be run."""
        if self.dead:
            raise Killed
        self.statements += 1
        blow = self.blow
        if blow is None or (blow.when == "error" and not sql.lstrip()[:6].upper().startswith(_WRITES)):
            return
        if not _meant(blow, commits=commits):
            return
        blow.left -= 1
        if blow.left < 0 and blow.when == "before":
            self._strike(blow)
        if blow.left < 0 and blow.when == "error":
            blow.errors -= 1
            if blow.errors <= 0:
                self.blow = None
            raise dbapi2.OperationalError("database or disk is full")

    def after(self, connection: Any, *, wrote: bool, commits: bool) -> None:
        """It has been run."""
        blow = self.blow
        struck = blow if blow is not None and blow.left < 0 and _meant(blow, commits=commits) else None
        if struck is not None and struck.when == "error":
            struck = None
        if struck is not None and struck.when == "during":
            self._strike(struck)
        if wrote:
            self.changed = True
            self._observe(connection)
        if struck is not None:
            self._strike(struck)

    def copied(self, connection: Any) -> None:
        """The log may have been brought into its file, and cut off."""
        self._observe(connection)

    def closed(self, connection: Any, files: Sequence[tuple[str, int]]) -> None:
        """A connection was closed; the last one of a file copies the log into it and sweeps it away."""
        for name, synchronous in files:
            if synchronous >= NORMAL and not self.dead and not (self.folder / (name + WAL)).exists():
                self._files[name] = _File()

    @property
    def durable(self) -> bool:
        """Whether everything that is committed would survive a cut now."""
        return all(
            not one.lazy and _index(f"{self.folder}/{name}")[:2] == (one.salts, one.frames)
            for name, one in self._files.items()
        )

    def _strike(self, blow: Blow) -> None:
        self.blow = None
        blow.strike()
        raise Killed

    def _observe(self, connection: Any) -> None:
        if connection.synced is None:
            connection.synced = synced(connection)
        for name, synchronous in connection.synced:
            path = f"{self.folder}/{name}"
            salts, frames, _ = _index(path)
            known = self._files.setdefault(name, _File())
            if not salts and not Path(path + WAL).exists():
                # No write-ahead log: with a sync after each commit, the file is what was committed.
                known.lazy = synchronous < NORMAL
                continue
            copied = _copied(path)
            restarted = known.salts not in (b"", salts)
            if synchronous >= FULL:
                known.salts, known.frames = salts, frames
            elif synchronous == NORMAL and (copied or restarted):
                known.salts, known.frames = salts, max(copied, known.frames if not restarted else 0)
            elif copied or restarted:
                known.lazy = True
            elif not known.salts:
                known.salts = salts

    def _cut(self, path: Path, fate: str, chance: random.Random) -> None:
        known = self._files.get(path.name)
        log, target = path.with_name(path.name + WAL), self.start / path.name
        if known is None or known.lazy:
            # Nothing was written since the start, or nothing of it was ever synced: it is as it was then.
            return
        target.unlink(missing_ok=True)
        shutil.copyfile(path, target)
        left = target.with_name(target.name + WAL)
        left.unlink(missing_ok=True)
        if not log.exists():
            return
        salts, frames, page = _index(str(path))
        safe = _HEADER + known.frames * (_FRAME + page) if salts == known.salts else 0
        whole = log.read_bytes()
        end = max(safe, _HEADER + frames * (_FRAME + page))
        if fate == "gone":
            whole = whole[:safe]
        elif fate == "torn" and end > safe:
            whole = whole[: chance.randrange(safe, end)]
        left.write_bytes(whole)


def _meant(blow: Blow, *, commits: bool) -> bool:
    whose = blow.process is None or getattr(here, "process", None) is blow.process
    return whose and (commits or not blow.only_commits)


def synced(connection: Any) -> list[tuple[str, int]]:
    """The files of a connection by name, and how each is synced."""
    found = []
    for _, schema, file in dbapi2.Connection.execute(connection, "PRAGMA database_list").fetchall():
        if file:
            row = dbapi2.Connection.execute(connection, f"PRAGMA {schema}.synchronous").fetchone()
            found.append((Path(file).name, int(row[0])))
    return found


def _index(path: str) -> tuple[bytes, int, int]:
    """Salts, valid frames and page size of the log, from its index."""
    header = _read(path + SHM, 48)
    if len(header) < 48 or not Path(path + WAL).exists():
        return b"", 0, 0
    size, frames = struct.unpack_from("=HI", header, 14)
    return header[32:40], frames, 65536 if size == 1 else size


def _copied(path: str) -> int:
    """How many frames of the log a checkpoint has copied into the database, or has begun to."""
    header = _read(path + SHM, 132)
    if len(header) < 132:
        return 0
    copied, attempted = struct.unpack_from("=I", header, 96)[0], struct.unpack_from("=I", header, 128)[0]
    return int(max(copied, attempted))


def _read(path: str, size: int) -> bytes:
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(file, size)
    finally:
        os.close(file)


_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT", "WITH")
_COMMITS = ("COMMIT", "END")
_READS = ("SELECT", "BEGIN", "PRAGMA", "ROLLBACK", "ATTACH", "WITH", "EXPLAIN")


def _watched(disk: Disk, connection: Any, sql: str, run: Callable[[str], Any]) -> Any:
    for rewrite in rewrites:
        sql = rewrite(disk, sql)
    word = sql.lstrip()[:8].upper()
    commits = word.startswith(_COMMITS) or (not connection.in_transaction and not word.startswith(_READS))
    disk.before(sql, commits=commits)
    result = run(sql)
    if word.startswith(("PRAGMA", "ATTACH", "DETACH")):
        connection.synced = None
        if "checkpoint" in sql:
            disk.copied(connection)
    disk.after(connection, wrote=commits and not connection.in_transaction, commits=commits)
    return result


class _Cursor(dbapi2.Cursor):  # type: ignore[misc]
    def execute(self, sql: str, *values: Any) -> Any:
        return _watched(
            self.connection.disk, self.connection, sql, lambda text: super(_Cursor, self).execute(text, *values)
        )

    def executemany(self, sql: str, values: Any) -> Any:
        return _watched(
            self.connection.disk, self.connection, sql, lambda text: super(_Cursor, self).executemany(text, values)
        )


class Connection(dbapi2.Connection):  # type: ignore[misc]
    """A connection of the product, with its disk looking on at every statement, which all go through a cursor."""

    disk: Disk
    synced: list[tuple[str, int]] | None = None

    def cursor(self, kind: Any = _Cursor) -> Any:
        """As always, with the disk looking on."""
        return super().cursor(kind)

    def commit(self) -> None:
        """As always."""
        if self.in_transaction:
            _watched(self.disk, self, "COMMIT", lambda _: super(Connection, self).commit())

    def rollback(self) -> None:
        """As always."""
        if not self.disk.dead:
            super().rollback()

    def close(self) -> None:
        """As always."""
        files: list[tuple[str, int]] = []
        # A file that is damaged tells nothing.
        with suppress(dbapi2.DatabaseError):
            files = [] if self.disk.dead else synced(self)
        super().close()
        self.disk.closed(self, files)


@cache
def _watching(factory: type[Any]) -> type[Any]:
    """A class of the product's for its connections, with the disk looking on."""
    return type("Watched", (Connection, factory), {})


def connect(database: str, **options: Any) -> Any:
    """``dbapi2.connect`` of the product while a simulation runs."""
    disk = _disks.get(Path(database).parent)
    if disk is None:
        return _connect(database, **options)
    if disk.dead:
        raise Killed
    factory = _watching(options.pop("factory", dbapi2.Connection))
    connection = _connect(database, factory=factory, **options)
    connection.disk = disk
    return connection


def look(path: Path, key: bytes | None, roster: Path | None = None) -> Any:
    """A connection of the simulation's own, which reads and which nothing happens to."""
    connection = _connect(str(path), isolation_level=None, check_same_thread=False)
    if key is not None:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_page_size = 1024")
        if roster is not None:
            connection.execute("ATTACH DATABASE ? AS roster KEY ?", (str(roster), f"x'{key.hex()}'"))
    connection.execute("PRAGMA query_only = ON")
    return connection
