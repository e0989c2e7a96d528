"""The documents as web pages can be read by everybody: EN 301 549 12.1.2, by their structure and by axe-core."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from tests import html_docs
from tests.pages import rig

EMPTY = {"meta", "link", "img", "br", "hr"}


@dataclass
class Read(HTMLParser):
    """What a page holds, by its tags."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)
            self.words.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert tag in EMPTY or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.words[tag][-1] += data

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in tags]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    assert len(html_docs.build(folder)) > 40
    return folder


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[Path, Read]:
    read = {}
    for path in sorted(folder.rglob("*.html")):
        read[path] = Read()
        read[path].feed(path.read_text(encoding="utf-8"))
        assert read[path].open == [], path
    return read


def test_every_page_has_a_title_of_its_own_a_language_and_a_way_past_the_list(pages: dict[Path, Read]) -> None:
    titles = [read.words["title"] for read in pages.values()]
    assert all(len(title) == 1 and title[0].strip() for title in titles)
    assert len({title[0] for title in titles}) == len(pages)
    for path, read in pages.items():
        assert [one["lang"] for one in read.all("html")] == ["en"], path
        (main,) = read.all("main")
        first = next(one for one in read.all("a"))
        assert first["href"] == f"#{main['id']}", path
        assert all(one.get("aria-label") for one in read.all("nav")), path


def test_headings_begin_at_the_first_level_and_leave_none_out(pages: dict[Path, Read]) -> None:
    for path, read in pages.items():
        levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), path


def test_every_picture_has_words_and_is_there(pages: dict[Path, Read]) -> None:
    shown = 0
    for path, read in pages.items():
        for picture in read.all("img"):
            shown += 1
            assert len(picture["alt"]) > 3, picture
            assert (path.parent / unquote(picture["src"])).is_file(), picture
    assert shown > 15


def test_every_column_has_a_header_and_what_scrolls_is_reached_by_keys(pages: dict[Path, Read]) -> None:
    for path, read in pages.items():
        assert all(one.get("scope") == "col" for one in read.all("th")), path
        assert all(words.strip() for words in read.words.get("th", [])), path
        assert all(one.get("tabindex") == "0" for one in read.all("pre")), path
        regions = [one for one in read.all("div") if one.get("class") == "table"]
        assert len(regions) == len(read.all("table")), path
        assert all(one["tabindex"] == "0" and one["aria-label"] for one in regions), path


def test_every_link_leads_to_what_is_there(pages: dict[Path, Read]) -> None:
    names = {path: {one["id"] for _, one in read.tags if "id" in one} for path, read in pages.items()}
    for path, read in pages.items():
        for link in read.all("a"):
            there, _, part = link["href"].partition("#")
            if ":" in there:
                continue
            target = path if not there else (path.parent / unquote(there)).resolve()
            if target.suffix == ".html":
                assert target in names, f"{path.name}: {link['href']}"
                assert not part or unquote(part) in names[target], f"{path.name}: {link['href']}"


def test_each_language_of_the_statement_is_marked(pages: dict[Path, Read], folder: Path) -> None:
    statement = pages[folder / "docs" / "accessibility-statement.html"]
    assert [one["lang"] for one in statement.all("section")] == ["fi", "sv", "en"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if rig.chromium() is None:
        pytest.skip("Chromium is not installed here (Debian's package chromium)")
    with rig.browser() as opened:
        yield opened


@pytest.mark.parametrize("palette", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_scrolled_for_sideways(
    browser: Browser, pages: dict[Path, Read], palette: rig.Scheme
) -> None:
    """WCAG 2.2 AA as far as a program sees it, at 320 CSS pixels (1.4.10)."""
    width, height = rig.NARROWEST
    with browser.new_context(color_scheme=palette, viewport={"width": width, "height": height}) as context:
        shown = context.new_page()
        # The palettes differ in colours alone: of the dark one a few pages show whether those are right.
        for path in pages if palette == "light" else sorted(pages)[::12]:
            shown.goto(path.as_uri())
            assert rig.violations(shown) == [], path.name
            assert not rig.runs_over(shown), path.name
