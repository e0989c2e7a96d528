"""The way on the screen: drawn where there is room, never at the cost of words or number, never mirrored."""

import base64
import io
import itertools
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QMetaObject, QRectF
from PySide6.QtQuick import QQuickItem
from pytestqt.qtbot import QtBot

from central import site_files
from kiosk.checkin.appointment import Appointment, Arrival, Standing
from kiosk.checkin.comfort import AS_USUAL, Comfort, Contrast
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.outcome import CheckIn, TooLate
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.plan import Turn, seen_from
from kiosk.checkin.site import Site
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.visit import states
from kiosk.checkin.wording import Text
from kiosk.sync import messages, news
from kiosk.texts import direction, say
from kiosk.ui import scene
from tests.contact_sheet import as_picture
from tests.ui.example_centre import NOW
from tests.ui.stage_set import LANDSCAPE, PIXELS_PER_MM, PORTRAIT, StageSet
from tests.ui.test_fit import nothing_is_cut, targets_are_large_and_apart, texts

SEVEN = ("fi", "sv", "en", "ru", "et", "so", "ar")
CASES = [(name, area) for name, areas in (("kalasatama", "A1 A2 B2 C3"), ("vuosaari", "B1 D3"), ("itakatu", "A1 C3"))
         for area in areas.split()]  # fmt: skip
MODES = {
    "usual": AS_USUAL,
    "dark": Comfort(contrast=Contrast.DARK),
    "light": Comfort(contrast=Contrast.LIGHT),
    "low": Comfort(low=True),
    "large": Comfort(large=True),
}


def site(name: str) -> Site:
    rules, _ = site_files.site(site_files.example(name))
    record = messages.decode_record(messages.encode(rules))
    assert isinstance(record, messages.SiteRecord)
    read = news.site_of(record, SEVEN)
    assert read.plan is not None
    return replace(read, here=seen_from(read.plan, "kiosk-1"), plan=None, languages=SEVEN)


SITES = {name: site(name) for name in site_files.EXAMPLES}


def done(
    name: str, area: str, language: str = "fi", standing: Standing = Standing.REGISTERED, *, plan: bool = True
) -> Page[str]:
    visit = Appointment("1", "dental", area, NOW)
    there = SITES[name] if plan else replace(SITES[name], here=None)
    arrival = Arrival("B 042", standing, 1)
    state = states.Done(language, ClaimKind.BARCODE, CheckIn((visit,)), arrival, PrintOutcome.PRINTED)
    return tell(state, there, NOW).map(lambda text: say(text, language))


def around(name: str, language: str = "fi", comfort: Comfort = AS_USUAL) -> Frame[str]:
    said = frame(SITES[name], comfort).map(lambda text: say(text, language))
    return replace(said, mirrored=direction(language) == "rtl")


def put_up(stage: StageSet, page: Page[str], frame: Frame[str]) -> bool:
    """Show a page, with its drawing there at once; whether there is one."""
    stage.put_up(page, frame)
    QMetaObject.invokeMethod(stage.window.root, "settle")
    scene.lay_out(stage.window.root)
    return bool(stage.window.root.property("drawn"))


def sizes(root: QQuickItem) -> dict[str, int]:
    """The size of all words that are no part of a drawing."""
    drawing = scene.find(root, "floor-plan")
    within = set(texts(drawing)) if drawing is not None else set()
    return {str(one.property("text")): one.property("font").pixelSize() for one in texts(root) if one not in within}


@pytest.mark.parametrize(
    ("size", "mode"),
    [
        *itertools.product((PORTRAIT, LANDSCAPE), MODES),
        *itertools.product(((768, 1366), (2160, 3840)), ("usual", "low")),
    ],
    ids=lambda given: given if isinstance(given, str) else f"{given[0]}x{given[1]}",
)
def test_pages_with_a_way_fit_in_every_mode(stage_set: StageSet, size: tuple[int, int], mode: str) -> None:
    pixels = 8.0 if size[0] == 2160 else PIXELS_PER_MM
    stage_set.turn(size, pixels)
    drawn = 0
    for language in ("fi", "ru", "ar") if mode == "usual" and size in (PORTRAIT, LANDSCAPE) else ("fi",):
        for name, area in CASES:
            for standing in (Standing.RECORDED, Standing.REGISTERED):
                where = f"{name} {area} {standing} in {language} on {size}, {mode}"
                page = done(name, area, language, standing)
                drawn += put_up(stage_set, page, around(name, language, MODES[mode]))
                nothing_is_cut(stage_set.window.root, where)
                if size == PORTRAIT:
                    targets_are_large_and_apart(stage_set.window.root, where)
    if mode == "large":
        assert drawn == 0, "large words need the room"
    elif size in (PORTRAIT, (2160, 3840)):
        assert drawn >= len(CASES)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("mode", ["usual", "large", "low"])
def test_pages_that_send_to_the_desk_fit_with_their_arrow(
    stage_set: StageSet, size: tuple[int, int], mode: str
) -> None:
    stage_set.turn(size)
    visit, kind = Appointment("1", "dental", "B2", NOW), ClaimKind.BARCODE
    numbered = Arrival("B 042", Standing.RECORDED, 1)
    told = [states.Told("fi", kind, TooLate(visit), arrival, PrintOutcome.PRINTED) for arrival in (None, numbered)]
    sent: list[states.State] = [*told, states.HandedOver("fi"), states.NotRecorded("fi")]
    for state in sent:
        for name in site_files.EXAMPLES:
            page = tell(state, SITES[name], NOW).map(lambda text: say(text, "fi"))
            put_up(stage_set, page, around(name, comfort=MODES[mode]))
            nothing_is_cut(stage_set.window.root, f"{page.name} of {name} on {size}, {mode}")
            assert page.card is None or scene.find(stage_set.window.root, "turn") is not None or mode == "large"


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_word_and_no_number_gets_smaller_for_a_drawing(stage_set: StageSet, size: tuple[int, int]) -> None:
    stage_set.turn(size)
    drawn = 0
    for name, area in CASES:
        for standing in (Standing.RECORDED, Standing.REGISTERED):
            put_up(stage_set, done(name, area, standing=standing, plan=False), around(name))
            before = sizes(stage_set.window.root)
            drawn += put_up(stage_set, done(name, area, standing=standing), around(name))
            assert no_smaller(sizes(stage_set.window.root), before), (name, area, standing)
    assert drawn > 3


def test_the_fuller_a_page_the_sooner_it_does_without(stage_set: StageSet) -> None:
    page, frame = done("kalasatama", "B2"), around("kalasatama")
    assert page.card is not None
    drawn = []
    for more in range(7):
        fuller = replace(page, sentences=page.sentences + page.sentences[1:] * more)
        put_up(stage_set, replace(fuller, card=replace(page.card, plan=None)), frame)
        before = sizes(stage_set.window.root)
        drawn.append(put_up(stage_set, fuller, frame))
        assert no_smaller(sizes(stage_set.window.root), before)
        assert (scene.find(stage_set.window.root, "floor-plan") is not None) == drawn[-1]
        nothing_is_cut(stage_set.window.root, f"{more} more")
    assert drawn[0]
    assert not drawn[-1]


def no_smaller(sizes: dict[str, int], before: dict[str, int]) -> bool:
    return sizes.keys() == before.keys() and all(sizes[text] >= before[text] for text in before)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", SEVEN)
def test_letters_on_the_drawing_can_be_read_and_cover_neither_dot_nor_sign(
    stage_set: StageSet, size: tuple[int, int], language: str
) -> None:
    stage_set.turn(size)
    for name, area in CASES:
        if not put_up(stage_set, done(name, area, language), around(name, language)):
            continue
        drawing = stage_set.item("floor-plan")
        words = texts(drawing)
        assert {one.property("text") for one in words} >= {area, say_you(language)}
        boxes: list[tuple[str, QRectF]] = []
        for one in words:
            assert one.property("font").pixelSize() * 0.714 >= 4.8 * PIXELS_PER_MM - 1
            box = scene.area(one)
            assert scene.area(drawing).adjusted(-2, -2, 2, 2).contains(box), (name, area, one.property("text"))
            boxes.append((str(one.property("text")), box))
        others = {place.sign for sheet in SITES[name].here.floors for place in sheet.places.values()} - {area}  # type: ignore[union-attr]
        for text, box in boxes:
            over = [other for other, there in boxes if other != text and box.intersects(there)]
            assert not set(over) - others, (name, area, language, text, over)


def say_you(language: str) -> str:
    return say(Text("plan.you"), language)


def test_right_is_right_in_arabic_too(stage_set: StageSet) -> None:
    heads = []
    for language in ("fi", "ar"):
        put_up(stage_set, done("kalasatama", "B2", language), around("kalasatama", language))
        arrow, drawing = stage_set.item("turn"), stage_set.item("floor-plan")
        assert int(arrow.property("eighths")) == 1
        signs = [
            scene.area(one).center() for one in texts(drawing) if one.property("text") in ("B2", say_you(language))
        ]
        you, area = signs
        assert area.x() > you.x(), "the area lies to the right of the client"
        heads.append(as_picture(stage_set.window.grabWindow()).crop(box_of(arrow)))
    assert heads[0].tobytes() == heads[1].tobytes()


def box_of(item: QQuickItem) -> tuple[int, int, int, int]:
    there = scene.area(item).toRect()
    return there.left(), there.top(), there.right() + 1, there.bottom() + 1


@pytest.mark.parametrize("begins", list(Turn))
def test_every_turn_has_an_arrow_of_its_own_and_words(stage_set: StageSet, begins: Turn) -> None:
    page = done("kalasatama", "A1")
    assert page.card is not None
    assert page.card.plan is not None
    turned = replace(page, card=replace(page.card, plan=replace(page.card.plan, turn=begins)))
    put_up(stage_set, turned, around("kalasatama"))
    arrow = stage_set.item("turn")
    assert int(arrow.property("eighths")) == {"behind-left": -3, "left": -2, "ahead-left": -1}.get(
        begins.value, list(Turn).index(begins)
    )
    assert str(arrow.property("told")).startswith("Reitti alkaa")


def test_the_number_is_there_before_the_drawing(stage_set: StageSet) -> None:
    stage_set.put_up(done("kalasatama", "B2"), around("kalasatama"))
    assert stage_set.window.root.property("drawn")
    before = {str(one.property("text")): scene.area(one) for one in texts(stage_set.window.root)}
    assert "B 042" in before
    assert say_you("fi") not in before
    QMetaObject.invokeMethod(stage_set.window.root, "settle")
    scene.lay_out(stage_set.window.root)
    after = {str(one.property("text")): scene.area(one) for one in texts(stage_set.window.root)}
    assert say_you("fi") in after
    assert {text: after[text] for text in before} == before, "nothing moves when the drawing comes"


@pytest.fixture
def photo() -> str:
    file = io.BytesIO()
    Image.new("RGB", (640, 400), (10, 120, 60)).save(file, "JPEG")
    return base64.b64encode(file.getvalue()).decode()


def test_a_photograph_stands_beside_the_way_on_one_floor(stage_set: StageSet, photo: str, qtbot: QtBot) -> None:
    page = done("kalasatama", "A1")
    assert page.card is not None
    assert put_up(stage_set, replace(page, card=replace(page.card, photo=photo)), around("kalasatama"))
    green = (10, 120, 60)

    def seen() -> bool:
        drawing = as_picture(stage_set.window.grabWindow()).crop(box_of(stage_set.item("floor-plan"))).resize((60, 60))
        dots = zip(*[iter(drawing.tobytes())] * 3, strict=True)
        return sum(all(abs(a - b) < 12 for a, b in zip(dot, green, strict=True)) for dot in dots) > 300

    qtbot.waitUntil(seen, timeout=5000)
