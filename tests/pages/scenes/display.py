"""The display of waiting area B2: with calls, calm, and with a broken line."""

from tests.central.rig import SITE
from tests.pages.rig import Staff
from tests.pages.scenes.calling import called
from tests.pages.scenes.scene import Scene

PATH = f"/display/{SITE}/B2"
SCREEN, UPRIGHT = (1920, 1080), (1080, 1920)


def morning(staff: Staff) -> None:
    """Six calls, one of them in another area."""
    for number, room, minutes, area in (
        ("A 031", "14", 21, "B2"),
        ("A 029", "11", 17, "B2"),
        ("L 004", "3", 6, "A2"),
        ("A 034", "B 214", 11, "B2"),
        ("K 002", "12", 5, "B2"),
        ("A 042", "12", 1, "B2"),
    ):
        called(staff, number, room, minutes, area)


SCENES = (
    Scene("display", PATH, morning, signed_in=False, pictured=False, ready=".newest"),
    Scene("display-calm", PATH, signed_in=False, pictured=False, ready=".newest"),
    Scene("display-choose", f"/display/{SITE}", signed_in=False, pictured=False),
)
