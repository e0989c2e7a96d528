"""Somebody before the machine: looks at its display, touches it, and talks to the one at its serial line."""

import base64
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.boot.computer import Computer
from tests.boot.pages import SAME, Known, Seen, recognised, share
from tests.packages.machine import UnexpectedError, expect

LOOK_EVERY = 2.0
PATIENCE = 900.0
"""Seconds. An emulated processor beside other work may be a hundred times slower than a real one."""
ACTION = bytes.fromhex("00586b")
"""The ground of a main button (``qml/theme/Colours.qml``)."""
CELL = 4
FILLED = 8
"""Rows of such cells: less is an outline."""
TELL_EVERY = 60.0
LOGS = "-o short-monotonic -u kiosk-screen -u kiosk-sync -u kiosk-sorry --no-hostname"
TOUCHES = 20
COLOURS = 128
"""How many a kept picture has: pages are made of areas."""


@dataclass
class Lobby:
    """Pictures go to ``folder``; ``known`` are the pages as they must look."""

    computer: Computer
    folder: Path
    known: Known

    def look(self) -> Seen:
        """Which page is on the display now. Each that is another one is kept, in ``trail``."""
        self.computer.qmp.picture(self.folder / "now.ppm")
        seen = recognised(self.folder / "now.ppm", self.known)
        last = self.folder / "last.ppm"
        if not last.exists() or share(self.folder / "now.ppm", last) < SAME:
            shutil.copy(self.folder / "now.ppm", last)
            trail = self.folder / "trail"
            trail.mkdir(exist_ok=True)
            keep(last, trail / f"{len(list(trail.iterdir())):03}-{seen.name or 'unknown'}-{seen.share:.3f}.png")
        return seen

    def see(self, page: str, about: str = "", patience: float = PATIENCE) -> float:
        """Wait until that page is on the display, and keep its picture. Seconds since the power came.

        Raises ``UnexpectedError``.
        """
        end, tell = time.monotonic() + patience, time.monotonic() + TELL_EVERY
        while (seen := self.look()).name != page:
            now = time.monotonic()
            if now > end:
                raise UnexpectedError(
                    f"NOT within {patience:.0f} s: the page {page}; {self.folder}/now.ppm is {seen.name or 'unknown'} "
                    f"({seen.share:.3f})\n{self.say('systemctl --failed; journalctl -b -n 60 -o short-monotonic')}"
                )
            if now > tell:
                tell = now + TELL_EVERY
                print(
                    f"  awaits the page {page}:\n{self.say(f'journalctl -b -n 12 -o short-monotonic {LOGS}')}",
                    flush=True,
                )
            time.sleep(LOOK_EVERY)
        passed = time.monotonic() - self.computer.on_since
        expect(True, f"{about or 'the display shows the page ' + page} ({seen.share:.1%} the same, {passed:.0f} s)")
        keep(self.folder / "now.ppm", self.folder / f"boot-{page}.png")
        return passed

    def press(self) -> None:
        """Touch the main button of the page that was looked at last, till it is another. Raises ``UnexpectedError``.

        A page that has just come takes no touch yet, and on this machine that lasts.
        """
        now, before = self.folder / "now.ppm", Path(shutil.copy(self.folder / "now.ppm", self.folder / "before.ppm"))
        touches = 0

        def gone() -> bool:
            nonlocal touches
            self.look()
            if share(now, before) < SAME:
                return True
            place = main_button(now)
            if place is not None and touches < TOUCHES:
                touches += 1
                self.computer.qmp.touch(*place)
            return False

        until("a touch leads on", gone)

    def see_new(self, name: str, patience: float = PATIENCE) -> None:
        """Wait for a page with a main button that is none of the known ones; it is known from then on.

        Raises ``UnexpectedError``.
        """

        def there() -> bool:
            return self.look().name == "" and main_button(self.folder / "now.ppm") is not None

        until(f"the display shows a new page, {name}", there, patience)
        self.known[name] = [Path(shutil.copy(self.folder / "now.ppm", self.folder / f"{name}.ppm"))]
        keep(self.folder / "now.ppm", self.folder / f"boot-{name}.png")

    def fetch(self, path: str) -> Path:
        """A file of the machine. Raises ``UnexpectedError``."""
        got = self.folder / Path(path).name
        got.write_bytes(base64.b64decode(self.must(f"base64 {path}")))
        return got

    def say(self, command: str) -> str:
        """What a command of root prints, however it ends."""
        return self.computer.console.run(command).stdout

    def must(self, command: str) -> str:
        """The same, for what must go well. Raises ``UnexpectedError``."""
        done = self.computer.console.run(command)
        if done.returncode != 0:
            raise UnexpectedError(f"{command} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def until(self, about: str, command: str, patience: float = PATIENCE) -> str:
        """Wait until a command goes well."""
        said = ""

        def well() -> bool:
            nonlocal said
            done = self.computer.console.run(command)
            said = done.stdout
            return done.returncode == 0

        until(about, well, patience, lambda: said)
        return said


def until(
    about: str, held: Callable[[], bool], patience: float = PATIENCE, said: Callable[[], str] = lambda: ""
) -> None:
    """Wait for a condition. Raises ``UnexpectedError``."""
    end = time.monotonic() + patience
    while not held():
        if time.monotonic() > end:
            raise UnexpectedError(f"NOT within {patience:.0f} s: {about}\n{said()}")
        time.sleep(LOOK_EVERY)
    expect(True, about)


def main_button(picture: Path) -> tuple[float, float] | None:
    """The middle of the largest area in the colour of what is to be touched, from 0 to 1; ``None`` without one."""
    with Image.open(picture) as image:
        small = image.convert("RGB").resize((image.width // CELL, image.height // CELL), Image.Resampling.NEAREST)
    raw = small.tobytes()
    lit = [raw[place : place + 3] == ACTION for place in range(0, len(raw), 3)]
    rows = [sum(lit[y * small.width : (y + 1) * small.width]) for y in range(small.height)]
    # A filled button is wide in many rows; letters and arrows are narrower, an outline is wide in one or two.
    runs: list[list[int]] = []
    for y, count in enumerate(rows):
        if count <= small.width // 4:
            continue
        if runs and runs[-1][-1] == y - 1:
            runs[-1].append(y)
        else:
            runs.append([y])
    filled = max(runs, key=len, default=[])
    if len(filled) < FILLED:
        return None
    first, last = filled[0], filled[-1]
    middle = (first + last) // 2
    across = [x for x in range(small.width) if lit[first * small.width + x]]
    return (sum(across) / len(across) + 0.5) / small.width, (middle + 0.5) / small.height


def keep(picture: Path, path: Path) -> None:
    """The picture at half its size, small enough for a repository."""
    with Image.open(picture) as image:
        half = image.convert("RGB").resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
        half.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
