"""How fast the screen answers, how soon it serves, and what it takes: beside a trivial window and beside Chromium.

``python -m benchmarks.screen [--rounds N] [--turns N] [--cold]``. Everything runs on one display of 1080 × 1920 without
a screen (Xvfb, where there is one; else Qt's own ``offscreen``, and no Chromium), drawn by the software renderer.

Touch: on the page that takes longest of all, from a press to the frame that shows it. Confirm: in a whole ``kiosk
screen`` with its database, devices and ``kiosk sync`` beside it, from the finger that is lifted to the frame with the
next page, which is shown only once the check-in is durable; by turns with the centre in reach and with a dead network.
Cold start: from the start of the process to the first frame with a page that can be touched, each contender in turn;
``--cold`` has the kernel drop its caches before each, which needs root. Memory is the proportional set size (PSS) of
all its processes two seconds later: what is shared is divided among those that share it, so that other programs of Qt
that run meanwhile make it look less for whoever uses Qt.

The peers: a window of QML Controls with two buttons (``trivial.qml``), and ``chromium --kiosk`` with a page of as much,
where it is installed; it is never installed from here. The figures are shown beside their targets and judged by nobody.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from kiosk.config import ScreenConfig
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.stage import Stage, new_folder, set_up
from tests.accessibility.bus import display
from tests.example_site import HELSINKI
from tests.line.rig import nobody

ROOT = Path(__file__).parents[1]
SIZE = (1080, 1920)
PATIENCE = 60.0
SETTLED_SECONDS = 2.0
BLOCKS = 4
"""By turns with and without a network, so many times each half."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    f"--window-size={SIZE[0]},{SIZE[1]}",
    "--window-position=0,0",
)
PAGE = b"""<!doctype html><meta charset="utf-8"><title>Trivial</title>
<body style="font: 50px sans-serif; text-align: center; padding-top: 700px"><p>Welcome</p>
<p><button style="font: inherit">Check in</button></p><p><button style="font: inherit">Call staff</button></p>
<script>requestAnimationFrame(() => requestAnimationFrame(() => fetch("/painted")))</script>"""


@dataclass
class Contender:
    """What is started: to its first page so many milliseconds, and so many on a processor; its memory in MiB."""

    title: str
    command: Sequence[str]
    more: Mapping[str, str] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def start(self) -> float:
        """The median time, in milliseconds."""
        return statistics.median(self.starts)

    @property
    def size(self) -> float:
        """The median memory, in MiB."""
        return statistics.median(self.memory)


class Painted(ThreadingHTTPServer):
    """Serves the page, and hears of it when it has been painted."""

    def __init__(self) -> None:
        self.event = threading.Event()
        event = self.event

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(PAGE if self.path == "/" else b"")
                if self.path == "/painted":
                    event.set()

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _part(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.screen_parts", *arguments]


def _touch(environment: Mapping[str, str], rounds: int) -> tuple[str, list[float]]:
    command = _part("touch", "--rounds", str(rounds))
    told = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    answer = json.loads(told)
    return answer["page"], answer["ms"]


def _confirm(stage: Stage, environment: Mapping[str, str], rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each check-in: those with a network, those without, and of all on the processor of the screen."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    busy: list[float] = []
    command = _part("confirm", str(stage.config))
    with subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if "open" not in process.stdout.readline():
            raise RuntimeError(f"the screen ended with {process.wait(PATIENCE)}")
        born = 0
        for block in range(2 * BLOCKS):
            online = block % 2 == 0
            (stage.props.cable_in if online else stage.props.cable_out)()
            for _ in range(max(1, rounds // (2 * BLOCKS))):
                process.stdin.write("go\n")
                stage.scanner.scan(f"{nobody(born)}\r")
                born += 1
                told = json.loads(process.stdout.readline())
                taken[online].append(told["ms"])
                busy.append(told["cpu"])
        process.send_signal(signal.SIGTERM)
        process.stdin.close()
    stage.props.cable_in()
    recorded = len(stage.recorded())
    if recorded != born:
        raise RuntimeError(f"{born} confirmed, {recorded} recorded")
    return taken[True], taken[False], busy


def _contenders(stage: Stage, folder: Path, painted: Painted | None) -> dict[str, Contender]:
    screen = [sys.executable, "-m", "kiosk", "screen", "--config", str(stage.config)]
    found = {
        "kiosk": Contender("kiosk screen: rules, database, devices", screen, stage.environment("screen")),
        "trivial": Contender("a trivial window of QML Controls", _part("trivial")),
    }
    chromium = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if chromium is not None and painted is not None:
        options = [*CHROMIUM_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        command = [chromium, *options, f"--user-data-dir={folder / 'chromium'}"]
        found["chromium"] = Contender(
            "chromium --kiosk with a static page", [*command, f"http://127.0.0.1:{painted.server_port}/"]
        )
    return found


def _start(one: Contender, environment: Mapping[str, str], painted: Painted | None, *, counts: bool) -> None:
    """Start it once, note when its page stands and what it takes, and end it."""
    if painted is not None:
        painted.event.clear()
    began = time.perf_counter()
    process = subprocess.Popen(
        one.command,
        env={**environment, **one.more},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    if painted is not None and one.command[-1].startswith("http"):
        drain = threading.Thread(target=process.stdout.read, daemon=True)
        drain.start()
        if not painted.event.wait(PATIENCE):
            raise RuntimeError(f"{one.title}: no page within {PATIENCE:g} s")
    else:
        drain = None
        for line in process.stdout:
            if b'"first_page"' in line:
                break
        else:
            raise RuntimeError(f"{one.title} ended with {process.wait()}")
    taken = (time.perf_counter() - began) * 1000
    cpu = sum(sum(member.cpu_times()[:2]) for member in _family(process.pid)) * 1000
    time.sleep(SETTLED_SECONDS)
    memory = _proportional(process.pid)
    os.killpg(process.pid, signal.SIGTERM)
    if drain is None:
        process.stdout.read()
    process.wait(PATIENCE)
    if counts:
        one.starts.append(taken)
        one.cpu.append(cpu)
        one.memory.append(memory)


def _proportional(pid: int) -> float:
    """MiB of a process and of all below it, as the kernel shares out what they have in common."""
    return sum(one.memory_full_info().pss for one in _family(pid)) / 2**20


def _family(pid: int) -> list[psutil.Process]:
    return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def _drop_caches() -> None:
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3\n")


@contextmanager
def _stage(folder: Path, rounds: int) -> Iterator[Stage]:
    """A kiosk with a centre, sync, a scanner and a printer; its screen is ours to start."""
    now = datetime.now(HELSINKI).replace(hour=8, minute=50)
    visit = {"unit": "dental", "area": "B2", "starts": "09:00"}
    plan = StagePlan(
        folder=new_folder(folder),
        site="kalasatama",
        moment=now,
        language="fi",
        screen=ScreenConfig(windowed=True, width=SIZE[0], height=SIZE[1], calm=True),
        roster=tuple(visit | {"id": f"S{n}", "person": nobody(n)} for n in range(rounds)),
    )
    with set_up(plan) as stage:
        stage.kill("screen")
        yield stage


def _show(contenders: Mapping[str, Contender], touch: tuple[str, list[float]], confirm: Sequence[list[float]]) -> None:
    page, pressed = touch
    print(f"{'':46} {'p50 ms':>8} {'p99 ms':>8}")
    for what, taken in (
        (f"touch -> next frame, {page}", pressed),
        ("touch on confirm -> durable -> page", confirm[0]),
        ("  the same with a dead network", confirm[1]),
        ("  of both, the screen's thread on a processor", confirm[2]),
    ):
        print(f"{what:46} {_percentile(taken, 0.5):8.1f} {_percentile(taken, 0.99):8.1f}   of {len(taken)}")
    print(f"\n{'':46} {'start ms':>8} {'cpu ms':>8} {'PSS MiB':>8}")
    for one in contenders.values():
        print(f"{one.title:46} {one.start:8.0f} {statistics.median(one.cpu):8.0f} {one.size:8.0f}")
        print(f"{'':46}   {min(one.starts):.0f} - {max(one.starts):.0f} ms in {len(one.starts)} turns")


def _judge(contenders: Mapping[str, Contender], touch: tuple[str, list[float]], confirm: Sequence[list[float]]) -> None:
    ours, trivial, chromium = (contenders.get(name) for name in ("kiosk", "trivial", "chromium"))
    assert ours is not None
    assert trivial is not None
    online, offline = (_percentile(taken, 0.99) for taken in confirm[:2])
    pressed = _percentile(touch[1], 0.99)
    rows = [
        ("touch -> next frame, p99 ms", pressed, 8.0),
        ("confirm -> durable -> page, p99 ms", online, 15.0),
        ("  with a dead network, p99 ms", offline, 15.0),
        ("start / trivial window", ours.start / trivial.start, 1.6),
        ("PSS / trivial window", ours.size / trivial.size, 1.6),
    ]
    if chromium is not None:
        rows += [
            ("start / chromium", ours.start / chromium.start, 1.0),
            ("PSS / chromium", ours.size / chromium.size, 0.35),
        ]
    print()
    for what, figure, target in rows:
        told = "holds" if figure <= target else "DOES NOT HOLD"
        print(f"{what:46} {figure:8.2f}   target <= {target:<5g} {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000, help="touches, and check-ins with and without a network")
    parser.add_argument("--turns", type=int, default=7, help="starts of each contender")
    parser.add_argument("--cold", action="store_true", help="drop the kernel's caches before each start; as root")
    parser.add_argument("--folder", type=Path, default=None, help="where the kiosk keeps its data; a disk, not a tmpfs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder or Path.cwd()) as name, _display() as shown:
        folder = Path(name)
        environment = {**os.environ, **shown, "QT_QUICK_BACKEND": "software"}
        painted = Painted() if "DISPLAY" in shown else None
        if painted is not None:
            threading.Thread(target=painted.serve_forever, daemon=True).start()
        touch = _touch(environment, options.rounds)
        with _stage(folder, options.rounds) as stage:
            contenders = _contenders(stage, folder, painted)
            environment_of_stage = {**environment, **stage.environment("screen"), **shown}
            confirm = _confirm(stage, environment_of_stage, options.rounds)
            for turn in range(options.turns + 1):
                for one in contenders.values():
                    if options.cold:
                        _drop_caches()
                    one.more = {**one.more, **shown}
                    # The first turn warms what a second start finds warm.
                    _start(one, environment, painted, counts=turn > 0)
    _show(contenders, touch, confirm)
    _judge(contenders, touch, confirm)


@contextmanager
def _display() -> Iterator[Mapping[str, str]]:
    if shutil.which("Xvfb") is None:
        print("no Xvfb: nothing is drawn to a display, and Chromium is left out")
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    with display(SIZE) as name:
        yield {"DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}


if __name__ == "__main__":
    main()
