"""The receptionist's card says what the screen says, on one page that can be printed and read aloud."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kiosk.checkin.wording import Text
from kiosk.texts import say
from tests import quick_card
from tests.pages import rig
from tests.quick_card import LANGUAGES, page, printed, source

BUTTONS = ("staff.notice", "witness.open", "witness.print", "service.annul.open")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if rig.chromium() is None:
        pytest.skip("Chromium is not installed here (Debian's package chromium)")
    with rig.browser() as opened:
        yield opened


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_named_as_on_the_screen(language: str) -> None:
    text = source(language)
    for key in BUTTONS:
        assert f"*{say(Text(key), language)}*" in text
    assert "{" not in text
    assert "Varausta ei löytynyt" in source("fi")


def test_a_button_that_is_gone_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_card, "SOURCES", tmp_path)
    for gone in ("witness.gone", "central:reception.gone"):
        (tmp_path / "fi.md").write_text(f"# Kortti\n\nPaina *{{{gone}}}*\n")
        with pytest.raises(KeyError):
            source("fi")


def test_every_language_says_the_same_in_the_same_order() -> None:
    shapes = []
    for language in LANGUAGES:
        html = page(language)
        shapes.append(re.findall(r"<(h1|h2|li|svg|section|strong|em)\b", html))
        assert "112" in html
        assert f'<html lang="{language}">' in html
    assert shapes[0] == shapes[1] == shapes[2]


def test_it_has_no_place_for_anybodys_name_and_leaves_room_for_ones_own() -> None:
    for language in LANGUAGES:
        assert source(language).count("________") >= 3
        assert not re.search(r"\d{6}[-+A-Y]\d{3}", source(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_it(browser: Browser, tmp_path: Path, language: str) -> None:
    file = tmp_path / "card.html"
    file.write_text(page(language), encoding="utf-8")
    shown = browser.new_page()
    shown.goto(file.as_uri())
    assert rig.violations(shown) == []
    shown.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_page_of_a4_and_tagged(browser: Browser, tmp_path: Path, language: str) -> None:
    pdf = printed(language, tmp_path, browser).read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box is not None
    assert [round(float(side)) for side in box.groups()] == [595, 842]
    assert b"/StructTreeRoot" in pdf
    assert f"/Lang ({language})".encode() in pdf
