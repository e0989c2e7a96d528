"""The stage door, over its real socket, of a screen in a process of its own."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.checkin.servicing import choices

ROOT = Path(__file__).parents[2]
PATIENCE = 15.0

Message = dict[str, Any]


class Door:
    def __init__(self, path: Path, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < ends, "the door did not open"
                time.sleep(0.01)
        self._lines = self._socket.makefile("r")

    def ask(self, **message: object) -> Message:
        self._socket.sendall(json.dumps(message).encode() + b"\n")
        answer: Message = json.loads(self._lines.readline())
        return answer

    def pages(self, count: int) -> list[Message]:
        ends = time.monotonic() + PATIENCE
        while len(pages := self.ask(do="shown", since=0)["pages"]) < count:
            assert time.monotonic() < ends, pages
            time.sleep(0.01)
        return list(pages)

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


def open_door(folder: Path, *more: str) -> Door:
    stage = folder / "stage.sock"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.little_kiosk", str(stage), str(folder / "pictures"), *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Door(stage, process)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    door = open_door(tmp_path)
    yield door
    door.close()
    door.process.send_signal(signal.SIGTERM)
    said, _ = door.process.communicate(timeout=PATIENCE)
    assert door.process.returncode == 0, said
    assert "stage_door_open" in said
    assert "qt " not in said, said


def test_it_touches_and_tells_what_was_shown(door: Door, tmp_path: Path) -> None:
    first = door.pages(1)[0]
    assert (first["n"], first["name"], first["language"], first["sign"]) == (1, "welcome", "fi", "none")
    assert {"Kela-kortti", "8.50", "Suomi", "Svenska"} <= set(first["words"])

    assert door.ask(do="touch", target="language:sv") == {"ok": True}
    assert door.pages(2)[1]["language"] == "sv"
    assert door.ask(do="touch", target="choice:type") == {"ok": True}
    door.pages(3)
    assert door.ask(do="touch", target="key:A") == {"ok": False, "why": "disabled"}
    assert door.ask(do="touch", target="choice:check-in") == {"ok": False, "why": "not-there"}
    assert door.ask(do="touch", target="choice:back") == {"ok": True}
    assert door.pages(4)[3]["name"] == "confirm"

    assert door.ask(do="picture", path=str(tmp_path / "now.png")) == {"ok": True}
    with Image.open(tmp_path / "now.png") as picture:
        assert picture.size == (1080, 1920)
    assert door.ask(do="dance") == {"ok": False, "why": "not-understood"}


def test_it_touches_what_is_for_staff(door: Door) -> None:
    assert door.ask(do="touch", target=f"choice:{choices.STAFF}") == {"ok": True}
    assert door.pages(2)[1]["name"] == "staff-card"
    assert door.ask(do="touch", target=f"choice:{choices.STAFF}") == {"ok": False, "why": "not-there"}
    assert door.ask(do="touch", target="choice:leave") == {"ok": True}
    door.pages(3)
    assert door.ask(do="touch", target="gesture:service") == {"ok": True}
    assert door.pages(4)[3]["name"] == "service"
    assert door.ask(do="touch", target="choice:part:printer") == {"ok": True}
    assert door.pages(5)[4]["name"] == "service-part"


def test_every_page_has_its_picture_however_soon_the_next_one_follows(door: Door, tmp_path: Path) -> None:
    door.ask(do="touch", target="choice:type")
    door.pages(2)
    door.ask(do="touch", target="choice:back")
    door.pages(3)
    door.ask(do="touch", target="choice:check-in")
    pages = door.pages(7)
    assert [page["picture"] for page in pages] == [
        "01-welcome.png",
        "02-type.png",
        "03-confirm.png",
        "04-recording.png",
        "05-done-recorded.png",
        "06-done-recorded.png",
        "07-done-registered.png",
    ]
    assert pages[-1]["number"] == "B 042"
    # The banner's ground tells whether each picture shows its own page, drawn to the end and not in mid-fade.
    grounds = {page["n"]: pixel(tmp_path / "pictures" / page["picture"]) for page in pages}
    assert grounds[5] == grounds[6] == (255, 244, 220)
    assert grounds[7] == (26, 94, 51)


def pixel(picture: Path) -> tuple[int, ...]:
    with Image.open(picture) as image:
        colour = image.convert("RGB").getpixel((600, 150))
    assert isinstance(colour, tuple)
    return tuple(int(part) for part in colour)


def test_a_kiosk_in_service_ends_on_sigterm(tmp_path: Path) -> None:
    door = open_door(tmp_path, "fullscreen")
    door.close()
    door.process.send_signal(signal.SIGTERM)
    said, _ = door.process.communicate(timeout=PATIENCE)
    assert door.process.returncode == 0, said
