"""The picture for a kiosk that can't start: it is in the package, in the site's languages, and nothing is cut off."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage

import kiosk.ui
from kiosk import texts
from kiosk.composition.sorry import PICTURE, TOLD_IN, SorryPicture, words
from kiosk.ui import sorry
from kiosk.ui.sorry import PAPER, Size
from tests.example_site import SITE

SHAPES = {"portrait": Size(1080, 1920), "landscape": Size(1920, 1080)}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_one_in_the_package_is_what_would_be_drawn(shape: str, qapp: QGuiApplication, lettering: None) -> None:
    kept = QImage(str(Path(kiosk.ui.__file__).parent / f"sorry-{shape}.png"))
    drawn = sorry.draw(words(TOLD_IN), SHAPES[shape])
    assert kept.convertToFormat(drawn.format()) == drawn, "kiosk sorry-picture --out kiosk/ui/sorry-… draws it anew"


@pytest.mark.parametrize("size", [*SHAPES.values(), Size(480, 800), Size(1024, 600)])
@pytest.mark.parametrize("languages", [("fi",), TOLD_IN, texts.languages()])
def test_nothing_touches_an_edge(
    size: Size, languages: tuple[str, ...], qapp: QGuiApplication, lettering: None
) -> None:
    picture = sorry.draw(words(languages), size)
    around = [(x, y) for x in range(size.width) for y in (0, 1, size.height - 2, size.height - 1)]
    around += [(x, y) for y in range(size.height) for x in (0, 1, size.width - 2, size.width - 1)]
    assert {picture.pixel(x, y) for x, y in around} == {PAPER.rgb()}
    assert len({picture.pixel(x, y) for x in range(0, size.width, 3) for y in range(0, size.height, 3)}) > 20


def test_it_is_drawn_once_and_anew_when_the_languages_change(
    tmp_path: Path, qapp: QGuiApplication, lettering: None
) -> None:
    kept, picture = SorryPicture(tmp_path), tmp_path / PICTURE
    kept.keep(SITE)
    assert not picture.exists(), "the screen was not measured yet"
    kept.measure()
    kept.keep(None)
    assert not picture.exists()
    kept.keep(SITE)
    first = picture.stat().st_mtime_ns
    kept.keep(SITE)
    again = SorryPicture(tmp_path)
    again.measure()
    again.keep(SITE)
    assert picture.stat().st_mtime_ns == first
    again.keep(replace(SITE, languages=("fi", "ar")))
    assert picture.stat().st_mtime_ns != first
    assert QImage(str(picture)).width() == qapp.primaryScreen().size().width()
    assert not list(tmp_path.glob("*.new*"))


def test_a_disk_that_takes_nothing_leaves_the_one_before(
    tmp_path: Path, qapp: QGuiApplication, lettering: None
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    kept = SorryPicture(blocked)
    kept.measure()
    kept.keep(SITE)
    assert blocked.read_text() == ""
