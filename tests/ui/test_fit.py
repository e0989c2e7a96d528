"""Every page in every language on every screen: nothing cut off, nothing over another, everything large enough."""

from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem

from kiosk.checkin import faults
from kiosk.checkin.comfort import AS_USUAL, Comfort
from kiosk.checkin.identity import CODE_KEYS
from kiosk.checkin.page import Frame, Page, Shape
from kiosk.checkin.servicing import choices
from kiosk.texts import direction
from kiosk.ui import scene
from kiosk.ui.quick_response import drawing
from tests.contact_sheet import as_picture
from tests.ui.every_page import every_page, frame_in
from tests.ui.staff_pages import frame_of_state, frame_with
from tests.ui.stage_set import LANDSCAPE, PIXELS_PER_MM, PORTRAIT, StageSet

TARGET_MM = 20.0
LEAST_CAPITALS_MM = 4.8
LEAST_CAPITALS_FOR_TECHNICIANS_MM = 3.5
CAPITALS_OF_SIZE = 0.714
LEAST_NUMBER_MM = 25.0
LEAST_CODE_MM = 30.0

SCREENS = [PORTRAIT, LANDSCAPE, (1280, 1024), (768, 1366)]
LANGUAGES = ["fi", "sv", "en", "ru", "et", "so", "ar"]
SEVEN = tuple(LANGUAGES)
STAFF = ["fi", "sv", "en"]
"""Languages that have words for service mode."""
LONGEST = ["ru", "so"]
"""The languages that need most room."""
OF_32_INCHES = [((2160, 3840), 5.42), ((3840, 2160), 5.42)]
"""Pixels and pixels per millimetre of screens of 3840 lines: 398 x 708 mm."""
OF_19_INCHES = ((1280, 1024), 3.4)
OF_15_INCHES = [((1080, 1920), 5.55), ((1920, 1080), 5.55)]
OF_13_INCHES = [((1080, 1920), 6.52), ((1920, 1080), 6.52)]
APART_MM = 3.0
REACH = 0.4
LEAST_LARGE_CAPITALS_MM = 7.3
MODES = {
    "large": Comfort(large=True),
    "low": Comfort(low=True),
    "large-and-low": Comfort(large=True, low=True),
}


TECHNICIANS = frozenset({Shape.SERVICE, Shape.CHECK, Shape.TOUCH})


def is_for_clients(page: Page[str]) -> bool:
    return page.shape not in TECHNICIANS | {Shape.STAFF} and not page.name.startswith("service")


def around(page: Page[str], language: str, comfort: Comfort = AS_USUAL) -> Frame[str]:
    """What stands around that page where a site offers as many languages as a strip can hold."""
    if is_for_clients(page):
        mirrored = direction(language) == "rtl"
        return replace(frame_in(language, comfort, SEVEN, speaks=True), mirrored=mirrored)
    return frame_of_state(language, card=page.shape is Shape.STAFF)


def controls(root: QQuickItem) -> list[QQuickItem]:
    kinds = ("choice:", "key:", "language:", "leaf:")
    return [item for item in scene.visible_items(root) if item.objectName().startswith(kinds)]


def texts(root: QQuickItem) -> list[QQuickItem]:
    return [item for item in scene.visible_items(root) if scene.is_text(item)]


def holders(item: QQuickItem, root: QQuickItem) -> list[QQuickItem]:
    parents = []
    while item != root:
        item = item.parentItem()
        parents.append(item)
    return parents


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_page_fits(stage_set: StageSet, size: tuple[int, int], language: str) -> None:
    stage_set.turn(size)
    for name, page in every_page(language).items():
        if not is_for_clients(page) and language not in STAFF:
            continue
        stage_set.show(name, language, around(page, language))
        where = f"{name} in {language} on {size}"
        nothing_is_cut(stage_set.window.root, where)
        targets_are_large_and_apart(stage_set.window.root, where)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_page_fits_in_every_mode(stage_set: StageSet, size: tuple[int, int], mode: str, language: str) -> None:
    fits_in_a_mode(stage_set, size, mode, language)


@pytest.mark.parametrize("language", LONGEST)
@pytest.mark.parametrize("mode", ["large-and-low"])
@pytest.mark.parametrize(("size", "pixels_per_mm"), OF_32_INCHES, ids=["portrait", "landscape"])
def test_every_page_fits_on_32_inches(
    stage_set: StageSet, size: tuple[int, int], pixels_per_mm: float, mode: str, language: str
) -> None:
    fits_in_a_mode(stage_set, size, mode, language, pixels_per_mm)


@pytest.mark.parametrize("language", LONGEST)
def test_every_page_fits_on_19_inches(stage_set: StageSet, language: str) -> None:
    size, pixels_per_mm = OF_19_INCHES
    fits_in_a_mode(stage_set, size, "low", language, pixels_per_mm)
    fits_in_a_mode(stage_set, size, "large", language, pixels_per_mm)


def fits_in_a_mode(
    stage_set: StageSet, size: tuple[int, int], mode: str, language: str, pixels_per_mm: float = PIXELS_PER_MM
) -> None:
    stage_set.turn(size, pixels_per_mm)
    root, comfort = stage_set.window.root, MODES[mode]
    strip = None
    for name, page in every_page(language).items():
        if not is_for_clients(page):
            continue
        stage_set.show(name, language, around(page, language, comfort))
        where = f"{name} in {language} on {size}, {mode}"
        nothing_is_cut(root, where)
        targets_are_large_and_apart(root, where, APART_MM, pixels_per_mm)
        every_line_stands_on_a_leaf(stage_set, where)
        if comfort.low:
            lies_within_reach(root, where)
        if comfort.large:
            smallest = min(texts(root), key=lambda text: text.property("font").pixelSize())
            capitals = smallest.property("font").pixelSize() * CAPITALS_OF_SIZE / pixels_per_mm
            assert capitals >= LEAST_LARGE_CAPITALS_MM - 0.1, f"{where}: {smallest.property('text')!r} {capitals:.1f}"
        always = ("language:", "choice:call-staff", "choice:comfort-")
        places = {i.objectName(): scene.area(i) for i in controls(root) if i.objectName().startswith(always)}
        strip = strip or places
        # Whoever has been promised a person is not offered one again.
        assert places.items() <= strip.items(), where


@pytest.mark.parametrize("mode", ["usual", "large"])
@pytest.mark.parametrize(
    ("size", "pixels_per_mm"),
    [*OF_15_INCHES, *OF_13_INCHES],
    ids=["15-portrait", "15-landscape", "13-portrait", "13-landscape"],
)
def test_a_screen_too_small_for_a_page_says_so(
    stage_set: StageSet, size: tuple[int, int], pixels_per_mm: float, mode: str
) -> None:
    stage_set.turn(size, pixels_per_mm)
    told: list[bool] = []
    stage_set.window.cramped.connect(told.append)
    cut = False
    for name in ("welcome", "confirm", "type-half"):
        page = every_page("fi")[name]
        stage_set.show(name, "fi", around(page, "fi", MODES.get(mode, AS_USUAL)))
        try:
            nothing_is_cut(stage_set.window.root, name)
            targets_are_large_and_apart(stage_set.window.root, name, 0.0, pixels_per_mm)
        except AssertionError:
            cut = True
            assert told[-1:] == [True], name
    # Seven languages, five switches and 33 keys of 20 mm do not go on 13.3".
    assert cut or pixels_per_mm < OF_13_INCHES[0][1]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_large_words_are_twice_as_large_but_for_a_word_wider_than_its_place(
    stage_set: StageSet, size: tuple[int, int]
) -> None:
    stage_set.turn(size)

    def sizes(name: str, comfort: Comfort) -> dict[str, tuple[int, bool]]:
        page = stage_set.show(name, "fi", around(every_page("fi")[name], "fi", comfort))
        assert page.choices
        sheet: QQuickItem = stage_set.item("page-body").property("sheet")
        told = [text for text in texts(sheet) if not any("choice:" in i.objectName() for i in holders(text, sheet))]
        return {str(i.property("text")): (i.property("font").pixelSize(), bool(i.property("cap"))) for i in told}

    for name in ("welcome", "confirm", "too-early", "turn-card", "more-time"):
        usual, large = sizes(name, AS_USUAL), sizes(name, Comfort(large=True))
        assert large.keys() == usual.keys()
        small = {words for words, (high, capped) in large.items() if not capped and high < 2 * usual[words][0] - 1}
        assert small == set(), name
        assert sum(capped for _, capped in large.values()) <= len(large) / 3, name


def every_line_stands_on_a_leaf(stage_set: StageSet, where: str) -> None:
    body = stage_set.item("page-body")
    sheet: QQuickItem = body.property("sheet")
    lines = []
    for text in texts(sheet):
        area, count = text.mapRectToItem(sheet, text.boundingRect()), int(text.property("lineCount"))
        top, high = area.top(), area.height() / max(1, count)
        # The box of a line is higher than its letters.
        lines += [(top + (n + 0.15) * high, top + (n + 0.85) * high) for n in range(count)]
    leaves = []
    for leaf in range(int(body.property("leafCount"))):
        body.setProperty("leaf", leaf)
        leaves.append((float(body.property("start")), float(body.property("end"))))
    body.setProperty("leaf", 0)
    assert all(end - start <= float(body.property("viewHeight")) + 1 for start, end in leaves), where
    for top, bottom in lines:
        assert any(start <= top and bottom <= end for start, end in leaves), f"{where}: {top, bottom} {leaves}"


def lies_within_reach(root: QQuickItem, where: str) -> None:
    highest = min(controls(root), key=lambda item: scene.area(item).top())
    share = 1 - scene.area(highest).top() / root.height()
    assert share <= REACH, f"{where}: {highest.objectName()} at {share:.3f}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_first_pages_fit_with_what_stands_at_their_edge(
    stage_set: StageSet, size: tuple[int, int], language: str
) -> None:
    stage_set.turn(size)
    root = stage_set.window.root
    for name, page in every_page(language).items():
        if page.shape is not Shape.WELCOME:
            continue
        for standing in ((), (faults.DISK_FULL,), (faults.TOUCH_STUCK,)):
            stage_set.show(name, language, frame_with(language, *standing))
            where = f"{name} in {language} on {size} with {standing}"
            nothing_is_cut(root, where)
            targets_are_large_and_apart(root, where)
            strip = scene.find(root, f"choice:{choices.STAFF}")
            assert (strip is not None) == bool(standing and standing[0].mender is not faults.Mender.TECHNICIAN), where
            light = scene.area(stage_set.item("health-light"))
            assert root.boundingRect().contains(light), where
            over = [item.property("text") for item in texts(root) if scene.area(item).intersects(light)]
            over += [item.objectName() for item in controls(root) if scene.area(item).intersects(light)]
            assert over == [], where


def nothing_is_cut(root: QQuickItem, where: str) -> None:
    assert not root.property("overfull"), where
    leafed = "leaf:on" in {item.objectName() for item in controls(root)}
    for text in texts(root):
        words = f"{where}: {text.property('text')!r}"
        assert not text.property("truncated"), words
        assert text.property("contentWidth") <= text.width() + 1, words
        assert text.height() >= text.implicitHeight() - 1, words
        for holder in holders(text, root):
            # What is leafed through is longer than its room; ``every_line_stands_on_a_leaf`` looks at that.
            if holder.objectName() == "sheet" and leafed:
                break
            # The controls of low reach are as wide as the strip.
            if holder.objectName() == "controls":
                assert root.boundingRect().contains(scene.area(text)), words
                break
            if holder.width() > 0 and holder.height() > 0 and not holder.inherits("QQuickShape"):
                inside = holder.mapRectFromItem(text, text.boundingRect())
                assert inside.left() >= -1, words
                assert inside.right() <= holder.width() + 1, words
                # Lines are set closer than the typeface would have them, so that its box stands out a little.
                closer = 1 + 0.1 * text.property("font").pixelSize()
                assert inside.top() >= -closer, words
                assert inside.bottom() <= holder.height() + closer, words


def targets_are_large_and_apart(
    root: QQuickItem, where: str, apart: float = 0.0, pixels_per_mm: float = PIXELS_PER_MM
) -> None:
    gap = apart * pixels_per_mm - 0.5 if apart else 0.0
    areas = {item.objectName(): scene.area(item) for item in controls(root)}
    for control, area in areas.items():
        what = f"{control} of {where}: {area}"
        assert area.width() >= TARGET_MM * pixels_per_mm, what
        assert area.height() >= TARGET_MM * pixels_per_mm, what
        assert root.boundingRect().contains(area), what
        wider = area.adjusted(-gap, -gap, gap, gap)
        assert not [name for name, there in areas.items() if name != control and wider.intersects(there)], what


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_letters_can_be_read(stage_set: StageSet, size: tuple[int, int]) -> None:
    stage_set.turn(size)
    root = stage_set.window.root
    for name, page in every_page("fi").items():
        stage_set.show(name, "fi", around(page, "fi"))
        least = LEAST_CAPITALS_FOR_TECHNICIANS_MM if page.shape in TECHNICIANS else LEAST_CAPITALS_MM - 0.1
        for text in texts(root):
            capitals = text.property("font").pixelSize() * CAPITALS_OF_SIZE / PIXELS_PER_MM
            assert capitals >= least, f"{name} on {size}: {text.property('text')!r} {capitals:.1f}"


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_the_number_is_huge_and_larger_still_without_a_slip(stage_set: StageSet, size: tuple[int, int]) -> None:
    stage_set.turn(size)

    def capitals() -> float:
        number = next(item for item in texts(stage_set.window.root) if item.property("text") == "B 042")
        return float(number.property("font").pixelSize()) * CAPITALS_OF_SIZE / PIXELS_PER_MM

    stage_set.show("done-registered")
    with_slip = capitals()
    stage_set.show("done-alone")
    assert with_slip >= LEAST_NUMBER_MM
    assert capitals() > with_slip


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_keys_and_strip_never_move(stage_set: StageSet, size: tuple[int, int]) -> None:
    stage_set.turn(size)

    def places(kind: str) -> dict[str, tuple[float, float]]:
        areas = {i.objectName(): scene.area(i) for i in controls(stage_set.window.root)}
        return {name: (area.x(), area.y()) for name, area in areas.items() if name.startswith(kind)}

    keys, strips = [], []
    for name in ("type-empty", "type-half", "type-full", "type-mistake"):
        stage_set.show(name)
        keys.append(places("key:"))
    for language in LANGUAGES:
        # Those of one language are gone through with every mode.
        for name, page in list(every_page(language).items())[::9]:
            if not is_for_clients(page):
                continue
            stage_set.show(name, language, around(page, language))
            strips.append((places("language:"), places("choice:call-staff"), places("choice:comfort-")))
    assert len(keys[0]) == 33
    codes = []
    for name in ("type-code-empty", "type-code", "type-code-mistake"):
        stage_set.show(name)
        codes.append(places("key:"))
    assert len(codes[0]) == len(CODE_KEYS)
    assert all(code == codes[0] for code in codes)
    assert all(len(part) for part in strips[0])
    assert all(key == keys[0] for key in keys)
    assert all(strip == strips[0] for strip in strips)


def test_much_longer_words_get_smaller_rather_than_cut(stage_set: StageSet) -> None:
    page = every_page("fi")["done-recorded-alone"]
    longer = replace(page, sentences=(page.sentences[0] * 2, page.sentences[1] * 2))
    stage_set.window.show_page(longer, frame_in("fi"))
    assert stage_set.window.root.property("squeeze") < 1
    assert not stage_set.window.root.property("overfull")


def test_a_phone_number_has_keys_that_never_move_and_large_groups(stage_set: StageSet) -> None:
    keys = []
    for name in ("phone-empty", "phone", "phone-mistake", "correct-phone"):
        stage_set.show(name)
        keys.append({i.objectName(): scene.area(i) for i in controls(stage_set.window.root) if ":" in i.objectName()})
    phone_keys = [{name: area for name, area in each.items() if name.startswith("key:")} for each in keys]
    assert len(phone_keys[0]) == 11
    assert all(each == phone_keys[0] for each in phone_keys)
    shown = next(i for i in texts(stage_set.window.root) if str(i.property("text")).startswith("+"))
    assert shown.property("contentWidth") <= shown.parentItem().width()


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("name", "payloads"),
    [
        ("no-match", {"https://www.maisa.fi", "https://www.omaolo.fi"}),
        ("wrong-site", {"https://reittiopas.hsl.fi/reitti/Kalasatama/Tallinnanaukio%201"}),
    ],
)
def test_a_phone_can_read_the_codes(stage_set: StageSet, size: tuple[int, int], name: str, payloads: set[str]) -> None:
    stage_set.turn(size)
    page = stage_set.show(name)
    shot = as_picture(stage_set.window.picture())
    assert {symbol.text for symbol in zxingcpp.read_barcodes(shot)} == payloads
    whole = [scene.area(i).width() for i in scene.visible_items(stage_set.window.root) if i.objectName() == "code"]
    assert len(whole) == len(page.codes)
    for code, side in zip(page.codes, whole, strict=True):
        drawn = drawing(code.payload)
        pixels = side / drawn.width
        assert pixels == int(pixels), "every edge of a module lies between two pixels"
        assert drawn.modules * pixels >= LEAST_CODE_MM * PIXELS_PER_MM


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_warning_differs_from_a_note_by_place_word_form_and_frame(stage_set: StageSet, size: tuple[int, int]) -> None:
    stage_set.turn(size)
    stage_set.show("welcome-bulletins", "en")
    root = stage_set.window.root
    warning, note = (scene.find(root, f"bulletin:{kind}") for kind in ("warning", "note"))
    assert warning is not None
    assert note is not None
    first, second = scene.area(warning), scene.area(note)
    assert (first.y(), first.x()) < (second.y(), second.x())
    assert scene.words(warning)[0] == "Important"
    assert len(scene.words(note)) == 1
    grey = as_picture(stage_set.window.picture()).convert("L")
    drawn = [silhouette(grey, stage_set.item(f"sign:{kind}")) for kind in ("warning", "note")]
    different = sum(one != other for one, other in zip(*drawn, strict=True))
    assert different > len(drawn[0]) / 10, "the signs have one form"
    assert framed(grey, first)
    assert not framed(grey, second)


def silhouette(grey: Image.Image, sign: QQuickItem) -> list[bool]:
    """Where a sign is dark, on a field of 32 × 32."""
    area = scene.area(sign).toRect()
    field = grey.crop((area.left(), area.top(), area.right(), area.bottom())).resize((32, 32))
    return [field.getpixel((x, y)) < 160 for y in range(32) for x in range(32)]  # type: ignore[operator]


def framed(grey: Image.Image, area: QRectF) -> bool:
    """Whether the middle of the left edge is darker than what lies inside it."""
    x, y = int(area.left()), int(area.center().y())
    return grey.getpixel((x + 1, y)) < grey.getpixel((x + 12, y)) - 40  # type: ignore[operator]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_what_is_checked_in_now_is_told_by_more_than_colour(stage_set: StageSet, size: tuple[int, int]) -> None:
    stage_set.turn(size)
    page = stage_set.show("day-plan-long")
    sizes = {str(i.property("text")): i.property("font") for i in texts(stage_set.window.root)}
    now = [sizes[row.time].pixelSize() for row in page.rows if row.now]
    later = [sizes[row.time].pixelSize() for row in page.rows if not row.now]
    assert min(now) > max(later)
