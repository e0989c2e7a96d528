"""What QML is given."""

import subprocess
import sys

import pytest

from kiosk.checkin.page import Shape, Sign
from kiosk.ui.viewmodels import frame_view, page_view
from tests.ui.every_page import every_page, frame_in


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("turn-card", "reader"),
        ("not-known-code", "reader"),
        ("staff-called", "bell"),
        ("closed", "desk"),
        ("more-time", "clock"),
        ("contact", "phone"),
        ("confirm", ""),
        ("too-late", ""),
    ],
)
def test_a_page_with_nothing_to_see_has_a_drawing(name: str, picture: str) -> None:
    assert page_view(every_page("fi")[name])["picture"] == picture


def test_no_notice_is_empty() -> None:
    for name, page in every_page("fi").items():
        if page.shape is Shape.NOTICE and page.sign is Sign.NONE and page.card is None:
            assert page_view(page)["picture"], name


def test_every_page_has_the_same_fields() -> None:
    views = [page_view(page) for page in every_page("en").values()]
    assert all(view.keys() == views[0].keys() for view in views)
    assert frame_view(frame_in("en"))["help"] == {
        "id": "call-staff",
        "words": "Call staff",
        "main": False,
        "note": "",
        "open": True,
        "leadsBack": False,
        "leadsOn": False,
        "on": False,
        "changesKeys": False,
        "erases": False,
    }


def test_the_numbers_of_those_before_stay_on_one_line() -> None:
    items = page_view(every_page("en")["next-person"])["items"]
    assert isinstance(items, list)
    assert all("B\N{NO-BREAK SPACE}04" in item for item in items)


def test_codes_are_loaded_late() -> None:
    code = "import sys, kiosk.ui.window; assert not {'qrcode', 'PIL'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
