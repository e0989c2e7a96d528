"""A real kiosk on the whole of a real display, and what can be seen of it from outside."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kiosk.config import Config, KeypadConfig, ScreenConfig
from kiosk.scenario.props import Props, laid_out
from kiosk.scenario.stage import Stage, free_port
from tests.accessibility.bus import SIZE, display
from tests.torture.visitor import plan_for


class Lobby(Stage):
    """A stage whose screen is on a display of its own, full screen, with no window manager beside it."""

    display = ""

    def environment(self, name: str) -> dict[str, str]:
        found = super().environment(name)
        if name == "screen":
            found |= {"QT_QPA_PLATFORM": "xcb", "DISPLAY": self.display, "QT_QUICK_BACKEND": "software"}
        return found

    def _configuration(self) -> Config:
        config = super()._configuration()
        return msgspec.structs.replace(config, screen=ScreenConfig(pixels_per_mm=4.0), keypad=KeypadConfig())

    def throw(self, *orders: str) -> str:
        """Have the X server see key strokes and a mouse (XTEST); what xdotool says."""
        done = subprocess.run(
            ["xdotool", *orders],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    def windows(self) -> list[tuple[int, int, int, int]]:
        """Place and size of every window that is shown: x, y, width, height."""
        root = self.throw("search", "--maxdepth", "0", "--name", ".*").split()
        found = [
            window
            for window in self.throw("search", "--onlyvisible", "--maxdepth", "1", "--name", ".*").split()
            if window not in root
        ]
        shapes = (self.throw("getwindowgeometry", "--shell", window) for window in found)
        return [
            (int(told["X"]), int(told["Y"]), int(told["WIDTH"]), int(told["HEIGHT"]))
            for told in (dict(re.findall(r"(\w+)=(-?\d+)", shape)) for shape in shapes)
        ]

    def offspring(self) -> list[str]:
        """The command lines of every process below the screen."""
        return sorted(_below(self.pid("screen")))

    def look(self, before: list[str]) -> None:
        """Nothing but the kiosk: its window alone over the whole display, and no process that was not there."""
        assert self.running("screen"), (self.plan.folder / "screen.log").read_text(errors="replace")[-2000:]
        assert self.windows() == [(0, 0, *SIZE)]
        assert self.offspring() == before


def _below(process: int) -> Iterator[str]:
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ").strip()
            yield from _below(int(child))


@contextmanager
def lobby(folder: Path) -> Iterator[Lobby]:
    """One that serves."""
    with display() as name, laid_out(plan_for(folder, 1), free_port()) as props:
        stage = _made(folder, props, name)
        try:
            stage.prepare()
            for process in ("sync", "screen"):
                stage.start(process)
            stage.wait_until_open()
            yield stage
        finally:
            stage.stop_all()


def _made(folder: Path, props: Props, name: str) -> Lobby:
    stage = Lobby(plan_for(folder, 1), props)
    stage.display = name
    return stage


KEYS = ("Escape", "exclam", *(str(code) for code in range(10, 256)))
"""Every key code of a keyboard, 8 being none and 9 Escape: F1 to F24, Print, Menu, media keys, SysRq among them."""
HELD = {
    "nothing": "",
    "shift": "shift+",
    "control": "ctrl+",
    "alt": "alt+",
    "super": "super+",
    "control and alt": "ctrl+alt+",
    "control and shift": "ctrl+shift+",
    "alt and shift": "alt+shift+",
    "AltGr": "ISO_Level3_Shift+",
}
"""How xdotool names what is held."""
