"""Pages and slips with the way on them, as pictures: ``python -m tests.plan_pictures OUT_DIR`` draws all of them."""

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QGuiApplication

from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.comfort import AS_USUAL, Comfort, Contrast
from kiosk.checkin.outcome import CheckIn
from kiosk.checkin.ticket import for_check_in
from kiosk.devices.printer.encode import encode
from kiosk.devices.printer.profile import EPSON_80
from kiosk.devices.simulated.escpos_machine import EscposMachine
from kiosk.devices.simulated.paper import draw
from kiosk.texts import say
from kiosk.ui.bridge import Bridge
from kiosk.ui.lettering import register_fonts
from kiosk.ui.window import KioskWindow
from tests.contact_sheet import as_picture, sheet
from tests.ui.example_centre import NOW
from tests.ui.test_floor_plan import SITES, around, done

PORTRAIT, LANDSCAPE = (1080, 1920), (1920, 1080)
SHOTS = {
    "plan-portrait": (PORTRAIT, "kalasatama", "B2", "fi", AS_USUAL),
    "plan-landscape": (LANDSCAPE, "kalasatama", "B2", "sv", AS_USUAL),
    "plan-contrast": (PORTRAIT, "vuosaari", "D3", "en", Comfort(contrast=Contrast.DARK)),
    "plan-arabic": (PORTRAIT, "itakatu", "C3", "ar", AS_USUAL),
}
SHEET = [("kalasatama", "A1"), ("kalasatama", "A2"), ("kalasatama", "C3"), ("vuosaari", "A1"), ("vuosaari", "B1"),
         ("itakatu", "A1"), ("itakatu", "B2"), ("itakatu", "D3")]  # fmt: skip
SLIPS = [("kalasatama", "A1", "fi"), ("vuosaari", "D3", "sv"), ("itakatu", "C3", "ar")]


def shot(window: KioskWindow, site: str, area: str, language: str, comfort: Comfort, standing: Standing) -> Image.Image:
    window.show_page(done(site, area, language, standing), replace(around(site, language, comfort)))
    return as_picture(window.picture())


def raised(size: tuple[int, int]) -> KioskWindow:
    window = KioskWindow(Bridge(lambda _: None), 4.0, closable=True, calm=True)
    window.resize(*size)
    window.show()
    QGuiApplication.processEvents()
    window.show_time("8.50")
    return window


def slips() -> Image.Image:
    papers = []
    for site, area, language in SLIPS:
        visit = Appointment("1", "dental", area, NOW)
        ticket = for_check_in(CheckIn((visit,)), Arrival("B 042", Standing.REGISTERED, 1), SITES[site])
        machine = EscposMachine(EPSON_80.dots)
        machine.feed(encode(ticket.map(partial(say, language=language)), EPSON_80))
        papers.append(draw(machine.slips[0]).convert("L"))
    whole = Image.new("L", (sum(one.width for one in papers), max(one.height for one in papers)), 234)
    left = 0
    for one in papers:
        whole.paste(one, (left, 0))
        left += one.width
    return whole


def main(folder: Path) -> None:
    """Draw every picture into ``folder``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    register_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for name, (size, site, area, language, comfort) in SHOTS.items():
        drawn = shot(raised(size), site, area, language, comfort, Standing.REGISTERED)
        drawn.resize((size[0] // 2, size[1] // 2), Image.Resampling.LANCZOS).quantize(128).save(
            folder / f"{name}.png", optimize=True
        )
    window = raised(PORTRAIT)
    shots = [
        (f"{site} {area}", shot(window, site, area, ("fi", "sv", "en")[n % 3], AS_USUAL, tuple(Standing)[n % 2]))
        for n, (site, area) in enumerate(SHEET)
    ]
    sheet(shots, 4, 3).quantize(96).save(folder / "plan-sites.png", optimize=True)
    slips().quantize(16).save(folder / "plan-slip.png", optimize=True)
    app.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
