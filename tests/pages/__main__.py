"""Pictures of the pages: ``python -m tests.pages docs/pictures``; or of some, in every way: ``… reception``."""

import sys
import tempfile
from pathlib import Path

from tests.central.rig import Centre
from tests.pages import rig
from tests.pages.rig import DESK, PHONE, Staff
from tests.pages.scenes import SCENES


def main(folder: Path, *names: str) -> None:
    """Write ``centre-<scene>.png`` for the desk, ``-phone`` and ``-dark`` beside it."""
    kinds = (("", DESK, "light"), ("-phone", PHONE, "light"), ("-dark", DESK, "dark"))
    with rig.browser() as browser:
        for scene in SCENES:
            if scene.name not in names if names else not scene.pictured:
                continue
            with tempfile.TemporaryDirectory() as directory, Centre(Path(directory)) as centre:
                centre.seed()
                staff = Staff(browser, centre)
                scene.prepare(staff)
                for suffix, size, scheme in kinds if names or scene.everywhere else kinds[:1]:
                    page = staff.page(
                        *scene.roles,
                        signed_in=scene.signed_in,
                        size=size,
                        scheme="dark" if scheme == "dark" else "light",
                    )
                    page.goto(scene.path)
                    page.wait_for_selector(scene.ready)
                    if scene.then is not None:
                        scene.then(page)
                    page.evaluate("document.fonts.ready")
                    page.screenshot(path=folder / f"centre-{scene.name}{suffix}.png", full_page=True)
                staff.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
