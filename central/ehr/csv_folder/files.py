"""Files that are there whole or not at all: written under another name, synced, renamed."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees a part of it, and so that it survives a power cut."""
    unfinished = path.with_name(f".{path.name}.tmp")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync(path.parent)


def move_aside(path: Path, folder: Path) -> Path:
    """Move a file into a folder beside others, under a name that no other there has; where it is then."""
    folder.mkdir(exist_ok=True)
    for number in range(1, 10_000):
        name = path.name if number == 1 else f"{path.stem}-{number}{path.suffix}"
        target = folder / name
        try:
            os.link(path, target)
        except FileExistsError:
            continue
        path.unlink()
        _sync(folder)
        return target
    raise FileExistsError(path.name)


def finished(folder: Path) -> list[Path]:
    """The CSV files that are complete: by their names alone, since whoever writes renames. The oldest first."""
    found = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() == ".csv" and not path.name.startswith((".", "~")) and path.is_file()
    ]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
