"""A screen in a process of its own, with an attendant who knows a few answers. Run by the tests of the stage door."""

import sys
import threading
from pathlib import Path

from kiosk.checkin import faults, visit
from kiosk.checkin.servicing import choices
from kiosk.ui.bridge import Bridge
from kiosk.ui.screen import ScreenOptions, run
from tests.ui.every_page import every_page
from tests.ui.staff_pages import frame_with

ANSWERS = {
    visit.Chosen("type"): ["type-empty"],
    visit.Chosen("back"): ["confirm"],
    visit.Chosen(choices.SERVICE): ["service"],
    visit.Chosen(f"{choices.PART}printer"): ["service-part"],
    visit.Chosen(choices.STAFF): ["staff-printer-paper-out"],
    visit.Chosen(choices.LEAVE): ["welcome"],
    visit.Chosen("check-in"): ["busy", "done-printing", "done-recorded", "done-registered"],
}


def main(stage: Path, pictures: Path, fullscreen: bool) -> int:
    language = "fi"

    def answer(event: visit.Chosen | visit.Keyed | visit.LanguageChosen) -> None:
        nonlocal language
        names = ANSWERS.get(event, []) if isinstance(event, visit.Chosen) else []
        if isinstance(event, visit.LanguageChosen):
            language, names = event.language, ["welcome"]
        # As the attendant does it: from another thread.
        threading.Thread(target=show, args=(names, language)).start()

    def show(names: list[str], language: str) -> None:
        for name in names:
            bridge.show(every_page(language)[name], frame_with(language, faults.PRINTER_PAPER_OUT))

    bridge = Bridge(answer)
    show(["welcome"], language)
    options = ScreenOptions(windowed=not fullscreen, pictures=pictures, stage=stage, pixels_per_mm=4.0)
    return run(options, bridge, lambda: "8.50")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), "fullscreen" in sys.argv))
