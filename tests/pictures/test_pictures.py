"""Every page in every language and mode, upright and across, looks as it did when somebody last looked at it.

What has changed on purpose is kept with ``python -m tests.pictures``.
"""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QImage
from PySide6.QtQml import QQmlProperty

from kiosk.ui import scene
from kiosk.ui.lettering import FAMILY
from tests.pictures import fingerprint
from tests.pictures.drawing import LANGUAGES, SIZES, Stage, pages, prints
from tests.pictures.kept import file_of
from tests.pictures.modes import MODES

SHOWN = 8
"""Of the pictures that have changed so many are named."""


@pytest.mark.parametrize("orientation", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_looks_as_it_did(lettering: None, tmp_path: Path, language: str, orientation: str) -> None:
    kept = {name: one for name, one in fingerprint.read(file_of(language)).items() if name.endswith(orientation)}
    drawn = prints(language, orientation)
    assert drawn.keys() == kept.keys(), "pages came or went: python -m tests.pictures"
    changed = {name for name, one in drawn.items() if not fingerprint.is_like(one, kept[name])}
    for name in sorted(changed)[:SHOWN]:
        beside(kept[name], drawn[name], SIZES[orientation]).save(tmp_path / f"{name}.png")
    assert sorted(changed)[:SHOWN] == [], f"{len(changed)} look different, some in {tmp_path}: python -m tests.pictures"


def beside(kept: bytes, drawn: bytes, size: tuple[int, int]) -> Image.Image:
    """Both pictures beside each other, for whoever wants to see what has changed."""
    wide, tall = (side // fingerprint.CELL for side in size)
    both = Image.new("L", (2 * wide, tall))
    for place, one in enumerate((kept, drawn)):
        grey = bytes(min(255, cell * fingerprint.STEP) for cell in one[1:])
        both.paste(Image.frombytes("L", (wide, tall), grey), (place * wide, 0))
    return both.resize((12 * wide, 6 * tall), Image.Resampling.NEAREST)


def test_another_typeface_other_words_and_larger_words_are_noticed(lettering: None) -> None:
    names = dict(pages("fi"))
    other = next(family for family in QFontDatabase.families() if not family.startswith(FAMILY))
    with Stage("portrait") as stage:
        for name in ("welcome", "confirm", "done-registered", "no-match"):
            usual = fingerprint.of(stage.drawn(names[name], "fi", "usual"))
            again = fingerprint.of(stage.window.picture())
            assert again == usual
            texts = [item for item in scene.visible_items(stage.window.root) if scene.is_text(item)]
            heading = max(texts, key=lambda text: text.property("font").pixelSize())
            words = str(heading.property("text"))
            heading.setProperty("text", words[::-1])
            assert not fingerprint.is_like(fingerprint.of(stage.window.picture()), usual), f"other words on {name}"
            heading.setProperty("text", words)
            for text in texts:
                text.setProperty("cap", round(0.94 * text.property("font").pixelSize()))
            assert not fingerprint.is_like(fingerprint.of(stage.window.picture()), usual), f"smaller words on {name}"
            for text in texts:
                text.setProperty("cap", 0)
                QQmlProperty(text, "font.family").write(other)
            assert not fingerprint.is_like(fingerprint.of(stage.window.picture()), usual), f"{other} on {name}"


def test_every_mode_looks_different(lettering: None) -> None:
    page = dict(pages("fi"))["confirm"]
    with Stage("landscape") as stage:
        drawn = {mode: fingerprint.of(stage.drawn(page, "fi", mode)) for mode in MODES}
    for mode, one in drawn.items():
        alike = [other for other, there in drawn.items() if other != mode and fingerprint.apart(one, there) == 0]
        assert alike == [], mode


def test_fingerprints_are_kept_whole(tmp_path: Path) -> None:
    picture = QImage(45, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    white = fingerprint.of(picture, 3)
    picture.fill(Qt.GlobalColor.black)
    black = fingerprint.of(picture)
    assert (len(white), white[0], set(white[1:]), set(black[1:])) == (7, 3, {42}, {0})
    file = tmp_path / "some.xz"
    fingerprint.write(file, {"one": white, "other": black})
    assert fingerprint.read(file) == {"one": white, "other": black}


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        (bytes([1, *[10] * 40]), bytes([1, *[12] * 40]), True),
        (bytes([1, *[10] * 40]), bytes([1, *[13] * 12, *[10] * 28]), True),
        (bytes([1, *[10] * 40]), bytes([1, *[13] * 13, *[10] * 27]), False),
        # Another number of leaves, another size.
        (bytes([1, *[10] * 40]), bytes([2, *[10] * 40]), False),
        (bytes([1, *[10] * 40]), bytes([1, *[10] * 39]), False),
    ],
)
def test_two_pictures_are_alike_where_a_few_cells_differ_faintly(one: bytes, other: bytes, like: bool) -> None:
    assert fingerprint.is_like(one, other) is like
