"""Files that a power cut leaves whole: as they were, or as they are to be."""

import os
from pathlib import Path


def write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put ``content`` in the place of what ``path`` held, in one step, and see it on the disk."""
    made = path.with_name(f"{path.name}.new")
    made.unlink(missing_ok=True)
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(content)
        file.flush()
        os.fsync(handle)
    made.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in ``folder`` stays so; a file's own fsync covers no name (fsync(2))."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_file(path: Path) -> None:
    """Remove a file for good; none there is as well."""
    if path.is_symlink() or path.exists():
        path.unlink()
        sync_folder(path.parent)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it. No link is followed."""
    for place, folders, files in os.walk(folder, topdown=False):
        for name in files:
            Path(place, name).unlink()
        for name in folders:
            path = Path(place, name)
            if path.is_symlink():
                path.unlink()
            else:
                path.rmdir()
    folder.rmdir()
    sync_folder(folder.parent)
