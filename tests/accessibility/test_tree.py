"""What a screen reader finds on the accessibility bus: every word, and every control with name, role, state and action.

EN 301 549 11.5.2 (the platform's accessibility services), by a bus, a display and a screen of their own.
"""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.checkin.comfort import SWITCHES
from kiosk.checkin.page import Frame, Page
from kiosk.ui.viewmodels import SENTENCE
from tests.accessibility.bus import accessibility_bus, display
from tests.accessibility.tree import Node, Tree
from tests.ui.every_page import every_page, frame_in

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
LANGUAGES = ("fi", "ar")
LEAST = 80
"""Pixels of 20 mm."""
CONTROLS = {"push button", "radio button", "check box"}
READ = {"label", "heading", "alert message", "graphic", "text"}


class Performer:
    """The screen in its process, and its tree."""

    def __init__(self, process: "subprocess.Popen[str]", tree: Tree) -> None:
        self.tree = tree
        self._process = process
        self._walked: dict[str, dict[str, list[Node]]] = {}
        self._application = tree.application("kiosk")
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def show(self, page: str, language: str = "fi", **more: Any) -> list[Node]:
        assert self._process.stdin is not None
        print(json.dumps({"page": page, "language": language, **more}), file=self._process.stdin, flush=True)
        # What was still on its way of an action that was tried twice comes before it.
        while (heard := self._heard(PATIENCE)) != "shown":
            assert heard, f"{page} was not shown"
        return self.nodes()

    def walked(self, language: str) -> dict[str, list[Node]]:
        """What is in the tree on each page, by its name."""
        if language not in self._walked:
            self._walked[language] = {name: self.show(name, language) for name in every_page(language)}
        return self._walked[language]

    def nodes(self) -> list[Node]:
        return list(self.tree.shown(self._application))

    def asked(self, node: Node, action: str) -> str:
        """What comes of an action; it is tried again while the screen would take it for a double strike."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            self.tree.act(node, action)
            if (heard := self._heard(0.05)) is not None:
                return heard
        raise AssertionError(f"nothing comes of {action} on {node}")

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line.strip())

    def _heard(self, seconds: float) -> str | None:
        try:
            return self._lines.get(timeout=seconds)
        except queue.Empty:
            return None


@pytest.fixture(scope="module")
def performer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Performer]:
    with display() as screen, accessibility_bus(tmp_path_factory.mktemp("bus")) as (environment, bus):
        command = ["env", f"DISPLAY={screen}", "QT_QPA_PLATFORM=xcb", *(f"{k}={v}" for k, v in environment.items())]
        command += [sys.executable, "-m", "tests.accessibility.performer"]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        ) as process:
            yield Performer(process, Tree(bus))
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(PATIENCE) == 0


def words_of(page: Page[str], around: Frame[str]) -> list[str]:
    """Everything that is told, on the page and around it."""
    told: list[str] = []
    page.map(lambda words: told.extend(SENTENCE.split(words)))
    told.append((page.card.number if page.card else None) or "")
    leafing = set(around.leafing)
    around.map(told.append)
    return [" ".join(words.split()).casefold() for words in told if words not in leafing]


def by_id(nodes: list[Node]) -> dict[str, Node]:
    controls = [node for node in nodes if node.role in CONTROLS]
    assert len({node.id for node in controls}) == len(controls), "two controls of one name"
    return {node.id: node for node in controls}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_and_every_control_of_every_page_is_in_the_tree(performer: Performer, language: str) -> None:
    around = frame_in(language)
    for name, page in every_page(language).items():
        nodes = performer.walked(language)[name]
        heard = " | ".join(f"{node.name} {node.description}" for node in nodes).casefold()
        missing = [words for words in words_of(page, around) if words not in heard]
        assert missing == [], f"{name}: not in the tree"
        headings = [node.name.casefold() for node in nodes if node.role == "heading"]
        assert headings == [" ".join(page.heading.split()).casefold()], name
        controls = by_id(nodes)
        offered = {f"choice:{choice.id}": choice for choice in (*page.choices, *around.switches, around.help) if choice}
        offered_lines = {f"choice:{line.choice}": line for line in page.lines if line.choice}
        languages = {f"language:{code}" for code, _ in around.languages}
        keys = {one for one in controls if one.startswith("key:")}
        assert set(controls) == {*offered, *offered_lines, *languages, *keys}, name
        for one, choice in offered.items():
            assert choice.words in controls[one].name, name
            open_ = choice.open and (page.entry is None or page.entry.complete or choice.role != "main")
            assert ("enabled" in controls[one].states) == open_, f"{name}: {one}"
        if page.entry is not None:
            assert {one[4:] for one in keys if "enabled" in controls[one].states} == set(page.entry.allowed), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_object_says_what_it_is_where_it_is_and_what_can_be_done(performer: Performer, language: str) -> None:
    for name, nodes in performer.walked(language).items():
        for node in nodes:
            if node.role == "frame":
                heading = " ".join(every_page(language)[name].heading.split())
                assert node.name == f"{heading} – {frame_in(language).site}"
                continue
            assert node.role in CONTROLS | READ, f"{name}: {node}"
            assert node.name, f"{name}: {node}"
            left, top, width, height = node.extents
            assert left >= 0, f"{name}: {node}"
            assert top >= 0, f"{name}: {node}"
            assert left + width <= 1080, f"{name}: {node}"
            assert top + height <= 1920, f"{name}: {node}"
            if node.role in CONTROLS:
                assert min(width, height) >= LEAST, f"{name}: {node}"
                assert node.id, f"{name}: {node}"
                assert "Press" in node.actions, f"{name}: {node}"
                assert len(set(node.actions)) == len(node.actions), f"{name}: {node}"
                assert ("sensitive" in node.states) == ("enabled" in node.states), f"{name}: {node}"
                assert ("focusable" in node.states) == ("enabled" in node.states), f"{name}: {node}"
                assert ("checkable" in node.states) == (node.role != "push button"), f"{name}: {node}"
            else:
                assert "Press" not in node.actions, f"{name}: {node}"


def test_languages_and_switches_say_what_is_on(performer: Performer) -> None:
    usual = by_id(performer.show("welcome", "sv"))
    assert {one for one, node in usual.items() if "checked" in node.states} == {"language:sv"}
    assert {one for one, node in usual.items() if node.role == "radio button"} == {
        f"language:{code}" for code, _ in frame_in("sv").languages
    }
    large = by_id(performer.show("welcome", "sv", large=True))
    assert {one for one, node in large.items() if "checked" in node.states} == {"language:sv", "choice:comfort-large"}
    switches = {f"choice:{one}" for one in SWITCHES}
    assert {one for one, node in large.items() if node.role == "check box"} <= switches
    assert {node.role for one, node in large.items() if one in switches} == {"check box"}


def test_what_is_being_typed_and_what_is_wrong_with_it_can_be_read(performer: Performer) -> None:
    for name in ("type-empty", "type-half", "type-mistake", "type-code", "phone", "phone-mistake"):
        entry = every_page("fi")[name].entry
        assert entry is not None
        nodes = performer.show(name)
        (field,) = (node for node in nodes if node.role == "text")
        assert (field.name, field.text, field.description) == (entry.label, entry.shown, entry.error or "")
        assert "read-only" in field.states
        assert [node.name for node in nodes if node.role == "alert message"] == ([entry.error] if entry.error else [])


@pytest.mark.parametrize(
    ("page", "control", "action", "event"),
    [
        ("confirm", "choice:check-in", "Press", "Chosen check-in"),
        ("welcome", "choice:type", "Press", "Chosen type"),
        ("welcome", "choice:call-staff", "Press", "Chosen call-staff"),
        ("welcome", "language:en", "Toggle", "LanguageChosen en"),
        ("welcome", "choice:comfort-low", "Toggle", "Chosen comfort-low"),
        ("type-empty", "key:7", "Press", "Keyed 7"),
        ("walk-in", "choice:service-laboratory", "Press", "Chosen service-laboratory"),
        ("service", "choice:part:printer", "Press", "Chosen part:printer"),
    ],
)
def test_every_kind_of_control_does_what_it_is_for(
    performer: Performer, page: str, control: str, action: str, event: str
) -> None:
    assert performer.asked(by_id(performer.show(page))[control], action) == event


def test_a_control_that_is_not_open_does_nothing(performer: Performer) -> None:
    keys = by_id(performer.show("type-half"))
    entry = every_page("fi")["type-half"].entry
    assert entry is not None
    closed = next(node for one, node in keys.items() if one.startswith("key:") and one[4:] not in entry.allowed)
    performer.tree.act(closed, "Press")
    open_ = next(node for one, node in keys.items() if one[4:] in entry.allowed)
    assert performer.asked(open_, "Press") == f"Keyed {open_.id[4:]}"


def test_what_a_keypad_stands_on_has_the_focus(performer: Performer) -> None:
    for cursor in ("choice:check-in", "choice:call-staff", ""):
        nodes = performer.show("confirm", cursor=cursor)
        assert [node.id for node in nodes if "focused" in node.states] == ([cursor] if cursor else [])


def test_assistive_technology_can_move_where_the_keypad_stands(performer: Performer) -> None:
    performer.show("confirm")
    for control in ("choice:not-mine", "choice:check-in", "language:sv", "choice:check-in"):
        performer.tree.focus(by_id(performer.nodes())[control])
        ends = time.monotonic() + PATIENCE
        while (focused := [node.id for node in performer.nodes() if "focused" in node.states]) != [control]:
            assert time.monotonic() < ends, f"{focused} has the focus, not {control}"
    # The cursor of the keypad is the same one.
    assert [node.id for node in performer.show("confirm", cursor="choice:call-staff") if "focused" in node.states] == [
        "choice:call-staff"
    ]


def test_what_is_closed_takes_no_focus(performer: Performer) -> None:
    performer.show("type-half", cursor="choice:back")
    closed = by_id(performer.nodes())["choice:ready"]
    assert "enabled" not in closed.states
    performer.tree.focus(closed)
    assert [node.id for node in performer.nodes() if "focused" in node.states] == ["choice:back"]


def test_a_page_that_is_leafed_through_has_its_buttons_in_the_tree(performer: Performer) -> None:
    leaf = by_id(performer.show("day-plan-long", large=True))
    assert "enabled" not in leaf["leaf:back"].states
    assert (leaf["leaf:back"].name, leaf["leaf:on"].name) == frame_in("fi").leafing
    ends = time.monotonic() + PATIENCE
    while "enabled" not in by_id(performer.nodes())["leaf:back"].states:
        assert time.monotonic() < ends
        performer.tree.act(leaf["leaf:on"], "Press")


def test_every_change_on_a_page_that_stands_is_told(performer: Performer) -> None:
    def changes(nodes: list[Node]) -> set[tuple[str, str, int]]:
        named = {node.where[1]: node.id if node.role in CONTROLS else node.role for node in nodes}
        return {(named[path], what, how) for path, what, how in performer.tree.changes() if path in named}

    performer.tree.changes()
    for before, cursor in (("", "choice:check-in"), ("choice:check-in", "choice:not-mine")):
        told = changes(performer.show("confirm", cursor=cursor))
        assert (cursor, "focused", 1) in told
        assert before == "" or (before, "focused", 0) in told
    performer.show("welcome", "sv")
    assert ("choice:comfort-large", "checked", 1) in changes(performer.show("welcome", "sv", large=True))
    assert ("language:fi", "checked", 1) in changes(performer.show("welcome"))
    changes(performer.show("type-half"))
    told = changes(performer.show("type-full"))
    assert {("text", "insert", 0), ("text", "delete", 0)} & told
    assert ("choice:ready", "enabled", 1) in told


def test_a_new_page_and_a_mistake_are_announced(performer: Performer) -> None:
    performer.show("welcome")
    performer.tree.announced()
    performer.show("type-half")
    assert performer.tree.announced() == [every_page("fi")["type-half"].heading.replace("\n", " ")]
    performer.show("type-full")
    assert performer.tree.announced() == []
    performer.show("type-mistake")
    entry = every_page("fi")["type-mistake"].entry
    assert entry is not None
    assert performer.tree.announced() == [entry.error]
