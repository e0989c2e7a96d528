"""Takes out of an installed PySide6 what the screen does not use: four fifths of it.

What stays is named here: modules, plugins and QML modules. The libraries below follow from what these are linked with.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

MODULES = ("Core", "Gui", "Network", "OpenGL", "Qml", "Quick", "TextToSpeech")
"""What ``kiosk screen`` imports, and what these import by themselves. QtTest is for ``--stage``, and is not there."""
PLUGINS = (
    "imageformats/libqgif.so",
    "imageformats/libqjpeg.so",
    "imageformats/libqsvg.so",
    "imageformats/libqwebp.so",
    "platforms/libqoffscreen.so",
    "platforms/libqwayland*.so",
    "texttospeech/*speechd*.so",
    "wayland-graphics-integration-client/*.so",
    "wayland-shell-integration/libxdg-shell.so",
)
QML = ("QtQml", "QtQuick/*", "QtQuick/Layouts", "QtQuick/Shapes", "QtQuick/Window")
PYTHON = ("__init__.py", "_config.py", "_git_pyside_version.py", "py.typed", "support", "libpyside6*.so.*")

_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")


def trim(site_packages: Path) -> None:
    """Take out of ``PySide6`` below ``site_packages`` whatever is not named here, nor needed by what is."""
    whole = site_packages / "PySide6"
    kept = set(_named(whole))
    libraries = {path.name: path for path in (whole / "Qt/lib").iterdir()}
    waiting = [path for path in kept if ".so" in path.name]
    while waiting:
        for name in _needed(waiting.pop()):
            path = libraries.get(name)
            if path is not None and path not in kept:
                kept.add(path)
                waiting.append(path)
    for path in sorted(whole.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()
    for path in sorted((site_packages / "shiboken6").rglob("*.pyi")):
        path.unlink()
    shutil.rmtree(site_packages / "shiboken6_generator", ignore_errors=True)


def _named(whole: Path) -> Iterator[Path]:
    for pattern in PYTHON:
        for path in whole.glob(pattern):
            yield from (one for one in _below(path) if one.suffix != ".pyi")
    yield from (whole / f"Qt{module}.abi3.so" for module in MODULES)
    for pattern in PLUGINS:
        yield from (whole / "Qt/plugins").glob(pattern)
    for pattern in QML:
        folder = whole / "Qt/qml" / pattern.removesuffix("/*")
        yield from (path for path in _below(folder, deep=pattern == "QtQml") if path.suffix != ".qmltypes")


def _below(path: Path, *, deep: bool = True) -> Iterable[Path]:
    if not path.is_dir():
        return [path]
    return [one for one in (path.rglob("*") if deep else path.iterdir()) if one.is_file()]


def _needed(library: Path) -> list[str]:
    done = subprocess.run(["readelf", "--dynamic", "--wide", library], capture_output=True, text=True, check=True)
    return _NEEDED.findall(done.stdout)
