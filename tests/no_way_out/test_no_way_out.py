"""No key, no chord, no gesture and no code leads anywhere but to the pages of the kiosk.

What a compositor or the kernel would act upon before Qt hears of it (Ctrl+Alt+F1, SysRq) is not here:
docs/technicians.md says what holds it.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from kiosk.scenario.stage import new_folder
from kiosk.scenario.stagehand import wait_until
from tests.no_way_out.lobby import HELD, KEYS, Lobby, lobby
from tests.ui.every_page import every_page

PATIENCE = 90.0
AT_ONCE = 41
"""Keys in one call of xdotool."""
KNOWN = frozenset(page.name for page in every_page("fi").values() if not page.name.startswith("service"))
"""Every page that clients and staff can see. Service mode is not set up here, and so must not open."""

CONTROLS = [bytes([n]) for n in (*range(32), 127)]
SEQUENCES = [
    b"\x1b[2J\x1b[H",
    b"\x1b[11~",
    b"\x1b]0;title\x07",
    b"\x1b[1;3S",
    b"\x1bOP",
    b"\x1d010641234567890",
    b"]C1\x1d01064",
    b"]Q3https://example.com/",
    b"]e0\x1e\x04",
    b"\\000026file:///etc/passwd",
    b"$(reboot)`reboot`; reboot\n",
    b"../../../../etc/passwd",
    b"<img src=x onerror=alert(1)>",
    b"%n%n%s",
    b"\xff\xfe\x00\xd8",
    b"\xe2\x80\xae\xe2\x81\xa6",
    b"javascript:alert(1)",
    b"A" * 20_000,
]


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    with lobby(new_folder(tmp_path_factory.getbasetemp())) as stage:
        yield stage


@pytest.fixture
def nothing_else(kiosk: Lobby) -> Iterator[None]:
    before = kiosk.offspring()
    kiosk.look(before)
    pages = len(kiosk.stagehand.shown())
    yield
    shown = {page.name for page in kiosk.stagehand.shown(pages - 1)}
    assert shown <= KNOWN, shown - KNOWN
    kiosk.look(before)
    # And it still hears a client.
    kiosk.throw("mousemove", "540", "960")
    _welcome(kiosk)


def _welcome(kiosk: Lobby) -> None:
    def again() -> bool:
        kiosk.clock.let_pass(timedelta(seconds=30))
        return kiosk.stagehand.shown()[-1].name == "welcome"

    wait_until(again, PATIENCE, "the welcome page comes back")


@pytest.mark.usefixtures("nothing_else")
@pytest.mark.parametrize("held", HELD.values(), ids=HELD.keys())
def test_no_key_and_no_chord_leads_out(kiosk: Lobby, held: str) -> None:
    for begin in range(0, len(KEYS), AT_ONCE):
        kiosk.throw("key", "--delay", "2", *(f"{held}{key}" for key in KEYS[begin : begin + AT_ONCE]))
        assert kiosk.stagehand.is_there()


@pytest.mark.usefixtures("nothing_else")
def test_the_well_known_ways_out_are_none(kiosk: Lobby) -> None:
    functions = [f"F{n}" for n in range(1, 25)]
    named = ["Print", "Sys_Req", "Menu", "Pause", "Break", "Super_L", "Super_R", "XF86PowerOff", "XF86Sleep"]
    media = ["XF86AudioPlay", "XF86AudioMute", "XF86WWW", "XF86Mail", "XF86Calculator", "XF86Explorer", "XF86Terminal"]
    chords = [f"ctrl+alt+{key}" for key in (*functions, "Delete", "BackSpace", "t", "Print")]
    chords += ["alt+F4", "alt+Tab", "alt+Escape", "alt+space", "alt+F2", "ctrl+w", "ctrl+q", "ctrl+Escape", "ctrl+c"]
    chords += ["ctrl+shift+Escape", "super+l", "super+r", "super+d", "super+Tab", "alt+Print", "ctrl+shift+i", "ctrl+o"]
    kiosk.throw("key", "--delay", "4", *functions, *named, *media, *chords)
    assert kiosk.stagehand.is_there()


@pytest.mark.usefixtures("nothing_else")
def test_no_mouse_leads_out(kiosk: Lobby) -> None:
    """A right click, the wheel, buttons of which only some mice have, a long press, and drags over every edge."""
    for button in range(1, 10):
        kiosk.throw("mousemove", "200", "1200", "click", "--repeat", "3", "--delay", "20", str(button))
    kiosk.throw("mousemove", "540", "700", "mousedown", "3", "sleep", "1.2", "mouseup", "3")
    kiosk.throw("mousemove", "540", "700", "mousedown", "1", "sleep", "1.2", "mouseup", "1")
    for begin, end in (
        ((0, 900), (1079, 200)),
        ((540, 0), (540, 1900)),
        ((540, 1919), (540, 10)),
        ((0, 0), (1079, 1919)),
    ):
        kiosk.throw("mousemove", *map(str, begin), "mousedown", "1", "mousemove", *map(str, end), "mouseup", "1")


@pytest.mark.usefixtures("nothing_else")
@pytest.mark.parametrize("touched", ["choice:type", ""], ids=["while a code is typed", "on the first page"])
def test_no_scanned_character_leads_out(kiosk: Lobby, touched: str) -> None:
    if touched:
        kiosk.stagehand.touch(touched, PATIENCE)
    for code in (*CONTROLS, *SEQUENCES):
        kiosk.scanner.scan(code + b"\r\n")
        kiosk.scanner.scan(b"KAL-" + code + b"0123\r\n")
    noise = Random(8)
    for _ in range(50):
        kiosk.scanner.scan(noise.randbytes(noise.randrange(1, 200)) + b"\r")
    assert kiosk.stagehand.is_there()


@pytest.mark.usefixtures("nothing_else")
def test_no_scanner_that_types_leads_out(kiosk: Lobby) -> None:
    """One that is a keyboard and that nobody set up: what it types goes to the window, control characters as chords."""
    kiosk.throw("type", "--delay", "1", "]C1010594Y9032 $(reboot) ../etc/passwd <b>")
    kiosk.throw("key", "--delay", "2", *(f"ctrl+{chr(letter)}" for letter in range(ord("a"), ord("z") + 1)))
    kiosk.throw("key", "--delay", "2", "ctrl+bracketleft", "ctrl+bracketright", "ctrl+backslash", "ctrl+at", "ctrl+h")
    kiosk.throw("key", "--delay", "2", *(digit for code in range(32) for digit in ("alt+0", f"alt+{code % 10}")))
    assert kiosk.stagehand.is_there()


@pytest.mark.usefixtures("nothing_else")
def test_what_is_thrown_does_arrive(kiosk: Lobby) -> None:
    """Else none of the above would have tried anything: F1 calls staff, and a mouse touches a button."""
    kiosk.throw("key", "F1")
    wait_until(lambda: kiosk.stagehand.shown()[-1].name == "staff-called", PATIENCE, "a key is heard")
